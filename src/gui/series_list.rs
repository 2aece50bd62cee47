//! The series of a panel: a list to search, a line of shape beside each name.
//!
//! Only the rows in view are drawn, and only their shapes are made, once each, so that ten thousand
//! series scroll as ten do.

use std::collections::HashMap;

use eframe::egui::{
    Label, Rect, Role, ScrollArea, Sense, Stroke, TextEdit, Ui, Vec2, WidgetInfo, pos2,
};

use crate::app::{Command, Document};
use crate::series::number::grouped;
use crate::series::{Pyramid, Series};

use super::theme;

/// Panels with more series than this are listed; fewer fit a menu.
pub const MENU_SERIES: usize = 12;
/// Height of the list, in points.
const LIST_HEIGHT: f32 = 200.0;
/// Size of a shape, in points.
const SPARK: Vec2 = Vec2::new(48.0, 18.0);
/// Columns of a shape: a value for about two points of width.
const SPARK_COLUMNS: usize = 24;

/// What the list remembers: the words searched for and the shapes made so far.
#[derive(Debug, Default)]
pub struct SeriesList {
    search: String,
    found: Option<(String, Vec<usize>)>,
    sparks: HashMap<usize, Vec<(f32, f32)>>,
}

impl SeriesList {
    /// Forgets the series of an earlier file.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// Draws the list; a click on a name makes it the target.
    pub fn show(&mut self, ui: &mut Ui, document: &Document, commands: &mut Vec<Command>) {
        let series = &document.reading.panel.series;
        let hint = format!("Search {} series", grouped(document.candidates.len()));
        let field = TextEdit::singleline(&mut self.search).hint_text(hint.as_str());
        let field = ui.add(field.desired_width(f32::INFINITY));
        field.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, hint.as_str()));
        let found = self.find(series, &document.candidates);
        if found.is_empty() {
            ui.label(theme::fine_print("No series has these words in its name."));
            return;
        }
        let rows = ScrollArea::vertical().id_salt("series").max_height(LIST_HEIGHT);
        rows.auto_shrink([false, true]).show_rows(ui, SPARK.y, found.len(), |ui, visible| {
            for &index in &found[visible] {
                self.row(ui, index, &series[index], index == document.reading.target, commands);
            }
        });
    }

    /// Indices of the series whose names hold every word searched for; kept until the words change.
    fn find(&mut self, series: &[Series], candidates: &[usize]) -> Vec<usize> {
        if let Some((search, found)) = &self.found
            && *search == self.search
        {
            return found.clone();
        }
        let search = self.search.to_lowercase();
        let words: Vec<&str> = search.split_whitespace().collect();
        let holds = |series: &Series| {
            let name = series.name.to_lowercase();
            words.iter().all(|word| name.contains(word))
        };
        let found: Vec<usize> =
            candidates.iter().copied().filter(|&index| holds(&series[index])).collect();
        self.found = Some((self.search.clone(), found.clone()));
        found
    }

    fn row(
        &mut self,
        ui: &mut Ui,
        index: usize,
        series: &Series,
        chosen: bool,
        commands: &mut Vec<Command>,
    ) {
        let row = ui.horizontal(|ui| {
            let (space, _) = ui.allocate_exact_size(SPARK, Sense::hover());
            let shape = self.sparks.entry(index).or_insert_with(|| spark_of(series));
            paint_spark(ui, space, shape, chosen);
            let name =
                if chosen { theme::strong(&series.name) } else { series.name.as_str().into() };
            let label = ui.add(Label::new(name).truncate().sense(Sense::click()));
            label.widget_info(|| {
                WidgetInfo::selected(Role::ListBoxOption, true, chosen, series.name.as_str())
            });
            label
        });
        let text = format!("{}: {} rows, {} missing", series.name, series.len(), series.missing());
        if row.inner.on_hover_text(text).clicked() && !chosen {
            commands.push(Command::SetTarget(series.name.clone()));
        }
    }
}

/// Points of a shape, from 0 to 1 both ways.
fn spark_of(series: &Series) -> Vec<(f32, f32)> {
    let outline = Pyramid::new(series.values.clone()).outline(0..series.len(), SPARK_COLUMNS);
    let known: Vec<(usize, f64)> = outline.into_iter().flatten().collect();
    let low = known.iter().map(|point| point.1).fold(f64::INFINITY, f64::min);
    let high = known.iter().map(|point| point.1).fold(f64::NEG_INFINITY, f64::max);
    let span = if high > low { high - low } else { 1.0 };
    let last = series.len().saturating_sub(1).max(1);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        reason = "a small picture"
    )]
    known
        .into_iter()
        .map(|(row, value)| (row as f32 / last as f32, ((value - low) / span) as f32))
        .collect()
}

fn paint_spark(ui: &Ui, space: Rect, shape: &[(f32, f32)], chosen: bool) {
    let visuals = ui.visuals();
    let accent = theme::palette(visuals).accent;
    let color = if chosen { accent } else { visuals.weak_text_color() };
    let space = space.shrink2(Vec2::new(1.0, 2.0));
    let place = |&(x, y): &(f32, f32)| {
        pos2(space.left() + x * space.width(), space.bottom() - y * space.height())
    };
    ui.painter().line(shape.iter().map(place).collect(), Stroke::new(1.0, color));
}

//! Seasons over each other: older ones faint, the newest strong, and their mean.

use eframe::egui::{Color32, ComboBox, Stroke, Ui};
use egui_plot::{AxisHints, HoverPosition, Line, LineStyle, Plot};

use crate::app::look::{OverlaidSeasons, Pyramid};
use crate::app::{AppState, Command, Document, Study};
use crate::gui::plot::{LABEL_SPACING, Sample, SeasonAxis, axis_label, framed, key_ui, quiet};
use crate::gui::theme;
use crate::series::number::{compact_grouped, grouped};
use crate::series::{Cycle, TimeAxis};

use super::waiting_ui;

/// Width of the newest season's line and of the others', in points.
const WIDTHS: (f32, f32) = (2.4, 1.2);
const MEAN: &str = "mean";

/// Draws the choice of the season, the key and the plot.
pub fn season_view_ui(
    ui: &mut Ui,
    state: &AppState,
    document: &Document,
    commands: &mut Vec<Command>,
) {
    let Some(study) = &document.study else {
        return waiting_ui(ui, state, "There is nothing to show of this series.");
    };
    choice_ui(ui, document, study, commands);
    let Some(seasons) = &study.seasons else {
        let why = "The series shows no two seasons of this length. Set Season length on the left, or choose another here.";
        return waiting_ui(ui, state, why);
    };
    let axis = &document.data.series.axis;
    let names = SeasonAxis::new(axis, seasons.cycle);
    let colors = Colors::of(ui);
    let newest = seasons.lines.last().map(|line| names.season(axis, line.first_row));
    let oldest = seasons.lines.first().map(|line| names.season(axis, line.first_row));
    let (Some(newest), Some(oldest)) = (newest, oldest) else { return };
    key_ui(
        ui,
        &[
            (Sample::Line(colors.newest, WIDTHS.0), newest),
            (Sample::Ramp(colors.old, colors.recent), format!("{oldest} and later")),
            (Sample::Dashed(colors.mean), mean_of(seasons, axis)),
        ],
    );
    plot_ui(ui, document, seasons, names, colors);
}

/// What the mean is of, in words.
fn mean_of(seasons: &OverlaidSeasons, axis: &TimeAxis) -> String {
    let since = match seasons.first_row {
        0 => String::new(),
        row => format!(" since {}", axis.display(row)),
    };
    let drawn = match seasons.lines.len() {
        drawn if drawn < seasons.averaged => format!(", the newest {drawn} drawn"),
        _ => String::new(),
    };
    format!("{MEAN} of {} seasons{since}{drawn}", grouped(seasons.averaged))
}

/// The season looked at: the recipe's, or another of the calendar's.
fn choice_ui(ui: &mut Ui, document: &Document, study: &Study, commands: &mut Vec<Command>) {
    let set = document.derived.task.season_length;
    let name = |length: usize, cycle: Cycle| {
        let rows = match cycle {
            Cycle::Rows => format!("{} rows", grouped(length)),
            cycle => format!("{} ({} rows)", cycle.name(), grouped(length)),
        };
        if length == set { format!("{rows}, as set") } else { rows }
    };
    let shown = document.season_looked_at.unwrap_or(set);
    let mut chosen = shown;
    let mut choices = study.choices.clone();
    if choices.iter().all(|choice| choice.0 != set) && set > 1 {
        choices.push((set, Cycle::of(&document.data.series.axis, set)));
        choices.sort_unstable_by_key(|choice| choice.0);
    }
    let selected = choices.iter().find(|choice| choice.0 == shown);
    let selected =
        selected.map_or_else(|| "none".to_owned(), |&(length, cycle)| name(length, cycle));
    ui.horizontal(|ui| {
        let label = ui.label("One line each");
        let width = ui.available_width().min(176.0);
        let menu = ComboBox::from_id_salt("season looked at").width(width).truncate();
        let menu = menu.selected_text(selected);
        let menu = menu.show_ui(ui, |ui| {
            for &(length, cycle) in &choices {
                ui.selectable_value(&mut chosen, length, name(length, cycle));
            }
        });
        menu.response.labelled_by(label.id).on_hover_text(
            "Looks at the data only; Season length on the left is what models are told",
        );
    });
    if chosen != shown {
        commands.push(Command::LookAtSeason((chosen != set).then_some(chosen)));
    }
}

#[derive(Clone, Copy)]
struct Colors {
    old: Color32,
    recent: Color32,
    newest: Color32,
    mean: Color32,
}

impl Colors {
    fn of(ui: &Ui) -> Self {
        let (visuals, palette) = (ui.visuals(), theme::palette(ui.visuals()));
        let old = visuals.extreme_bg_color.lerp_to_gamma(visuals.weak_text_color(), 0.4);
        Self { old, recent: palette.accent, newest: palette.data, mean: palette.mean }
    }
}

fn plot_ui(
    ui: &mut Ui,
    document: &Document,
    seasons: &OverlaidSeasons,
    names: SeasonAxis,
    colors: Colors,
) {
    let series = &document.data.series;
    let lines: Vec<String> =
        seasons.lines.iter().map(|line| names.season(&series.axis, line.first_row)).collect();
    let (labels, grid, hover) = (names.clone(), names.clone(), names);
    let along = quiet(AxisHints::new_x(), ui)
        .label_spacing(LABEL_SPACING)
        .formatter(move |mark, _| labels.label(mark));
    let width = ui.available_width();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "in points")]
    let columns = width.max(1.0) as usize;
    let unit = axis_label(ui, &series.name, ui.available_height());
    framed(Plot::new(("season", seasons.length)), ui, &unit)
        .custom_x_axes(vec![along])
        .x_grid_spacer(move |input| grid.marks(input))
        .label_formatter(move |position| {
            let HoverPosition::NearDataPoint { plot_name, position, .. } = position else {
                return None;
            };
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place")]
            let place = hover.place(position.x.max(0.0).round() as usize);
            Some(format!("{plot_name}\n{place}\n{}", compact_grouped(position.y)))
        })
        .show(ui, move |plot| {
            let newest = lines.len() - 1;
            for (number, (line, name)) in seasons.lines.iter().zip(&lines).enumerate() {
                #[expect(clippy::cast_precision_loss, reason = "at most 40 lines")]
                let age = number as f32 / newest.max(1) as f32;
                let (color, width) = if number == newest {
                    (colors.newest, WIDTHS.0)
                } else {
                    (colors.old.lerp_to_gamma(colors.recent, age), WIDTHS.1)
                };
                for (part, points) in parts(&line.outline, columns).into_iter().enumerate() {
                    plot.line(
                        Line::new(name, points)
                            .id((number, part))
                            .stroke(Stroke::new(width, color)),
                    );
                }
            }
            for (part, points) in parts(&seasons.mean, columns).into_iter().enumerate() {
                plot.line(
                    Line::new(MEAN, points)
                        .id((MEAN, part))
                        .stroke(Stroke::new(2.0, colors.mean))
                        .style(LineStyle::dashed_dense()),
                );
            }
        });
}

/// The unbroken parts of a line.
fn parts(outline: &Pyramid, columns: usize) -> Vec<Vec<[f64; 2]>> {
    let points = outline.outline(0..outline.values().len(), columns);
    #[expect(clippy::cast_precision_loss, reason = "positions of a season")]
    let place = |(position, value): (usize, f64)| [position as f64, value];
    points
        .split(Option::is_none)
        .filter(|part| !part.is_empty())
        .map(|part| part.iter().flatten().copied().map(place).collect())
        .collect()
}

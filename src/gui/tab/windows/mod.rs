//! Parts and windows on the series itself: what trains, what chooses, what scores, which rows each
//! window or lane stands on, and what one of them sees.

mod bars;
mod example;
mod picture;

use std::ops::Range;

use eframe::egui::{Align, Color32, Grid, Id, Label, Layout, Slider, Ui};
use egui_plot::PlotTransform;

use crate::app::Document;
use crate::gui::plot::{LineWeight, Shading, TimeLine, TimePlot, TimePlotUi, data_color, key_ui};
use crate::gui::theme;
use crate::gui::view::View;
use crate::project::Feed;
use crate::series::number::grouped;

use self::example::{FeedView, counted};
use self::picture::WindowColors;

pub use self::example::Example;

const LEAST_PLOT: f32 = theme::GRID * 15.0;
/// Longest stretch of an example that is drawn as a line of its own.
const LONGEST_LINE: usize = 20_000;

pub fn windows_ui(ui: &mut Ui, document: &Document, view: &mut View) {
    // While edited settings are checked, those that the parts and the feed follow from.
    let recipe = document.derived.recipe();
    let fed = FeedView {
        feed: &document.derived.feed,
        series: &document.data.series,
        split: &document.derived.task.split,
        window: &recipe.window,
        supervise: recipe.train.supervision(),
    };
    ui.label(theme::strong("Parts of the series, and what the network is fed of them"));
    parts_ui(ui, document);
    let told = example::told(&fed, recipe.train.batch_size);
    ui.add(Label::new(&told).truncate()).on_hover_text(
        "What one epoch goes through. An update moves the weights once, after a batch of them.",
    );
    let chosen = example_ui(ui, &fed, view);
    let example = view.pointed.clone().or(chosen);
    let colors = WindowColors::of(ui);
    key_ui(ui, &colors.key(fed.feed, example.as_ref()));
    let transform = series_ui(ui, &fed, document, example.as_ref());
    let pointed = picture::picture_ui(ui, &fed, &transform, example.as_ref(), &told);
    if pointed != view.pointed {
        view.pointed = pointed;
        // The plot above has already been drawn.
        ui.ctx().request_repaint();
    }
}

fn parts_ui(ui: &mut Ui, document: &Document) {
    let (split, windows) = (&document.derived.task.split, &document.derived.windows);
    let in_part = |windows: usize, lanes: String| match document.derived.feed {
        Feed::Windows { .. } => counted(windows, "window"),
        Feed::Lanes { .. } => lanes,
    };
    let (lanes, forecasts) = match &document.derived.feed {
        Feed::Windows { .. } => (0, 0),
        Feed::Lanes { train, validation, .. } => {
            let origins = validation.lanes().iter().map(|lane| lane.origins.len()).sum();
            (train.len(), origins)
        }
    };
    let holdout = usize::from(!split.test.is_empty());
    let parts = [
        (
            "training",
            &split.train,
            in_part(windows.train, counted(lanes, "lane")),
            "weights and scaling are fitted here",
        ),
        (
            "validation",
            &split.validation,
            in_part(windows.validation, counted(forecasts, "forecast")),
            "chooses the best epoch",
        ),
        (
            "test",
            &split.test,
            in_part(windows.test, counted(holdout, "forecast")),
            "scores the models; nothing is fitted here",
        ),
    ];
    Grid::new("parts").num_columns(4).spacing([theme::GRID * 2.0, 2.0]).show(ui, |ui| {
        for (name, rows, amount, what) in parts {
            ui.label(name).on_hover_text(what);
            right(ui, format!("{} rows", grouped(rows.len())));
            right(ui, amount);
            let text = theme::fine_print(span_of(document, rows));
            ui.add(Label::new(text).truncate()).on_hover_text(what);
            ui.end_row();
        }
    });
}

/// Room for the name of a window or chunk, in points.
const TITLE: f32 = 184.0;

/// The slider that goes through the windows or chunks; the one it stands on.
fn example_ui(ui: &mut Ui, fed: &FeedView<'_>, view: &mut View) -> Option<Example> {
    let last = fed.count().checked_sub(1)?;
    view.example_window = view.example_window.min(last);
    ui.horizontal(|ui| {
        let name = match fed.feed {
            Feed::Windows { .. } => "Training window",
            Feed::Lanes { .. } => "Training chunk",
        };
        let label = ui.label(name);
        ui.spacing_mut().slider_width = (ui.available_width() - TITLE).clamp(64.0, 200.0);
        ui.add(Slider::new(&mut view.example_window, 0..=last).show_value(false))
            .labelled_by(label.id)
            .on_hover_text("Slide, or point at the picture below, to see what the network reads and what it learns to predict");
        let chosen = fed.numbered(view.example_window);
        if let Some(example) = view.pointed.as_ref().or(chosen.as_ref()) {
            ui.add(Label::new(&*example.title).truncate());
        }
        chosen
    })
    .inner
}

fn series_ui(
    ui: &mut Ui,
    fed: &FeedView<'_>,
    document: &Document,
    example: Option<&Example>,
) -> PlotTransform {
    let (series, split) = (fed.series, fed.split);
    let (palette, color) = (theme::palette(ui.visuals()), data_color(ui));
    let colors = WindowColors::of(ui);
    let height = (ui.available_height() - picture::HEIGHT - theme::GRID).max(LEAST_PLOT);
    let link = Id::unique("windows time");
    TimePlot::new("windows", (&series.axis, series.len()), &series.name, link, height)
        .show(ui, None, move |plot| {
            let axis = &series.axis;
            for (name, rows, fill) in [
                ("validation", &split.validation, palette.future),
                ("test", &split.test, palette.holdout),
            ] {
                if !rows.is_empty() {
                    let range = [rows.start, rows.end - 1].map(|row| axis.plot_x(row));
                    plot.plot_ui.add(Shading::part(name, range, fill));
                }
            }
            if let Some(example) = example {
                plot.bands("reads", colors.reads, std::slice::from_ref(&example.reads));
                plot.bands("predicts", colors.says, std::slice::from_ref(&example.says));
            }
            let outline = &*document.data.pyramid;
            plot.line(&TimeLine::actual(series, outline, color));
            if let Some(example) = example {
                let said = example.says.start.max(example.reads.end)..example.says.end;
                part_of(plot, &series.values, "reads", &example.reads, colors.reads);
                part_of(plot, &series.values, "predicts", &said, colors.says);
            }
        })
        .transform
}

/// Draws some rows of the series once more, in colour; where they are very many their band is enough.
fn part_of(
    plot: &mut TimePlotUi<'_, '_>,
    values: &[f64],
    name: &str,
    rows: &Range<usize>,
    color: Color32,
) {
    let end = rows.end.min(values.len());
    if rows.start >= end || rows.len() > LONGEST_LINE {
        return;
    }
    let part = TimeLine::new(name, rows.start, &values[rows.start..end], color);
    plot.line(&TimeLine { weight: LineWeight::Strong, ..part });
}

fn span_of(document: &Document, rows: &Range<usize>) -> String {
    let axis = &document.data.series.axis;
    match rows.end.checked_sub(1) {
        Some(last) if !rows.is_empty() => {
            format!("{} to {}", axis.display(rows.start), axis.display(last))
        }
        _ => "no rows".to_owned(),
    }
}

fn right(ui: &mut Ui, text: String) {
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| ui.label(text));
}

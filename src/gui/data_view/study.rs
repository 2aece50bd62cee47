//! What the study of a series found: autocorrelation above partial autocorrelation on one axis of lags,
//! and the histogram of the values with mean and median.

use eframe::egui::{Color32, Id, Stroke, Ui, Vec2b};
use egui_plot::{Bar, BarChart, FilledArea, LineStyle, Plot, VLine};

use crate::app::look::{BinRule, Histogram};
use crate::app::{AppState, Document};
use crate::gui::plot::{KeySample, axis_label, framed, key_ui, numbered};
use crate::gui::theme;
use crate::series::number::{compact_grouped, grouped};
use crate::stats::autocorrelation::Correlogram;
use crate::stats::{number, ratio};

use super::waiting_ui;

/// Width of a bar, in lags.
const BAR: f64 = 0.64;
const MARKED_SEASONS: usize = 4;

pub fn correlogram_view_ui(ui: &mut Ui, state: &AppState, document: &Document) {
    let study = document.study.as_ref();
    let Some((study, correlogram)) =
        study.and_then(|study| Some((study, study.correlogram.as_ref()?)))
    else {
        return waiting_ui(
            ui,
            state,
            "The values are too few, or all equal: nothing to correlate.",
        );
    };
    let colors = LagColors::of(ui);
    let mut key = vec![
        (KeySample::Line(colors.beyond, 4.0), "beyond the band".to_owned()),
        (KeySample::Line(colors.within, 4.0), "within it".to_owned()),
        (KeySample::Band(colors.band), "95 % band".to_owned()),
    ];
    if study.season_length > 1 {
        let season = format!("whole seasons of {} rows", grouped(study.season_length));
        key.push((KeySample::Dashed(colors.season), season));
    }
    key_ui(ui, &key);
    let rows = if correlogram.rows < document.data.series.len() {
        format!(" From the newest {} rows.", grouped(correlogram.rows))
    } else {
        String::new()
    };
    let bands = "95 % bands for white noise: Bartlett's above, ±1.96/√n below.";
    ui.label(theme::fine_print(format!("{bands}{rows}")));
    let height = (ui.available_height() - ui.spacing().item_spacing.y) / 2.0;
    let axis = format!("lag, in rows of {}", document.data.series.axis.step_label());
    let partial_band = vec![correlogram.partial_band; correlogram.partial.len()];
    let season = study.season_length;
    for (name, short, values, band, label) in [
        ("autocorrelation", "ACF", &correlogram.autocorrelation, &correlogram.band, ""),
        ("partial autocorrelation", "PACF", &correlogram.partial, &partial_band, axis.as_str()),
    ] {
        lags_ui(ui, &LagPlot { name, short, values, band, label, season, colors, height });
    }
}

#[derive(Clone, Copy)]
struct LagColors {
    beyond: Color32,
    within: Color32,
    band: Color32,
    season: Color32,
}

impl LagColors {
    fn of(ui: &Ui) -> Self {
        let (visuals, palette) = (ui.visuals(), theme::palette(ui.visuals()));
        Self {
            beyond: palette.accent,
            within: visuals.weak_text_color().gamma_multiply(0.6),
            band: visuals.weak_text_color(),
            season: palette.mean,
        }
    }
}

/// The autocorrelations of anything, in one plot.
pub fn autocorrelation_ui(ui: &mut Ui, correlogram: &Correlogram, season: usize, height: f32) {
    lags_ui(
        ui,
        &LagPlot {
            name: "autocorrelation",
            short: "ACF",
            values: &correlogram.autocorrelation,
            band: &correlogram.band,
            label: "lag, in rows",
            season,
            colors: LagColors::of(ui),
            height,
        },
    );
}

struct LagPlot<'a> {
    name: &'static str,
    short: &'static str,
    values: &'a [f64],
    band: &'a [f64],
    label: &'a str,
    season: usize,
    colors: LagColors,
    height: f32,
}

fn lags_ui(ui: &mut Ui, lags: &LagPlot<'_>) {
    let link = Id::unique("lags");
    let (beyond, within) = bars(lags);
    let marked = (1..=MARKED_SEASONS)
        .map(|number| number * lags.season)
        .filter(|&lag| lags.season > 1 && lag <= lags.values.len());
    let marked: Vec<f64> = marked.map(number).collect();
    let (area, colors) = (band(lags), lags.colors);
    let plot = framed(Plot::new(lags.name), ui, lags.short).height(lags.height);
    numbered(plot, ui, lags.label, [1.0, 1.0])
        .include_y(1.0)
        .include_y(-0.25)
        .include_x(0.0)
        .link_axis(link, Vec2b::new(true, false))
        .link_cursor(link, Vec2b::new(true, false))
        .show(ui, move |plot| {
            plot.add(area);
            for (number, lag) in marked.into_iter().enumerate() {
                let line = VLine::new("season", lag).id(("season", number));
                let line = line.style(LineStyle::dashed_dense()).color(colors.season);
                plot.vline(line.width(1.0).allow_hover(false));
            }
            plot.bar_chart(beyond);
            plot.bar_chart(within);
        });
}

fn bars(lags: &LagPlot<'_>) -> (BarChart, BarChart) {
    let name = lags.name;
    let chart = |beyond: bool, color: Color32| {
        let points = lags.values.iter().zip(lags.band).zip(1_usize..);
        let bars = points
            .filter(|((r, band), _)| r.is_finite() && (r.abs() > **band) == beyond)
            .map(|((&r, &band), lag)| {
                Bar::new(number(lag), r)
                    .width(BAR)
                    .fill(color)
                    .stroke(Stroke::new(1.0, color))
                    .name(format!(
                        "lag {}\n{name} {}\nband ±{}",
                        grouped(lag),
                        compact_grouped(r),
                        compact_grouped(band)
                    ))
            });
        BarChart::new(if beyond { "beyond" } else { "within" }, bars.collect())
            .color(color)
            .element_formatter(Box::new(|bar, _| bar.name.clone()))
    };
    (chart(true, lags.colors.beyond), chart(false, lags.colors.within))
}

fn band(lags: &LagPlot<'_>) -> FilledArea {
    // From half a lag before the first to half a lag after the last.
    let ends = |at: usize| if at == 0 { number(0) + 0.5 } else { number(at) + 0.5 };
    let xs: Vec<f64> = (0..=lags.band.len()).map(ends).collect();
    let first = lags.band.first().copied().unwrap_or(0.0);
    let high: Vec<f64> = std::iter::once(first).chain(lags.band.iter().copied()).collect();
    let low: Vec<f64> = high.iter().map(|value| -value).collect();
    FilledArea::new("band", &xs, &low, &high)
        .fill_color(lags.colors.band.gamma_multiply(0.22))
        .allow_hover(false)
}

pub fn distribution_view_ui(ui: &mut Ui, state: &AppState, document: &Document) {
    let histogram = document.study.as_ref().and_then(|study| study.histogram.as_ref());
    let Some(histogram) = histogram else {
        return waiting_ui(ui, state, "The series has no values.");
    };
    let palette = theme::palette(ui.visuals());
    let rule = match histogram.rule {
        BinRule::FreedmanDiaconis => "width by Freedman and Diaconis",
        BinRule::Capped => "as many as can be seen; Freedman and Diaconis ask for more",
        BinRule::Sturges => "number by Sturges, for half of the values are equal",
    };
    ui.label(theme::fine_print(format!(
        "{} values in {} bins {} wide ({rule}) · half of them from {} to {}",
        grouped(histogram.known),
        histogram.counts.len(),
        compact_grouped(histogram.width),
        compact_grouped(histogram.quartiles.0),
        compact_grouped(histogram.quartiles.1),
    )));
    key_ui(
        ui,
        &[
            (
                KeySample::Line(palette.data, 2.0),
                format!("median {}", compact_grouped(histogram.median)),
            ),
            (KeySample::Dashed(palette.mean), format!("mean {}", compact_grouped(histogram.mean))),
        ],
    );
    plot_ui(ui, document, histogram);
}

fn plot_ui(ui: &mut Ui, document: &Document, histogram: &Histogram) {
    let palette = theme::palette(ui.visuals());
    let fill = palette.accent.gamma_multiply(0.55);
    let edge = ui.visuals().extreme_bg_color;
    let name = axis_label(ui, &document.data.series.name, ui.available_width());
    numbered(framed(Plot::new("distribution"), ui, "rows"), ui, &name, [1.4, 0.0])
        .include_y(0.0)
        .show(ui, move |plot| {
            plot.bar_chart(histogram_bars(histogram, fill, edge));
            let median = VLine::new("median", histogram.median);
            plot.vline(median.color(palette.data).width(2.0).allow_hover(false));
            let mean = VLine::new("mean", histogram.mean).style(LineStyle::dashed_dense());
            plot.vline(mean.color(palette.mean).width(2.0).allow_hover(false));
        });
}

fn histogram_bars(
    histogram: &Histogram,
    fill: eframe::egui::Color32,
    edge: eframe::egui::Color32,
) -> BarChart {
    let known = histogram.known;
    let bar = |(place, &count): (usize, &usize)| {
        let (from, to) = histogram.bin(place);
        let share = ratio(count, known) * 100.0;
        Bar::new(f64::midpoint(from, to), number(count))
            .width(histogram.width)
            .fill(fill)
            .stroke(Stroke::new(0.5, edge))
            .name(format!(
                "{} to {}\n{} rows, {share:.1} %",
                compact_grouped(from),
                compact_grouped(to),
                grouped(count)
            ))
    };
    BarChart::new("values", histogram.counts.iter().enumerate().map(bar).collect())
        .color(fill)
        .element_formatter(Box::new(|bar, _| bar.name.clone()))
}

//! Prediction intervals as a fan: the wider the level, the paler.

use eframe::egui::Color32;
use egui_plot::FilledArea;

use super::TimePlotUi;
use crate::forecast::{Forecast, level_name};

/// Strength of a fan's fill, shared among its levels.
const STRENGTH: f32 = 0.28;

/// Draws the intervals of a forecast, widest first. `origin` is the last known row and its value,
/// where the fan opens.
pub fn fan(
    plot: &mut TimePlotUi<'_, '_>,
    name: &str,
    forecast: &Forecast,
    origin: Option<(usize, f64)>,
    color: Color32,
) {
    let levels = forecast.intervals.len();
    let mut widest_first: Vec<_> = forecast.intervals.iter().collect();
    widest_first.sort_by(|a, b| b.level.total_cmp(&a.level));
    #[expect(clippy::cast_precision_loss, reason = "a handful of levels")]
    let fill = color.gamma_multiply(STRENGTH / levels.max(1) as f32);
    for interval in widest_first {
        let opening = origin.map(|(row, value)| (row, value, value));
        let bounds = interval.lower.iter().zip(&interval.upper);
        let rows = bounds
            .enumerate()
            .map(|(ahead, (&lower, &upper))| (forecast.first_row + ahead, lower, upper));
        let (mut xs, mut lows, mut highs) = (Vec::new(), Vec::new(), Vec::new());
        for (row, lower, upper) in opening.into_iter().chain(rows) {
            xs.push(forecast.axis.plot_x(row));
            lows.push(lower);
            highs.push(upper);
        }
        let edge = |heights: &[f64]| -> Vec<[f64; 2]> {
            xs.iter().zip(heights).map(|(&x, &height)| [x, height]).collect()
        };
        plot.measure(&edge(&lows));
        plot.measure(&edge(&highs));
        let name = format!("{name}, {} %", level_name(interval.level));
        let area = FilledArea::new(name, &xs, &lows, &highs).fill_color(fill);
        plot.plot_ui.add(area.allow_hover(false));
    }
}

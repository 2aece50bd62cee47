//! Plots over time: dates on the axis, gaps left open, long series in few points.

mod decimate;
mod series_plot;
mod time_grid;

pub use series_plot::{TimeLine, TimePlot, TimePlotUi, data_color};

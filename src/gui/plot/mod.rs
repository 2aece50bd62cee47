//! Plots over time: dates on the axis, gaps left open, long series in few points.

mod fan;
mod frame;
mod series_plot;
mod time_grid;
mod value_grid;

pub use fan::fan;
pub use frame::{framed, quiet};
pub use series_plot::{TimeLine, TimePlot, TimePlotUi, data_color};

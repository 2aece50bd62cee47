//! Plots over time: dates on the axis, gaps left open, long series in few points.

mod frame;
mod gestures;
mod navigation;
mod readout;
mod series_plot;
mod time_grid;
mod time_lines;
pub mod value_axis;

pub use self::frame::Shading;
pub use self::frame::{
    KeySample, LABEL_SPACING, Mark, axis_label, framed, key_ui, numbered, quiet, with_room,
};
pub use self::gestures::help_ui;
pub use self::series_plot::TimePlot;
pub use self::time_lines::{LineRole, LineWeight, TimeLine, TimePlotUi, data_color};
pub use self::value_axis::{ValueMap, marks, stepped};

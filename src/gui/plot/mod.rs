//! Plots over time: dates on the axis, gaps left open, long series in few points.

mod bands;
mod fan;
mod frame;
mod gestures;
mod key;
mod navigation;
mod overlay;
mod part_span;
mod readout;
mod season_axis;
mod series_plot;
mod time_grid;
mod time_lines;
mod value_grid;
mod value_map;

pub use fan::fan;
pub use frame::{LABEL_SPACING, axis_label, framed, quiet, with_room};
pub use gestures::help_ui;
pub use key::{Mark, Sample, key_ui};
pub use part_span::PartSpan;
pub use season_axis::SeasonAxis;
pub use series_plot::TimePlot;
pub use time_lines::{LineStroke, Said, TimeLine, TimePlotUi, Weight, data_color};
pub use value_grid::MOST_MARKS;
pub use value_map::ValueMap;

//! The nouns everyone speaks: series and panels of values on evenly spaced dates.
//!
//! Values are f64 and NaN marks a missing row. Not for reading files (`import`), nor for anything
//! that changes values (`transform`).

pub mod axis;
pub mod clock;
pub mod data;
pub mod frequency;
pub mod infer;
pub mod marks;
pub mod number;
pub mod periods;
pub mod pyramid;
pub mod season;

pub use axis::{CalendarAxis, PositionAxis, Precision, TimeAxis};
pub use clock::Clock;
pub use data::{Panel, SCORED_SHARE, Series};
pub use frequency::{Frequency, Unit};
pub use marks::Marks;
pub use periods::periods;
pub use pyramid::Pyramid;

//! The nouns that all modules use: series and panels of values on evenly spaced dates.
//!
//! Values are f64 and NaN marks a missing row. Not for reading files (`import`), nor for anything
//! that changes values (`transform`).

pub mod axis;
pub mod clock;
pub mod cycle;
pub mod data;
pub mod frequency;
pub mod gaps;
pub mod holiday;
mod holiday_search;
pub mod jitter;
pub mod number;
pub mod opening;
pub mod outliers;
pub mod seasons;
pub mod steps;
pub mod text;
pub mod thinned;
pub mod working;

pub use axis::{CalendarAxis, Period, PositionAxis, Precision, TimeAxis};
pub use clock::Clock;
pub use cycle::{Cycle, Places};
pub use data::{
    Covariate, CovariateRole, Dataset, DatasetSeries, Panel, Series, StaticCovariate, StaticValue,
    deciding_times, default_horizon, last_not_alone, unscored_rows,
};
pub use frequency::{Frequency, Unit};
pub use gaps::{Filler, Marks, MissingPolicy, OpenGap};
pub use holiday::{HolidayRule, Moved};
pub use outliers::{OutlierPolicy, masked, outliers};
pub use seasons::{FoundSeason, found_seasons, kept_periods, periods, strength as season_strength};
pub use text::visible;
pub use thinned::StandIns;
pub use working::WorkingCalendar;

//! The nouns everyone speaks: series and panels of values on evenly spaced dates.
//!
//! Values are f64 and NaN marks a missing row. Not for reading files (`import`), nor for anything
//! that changes values (`transform`).

pub mod axis;
pub mod clock;
pub mod cycle;
pub mod data;
mod dataset;
pub mod daylight;
pub mod formula;
pub mod found_seasons;
pub mod frequency;
pub mod gaps;
pub mod holiday;
mod holiday_search;
pub mod infer;
pub mod jitter;
pub mod marks;
pub mod number;
pub mod opening;
pub mod outliers;
mod own_season;
pub mod periods;
pub mod season;
pub mod stand_ins;
pub mod steps;
pub mod stop;
pub mod stored;
pub mod stretches;
pub mod text;
pub mod unscored;
pub mod working;

pub use axis::{CalendarAxis, Period, PositionAxis, Precision, TimeAxis};
pub use clock::Clock;
pub use cycle::{Cycle, Places};
pub use data::{Panel, Series};
pub use dataset::{Covariate, CovariateRole, Dataset, DatasetSeries, StaticCovariate, StaticValue};
pub use found_seasons::{FoundSeason, found_seasons, strength as season_strength};
pub use frequency::{Frequency, Unit};
pub use gaps::{Filler, MissingPolicy, OpenGap};
pub use holiday::{HolidayRule, Moved};
pub use marks::Marks;
pub use outliers::{OutlierPolicy, masked, outliers};
pub use periods::{kept_periods, periods};
pub use stand_ins::StandIns;
pub use text::visible;
pub use unscored::{deciding_times, default_horizon, last_in_company, unscored_rows};
pub use working::WorkingCalendar;

//! What a file says of time: which column tells it, how its dates are written, and the axis that its
//! rows stand on.
//!
//! `find_time` finds the column, `joined` puts one together from several; `stamps` reads it, by `date`,
//! `clocks`, `plain_dates` (most dates, at once) and `integers` into a `stamp` a row. Then `daylight`
//! (clocks that are moved), `place` with `strays` (rows off the step) and `standing` (rows after those
//! that decide the step), and `axes` with `grid`, `irregular`, `gather`, `openings`, `slots` and
//! `slot_values` lay out the axis.
//!
//! Not for calendars themselves, which `series` has.

pub(super) mod axes;
pub(super) mod clocks;
pub(super) mod date;
pub(super) mod daylight;
pub(super) mod find_time;
pub(super) mod gather;
pub(super) mod grid;
pub(super) mod integers;
pub(super) mod irregular;
pub(super) mod joined;
pub(super) mod openings;
pub(super) mod place;
pub(super) mod plain_dates;
pub(super) mod row_tallies;
pub(super) mod slot_values;
pub(super) mod slots;
pub(super) mod stamp;
pub(super) mod stamps;
pub(super) mod standing;
pub(super) mod strays;

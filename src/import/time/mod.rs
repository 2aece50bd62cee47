//! What a file says of time: which column holds it, how its dates are written, and the axis that its
//! rows stand on.
//!
//! `find_time` finds the column, or puts one together from several; `stamps` reads it, by `date`,
//! `plain_dates` (most dates, at once) and `integers` into a stamp a row. Then `daylight` (clocks that
//! are moved), `place` with `strays` (rows off the step) and `standing` (rows after those that decide the
//! step), and `axes` with `gather` and `openings` lay out the axis.
//!
//! Not for calendars themselves, which `series` has.

pub(super) mod axes;
pub(super) mod date;
pub(super) mod daylight;
pub(super) mod find_time;
pub(super) mod gather;
pub(super) mod integers;
pub(super) mod openings;
pub(super) mod place;
pub(super) mod plain_dates;
pub(crate) mod stamp;
pub(super) mod stamps;
pub(super) mod standing;
pub(super) mod strays;

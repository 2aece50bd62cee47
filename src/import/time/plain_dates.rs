//! A piece of a column of nothing but whole dates, each of them clear by itself: read in one pass.
//!
//! Almost all time columns are written so. For any other the column as a whole decides (`stamps`).

use jiff::civil::Date;
use jiff::tz::Offset;

use super::date::{self, Day, Written};
use super::stamp::{Stamp, Stamps};
use super::stamps::{LOOKED_AT, Ruler, TimeColumn, TimeStyle, midnight};
use crate::import::number::is_missing;
use crate::series::{Clock, Precision};

/// One time of day in so many dates is a slip that does not make the others midnights.
const DATES_PER_TIME: usize = 20;
const MICROS: i64 = 1_000_000;

/// The offsets from UTC of the dates so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Offsets {
    /// There is no date yet.
    #[default]
    Unseen,
    /// No date has one.
    Without,
    /// All have this one, in seconds.
    With(i32),
}

/// The dates of a piece, or of all pieces so far.
#[derive(Debug, Default)]
pub(crate) struct PlainDates {
    /// One a row, as `Stamp::packed` gives them.
    stamps: Vec<i64>,
    timed: usize,
    dated: usize,
    /// Cells that are no dates.
    pub strays: usize,
    pub missing: usize,
    offsets: Offsets,
}

impl Offsets {
    /// These and those of more dates; `None` where they differ.
    fn with(self, more: Self) -> Option<Self> {
        match (self, more) {
            (one, Self::Unseen) => Some(one),
            (Self::Unseen, other) => Some(other),
            (one, other) => (one == other).then_some(one),
        }
    }
}

impl PlainDates {
    /// Reads cells; `None` where dates among them are not clear by themselves, or there are none.
    pub fn read<'a, I: Iterator<Item = &'a str>>(cells: impl Fn() -> I) -> Option<Self> {
        let filled = || cells().filter(|cell| !is_missing(cell));
        if !filled().take(LOOKED_AT).any(|cell| date::read(cell).is_some()) {
            return None;
        }
        let mut dates = Self::default();
        let mut neighbour = Neighbour::default();
        for cell in cells() {
            let stamp = match neighbour.time_of(cell).filter(|_| dates.offsets == Offsets::Without)
            {
                Some(time) => {
                    dates.timed += 1;
                    Stamp::At(time)
                }
                None => dates.stamp(cell, &mut neighbour)?,
            };
            dates.stamps.push(stamp.packed());
        }
        Some(dates)
    }

    /// The stamp of a cell; `None` where the cell alone cannot tell.
    fn stamp(&mut self, cell: &str, neighbour: &mut Neighbour) -> Option<Stamp> {
        if is_missing(cell) {
            self.missing += 1;
            return Some(Stamp::Missing);
        }
        let Some(written) = date::read(cell) else {
            self.strays += 1;
            return Some(Stamp::Unparsable);
        };
        let Written {
            day: Day::Known(day),
            time_micros,
            offset_secs,
            precision,
            short_year: false,
        } = written
        else {
            return None;
        };
        match precision {
            Precision::Second => self.timed += 1,
            Precision::Day => self.dated += 1,
            Precision::Year | Precision::Month | Precision::Quarter => return None,
        }
        let offsets = offset_secs.map_or(Offsets::Without, Offsets::With);
        self.offsets = self.offsets.with(offsets)?;
        let midnight = neighbour.remember(cell, day);
        let offset = i64::from(offset_secs.unwrap_or(0)) * MICROS;
        Some(Stamp::At(midnight + time_micros - offset))
    }

    /// Nothing but so many missing cells.
    pub fn nothing(rows: usize) -> Self {
        let stamps = vec![Stamp::Missing.packed(); rows];
        Self { stamps, missing: rows, ..Self::default() }
    }

    /// Adds the dates of the next piece of a column of `rows`; `None` where they have other offsets.
    pub fn append(mut self, next: Self, rows: usize) -> Option<Self> {
        self.offsets = self.offsets.with(next.offsets)?;
        self.timed += next.timed;
        self.dated += next.dated;
        self.strays += next.strays;
        self.missing += next.missing;
        if self.stamps.is_empty() {
            self.stamps.reserve_exact(rows);
        }
        self.stamps.extend_from_slice(&next.stamps);
        Some(self)
    }

    /// Dates that were read.
    fn dates(&self) -> usize {
        self.timed + self.dated
    }

    /// The dates as a whole column; `None` where there are none.
    pub fn finish(self) -> Option<WholeDates> {
        let (dates, strays) = (self.dates(), self.strays);
        let precision = match self.timed {
            0 => Precision::Day,
            // Among cells that are no dates the finest date tells.
            timed if strays > 0 || timed * DATES_PER_TIME > self.dated => Precision::Second,
            _ => Precision::Day,
        };
        let clock = match self.offsets {
            Offsets::Unseen => return None,
            Offsets::Without => Clock::Wall,
            Offsets::With(secs) => Clock::Fixed(Offset::from_seconds(secs).unwrap_or(Offset::UTC)),
        };
        let ruler = Ruler::Calendar(clock, precision);
        Some(WholeDates { dates, strays, ruler, stamps: Stamps::of_packed(self.stamps) })
    }
}

/// A column of plain dates.
#[derive(Debug)]
pub(crate) struct WholeDates {
    dates: usize,
    strays: usize,
    ruler: Ruler,
    stamps: Stamps,
}

impl WholeDates {
    /// The column as time, if more than half of its filled cells are dates or it was `chosen`.
    pub fn column(&self, chosen: bool) -> Option<TimeColumn> {
        (chosen || self.dates > self.strays).then(|| TimeColumn {
            style: TimeStyle::Dates,
            ruler: self.ruler.clone(),
            stamps: self.stamps.clone(),
            notes: Vec::new(),
            joined: Vec::new(),
        })
    }
}

/// The day of the last cell, which its neighbours mostly share.
struct Neighbour {
    day: Date,
    midnight: i64,
    /// The day as `2024-01-31`, where it is written so.
    written: [u8; WRITTEN],
}

/// Bytes of a day such as `2024-01-31`.
const WRITTEN: usize = 10;

impl Default for Neighbour {
    fn default() -> Self {
        Self { day: Date::ZERO, midnight: midnight(Date::ZERO), written: [0; WRITTEN] }
    }
}

impl Neighbour {
    /// Keeps the day of a cell; returns its midnight.
    fn remember(&mut self, cell: &str, day: Date) -> i64 {
        if day != self.day {
            (self.day, self.midnight) = (day, midnight(day));
        }
        if let Some((written, _)) = cell.as_bytes().split_first_chunk::<WRITTEN>() {
            let is_day = written.iter().enumerate().all(|(at, byte)| match at {
                4 | 7 => *byte == b'-',
                _ => byte.is_ascii_digit(),
            });
            self.written = if is_day { *written } else { [0; WRITTEN] };
        }
        self.midnight
    }

    /// The time of a cell that is the same day, a space or `T`, and `13:30:05`.
    fn time_of(&self, cell: &str) -> Option<i64> {
        let (day, rest) = cell.as_bytes().split_first_chunk::<WRITTEN>()?;
        let &[b' ' | b'T', h1, h0, b':', m1, m0, b':', s1, s0] = rest else { return None };
        if *day != self.written {
            return None;
        }
        let pair = |tens: u8, ones: u8| {
            let both = tens.is_ascii_digit() && ones.is_ascii_digit();
            both.then(|| i64::from(tens - b'0') * 10 + i64::from(ones - b'0'))
        };
        let (hour, minute, second) = (pair(h1, h0)?, pair(m1, m0)?, pair(s1, s0)?);
        let seconds = (hour * 60 + minute) * 60 + second;
        (hour < 24 && minute < 60 && second < 60).then_some(self.midnight + seconds * MICROS)
    }
}

#[cfg(test)]
mod tests {
    use super::super::stamps::from_text;
    use super::*;
    use proptest::prelude::*;

    fn column(pieces: &[&[&str]], chosen: bool) -> Option<TimeColumn> {
        let rows = pieces.iter().map(|piece| piece.len()).sum();
        let mut all = PlainDates::default();
        for piece in pieces {
            let is_blank = piece.iter().all(|cell| is_missing(cell));
            let read = PlainDates::read(|| piece.iter().copied());
            let dates = if is_blank { PlainDates::nothing(piece.len()) } else { read? };
            all = all.append(dates, rows)?;
        }
        all.finish()?.column(chosen)
    }

    proptest! {
        #[test]
        fn plain_dates_are_what_the_column_as_a_whole_says(
            cells in prop::collection::vec(
                "2024-0[1-3]-1[0-9]([ T][0-2][0-9]:[0-5][0-9](:[0-5][0-9])?)?(Z|\\+01)?|NA||x|2024-01",
                1..12
            ),
            cut in 0_usize..12, chosen: bool
        ) {
            let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
            let (one, other) = cells.split_at(cut.min(cells.len()));
            if let Some(found) = column(&[one, other], chosen) {
                let whole = from_text("t", &cells, chosen, None).unwrap();
                prop_assert_eq!(found.stamps, whole.stamps);
                prop_assert_eq!(found.ruler, whole.ruler);
                prop_assert_eq!((found.style, whole.notes), (TimeStyle::Dates, found.notes));
            }
        }
    }

    #[test]
    fn what_needs_the_whole_column_is_left_to_it() {
        for cells in [["03/04/2024", "04/04/2024"], ["2024-01", "2024-02"], ["31/12/99", ""]] {
            assert!(column(&[&cells], false).is_none(), "{cells:?}");
        }
        assert!(column(&[&["2024-01-01T00:00Z"], &["2024-01-01T01:00+01"]], false).is_none());
        assert!(column(&[&["a"], &["2024-01-01"]], false).is_none());
    }

    #[test]
    fn neighbours_of_one_day_are_read_as_any() {
        let cells = ["2024-01-31 00:00:00", "2024-01-31T23:59:59", "2024-01-31 24:00:00"];
        let times: Vec<i64> = column(&[&cells], false).unwrap().times().collect();
        let first = times[0];
        assert_eq!(times, [first, first + 86_399 * MICROS, first + 86_400 * MICROS]);
        let late = column(&[&["2024-01-31 00:00:00", "2024-01-31 25:00:00"]], true).unwrap();
        assert_eq!(late.times().count(), 1);
    }
}

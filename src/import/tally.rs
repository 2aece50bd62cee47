//! A count that keeps the first lines, where they stand, and an example: what becomes an entry of the
//! ledger.
//!
//! Not for what the counts mean (`ledger`).

use std::ops::Range;

use super::ledger::{LISTED_LINES, LedgerEntry, Place, Reason};

/// Where a counted line stands, as far as that is known yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Spot {
    /// On no slot of any series.
    Nowhere,
    /// At a time of a series whose axis is not known yet.
    Time(i64),
    /// On slots.
    Place(Place),
}

/// Lines counted for one reason.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tally {
    pub count: usize,
    /// How many of them are filled in as inputs.
    pub imputed: usize,
    pub detail: Option<String>,
    /// The first lines.
    listed: Vec<(usize, Spot)>,
}

impl Tally {
    /// Counts one more, on this line, which stands on no slot.
    pub fn add(&mut self, line: usize) {
        self.add_at(line, || Spot::Nowhere);
    }

    /// Counts one more, on this line.
    pub fn add_at(&mut self, line: usize, spot: impl FnOnce() -> Spot) {
        self.count += 1;
        self.list(line, spot);
    }

    /// Lists a line without counting it.
    pub fn list(&mut self, line: usize, spot: impl FnOnce() -> Spot) {
        if self.listed.len() < LISTED_LINES {
            self.listed.push((line, spot()));
        }
    }

    /// The first line listed.
    pub fn first_line(&self) -> Option<usize> {
        self.listed.first().map(|(line, _)| *line)
    }

    /// Keeps the detail of the first that has one.
    pub fn detail_with(&mut self, detail: impl FnOnce() -> String) {
        self.detail.get_or_insert_with(detail);
    }

    /// Puts lines of which only the time was known on the slots of their series.
    pub fn stand_on(&mut self, series: &Range<usize>, slot_of: impl Fn(i64) -> Option<usize>) {
        for (_, spot) in &mut self.listed {
            let Spot::Time(time) = *spot else { continue };
            *spot = slot_of(time).map_or(Spot::Nowhere, |slot| {
                Spot::Place(Place { series: series.clone(), slots: slot..slot + 1 })
            });
        }
    }

    /// Tells times by another clock, where only they are known.
    pub fn tell_by(&mut self, other: impl Fn(i64) -> i64) {
        for (_, spot) in &mut self.listed {
            if let Spot::Time(time) = spot {
                *time = other(*time);
            }
        }
    }

    /// Puts lines on other series of the panel; where those are left out, on none.
    pub fn move_to(&mut self, series: Option<&Range<usize>>) {
        for (_, spot) in &mut self.listed {
            match (&mut *spot, series) {
                (Spot::Place(place), Some(series)) => place.series = series.clone(),
                (_, None) => *spot = Spot::Nowhere,
                _ => {}
            }
        }
    }

    /// Counts what another tally has counted; its lines may stand before ours.
    pub fn absorb(&mut self, other: &Self) {
        self.count += other.count;
        self.imputed += other.imputed;
        let (Some((first, _)), last) = (other.listed.first(), self.listed.last()) else { return };
        let is_full = self.listed.len() >= LISTED_LINES;
        if !(is_full && last.is_some_and(|(last, _)| last <= first)) {
            self.listed.extend_from_slice(&other.listed);
            self.listed.sort_by_key(|(line, _)| *line);
            self.listed.truncate(LISTED_LINES);
        }
        if self.detail.is_none() {
            self.detail.clone_from(&other.detail);
        }
    }

    /// Files an entry unless nothing happened.
    pub fn file(self, reason: Reason, column: Option<&str>, entries: &mut Vec<LedgerEntry>) {
        let Self { count, imputed, detail, listed } = self;
        if count == 0 {
            return;
        }
        let column = column.map(str::to_owned);
        let place = |spot| if let Spot::Place(place) = spot { Some(place) } else { None };
        let (lines, places) = listed.into_iter().map(|(line, spot)| (line, place(spot))).unzip();
        entries.push(LedgerEntry { reason, column, count, imputed, lines, places, detail });
    }
}

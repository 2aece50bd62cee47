//! The rows of one series by what happened to them, on their way to the ledger.

use std::ops::Range;

use crate::import::ledger::{LedgerEntry, Reason};
use crate::import::tally::Tally;

/// Rows by what happened to them.
#[derive(Debug, Clone, Default)]
pub(crate) struct RowTallies {
    pub empty: Tally,
    pub missing_time: Tally,
    pub unparsable_time: Tally,
    pub off_grid: Tally,
    pub closed: Tally,
    pub moved: Tally,
    pub out_of_order: Tally,
    pub repeated: Tally,
    pub conflicting: Tally,
    pub dropped: Tally,
    pub merged: Tally,
    pub missing_slots: Tally,
}

impl RowTallies {
    /// Tells the times of lines by another clock.
    pub fn tell_by(&mut self, other: impl Fn(i64) -> i64) {
        let Self { out_of_order, repeated, conflicting, merged, moved, .. } = self;
        for tally in [out_of_order, repeated, conflicting, merged, moved] {
            tally.tell_by(&other);
        }
    }

    /// Counts what happened to the rows of another series.
    pub fn absorb(&mut self, other: &Self) {
        self.empty.absorb(&other.empty);
        self.missing_time.absorb(&other.missing_time);
        self.unparsable_time.absorb(&other.unparsable_time);
        self.off_grid.absorb(&other.off_grid);
        self.closed.absorb(&other.closed);
        self.moved.absorb(&other.moved);
        self.out_of_order.absorb(&other.out_of_order);
        self.repeated.absorb(&other.repeated);
        self.conflicting.absorb(&other.conflicting);
        self.dropped.absorb(&other.dropped);
        self.merged.absorb(&other.merged);
        self.missing_slots.absorb(&other.missing_slots);
    }

    /// Points at other series of the panel, at none where those are left out.
    pub fn move_to(&mut self, series: Option<&Range<usize>>) {
        let Self { moved, out_of_order, repeated, conflicting, merged, missing_slots, .. } = self;
        for tally in [moved, out_of_order, repeated, conflicting, merged, missing_slots] {
            tally.move_to(series);
        }
    }

    /// Files what happened.
    pub fn file(self, time: Option<&str>, entries: &mut Vec<LedgerEntry>) {
        self.empty.file(Reason::EmptyRow, None, entries);
        self.missing_time.file(Reason::MissingTime, time, entries);
        self.unparsable_time.file(Reason::UnparsableTime, time, entries);
        self.off_grid.file(Reason::OffGrid, time, entries);
        self.closed.file(Reason::RareOpening, time, entries);
        self.moved.file(Reason::Jitter, time, entries);
        self.out_of_order.file(Reason::OutOfOrder, None, entries);
        self.repeated.file(Reason::RepeatedRow, None, entries);
        self.conflicting.file(Reason::ConflictingRow, None, entries);
        self.dropped.file(Reason::DroppedSeries, None, entries);
        self.merged.file(Reason::SameStep, None, entries);
        self.missing_slots.file(Reason::MissingSlot, None, entries);
    }
}

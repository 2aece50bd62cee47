//! The line of the file that each slot of a series was read from.
//!
//! Kept as runs of an even pace, for lines mostly follow each other: one run for a tidy file.

/// Lines of the rows of one series.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SlotLines {
    runs: Vec<Run>,
}

/// Neighbouring slots whose lines rise or fall by the same number.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Run {
    slot: usize,
    length: usize,
    line: usize,
    /// Lines from one slot to the next; 0 in a run of one.
    pace: isize,
}

impl SlotLines {
    /// Slots, rising, with their lines. Of rows that share a slot the first is kept.
    pub(crate) fn new(lines: impl Iterator<Item = (usize, usize)>) -> Self {
        let mut runs: Vec<Run> = Vec::new();
        for (slot, line) in lines {
            let is_shared = runs.last().is_some_and(|run| slot < run.slot + run.length);
            let is_taken = is_shared || runs.last_mut().is_some_and(|run| run.takes(slot, line));
            if !is_taken {
                runs.push(Run { slot, length: 1, line, pace: 0 });
            }
        }
        Self { runs }
    }

    /// The line of a slot; `None` where no row stands on it.
    pub fn line_of(&self, slot: usize) -> Option<usize> {
        let after = self.runs.partition_point(|run| run.slot <= slot);
        let run = &self.runs[after.checked_sub(1)?];
        let steps = slot - run.slot;
        (steps < run.length).then(|| run.line_after(steps)).flatten()
    }
}

impl Run {
    /// Takes a slot that goes on with the run, and says so; the second one decides its pace.
    fn takes(&mut self, slot: usize, line: usize) -> bool {
        if slot != self.slot + self.length {
            return false;
        }
        if self.length == 1 {
            let Some(pace) = line.checked_signed_diff(self.line) else { return false };
            self.pace = pace;
        }
        let goes_on = self.line_after(self.length) == Some(line);
        self.length += usize::from(goes_on);
        goes_on
    }

    fn line_after(&self, steps: usize) -> Option<usize> {
        let steps = isize::try_from(steps).ok()?;
        self.line.checked_add_signed(self.pace.checked_mul(steps)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn tidy_files_are_one_run_whichever_way_they_go() {
        let lines = SlotLines::new((0..1_000).map(|slot| (slot, slot + 2)));
        assert_eq!(
            (lines.runs.len(), lines.line_of(999), lines.line_of(1_000)),
            (1, Some(1_001), None)
        );
        let newest_first = SlotLines::new((0..1_000).map(|slot| (slot, 1_001 - slot)));
        assert_eq!((newest_first.runs.len(), newest_first.line_of(0)), (1, Some(1_001)));
        let interleaved = SlotLines::new((0..1_000).map(|slot| (slot, 2 + 7 * slot)));
        assert_eq!((interleaved.runs.len(), interleaved.line_of(10)), (1, Some(72)));
        let shared = SlotLines::new([(0, 2), (0, 3), (1, 4), (1, 5)].into_iter());
        assert_eq!((shared.line_of(0), shared.line_of(1)), (Some(2), Some(4)));
        assert_eq!(SlotLines::default().line_of(0), None);
    }

    proptest! {
        #[test]
        fn every_slot_keeps_its_line(
            rows in prop::collection::btree_map(0_usize..60, 2_usize..500, 0..60),
        ) {
            let lines = SlotLines::new(rows.iter().map(|(&slot, &line)| (slot, line)));
            for slot in 0..61 {
                prop_assert_eq!(lines.line_of(slot), rows.get(&slot).copied());
            }
        }
    }
}

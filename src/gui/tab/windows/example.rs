//! One window or chunk, in rows and words: what it reads, what it learns to predict.
//!
//! Not for drawing it (`bars`, `picture`).

use std::ops::Range;

use crate::project::Feed;
use crate::series::number::grouped;
use crate::series::{Series, TimeAxis};
use crate::window::{LanePlan, Part, Split, Supervision, WindowConfig, warm_up};

/// A window, a chunk, or a forecast that is scored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    pub title: String,
    pub reads: Range<usize>,
    /// Rows that it predicts, or learns to predict.
    pub says: Range<usize>,
    pub note: &'static str,
}

impl Example {
    /// Title, dates and note, a line each.
    pub fn told(&self, axis: &TimeAxis) -> String {
        let dates = |rows: &Range<usize>| match rows.end.checked_sub(1) {
            Some(last) if !rows.is_empty() => {
                let count = counted(rows.len(), "row");
                format!("{} to {} ({count})", axis.display(rows.start), axis.display(last))
            }
            _ => "nothing".to_owned(),
        };
        let (reads, says) = (dates(&self.reads), dates(&self.says));
        let note = if self.note.is_empty() { String::new() } else { format!("\n{}", self.note) };
        format!("{}\nreads {reads}\npredicts {says}{note}", self.title)
    }
}

#[derive(Debug, Clone, Copy)]
pub struct FeedView<'a> {
    pub feed: &'a Feed,
    pub series: &'a Series,
    pub split: &'a Split,
    pub window: &'a WindowConfig,
    pub supervise: Supervision,
}

impl FeedView<'_> {
    pub fn count(&self) -> usize {
        match self.feed {
            Feed::Windows { train, .. } => total(train),
            Feed::Lanes { train, .. } => {
                train.lanes().iter().map(|lane| lane.rows.len().div_ceil(train.chunk())).sum()
            }
        }
    }

    /// A training window or chunk by its number in time order, from 0.
    pub fn numbered(&self, number: usize) -> Option<Example> {
        match self.feed {
            Feed::Windows { train, .. } => {
                let mut left = number;
                for run in train {
                    if left < run.len() {
                        return Some(self.window(Part::Train, train, run.start + left));
                    }
                    left -= run.len();
                }
                None
            }
            Feed::Lanes { train, .. } => {
                let mut left = number;
                for (place, lane) in train.lanes().iter().enumerate() {
                    let chunks = lane.rows.len().div_ceil(train.chunk());
                    if left < chunks {
                        return Some(self.chunk(train, place, left));
                    }
                    left -= chunks;
                }
                None
            }
        }
    }

    /// What of a part stands at a row: the window whose lookback ends there, the chunk that holds the
    /// row, or the nearest.
    pub fn at(&self, part: Part, row: usize) -> Option<Example> {
        match (part, self.feed) {
            (Part::Train, Feed::Windows { train: runs, .. })
            | (Part::Validation, Feed::Windows { validation: runs, .. }) => {
                let start = row.saturating_sub(self.window.lookback);
                Some(self.window(part, runs, nearest(runs, start)?))
            }
            (Part::Train, Feed::Lanes { train, .. }) => {
                let lanes = train.lanes();
                let place = lanes.partition_point(|lane| lane.rows.end <= row);
                let place = place.min(lanes.len().checked_sub(1)?);
                let rows = &lanes[place].rows;
                let row = row.clamp(rows.start, rows.end - 1);
                Some(self.chunk(train, place, (row - rows.start) / train.chunk()))
            }
            (Part::Validation, Feed::Lanes { validation, .. }) => scored(validation, row),
            (Part::Test, _) => self.holdout(),
        }
    }

    pub fn holdout(&self) -> Option<Example> {
        let says = self.split.holdout(self.window.horizon);
        let history = &self.series.values[..says.start.min(self.series.len())];
        let (lookback, most) = match self.feed {
            Feed::Windows { .. } => (self.window.lookback, self.window.lookback),
            Feed::Lanes { train, .. } => (self.window.lookback, train.lane_rows()),
        };
        let reads = warm_up(history, 0, lookback, most);
        let note = "the forecast that the scorecard scores";
        let title = "Test".to_owned();
        (!says.is_empty() && !reads.is_empty()).then_some(Example { title, reads, says, note })
    }

    fn window(&self, part: Part, runs: &[Range<usize>], start: usize) -> Example {
        let before: usize = runs
            .iter()
            .take_while(|run| run.start <= start)
            .map(|run| start.min(run.end) - run.start)
            .sum();
        let name = if part == Part::Train { "Training" } else { "Validation" };
        let number = grouped(before + 1);
        let origin = start + self.window.lookback;
        // The last row of a validation window is the only one that is scored.
        let is_every = part == Part::Train && self.supervise == Supervision::Every;
        Example {
            title: format!("{name} window {number} of {}", grouped(total(runs))),
            reads: start..origin,
            says: if is_every { start + 1 } else { origin }..origin + self.window.horizon,
            note: if is_every { "every row learns to predict the rows after it" } else { "" },
        }
    }

    fn chunk(&self, plan: &LanePlan, place: usize, number: usize) -> Example {
        let lane = &plan.lanes()[place].rows;
        let start = lane.start + number * plan.chunk();
        let reads = start..lane.end.min(start.saturating_add(plan.chunk()));
        let first = match self.supervise {
            Supervision::Last => reads.end,
            Supervision::Every => start + 1,
        };
        let end = reads.end.saturating_add(self.window.horizon).min(self.split.train.end);
        let (of_lanes, of_chunks) = (plan.len(), lane.len().div_ceil(plan.chunk()));
        Example {
            title: format!(
                "Lane {} of {}, chunk {} of {}",
                grouped(place + 1),
                grouped(of_lanes),
                grouped(number + 1),
                grouped(of_chunks)
            ),
            reads,
            says: first.min(end)..end,
            note: match number {
                0 => "the state is reset before it",
                _ => "goes on from the state after the chunk before it",
            },
        }
    }
}

/// The forecast of a validation lane that is made nearest to a row.
fn scored(plan: &LanePlan, row: usize) -> Option<Example> {
    let origin = row.saturating_sub(1);
    let lanes = plan.lanes();
    let place = lanes.partition_point(|lane| lane.rows.end <= origin);
    let lane = &lanes[place.min(lanes.len().checked_sub(1)?)];
    let origin = origin.clamp(lane.origins.start, lane.origins.end - 1);
    Some(Example {
        title: "Validation forecast".to_owned(),
        reads: lane.rows.start..origin + 1,
        says: origin + 1..origin + 1 + plan.horizon(),
        note: "the state warms up over the rows before it",
    })
}

/// The row in any of the runs that is nearest to `row`.
fn nearest(runs: &[Range<usize>], row: usize) -> Option<usize> {
    let next = runs.partition_point(|run| run.end <= row);
    let after = runs.get(next).map(|run| run.start.max(row));
    let before = next.checked_sub(1).map(|place| runs[place].end - 1);
    match (before, after) {
        (Some(before), Some(after)) if row - before < after - row => Some(before),
        (before, after) => after.or(before),
    }
}

fn total(runs: &[Range<usize>]) -> usize {
    runs.iter().map(ExactSizeIterator::len).sum()
}

pub fn counted(count: usize, thing: &str) -> String {
    format!("{} {thing}{}", grouped(count), if count == 1 { "" } else { "s" })
}

pub fn told(fed: &FeedView<'_>, batch: usize) -> String {
    match fed.feed {
        Feed::Windows { train, updates, .. } => {
            let windows = counted(total(train), "window");
            let at_once = grouped(batch.min(total(train)));
            format!("{windows}, {at_once} at a time, {} an epoch", counted(*updates, "update"))
        }
        Feed::Lanes { train, updates, .. } => {
            let longest = train.longest();
            let is_even = train.rows() == longest * train.len();
            let up_to = if is_even { "" } else { "up to " };
            let (rows, chunks) =
                (counted(longest, "row"), counted(longest.div_ceil(train.chunk()), "chunk"));
            let updates = counted(*updates, "update");
            if train.len() == 1 {
                return format!("1 lane of {rows}, {chunks}, {updates} an epoch");
            }
            let lanes = grouped(train.len());
            let at_once = match train.slots() {
                slots if slots < train.len() => format!(", {} at a time", grouped(slots)),
                _ => String::new(),
            };
            format!(
                "{lanes} lanes of {up_to}{rows}, {up_to}{chunks} each{at_once}, {updates} an epoch"
            )
        }
    }
}

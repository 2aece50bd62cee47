//! Lanes: contiguous stretches of a series that one row of the batch follows chunk by chunk in
//! stateful training, its state carried from each chunk into the next (truncated backpropagation
//! through time; Williams and Peng 1990); and how they are dealt to the rows of a batch.
//!
//! Not for copying values (`batch`), nor for the states, which whoever trains keeps by slot.

use std::ops::Range;

use super::config::{Part, Split, WindowConfig};
use super::rows::{Rows, stretches};

/// Chunks that a lane has at least by the default rule, where the series allows: a state that is
/// carried fewer than three times has little more than a window's memory.
const LEAST_CHUNKS: usize = 4;

/// One stretch of rows without a missing value. The state is reset before its first row and never
/// carried past its last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lane {
    pub rows: Range<usize>,
    /// Those among them whose forecasts count; the rows before them warm the state up.
    pub origins: Range<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LaneRules {
    /// Rows that gradients flow back over, after which the state is carried on without them.
    pub chunk: usize,
    /// Rows of a lane; `None` for as many as give every row of the batch a lane, in whole chunks and
    /// no fewer than four.
    pub lane_rows: Option<usize>,
    pub batch: usize,
}

/// The lanes of a part of a series, in time order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LanePlan {
    lanes: Vec<Lane>,
    /// Rows that targets may lie in.
    part: Range<usize>,
    horizon: usize,
    chunk: usize,
    slots: usize,
    lane_rows: usize,
}

impl LanePlan {
    /// The lanes to learn from. Together they cover every row of the training part that has a value
    /// and a target after it, once. Rows left over at the end of a stretch, where they are fewer than
    /// a chunk, stay with the lane before them. `rows` may end where the part does.
    pub fn new(rows: &Rows<'_>, split: &Split, config: &WindowConfig, rules: LaneRules) -> Self {
        let part = split.train.start..split.train.end.min(rows.len());
        let mut stretches = stretches(rows, part.clone());
        drop_rows_without_target(&mut stretches, &part, config.horizon);
        let chunk = rules.chunk.max(1);
        let lane_rows = rules.lane_rows.map_or_else(
            || default_lane_rows(&stretches, chunk, rules.batch),
            |lane_rows| lane_rows.max(1),
        );
        let mut lanes = Vec::new();
        for stretch in stretches {
            cut(stretch, lane_rows, chunk, &mut lanes);
        }
        let slots = rules.batch.clamp(1, lanes.len().max(1));
        Self { lanes, part, horizon: config.horizon, chunk, slots, lane_rows }
    }

    /// The lanes whose forecasts score a part after the training part: one run over each stretch, from
    /// at most `warm_up` rows before the first row that counts. A row counts where all of the `horizon`
    /// rows after it lie in the part, as for the windows of that part. At most `batch` lanes are
    /// followed at once.
    pub fn of_part(
        rows: &Rows<'_>,
        split: &Split,
        config: &WindowConfig,
        part: Part,
        warm_up: usize,
        rules: LaneRules,
    ) -> Self {
        let all = split.part(part);
        let part = all.start.min(rows.len())..all.end.min(rows.len());
        let first = part.start.saturating_sub(1);
        let origins = first..part.end.saturating_sub(config.horizon).max(first);
        let mut lanes = Vec::new();
        if config.horizon > 0 {
            for stretch in stretches(rows, 0..origins.end) {
                let origins = stretch.start.max(origins.start)..stretch.end;
                if !origins.is_empty() {
                    let start = origins.start.saturating_sub(warm_up).max(stretch.start);
                    lanes.push(Lane { rows: start..stretch.end, origins });
                }
            }
        }
        let lane_rows = lanes.iter().map(|lane| lane.rows.len()).max().unwrap_or(0);
        let slots = rules.batch.clamp(1, lanes.len().max(1));
        let chunk = rules.chunk.max(1);
        Self { lanes, part, horizon: config.horizon, chunk, slots, lane_rows }
    }

    pub fn lanes(&self) -> &[Lane] {
        &self.lanes
    }

    pub const fn len(&self) -> usize {
        self.lanes.len()
    }

    pub const fn is_empty(&self) -> bool {
        self.lanes.is_empty()
    }

    pub const fn chunk(&self) -> usize {
        self.chunk
    }

    pub const fn horizon(&self) -> usize {
        self.horizon
    }

    /// Rows of the batch: as many as were asked for, or as there are lanes.
    pub const fn slots(&self) -> usize {
        self.slots
    }

    /// Rows that lanes were cut to: as asked for, or as chosen. A state in training is no older than
    /// these and a chunk, so this is how far back a forecast warms up.
    pub const fn lane_rows(&self) -> usize {
        self.lane_rows
    }

    /// Rows of the longest lane; 0 where there is none.
    pub fn longest(&self) -> usize {
        self.lanes.iter().map(|lane| lane.rows.len()).max().unwrap_or(0)
    }

    pub fn rows(&self) -> usize {
        self.lanes.iter().map(|lane| lane.rows.len()).sum()
    }

    /// Follows at most this many lanes at once from now on; the lanes stay as they are cut.
    pub fn set_batch(&mut self, batch: usize) {
        self.slots = batch.clamp(1, self.lanes.len().max(1));
    }

    /// The rows that targets may lie in.
    pub(super) const fn target_rows(&self) -> &Range<usize> {
        &self.part
    }

    /// Steps of a pass in this order.
    pub fn step_count(&self, order: &[usize]) -> usize {
        let mut cursor = LaneCursor::default();
        std::iter::from_fn(|| cursor.advance(self, order).map(|_| ())).count()
    }
}

/// Takes away the last row of each stretch that has no target in the part: the next value comes more
/// than `horizon` rows later or not at all. Every other row has the one after it.
fn drop_rows_without_target(
    stretches: &mut Vec<Range<usize>>,
    part: &Range<usize>,
    horizon: usize,
) {
    if horizon == 0 {
        return stretches.clear();
    }
    let mut next_value = part.end;
    for stretch in stretches.iter_mut().rev() {
        let start = stretch.start;
        if next_value >= part.end || next_value > stretch.end - 1 + horizon {
            stretch.end -= 1;
        }
        next_value = start;
    }
    stretches.retain(|stretch| !stretch.is_empty());
}

/// A share of all rows for each of `batch` lanes in whole chunks, four at least.
fn default_lane_rows(stretches: &[Range<usize>], chunk: usize, batch: usize) -> usize {
    let rows: usize = stretches.iter().map(ExactSizeIterator::len).sum();
    let chunks = rows.div_ceil(batch.max(1)).div_ceil(chunk);
    chunks.max(LEAST_CHUNKS).saturating_mul(chunk)
}

/// Cuts a stretch into lanes of `lane_rows`.
fn cut(stretch: Range<usize>, lane_rows: usize, chunk: usize, lanes: &mut Vec<Lane>) {
    let mut start = stretch.start;
    while start < stretch.end {
        let left = stretch.end - start;
        let after = left.saturating_sub(lane_rows);
        // A state for less than a chunk would be given up as soon as it has warmed up.
        let stays = lane_rows >= chunk && after < chunk;
        let end = if stays { stretch.end } else { start + lane_rows.min(left) };
        lanes.push(Lane { rows: start..end, origins: start..end });
        start = end;
    }
}

/// What one row of the batch follows in one step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slot {
    /// Place of the lane in the plan.
    pub lane: usize,
    /// Its rows in this step: a chunk, or what is left of the lane.
    pub rows: Range<usize>,
    /// Whether the lane begins here: its state is reset before.
    pub starts: bool,
}

/// One step of training: a chunk of each lane that is being followed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LaneStep {
    /// One for each row of the batch; `None` where no lane is left for it.
    pub slots: Vec<Option<Slot>>,
}

impl LaneStep {
    /// Input rows of the longest slot, at most a chunk. Shorter ones are padded after their last row,
    /// where their lane ends.
    pub fn rows(&self) -> usize {
        self.slots.iter().flatten().map(|slot| slot.rows.len()).max().unwrap_or(0)
    }
}

/// How far a pass over the lanes of a plan has come. A slot whose lane has ended takes the next one
/// in order; where none is left it stays empty. The same order gives the same steps.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LaneCursor {
    /// Lanes of the order begun so far.
    begun: usize,
    step: LaneStep,
}

impl LaneCursor {
    /// The next step over lanes begun in `order`; `None` after the last. Takes no memory after the
    /// first.
    pub fn advance(&mut self, plan: &LanePlan, order: &[usize]) -> Option<&LaneStep> {
        let (lanes, chunk) = (plan.lanes(), plan.chunk());
        self.step.slots.resize(plan.slots(), None);
        for slot in &mut self.step.slots {
            let followed = slot.as_ref().map(|slot| (slot.lane, slot.rows.end, false));
            let next =
                followed.filter(|&(lane, start, _)| start < lanes[lane].rows.end).or_else(|| {
                    let lane = *order.get(self.begun)?;
                    self.begun += 1;
                    Some((lane, lanes[lane].rows.start, true))
                });
            *slot = next.map(|(lane, start, starts)| {
                let end = start.saturating_add(chunk).min(lanes[lane].rows.end);
                Slot { lane, rows: start..end, starts }
            });
        }
        self.step.slots.iter().any(Option::is_some).then_some(&self.step)
    }

    pub fn restart(&mut self) {
        self.begun = 0;
        self.step.slots.clear();
    }

    pub const fn step(&self) -> &LaneStep {
        &self.step
    }
}

#[cfg(test)]
#[path = "lanes_tests.rs"]
mod tests;

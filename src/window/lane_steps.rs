//! Lanes dealt to the rows of a batch, one chunk of each a step.
//!
//! Not for values (`lane_batch`), nor for the states, which whoever trains keeps by slot.

use std::ops::Range;

use super::LanePlan;

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

    /// Goes back before the first step.
    pub fn restart(&mut self) {
        self.begun = 0;
        self.step.slots.clear();
    }

    /// The step advanced to last.
    pub const fn step(&self) -> &LaneStep {
        &self.step
    }
}

/// The steps of one pass over the lanes of a plan, begun in an order.
#[derive(Debug, Clone)]
pub struct LaneSteps<'a> {
    plan: &'a LanePlan,
    order: &'a [usize],
    cursor: LaneCursor,
}

impl<'a> LaneSteps<'a> {
    pub(super) fn new(plan: &'a LanePlan, order: &'a [usize]) -> Self {
        Self { plan, order, cursor: LaneCursor::default() }
    }

    /// The next step; `None` after the last.
    pub fn advance(&mut self) -> Option<&LaneStep> {
        self.cursor.advance(self.plan, self.order)
    }

    /// Passes over `count` steps, as a run does that is taken up again after them.
    pub fn skip_steps(&mut self, count: usize) {
        for _ in 0..count {
            if self.advance().is_none() {
                return;
            }
        }
    }
}

//! What a network is trained on, and what each batch of an epoch holds: windows in a random order, or the next chunk of each lane.
//!
//! Not for what is done with it (`learner`).

use std::ops::Range;

use crate::window::{
    Batch, BatchSource, LaneCursor, LanePlan, ShuffledOrder, Supervision, Windows,
};

#[derive(Debug, Clone, Copy)]
pub struct TrainingData<'a> {
    /// Rows that windows and lanes are gathered from.
    pub source: BatchSource<'a>,
    /// What to learn from; at least one window or lane.
    pub train: Material<'a>,
    /// What chooses the best epoch; where it is empty the training loss does.
    pub validation: Material<'a>,
    /// The scaled value of 0 in the series' units, for errors that are shares of the values.
    pub zero: f64,
}

/// Windows, each from the start state, or lanes, whose state is carried from chunk to chunk.
#[derive(Debug, Clone, Copy)]
pub enum Material<'a> {
    Windows(&'a Windows),
    Lanes(&'a LanePlan),
}

impl Material<'_> {
    /// Number of windows or lanes.
    pub const fn len(&self) -> usize {
        match self {
            Self::Windows(windows) => windows.len(),
            Self::Lanes(plan) => plan.len(),
        }
    }

    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub const fn horizon(&self) -> usize {
        match self {
            Self::Windows(windows) => windows.horizon,
            Self::Lanes(plan) => plan.horizon(),
        }
    }
}

/// The batches of one epoch after the other.
#[derive(Debug)]
pub struct BatchFeed<'a> {
    material: FeedMaterial<'a>,
    order: ShuffledOrder,
    supervision: Supervision,
    batch_size: usize,
    batches: usize,
}

#[derive(Debug)]
enum FeedMaterial<'a> {
    Windows(&'a Windows),
    Lanes { plan: LanePlan, cursor: LaneCursor },
}

impl<'a> BatchFeed<'a> {
    pub fn new(material: Material<'a>, supervision: Supervision, seed: u64) -> Self {
        let own = match material {
            Material::Windows(windows) => FeedMaterial::Windows(windows),
            Material::Lanes(plan) => {
                FeedMaterial::Lanes { plan: plan.clone(), cursor: LaneCursor::default() }
            }
        };
        let order = ShuffledOrder::new(material.len(), seed);
        Self { material: own, order, supervision, batch_size: 1, batches: 0 }
    }

    /// Goes to an epoch, past the first `done` of its batches.
    pub fn open(&mut self, epoch: usize, batch_size: usize, done: usize) {
        self.batch_size = batch_size.max(1);
        let order = self.order.shuffle(epoch);
        match &mut self.material {
            FeedMaterial::Windows(windows) => {
                self.batches = windows.len().div_ceil(self.batch_size);
            }
            FeedMaterial::Lanes { plan, cursor } => {
                plan.set_batch(batch_size);
                cursor.restart();
                self.batches = 0;
                while cursor.advance(plan, order).is_some() {
                    self.batches += 1;
                }
                cursor.restart();
                for _ in 0..done {
                    cursor.advance(plan, order);
                }
            }
        }
    }

    pub const fn batches(&self) -> usize {
        self.batches
    }

    /// Gathers batch `index` of the epoch; they are asked for in order.
    pub fn gather(&mut self, index: usize, source: &BatchSource<'_>, batch: &mut Batch) {
        match &mut self.material {
            FeedMaterial::Windows(windows) => {
                let positions = positions(&self.order, self.batch_size, index);
                match self.supervision {
                    Supervision::Last => batch.gather(source, windows, positions),
                    Supervision::Every => batch.gather_every(source, windows, positions),
                }
            }
            FeedMaterial::Lanes { plan, cursor } => {
                if let Some(step) = cursor.advance(plan, self.order.positions()) {
                    batch.gather_lanes(source, plan, step, self.supervision);
                }
            }
        }
    }

    /// Whether the state is carried from batch to batch.
    pub const fn carries_state(&self) -> bool {
        matches!(self.material, FeedMaterial::Lanes { .. })
    }

    /// Which slots of the batch gathered last begin with a fresh state.
    pub fn fresh(&self, into: &mut Vec<bool>) {
        into.clear();
        if let FeedMaterial::Lanes { cursor, .. } = &self.material {
            let slots = cursor.step().slots.iter();
            into.extend(slots.map(|slot| slot.as_ref().is_none_or(|slot| slot.starts)));
        }
    }

    /// Input rows of each slot of batch `index`, which was gathered last.
    pub fn rows(&self, index: usize) -> Vec<Option<Range<usize>>> {
        match &self.material {
            FeedMaterial::Windows(windows) => {
                let starts = positions(&self.order, self.batch_size, index).iter();
                let starts = starts.map(|&position| windows.starts()[position]);
                starts.map(|start| Some(start..start + windows.lookback)).collect()
            }
            FeedMaterial::Lanes { cursor, .. } => {
                let slots = cursor.step().slots.iter();
                slots.map(|slot| slot.as_ref().map(|slot| slot.rows.clone())).collect()
            }
        }
    }
}

/// The windows of batch `index`.
fn positions(order: &ShuffledOrder, batch_size: usize, index: usize) -> &[usize] {
    let all = order.positions();
    let start = index.saturating_mul(batch_size).min(all.len());
    &all[start..start.saturating_add(batch_size).min(all.len())]
}

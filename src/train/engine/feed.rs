//! What each batch of an epoch holds: windows in a random order, or the next chunk of each lane.
//!
//! Not for what is done with it (`learner`).

use std::ops::Range;

use crate::train::Material;
use crate::window::{Batch, LaneCursor, LanePlan, Order, Source, Supervision, Windows};

/// The batches of one epoch after the other.
#[derive(Debug)]
pub struct Feed<'a> {
    cut: Cut<'a>,
    order: Order,
    supervision: Supervision,
    batch_size: usize,
    batches: usize,
}

#[derive(Debug)]
enum Cut<'a> {
    Windows(&'a Windows),
    Lanes { plan: LanePlan, cursor: LaneCursor },
}

impl<'a> Feed<'a> {
    pub fn new(material: Material<'a>, supervision: Supervision, seed: u64) -> Self {
        let cut = match material {
            Material::Windows(windows) => Cut::Windows(windows),
            Material::Lanes(plan) => {
                Cut::Lanes { plan: plan.clone(), cursor: LaneCursor::default() }
            }
        };
        let order = Order::new(material.len(), seed);
        Self { cut, order, supervision, batch_size: 1, batches: 0 }
    }

    /// Goes to an epoch, past the first `done` of its batches.
    pub fn open(&mut self, epoch: usize, batch_size: usize, done: usize) {
        self.batch_size = batch_size.max(1);
        let order = self.order.shuffle(epoch);
        match &mut self.cut {
            Cut::Windows(windows) => self.batches = windows.len().div_ceil(self.batch_size),
            Cut::Lanes { plan, cursor } => {
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

    /// Batches in the epoch.
    pub const fn batches(&self) -> usize {
        self.batches
    }

    /// Gathers batch `index` of the epoch; they are asked for in order.
    pub fn gather(&mut self, index: usize, source: &Source<'_>, batch: &mut Batch) {
        match &mut self.cut {
            Cut::Windows(windows) => {
                let positions = positions(&self.order, self.batch_size, index);
                match self.supervision {
                    Supervision::Last => batch.gather(source, windows, positions),
                    Supervision::Every => batch.gather_every(source, windows, positions),
                }
            }
            Cut::Lanes { plan, cursor } => {
                if let Some(step) = cursor.advance(plan, self.order.positions()) {
                    batch.gather_lanes(source, plan, step, self.supervision);
                }
            }
        }
    }

    /// Whether the state is carried from batch to batch.
    pub const fn carries_state(&self) -> bool {
        matches!(self.cut, Cut::Lanes { .. })
    }

    /// Which slots of the batch gathered last begin with a fresh state.
    pub fn fresh(&self, into: &mut Vec<bool>) {
        into.clear();
        if let Cut::Lanes { cursor, .. } = &self.cut {
            let slots = cursor.step().slots.iter();
            into.extend(slots.map(|slot| slot.as_ref().is_none_or(|slot| slot.starts)));
        }
    }

    /// Input rows of each slot of batch `index`, which was gathered last.
    pub fn rows(&self, index: usize) -> Vec<Option<Range<usize>>> {
        match &self.cut {
            Cut::Windows(windows) => {
                let starts = positions(&self.order, self.batch_size, index).iter();
                let starts = starts.map(|&position| windows.starts()[position]);
                starts.map(|start| Some(start..start + windows.lookback)).collect()
            }
            Cut::Lanes { cursor, .. } => {
                let slots = cursor.step().slots.iter();
                slots.map(|slot| slot.as_ref().map(|slot| slot.rows.clone())).collect()
            }
        }
    }
}

/// The windows of batch `index`.
fn positions(order: &Order, batch_size: usize, index: usize) -> &[usize] {
    let all = order.positions();
    let start = index.saturating_mul(batch_size).min(all.len());
    &all[start..start.saturating_add(batch_size).min(all.len())]
}

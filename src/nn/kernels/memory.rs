//! All memory of one layer and direction over a batch, and a pool of such for graphs.

use std::sync::{Arc, Mutex, PoisonError};

use super::buffer::Buffer;
use super::matrix::Packed;
use super::multiply::Blocks;

/// What one call of a layer reads again, writes, and needs on the way. Kept between calls, so that
/// only a larger batch takes memory.
#[derive(Debug, Default)]
pub struct LayerMemory {
    /// `[steps, batch, blocks * hidden]`: the gates; after backward, their gradients.
    pub gates: Buffer,
    /// `[steps, batch, hidden]`; empty but for LSTM.
    pub memory: Buffer,
    /// `[steps, batch, hidden]`
    pub hidden: Buffer,
    /// `[states, batch, hidden]`: the states begun with; empty where these are zero.
    pub start: Buffer,
    /// `[states, batch, hidden]`: their gradient.
    pub d_start: Buffer,
    /// Input weights, transposed; of GRU those of r and z, and of n.
    pub input_weights: [Packed; 2],
    /// Recurrent weights, likewise.
    pub recurrent_weights: [Packed; 2],
    /// Input weights as they are, for the gradient of the input.
    pub input_weights_back: Packed,
    /// Recurrent weights as they are.
    pub recurrent_weights_back: [Packed; 2],
    /// One value a saved block and unit.
    pub bias: Buffer,
    /// `[chunks, 1 + narrow features, blocks * hidden]`: sums over the rows of a chunk.
    pub sums: Buffer,
    /// `[chunks, ..]`: what a step needs.
    pub scratch: Buffer,
    /// `[steps, batch, hidden]`: hidden states as the recurrent product saw them, where masked.
    pub masked: Buffer,
    /// The blocks of the large products, one for each thread.
    pub blocks: Vec<Mutex<Blocks>>,
}

/// Memory not in use at the moment, shared by clones.
#[derive(Debug, Clone, Default)]
pub struct Workspace {
    idle: Arc<Mutex<Vec<LayerMemory>>>,
}

/// Memory on loan; it goes back when dropped.
#[derive(Debug)]
pub struct Loan {
    memory: Option<LayerMemory>,
    home: Workspace,
}

impl Workspace {
    /// The memory last given back, or new.
    pub fn take(&self) -> Loan {
        let memory = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        Loan { memory: Some(memory.unwrap_or_default()), home: self.clone() }
    }
}

impl Loan {
    /// The memory, to read.
    pub fn get_ref(&self) -> Option<&LayerMemory> {
        self.memory.as_ref()
    }

    /// The memory.
    pub fn get(&mut self) -> &mut LayerMemory {
        self.memory.get_or_insert_default()
    }
}

impl Drop for Loan {
    fn drop(&mut self) {
        let mut idle = self.home.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.extend(self.memory.take());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn returned_memory_is_lent_again() {
        let workspace = Workspace::default();
        let mut first = workspace.take();
        let address = first.get().gates.resize(100).as_ptr();
        drop(first);
        assert_eq!(workspace.take().get().gates.resize(60).as_ptr(), address);
    }
}

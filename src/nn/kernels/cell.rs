//! What a recurrent cell declares: its name for people, its sizes, its equations.
//!
//! Each cell has its card beside its code; `nn::cell` lists them.

#[cfg(test)]
use super::equations_tests::Equations;
use super::rows::{BackwardRows, ForwardRows};

/// A recurrent cell as people meet it and as a layer runs it.
#[derive(Debug)]
pub struct CellCard {
    /// For people: `LSTM`.
    pub label: &'static str,
    /// What it is and its names in PyTorch and Keras, for the help of the setting.
    pub help: &'static str,
    /// Whether it runs where no model is named.
    pub runs_unasked: bool,
    /// Place of its colour among those of models.
    pub color: usize,
    /// Whether a dot tells it from another cell of that colour.
    pub is_dotted: bool,
    /// Blocks of `hidden` rows in the weight matrices, and in each of the two biases.
    pub gates: usize,
    /// Products of the state, in the order of the gates.
    pub groups: &'static [GateGroup],
    /// Blocks of `hidden` values that a step keeps for backward, the gates first.
    pub saved_blocks: usize,
    /// Whether a memory `c` goes from step to step beside the hidden state.
    pub has_memory: bool,
    /// The gate whose bias keeps the memory, where there is one.
    pub forget_gate: Option<usize>,
    /// Runs all steps, or some where it is cancelled.
    pub forward: fn(ForwardRows<'_>),
    /// Runs all steps from the last, likewise. The saved blocks receive the gradients of the gates.
    pub backward: fn(BackwardRows<'_>),
    /// The same in scalar f64.
    #[cfg(test)]
    pub equations: Equations,
}

#[derive(Debug, Clone, Copy)]
pub struct GateGroup {
    pub first: usize,
    pub count: usize,
    /// First of the saved blocks that receive the gradient of the product. Where it is not `first`, the
    /// recurrent bias is not added to the bias of the input but stands in these blocks.
    pub gradient: usize,
    /// The saved block that the product reads, where that is not the state itself.
    pub operand: Option<usize>,
}

impl GateGroup {
    /// All `count` gates of a cell, each of which reads the state.
    pub const fn all(count: usize) -> [Self; 1] {
        [Self { first: 0, count, gradient: 0, operand: None }]
    }
}

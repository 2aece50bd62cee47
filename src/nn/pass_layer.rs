//! One layer's part of a [`Pass`](super::Pass): its buffers, and what it is called with.

use candle_core::{Result, Var};
use serde::{Deserialize, Serialize};

use super::fused::{contiguous, on_cpu};
use super::kernels::{Buffer, Call, Isa, LayerMemory, LayerShape, StartStates};
use super::random::Dropout;

/// Where every layer stands after its last step, detached from any graph: PyTorch's `(h_n, c_n)`, or `h_n`
/// alone. Layers come first to last, forward before backward.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct StateValues {
    /// `[layers * directions, batch, hidden]`
    pub hidden: Vec<f32>,
    /// `[layers * directions, batch, hidden]`: the memory of LSTM; empty for the others.
    pub memory: Vec<f32>,
}

/// Sizes of the network and of the last batch.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PassSizes {
    pub batch: usize,
    pub steps: usize,
    pub features: usize,
    /// Values that the last layer gives out a step: directions times hidden.
    pub width: usize,
    pub horizon: usize,
    pub known: usize,
    /// Steps after which a forecast is made.
    pub outputs: usize,
}

#[derive(Debug, Default)]
pub struct LayerPass {
    /// One or two directions.
    pub directions: Vec<DirectionPass>,
    /// `[steps, batch, features]`: what the layer reads, where it is not what the one before wrote.
    pub values: Buffer,
    /// The same shape: the mask of the dropout of these; empty without.
    pub mask: Buffer,
}

#[derive(Debug)]
pub struct DirectionPass {
    pub given: LayerGiven,
    pub memory: LayerMemory,
    /// Gradient of what it gave out: `[steps, batch, hidden]`, or `[batch, hidden]` of the last step.
    pub d_hidden: Buffer,
    /// `[steps, batch, features]`
    pub d_input: Buffer,
}

/// What a direction is given beside its input.
#[derive(Debug)]
pub struct LayerGiven {
    pub shape: LayerShape,
    /// `[batch, hidden]`: the mask of the states; empty without.
    mask: Buffer,
    /// `[batch, hidden]`, where states were given.
    hidden: Buffer,
    /// Likewise, for LSTM.
    memory: Buffer,
    /// Rows that begin with a fresh state all the same.
    fresh: Vec<bool>,
    has_start: bool,
}

impl LayerPass {
    pub fn new(shapes: impl Iterator<Item = LayerShape>) -> Self {
        let directions = shapes.map(|shape| DirectionPass {
            given: LayerGiven {
                shape,
                mask: Buffer::default(),
                hidden: Buffer::default(),
                memory: Buffer::default(),
                fresh: Vec::new(),
                has_start: false,
            },
            memory: LayerMemory::default(),
            d_hidden: Buffer::default(),
            d_input: Buffer::default(),
        });
        Self { directions: directions.collect(), ..Self::default() }
    }

    /// Writes what the layer before gave out, direction beside direction and dropped, where that
    /// cannot be read as it stands.
    pub fn read(&mut self, before: &Self, sizes: PassSizes, dropout: Option<&mut Dropout>) {
        let rows = sizes.steps * sizes.batch;
        let width: usize = before.directions.iter().map(|d| d.given.shape.hidden).sum();
        self.mask.resize(0);
        if let Some(dropout) = dropout.filter(|dropout| dropout.drops_values()) {
            dropout.fill_values(self.mask.resize(rows * width));
        }
        if before.directions.len() == 1 && self.mask.is_empty() {
            self.values.resize(0);
            return;
        }
        self.values.resize(rows * width);
        join(&mut self.values, &before.directions, |direction| &direction.memory.hidden);
        multiply_by(&mut self.values, &self.mask);
    }

    /// What the layer reads: its own copy, or what the layer before wrote.
    pub fn input<'a>(&'a self, before: Option<&'a Self>) -> &'a [f32] {
        match before.and_then(|before| before.directions.first()) {
            Some(before) if self.values.is_empty() => &before.memory.hidden,
            _ => &self.values,
        }
    }
}

/// Puts the rows of every direction side by side.
pub fn join(out: &mut [f32], directions: &[DirectionPass], of: impl Fn(&DirectionPass) -> &[f32]) {
    let width: usize = directions.iter().map(|direction| direction.given.shape.hidden).sum();
    let mut first = 0;
    for direction in directions {
        let hidden = direction.given.shape.hidden;
        let rows = out.chunks_exact_mut(width).zip(of(direction).chunks_exact(hidden));
        for (out, row) in rows {
            out[first..first + hidden].copy_from_slice(row);
        }
        first += hidden;
    }
}

/// Multiplies by a mask, where there is one.
pub fn multiply_by(values: &mut [f32], mask: &[f32]) {
    for (value, factor) in values.iter_mut().zip(mask) {
        *value *= factor;
    }
}

impl LayerGiven {
    /// Takes over the states of this direction, which is number `place` of all.
    pub fn take(
        &mut self,
        batch: usize,
        place: usize,
        start: Option<&StateValues>,
        fresh: &[bool],
        dropout: Option<&mut Dropout>,
    ) {
        let len = batch * self.shape.hidden;
        self.mask.resize(0);
        if let Some(dropout) = dropout.filter(|dropout| dropout.drops_states()) {
            dropout.fill_states(self.mask.resize(len));
        }
        self.has_start = start.is_some();
        self.fresh.clear();
        self.fresh.extend_from_slice(fresh);
        if let Some(start) = start {
            let own = place * len..(place + 1) * len;
            self.hidden.copy_from(&start.hidden[own.clone()]);
            self.memory.copy_from(start.memory.get(own).unwrap_or(&[]));
        }
    }

    /// The call of this batch on what the layer reads.
    pub fn call<'a>(
        &'a self,
        sizes: PassSizes,
        input: &'a [f32],
        parameters: &'a [f32],
    ) -> Call<'a> {
        let Self { hidden, memory, fresh, .. } = self;
        Call {
            isa: Isa::widest(),
            shape: self.shape,
            steps: sizes.steps,
            batch: sizes.batch,
            input,
            parameters,
            start: if self.has_start {
                StartStates::Given { hidden, memory, fresh }
            } else {
                StartStates::Own
            },
            mask: Some(&self.mask[..]).filter(|mask| !mask.is_empty()),
        }
    }
}

/// Runs `work` on the values of a parameter, which no one copies.
///
/// # Errors
/// Where the parameter is not on the CPU or not f32.
pub fn with_values<R>(parameter: &Var, work: impl FnOnce(&[f32]) -> R) -> Result<R> {
    let (storage, layout) = parameter.as_tensor().storage_and_layout();
    Ok(work(contiguous(on_cpu(&storage)?, layout)?))
}

//! Fused sequence kernels: a whole recurrent layer over all steps, forward and backward.
//!
//! One candle operation a layer and direction. The input projection is one matrix product for all
//! steps; each step then costs one small product and one pass over the gates. Batch rows are
//! independent through the whole sequence, so large batches are split over threads once a call, not
//! once a step; how they are split depends on the shape alone, so the results do not depend on the
//! number of threads. The only room with `unsafe`: matrix products on raw strides, and loops compiled
//! for wider vector units than the baseline.
//!
//! `pass` is what cells share, one file a cell, `call` the layer forward and `gradients` backward; the
//! memory they need is told in `call`. Tested against `reference`, a scalar f64 transcription of the
//! equations. Not for parameters or initial values (`layer`).

#![allow(unsafe_code, reason = "matrix products and wide vectors; each use says why it is sound")]
#![expect(clippy::inline_always, reason = "a loop body is compiled again for each vector width")]

mod activation;
mod adam;
mod buffer;
mod call;
mod chunks;
mod dense;
mod gradients;
mod gru;
mod gru_cho;
mod isa;
mod lstm;
mod matrix;
mod memory;
mod multiply;
mod operation;
mod pass;
#[cfg(test)]
mod reference;
#[cfg(test)]
mod reference_tests;
mod rnn;
mod shape;
mod steps;
mod storage;
mod team;
mod tile;
mod vector;

pub use adam::{AdamSlices, AdamStep, adam_step, sum_of_squares};
pub(in crate::nn) use buffer::Buffer;
pub(in crate::nn) use call::{Call, Start};
pub use chunks::{clamped_threads, cores, with_threads};
pub use dense::DenseOperation;
pub(in crate::nn) use dense::{DenseGradients, dense, dense_backward};
pub(in crate::nn) use gradients::{Gradients, OutputGradient};
pub use isa::Isa;
pub(in crate::nn) use memory::LayerMemory;
pub use memory::Workspace;
pub use operation::{Output, RecurrentOperation, Settings};
pub use shape::{Blocks, LayerShape, checked_len};
pub(in crate::nn) use storage::{contiguous, on_cpu};

//! Fused sequence kernels: a whole recurrent layer over all steps, forward and backward.
//!
//! The input projection is one matrix product for all
//! steps; each step then costs one small product and one pass over the gates. Batch rows are
//! independent through the whole sequence, so large batches are split over threads once a call, not
//! once a step; how they are split depends on the shape alone, so the results do not depend on the
//! number of threads. The only module with `unsafe`: matrix products on raw strides, and loops compiled
//! for wider vector units than the baseline.
//!
//! `cell` is what a cell declares and `rows` what its passes share, one file a cell, `call` the layer
//! forward and `gradients` backward; `call` says how much memory they need. Tested against the equations
//! in scalar f64. Not for parameters or initial values (`stack`).

#![allow(unsafe_code, reason = "matrix products and wide vectors; each use says why it is sound")]
#![expect(clippy::inline_always, reason = "a loop body is compiled again for each vector width")]

mod adam;
mod buffer;
mod call;
mod cell;
mod elementwise;
#[cfg(test)]
mod equations_tests;
mod gradients;
pub(super) mod gru;
pub(super) mod gru_cho;
mod isa;
pub(super) mod lstm;
mod matrix;
mod multiply;
#[cfg(test)]
mod reference_tests;
pub(super) mod rnn;
mod rows;
mod shape;
mod team;
mod tile;
mod vector;

pub(crate) use adam::{AdamSlices, AdamStep, adam_step, sum_of_squares};
pub(crate) use buffer::Buffer;
pub(crate) use call::{Call, LayerMemory, StartStates};
pub(crate) use cell::CellCard;
pub(crate) use gradients::{Gradients, OutputGradient};
pub(crate) use isa::Isa;
pub(crate) use multiply::{DenseGradients, dense, dense_backward};
pub(crate) use shape::checked_len;
pub use shape::{LayerShape, ParameterBlocks};
pub use team::{clamped_threads, cores, with_threads};

//! Products of large matrices: blocks of both sides packed, rows of the result shared out over threads;
//! and the linear layer, which is made of them.
//!
//! Every element of the result is the same sum, block of the depth by block, whatever the number of
//! threads, so the result does not depend on it. Goto and van de Geijn (2008) tell why blocks.

use std::cell::RefCell;
use std::sync::{Mutex, PoisonError};

use super::buffer::{Buffer, SharedValues};
use super::elementwise::add_rows;
use super::isa::Isa;
use super::matrix::{Matrix, MatrixMut, PackedMatrix, Write};
use super::team;
use super::tile::{self, RawOut, RawTerm, most_rows, tile_start};
use crate::cancellation::{Cancellation, Cancelled};

/// Steps of the depth taken at once: a tile of the left of this depth stays in the nearest cache, and
/// a block of the right in the next.
const DEPTH: usize = 256;
/// Tiles of the left packed at once, so that its rows are read by whole cache lines.
const TILES: usize = 8;
/// Multiply-adds below which another thread costs more than it saves.
const FEWEST_OPERATIONS: usize = 1_000_000;

/// The packed blocks of one part of a product, kept between calls.
#[derive(Debug, Default)]
pub struct ProductBlocks {
    right: PackedMatrix,
    tiles: Buffer,
}

#[derive(Debug, Clone, Copy)]
pub enum Cores<'a> {
    /// Only the calling one.
    One,
    /// As many as there are blocks.
    Each(&'a [Mutex<ProductBlocks>]),
}

thread_local! {
    /// The blocks of a product on this thread alone.
    static OWN: RefCell<ProductBlocks> = RefCell::default();
}

/// Multiplies `left` by `right` into `out`, or a part of it where it is cancelled.
pub fn multiply(
    isa: Isa,
    out: MatrixMut<'_>,
    left: Matrix<'_>,
    right: Matrix<'_>,
    write: Write,
    cores: Cores<'_>,
    cancel: &Cancellation<'_>,
) {
    assert!(
        left.columns == right.rows && out.rows == left.rows && out.columns == right.columns,
        "shapes of a matrix product disagree"
    );
    let MatrixMut { values, rows, columns, row_stride } = out;
    let operations = rows * columns * left.columns;
    let blocks = match cores {
        Cores::Each(blocks) if operations >= FEWEST_OPERATIONS => blocks,
        _ => &[],
    };
    if blocks.len() < 2 {
        let out = MatrixMut { values, rows, columns, row_stride };
        OWN.with_borrow_mut(|blocks| multiply_part(isa, out, left, right, write, blocks, cancel));
        return;
    }
    let tiles = rows.div_ceil(most_rows(isa));
    let parts = blocks.len().min(tiles).max(1);
    let height = tiles.div_ceil(parts) * most_rows(isa);
    let values = SharedValues::new(values);
    team::share(parts, parts, &|part| {
        let first = (part * height).min(rows);
        let rows = height.min(rows - first);
        if rows == 0 || columns == 0 {
            return;
        }
        let len = (rows - 1) * row_stride + columns;
        // SAFETY: parts are ranges of rows, each taken once, and rows do not overlap.
        let values = unsafe { values.part(first * row_stride, len) };
        let out = MatrixMut { values, rows, columns, row_stride };
        let left = Matrix { values: &left.values[first * left.row_stride..], rows, ..left };
        let mut blocks = blocks[part].lock().unwrap_or_else(PoisonError::into_inner);
        multiply_part(isa, out, left, right, write, &mut blocks, cancel);
    });
}

fn multiply_part(
    isa: Isa,
    out: MatrixMut<'_>,
    left: Matrix<'_>,
    right: Matrix<'_>,
    write: Write,
    ProductBlocks { right: packed, tiles }: &mut ProductBlocks,
    cancel: &Cancellation<'_>,
) {
    if left.columns == 0 && write == Write::Replace {
        for row in out.values.chunks_mut(out.row_stride) {
            let len = row.len().min(out.columns);
            row[..len].fill(0.0);
        }
    }
    let height = TILES * most_rows(isa);
    for depth in (0..left.columns).step_by(DEPTH) {
        let taken = DEPTH.min(left.columns - depth);
        let values = &right.values[depth * right.row_stride..];
        packed.pack(isa, Matrix { values, rows: taken, ..right });
        let add = write == Write::Add || depth > 0;
        for first in (0..left.rows).step_by(height) {
            if cancel.is_cancelled() {
                return;
            }
            let rows = height.min(left.rows - first);
            let start = first * left.row_stride + depth * left.column_stride;
            let block = Matrix { values: &left.values[start..], rows, columns: taken, ..left };
            let count = rows.div_ceil(most_rows(isa));
            pack_tiles(tiles, block, count);
            for index in 0..count {
                let start = tile_start(rows, count, index);
                let rows = tile_start(rows, count, index + 1) - start;
                let term = RawTerm {
                    left: tiles[start * taken..].as_ptr(),
                    row_stride: 1,
                    depth_stride: rows,
                    depth: taken,
                    panels: packed.as_ptr(),
                };
                let values = &mut out.values[(first + start) * out.row_stride..];
                let (row_stride, columns) = (out.row_stride, out.columns);
                let to = RawOut { values: values.as_mut_ptr(), row_stride, rows, columns, add };
                // SAFETY: the rows of `to` lie inside `out`, which is borrowed mutably and whose rows
                // do not overlap; `tiles` holds `rows * taken` values from the tile's start, and
                // `packed` the panels of this depth and these columns.
                unsafe { tile::product(isa, to, &[term]) };
            }
        }
    }
}

/// Copies a block of the left as `count` tiles, each column after column.
fn pack_tiles(tiles: &mut Buffer, block: Matrix<'_>, count: usize) {
    let (rows, depth) = (block.rows, block.columns);
    let values = tiles.resize(rows * depth);
    if block.row_stride == 1 {
        for step in 0..depth {
            let from = &block.values[step * block.column_stride..][..rows];
            for index in 0..count {
                let (start, end) =
                    (tile_start(rows, count, index), tile_start(rows, count, index + 1));
                let to = &mut values[start * depth + step * (end - start)..][..end - start];
                to.copy_from_slice(&from[start..end]);
            }
        }
        return;
    }
    for index in 0..count {
        let (start, end) = (tile_start(rows, count, index), tile_start(rows, count, index + 1));
        let tile = &mut values[start * depth..end * depth];
        for row in start..end {
            let from = block.values[row * block.row_stride..].iter().step_by(block.column_stride);
            let to = tile.iter_mut().skip(row - start).step_by(end - start);
            for (to, from) in to.zip(from) {
                *to = *from;
            }
        }
    }
}

/// `input weight^T + bias`, the number of rows and columns given by the lengths of the slices.
///
/// # Errors
/// Where it is cancelled.
pub fn dense(
    out: &mut [f32],
    input: &[f32],
    weight: &[f32],
    bias: &[f32],
    cancel: &Cancellation<'_>,
) -> Result<(), Cancelled> {
    let outputs = bias.len();
    let (batch, inputs) = (out.len() / outputs.max(1), weight.len() / outputs.max(1));
    for row in out.chunks_exact_mut(outputs.max(1)) {
        row.copy_from_slice(bias);
    }
    let out = MatrixMut::new(out, batch, outputs, outputs);
    let input = Matrix::new(input, batch, inputs, inputs);
    let weight = Matrix::new(weight, outputs, inputs, inputs).transposed();
    multiply(Isa::widest(), out, input, weight, Write::Add, Cores::One, cancel);
    cancel.polled()
}

/// Where the gradients of a linear layer go.
#[derive(Debug)]
pub struct DenseGradients<'a> {
    /// `[batch, inputs]`
    pub input: &'a mut [f32],
    /// `[outputs, inputs]`
    pub weight: &'a mut [f32],
    /// `[outputs]`
    pub bias: &'a mut [f32],
}

/// The gradients of [`dense`], given that of its result.
///
/// # Errors
/// As [`dense`].
///
/// # Panics
/// As [`dense`].
pub fn dense_backward(
    gradients: DenseGradients<'_>,
    input: &[f32],
    weight: &[f32],
    gradient: &[f32],
    cancel: &Cancellation<'_>,
) -> Result<(), Cancelled> {
    let DenseGradients { input: d_input, weight: d_weight, bias: d_bias } = gradients;
    let (isa, outputs) = (Isa::widest(), d_bias.len());
    let (batch, inputs) = (gradient.len() / outputs.max(1), weight.len() / outputs.max(1));
    let by_row = Matrix::new(gradient, batch, outputs, outputs);
    let product = |out: &mut [f32], left: Matrix<'_>, right| {
        let out = MatrixMut::new(out, left.rows, inputs, inputs);
        multiply(isa, out, left, right, Write::Replace, Cores::One, cancel);
    };
    product(d_input, by_row, Matrix::new(weight, outputs, inputs, inputs));
    product(d_weight, by_row.transposed(), Matrix::new(input, batch, inputs, inputs));
    d_bias.fill(0.0);
    add_rows(isa, d_bias, gradient);
    cancel.polled()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_of_strided_and_transposed_views() {
        let left = [1.0, 2.0, 9.0, 3.0, 4.0, 9.0];
        let right = [5.0, 6.0, 7.0, 8.0];
        for isa in Isa::present() {
            let mut out = [1.0; 4];
            let (view, other) = (Matrix::new(&left, 2, 2, 3), Matrix::new(&right, 2, 2, 2));
            let place = MatrixMut::new(&mut out, 2, 2, 2);
            multiply(isa, place, view, other, Write::Replace, Cores::One, &Cancellation::never());
            assert_eq!(out, [19.0, 22.0, 43.0, 50.0]);
            let place = MatrixMut::new(&mut out, 2, 2, 2);
            let (view, other) = (view.transposed(), other.transposed());
            multiply(isa, place, view, other, Write::Add, Cores::Each(&[]), &Cancellation::never());
            assert_eq!(out, [19.0 + 23.0, 22.0 + 31.0, 43.0 + 34.0, 50.0 + 46.0]);
        }
    }

    #[test]
    fn blocks_and_threads_change_nothing() {
        let (rows, columns, depth) = (131, 45, 600);
        let wave = |len: usize| -> Vec<f32> {
            (0..len).map(|i| (f32::from(u16::try_from(i % 60_000).unwrap()) * 0.7).sin()).collect()
        };
        let (left, right) = (wave(depth * rows), wave(depth * columns));
        let run = |isa, threads| {
            let mut out = vec![0.0; rows * columns];
            let blocks: Vec<Mutex<ProductBlocks>> =
                (0..threads).map(|_| Mutex::default()).collect();
            multiply(
                isa,
                MatrixMut::new(&mut out, rows, columns, columns),
                Matrix::new(&left, depth, rows, rows).transposed(),
                Matrix::new(&right, depth, columns, columns),
                Write::Replace,
                Cores::Each(&blocks),
                &Cancellation::never(),
            );
            out
        };
        for isa in Isa::present() {
            let found = run(isa, 3);
            assert_eq!(found, run(isa, 1));
            for (row, column) in [(0, 0), (130, 44), (64, 7)] {
                let expected: f64 = (0..depth)
                    .map(|k| {
                        f64::from(left[k * rows + row]) * f64::from(right[k * columns + column])
                    })
                    .sum();
                let found = f64::from(found[row * columns + column]);
                // Six hundred products of size one.
                assert!((found - expected).abs() < 1e-4, "{found} for {expected}");
            }
        }
    }
}

//! Strided views of slices as matrices, and a matrix packed for products that come again.

use super::buffer::Buffer;
use super::isa::Isa;
use super::tile::{self, MOST_TERMS, RawOut, RawTerm, lanes, panel};

/// A read-only matrix in a slice: element `(row, column)` stands at
/// `row * row_stride + column * column_stride`.
#[derive(Debug, Clone, Copy)]
pub struct Matrix<'a> {
    pub(super) values: &'a [f32],
    pub(super) rows: usize,
    pub(super) columns: usize,
    pub(super) row_stride: usize,
    pub(super) column_stride: usize,
}

impl<'a> Matrix<'a> {
    /// A row-major matrix whose rows start `row_stride` apart.
    pub fn new(values: &'a [f32], rows: usize, columns: usize, row_stride: usize) -> Self {
        assert!(fits(values.len(), rows, columns, row_stride), "matrix reaches past its slice");
        Self { values, rows, columns, row_stride, column_stride: 1 }
    }

    /// The columns `first .. first + columns` of a matrix that is not transposed.
    pub fn columns(self, first: usize, columns: usize) -> Self {
        assert!(self.column_stride == 1 && first + columns <= self.columns, "too few columns");
        let values = &self.values[first.min(self.values.len())..];
        Self { values, columns, ..self }
    }

    /// The rows `first .. first + rows` of a matrix that is not transposed.
    pub fn rows(self, first: usize, rows: usize) -> Self {
        assert!(self.column_stride == 1 && first + rows <= self.rows, "too few rows");
        let values = &self.values[(first * self.row_stride).min(self.values.len())..];
        Self { values, rows, ..self }
    }

    /// Rows and columns exchanged.
    pub const fn transposed(self) -> Self {
        Self {
            values: self.values,
            rows: self.columns,
            columns: self.rows,
            row_stride: self.column_stride,
            column_stride: self.row_stride,
        }
    }
}

/// Whether the last element of a row-major matrix lies within `len` values, and rows do not overlap.
const fn fits(len: usize, rows: usize, columns: usize, row_stride: usize) -> bool {
    rows == 0 || columns == 0 || (columns <= row_stride && (rows - 1) * row_stride + columns <= len)
}

/// A row-major matrix to write into.
#[derive(Debug)]
pub struct MatrixMut<'a> {
    pub(super) values: &'a mut [f32],
    pub(super) rows: usize,
    pub(super) columns: usize,
    pub(super) row_stride: usize,
}

impl<'a> MatrixMut<'a> {
    /// A row-major matrix whose rows start `row_stride` apart.
    pub fn new(values: &'a mut [f32], rows: usize, columns: usize, row_stride: usize) -> Self {
        assert!(fits(values.len(), rows, columns, row_stride), "matrix reaches past its slice");
        Self { values, rows, columns, row_stride }
    }
}

/// Whether a product replaces what stands in its place or is added to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Write {
    /// `out = left * right`
    Replace,
    /// `out += left * right`
    Add,
}

/// The right side of products, in the order in which the inner loop reads it: panels of some columns,
/// each row of a panel after the other, the last panel filled up with zeros.
#[derive(Debug, Default)]
pub struct PackedMatrix {
    values: Buffer,
    depth: usize,
    columns: usize,
}

impl PackedMatrix {
    /// Packs a matrix for the vectors of `isa`.
    pub fn pack(&mut self, isa: Isa, right: Matrix<'_>) {
        let (lanes, panel) = (lanes(isa), panel(isa));
        (self.depth, self.columns) = (right.rows, right.columns);
        let values = self.values.resize(right.rows * right.columns.next_multiple_of(lanes));
        for first in (0..right.columns).step_by(panel) {
            let columns = (right.columns - first).min(panel);
            let width = columns.next_multiple_of(lanes);
            let values = &mut values[first * right.rows..][..width * right.rows];
            let right = Matrix { values: &right.values[first * right.column_stride..], ..right };
            pack_panel(values, right, columns, width);
        }
    }

    pub const fn columns(&self) -> usize {
        self.columns
    }

    /// The first value of the first panel.
    pub(super) fn as_ptr(&self) -> *const f32 {
        self.values.as_ptr()
    }
}

/// Rows of a panel written at a time: a cache line's worth of a transposed matrix.
const PACKED_ROWS: usize = 16;

fn pack_panel(panel: &mut [f32], right: Matrix<'_>, columns: usize, width: usize) {
    if right.column_stride == 1 {
        for (row, values) in panel.chunks_exact_mut(width).enumerate() {
            let (filled, rest) = values.split_at_mut(columns);
            filled.copy_from_slice(&right.values[row * right.row_stride..][..columns]);
            rest.fill(0.0);
        }
        return;
    }
    for (block, values) in panel.chunks_mut(PACKED_ROWS * width).enumerate() {
        let first = block * PACKED_ROWS * right.row_stride;
        for column in 0..width {
            let lane = values.iter_mut().skip(column).step_by(width);
            if column < columns {
                let from = &right.values[first + column * right.column_stride..];
                for (value, from) in lane.zip(from.iter().step_by(right.row_stride)) {
                    *value = *from;
                }
            } else {
                lane.for_each(|value| *value = 0.0);
            }
        }
    }
}

/// A product in a sum of products.
#[derive(Debug, Clone, Copy)]
pub struct ProductTerm<'a> {
    /// `[rows, depth]`
    pub left: Matrix<'a>,
    /// `[depth, columns]`
    pub right: &'a PackedMatrix,
}

/// Rows of a product taken at once: few enough to stay in a cache while the panels go by.
const ROWS: usize = 256;

/// The sum of products into `out`, on this thread.
pub fn sum_of_products(isa: Isa, out: MatrixMut<'_>, terms: &[ProductTerm<'_>], write: Write) {
    let mut raw = [RawTerm::NONE; MOST_TERMS];
    assert!(terms.len() <= raw.len(), "too many products in one sum");
    for (raw, ProductTerm { left, right }) in raw.iter_mut().zip(terms) {
        assert!(
            left.rows == out.rows && left.columns == right.depth && right.columns == out.columns,
            "shapes of a matrix product disagree"
        );
        *raw = RawTerm {
            left: left.values.as_ptr(),
            row_stride: left.row_stride,
            depth_stride: left.column_stride,
            depth: left.columns,
            panels: right.values.as_ptr(),
        };
    }
    let out = RawOut {
        values: out.values.as_mut_ptr(),
        row_stride: out.row_stride,
        rows: out.rows,
        columns: out.columns,
        add: write == Write::Add,
    };
    let raw = &raw[..terms.len()];
    for first in (0..out.rows).step_by(ROWS) {
        let mut terms = [RawTerm::NONE; MOST_TERMS];
        for (term, raw) in terms.iter_mut().zip(raw) {
            *term = RawTerm { left: raw.left.wrapping_add(first * raw.row_stride), ..*raw };
        }
        let part = RawOut {
            values: out.values.wrapping_add(first * out.row_stride),
            rows: ROWS.min(out.rows - first),
            ..out
        };
        // SAFETY: the constructors checked that every element of `out` and the lefts lies inside its
        // slice and that rows of `out` do not overlap; `pack` made panels for this depth and these
        // columns; `out` is borrowed mutably, so it overlaps none of the others; and a part reaches no
        // further than the whole.
        unsafe { tile::product(isa, part, &terms[..raw.len()]) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wave(len: usize) -> Vec<f32> {
        (0..u16::try_from(len).unwrap()).map(|index| (f32::from(index) * 0.7).sin()).collect()
    }

    #[test]
    fn a_product_of_many_rows_is_that_of_each_row() {
        let isa = Isa::widest();
        let (rows, columns, depth) = (ROWS + 44, 100, 40);
        let (left, right) = (wave(rows * depth), wave(depth * columns));
        let mut packed = PackedMatrix::default();
        packed.pack(isa, Matrix::new(&right, depth, columns, columns));
        let product = |first: usize, count: usize, out: &mut [f32]| {
            let left = Matrix::new(&left, rows, depth, depth).rows(first, count);
            let out = MatrixMut::new(out, count, columns, columns);
            sum_of_products(isa, out, &[ProductTerm { left, right: &packed }], Write::Replace);
        };
        let mut whole = vec![0.0; rows * columns];
        product(0, rows, &mut whole);
        for (row, whole) in whole.chunks(columns).enumerate() {
            let mut alone = vec![0.0; columns];
            product(row, 1, &mut alone);
            assert_eq!(alone, whole, "row {row}");
        }
    }

    #[test]
    fn packed_products_of_every_height_and_width_are_sums_of_products() {
        for isa in Isa::present() {
            for rows in 1..30 {
                for columns in [1, 3, 4, 7, 8, 16, 17, 31, 33, 50] {
                    let (depth, more) = (5, 19);
                    let (left, other) = (wave(rows * 7), wave(rows * more));
                    let (right, last) = (wave(depth * columns), wave(columns * more));
                    let (mut packed, mut transposed) =
                        (PackedMatrix::default(), PackedMatrix::default());
                    packed.pack(isa, Matrix::new(&right, depth, columns, columns));
                    let view = Matrix::new(&last, columns, more, more).transposed();
                    transposed.pack(isa, view);
                    let terms = [
                        ProductTerm { left: Matrix::new(&left, rows, depth, 7), right: &packed },
                        ProductTerm {
                            left: Matrix::new(&other, rows, more, more),
                            right: &transposed,
                        },
                    ];
                    let mut out = vec![9.0; rows * (columns + 2)];
                    for write in [Write::Replace, Write::Add] {
                        let matrix = MatrixMut::new(&mut out, rows, columns, columns + 2);
                        sum_of_products(isa, matrix, &terms, write);
                    }
                    for row in 0..rows {
                        for column in 0..columns {
                            let first =
                                (0..depth).map(|k| left[row * 7 + k] * right[k * columns + column]);
                            let second =
                                (0..more).map(|k| other[row * more + k] * last[column * more + k]);
                            let expected = 2.0 * first.chain(second).sum::<f32>();
                            let found = out[row * (columns + 2) + column];
                            // Two dozen products of size one, in another order.
                            assert!((found - expected).abs() < 2e-5, "{found} for {expected}");
                        }
                    }
                    // Beyond the last column nothing is written (the last row ends there).
                    let rests = out.chunks_exact(columns + 2).map(|row| &row[columns..]);
                    assert!(rests.flatten().all(|&value| value == 9.0));
                }
            }
        }
    }
}

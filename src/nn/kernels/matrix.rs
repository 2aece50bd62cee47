//! Matrix products on strided views of slices, by the `gemm` crate.

use gemm::Parallelism;

use super::chunks::allowed_threads;

/// A read-only matrix in a slice: element `(row, column)` stands at
/// `row * row_stride + column * column_stride`.
#[derive(Debug, Clone, Copy)]
pub struct Matrix<'a> {
    values: &'a [f32],
    rows: usize,
    columns: usize,
    row_stride: usize,
    column_stride: usize,
}

impl<'a> Matrix<'a> {
    /// A row-major matrix whose rows start `row_stride` apart.
    ///
    /// # Panics
    /// Where the slice is too short, which would be a mistake in the kernel that calls.
    pub fn new(values: &'a [f32], rows: usize, columns: usize, row_stride: usize) -> Self {
        assert!(fits(values.len(), rows, columns, row_stride), "matrix reaches past its slice");
        Self { values, rows, columns, row_stride, column_stride: 1 }
    }

    /// The columns `first .. first + columns` of a matrix that is not transposed.
    ///
    /// # Panics
    /// Where the matrix has fewer columns, which would be a mistake in the kernel that calls.
    pub fn columns(self, first: usize, columns: usize) -> Self {
        assert!(self.column_stride == 1 && first + columns <= self.columns, "too few columns");
        let values = &self.values[first.min(self.values.len())..];
        Self { values, columns, ..self }
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
    values: &'a mut [f32],
    rows: usize,
    columns: usize,
    row_stride: usize,
}

impl<'a> MatrixMut<'a> {
    /// A row-major matrix whose rows start `row_stride` apart.
    ///
    /// # Panics
    /// Where the slice is too short, which would be a mistake in the kernel that calls.
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

/// Multiply-adds below which waking other threads costs more than they save.
const FEWEST_OPERATIONS: usize = 4_000_000;

/// Whether one product may use every core that is allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cores {
    /// Only the calling thread.
    One,
    /// All of them. The tiles of the result are shared out; each sum is still taken by one thread
    /// in the same order, so the result does not depend on the number of cores.
    All,
}

/// Multiplies `left` by `right` into `out`.
///
/// # Panics
/// Where the shapes do not agree, which would be a mistake in the kernel that calls.
pub fn multiply(
    out: MatrixMut<'_>,
    left: Matrix<'_>,
    right: Matrix<'_>,
    write: Write,
    cores: Cores,
) {
    assert!(
        left.columns == right.rows && out.rows == left.rows && out.columns == right.columns,
        "shapes of a matrix product disagree"
    );
    let operations = out.rows * out.columns * left.columns;
    let parallelism = match cores {
        Cores::All if operations >= FEWEST_OPERATIONS && allowed_threads() > 1 => {
            Parallelism::Rayon(allowed_threads())
        }
        _ => Parallelism::None,
    };
    // SAFETY: the constructors checked that every element of the three matrices lies inside its
    // slice, the shapes agree, and `out` is borrowed mutably, so it overlaps neither operand. Its
    // rows do not overlap each other (`columns <= row_stride`).
    unsafe {
        gemm::gemm(
            out.rows,
            out.columns,
            left.columns,
            out.values.as_mut_ptr(),
            1,
            out.row_stride.cast_signed(),
            write == Write::Add,
            left.values.as_ptr(),
            left.column_stride.cast_signed(),
            left.row_stride.cast_signed(),
            right.values.as_ptr(),
            right.column_stride.cast_signed(),
            right.row_stride.cast_signed(),
            1.0_f32,
            1.0_f32,
            false,
            false,
            false,
            parallelism,
        );
    }
}

/// Writes the transpose of a row-major `[rows, columns]` matrix, in tiles that stay in cache.
pub fn transpose(out: &mut [f32], values: &[f32], rows: usize, columns: usize) {
    const TILE: usize = 32;
    for row_start in (0..rows).step_by(TILE) {
        for column_start in (0..columns).step_by(TILE) {
            for column in column_start..(column_start + TILE).min(columns) {
                for row in row_start..(row_start + TILE).min(rows) {
                    out[column * rows + row] = values[row * columns + column];
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_of_strided_and_transposed_views() {
        let left = [1.0, 2.0, 9.0, 3.0, 4.0, 9.0];
        let right = [5.0, 6.0, 7.0, 8.0];
        let mut out = [1.0; 4];
        let view = Matrix::new(&left, 2, 2, 3);
        multiply(
            MatrixMut::new(&mut out, 2, 2, 2),
            view,
            Matrix::new(&right, 2, 2, 2),
            Write::Replace,
            Cores::One,
        );
        assert_eq!(out, [19.0, 22.0, 43.0, 50.0]);
        multiply(
            MatrixMut::new(&mut out, 2, 2, 2),
            view.transposed(),
            Matrix::new(&right, 2, 2, 2).transposed(),
            Write::Add,
            Cores::All,
        );
        assert_eq!(out, [19.0 + 23.0, 22.0 + 31.0, 43.0 + 34.0, 50.0 + 46.0]);
    }

    #[test]
    fn transposing_covers_ragged_tiles() {
        let values: Vec<f32> = (0_u8..3 * 70).map(f32::from).collect();
        let mut out = vec![0.0; values.len()];
        transpose(&mut out, &values, 70, 3);
        for row in 0..70 {
            for column in 0..3 {
                assert_eq!(out[column * 70 + row], values[row * 3 + column]);
            }
        }
    }
}

//! The inner loop of every matrix product: some rows of the left by one panel of the packed right,
//! with all sums in registers.
//!
//! Each element of the result is one sum over the depth in order, whatever tile it falls in: so a
//! product does not depend on how rows are shared out.

use super::isa::{Isa, Kind};
use super::vector::{Plain, Vector};

/// Vectors side by side in a panel.
const VECTORS: usize = 2;
/// Lanes of the widest vector.
const MOST_LANES: usize = 16;

/// One product in a sum of products: a left of `rows x depth` by panels of `depth` rows.
#[derive(Debug, Clone, Copy)]
pub struct RawTerm {
    /// First element of the left.
    pub left: *const f32,
    /// From one row of the left to the next.
    pub row_stride: usize,
    /// From one column of the left to the next.
    pub depth_stride: usize,
    /// Columns of the left.
    pub depth: usize,
    /// The panels: each `depth` rows of [`panel`] values, the last one of [`lanes`] values where no
    /// more than these are left.
    pub panels: *const f32,
}

impl RawTerm {
    /// No product.
    pub const NONE: Self = Self {
        left: std::ptr::null(),
        row_stride: 0,
        depth_stride: 0,
        depth: 0,
        panels: std::ptr::null(),
    };
}

/// Where a product goes.
#[derive(Debug, Clone, Copy)]
pub struct RawOut {
    /// First element.
    pub values: *mut f32,
    /// From one row to the next.
    pub row_stride: usize,
    /// Rows.
    pub rows: usize,
    /// Columns.
    pub columns: usize,
    /// Whether the product is added to what stands there.
    pub add: bool,
}

/// Lanes of a vector of this set.
pub fn lanes(isa: Isa) -> usize {
    match isa.kind() {
        Kind::Plain => Plain::LANES,
        #[cfg(target_arch = "aarch64")]
        Kind::Neon => 4,
        #[cfg(target_arch = "x86_64")]
        Kind::Avx2 => 8,
        #[cfg(target_arch = "x86_64")]
        Kind::Avx512 => 16,
    }
}

/// Columns of a panel.
pub fn panel(isa: Isa) -> usize {
    VECTORS * lanes(isa)
}

/// Rows of the largest tile: with two vectors a row its sums fill the registers but for those that
/// hold a row of the panel and one element of the left.
pub fn most_rows(isa: Isa) -> usize {
    match isa.kind() {
        Kind::Plain => 4,
        #[cfg(target_arch = "aarch64")]
        Kind::Neon => 12,
        #[cfg(target_arch = "x86_64")]
        Kind::Avx2 => 6,
        #[cfg(target_arch = "x86_64")]
        Kind::Avx512 => 12,
    }
}

/// Cuts `rows` into as few tiles as can be, all of about one height: the first row of tile `index`
/// of `count`.
pub const fn tile_start(rows: usize, count: usize, index: usize) -> usize {
    rows * index / count
}

/// The sum of the products of `terms`, into `out`.
///
/// # Safety
/// Every element that `out` and `terms` describe must lie in memory that may be written or read for
/// the length of the call; `out` overlaps no term, and its rows do not overlap each other.
pub unsafe fn product(isa: Isa, out: RawOut, terms: &[RawTerm]) {
    // SAFETY: the caller's promise is passed on; such an `Isa` is only made where its features were
    // found.
    unsafe {
        match isa.kind() {
            Kind::Plain => drive::<Plain, 4>(out, terms),
            #[cfg(target_arch = "aarch64")]
            Kind::Neon => drive::<std::arch::aarch64::float32x4_t, 12>(out, terms),
            #[cfg(target_arch = "x86_64")]
            Kind::Avx2 => avx2(out, terms),
            #[cfg(target_arch = "x86_64")]
            Kind::Avx512 => avx512(out, terms),
        }
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512vl,avx512dq,avx512bw,avx2,fma")]
unsafe fn avx512(out: RawOut, terms: &[RawTerm]) {
    // SAFETY: the caller's promise is passed on.
    unsafe { drive::<std::arch::x86_64::__m512, 12>(out, terms) }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
unsafe fn avx2(out: RawOut, terms: &[RawTerm]) {
    // SAFETY: the caller's promise is passed on.
    unsafe { drive::<std::arch::x86_64::__m256, 6>(out, terms) }
}

/// Panel by panel, so that a panel stays in the nearest cache, and within it tile by tile.
#[inline(always)]
unsafe fn drive<V: Vector, const MOST: usize>(out: RawOut, terms: &[RawTerm]) {
    let count = out.rows.div_ceil(MOST);
    for column in (0..out.columns).step_by(VECTORS * V::LANES) {
        for index in 0..count {
            let first = tile_start(out.rows, count, index);
            let place = Place {
                row: first,
                rows: tile_start(out.rows, count, index + 1) - first,
                column,
                columns: (out.columns - column).min(VECTORS * V::LANES),
            };
            // SAFETY: the caller's promise is passed on, and the place lies inside `out`.
            unsafe {
                if place.columns > V::LANES {
                    tile_of_rows::<V, MOST, VECTORS>(out, terms, place);
                } else {
                    tile_of_rows::<V, MOST, 1>(out, terms, place);
                }
            }
        }
    }
}

/// A tile of the result.
#[derive(Clone, Copy)]
struct Place {
    row: usize,
    rows: usize,
    column: usize,
    columns: usize,
}

/// Chooses the loop compiled for this many rows.
#[inline(always)]
unsafe fn tile_of_rows<V: Vector, const MOST: usize, const C: usize>(
    out: RawOut,
    terms: &[RawTerm],
    place: Place,
) {
    // SAFETY: the caller's promise is passed on.
    unsafe {
        match place.rows {
            1 => tile::<V, 1, C>(out, terms, place),
            2 => tile::<V, 2, C>(out, terms, place),
            3 => tile::<V, 3, C>(out, terms, place),
            4 => tile::<V, 4, C>(out, terms, place),
            5 if MOST > 4 => tile::<V, 5, C>(out, terms, place),
            6 if MOST > 4 => tile::<V, 6, C>(out, terms, place),
            7 if MOST > 6 => tile::<V, 7, C>(out, terms, place),
            8 if MOST > 6 => tile::<V, 8, C>(out, terms, place),
            9 if MOST > 6 => tile::<V, 9, C>(out, terms, place),
            10 if MOST > 6 => tile::<V, 10, C>(out, terms, place),
            11 if MOST > 6 => tile::<V, 11, C>(out, terms, place),
            _ if MOST > 6 => tile::<V, 12, C>(out, terms, place),
            _ => {}
        }
    }
}

#[inline(always)]
unsafe fn tile<V: Vector, const R: usize, const C: usize>(
    out: RawOut,
    terms: &[RawTerm],
    place: Place,
) {
    // SAFETY: all offsets stay inside what the caller vouches for: rows below `out.rows`, depth below
    // that of the term, and a panel holds `C * LANES` values for each step of the depth. The ragged
    // end of a row goes through an array of its own. Offsets are taken by `wrapping_add` because that
    // of `add` is checked at every step where debug assertions are on.
    unsafe {
        let mut sums = [[V::zero(); C]; R];
        for term in terms {
            let mut left = term.left.wrapping_add(place.row * term.row_stride);
            let mut panel = term.panels.wrapping_add(place.column * term.depth);
            for _ in 0..term.depth {
                let mut right = [V::zero(); C];
                for (vector, right) in right.iter_mut().enumerate() {
                    *right = V::load(panel.wrapping_add(vector * V::LANES));
                }
                let mut row = left;
                for sums in &mut sums {
                    let factor = V::broadcast(row);
                    for (sum, right) in sums.iter_mut().zip(right) {
                        *sum = factor.multiply_add(right, *sum);
                    }
                    row = row.wrapping_add(term.row_stride);
                }
                panel = panel.wrapping_add(C * V::LANES);
                left = left.wrapping_add(term.depth_stride);
            }
        }
        let mut to = out.values.wrapping_add(place.row * out.row_stride + place.column);
        for sums in &sums {
            for (vector, sum) in sums.iter().enumerate() {
                let first = vector * V::LANES;
                let to = to.wrapping_add(first);
                if place.columns >= first + V::LANES {
                    let sum = if out.add { sum.add(V::load(to)) } else { *sum };
                    sum.store(to);
                } else {
                    let mut values = [0.0_f32; MOST_LANES];
                    sum.store(values.as_mut_ptr());
                    for (lane, value) in values.iter().enumerate().take(place.columns - first) {
                        let to = to.wrapping_add(lane);
                        *to = if out.add { value + *to } else { *value };
                    }
                }
            }
            to = to.wrapping_add(out.row_stride);
        }
    }
}

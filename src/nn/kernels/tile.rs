//! The inner loop of every matrix product: some rows of the left by one panel of the packed right,
//! with all sums in registers.
//!
//! Each element of the result is one sum over the depth in order, whatever tile it falls in: so a
//! product does not depend on how rows are shared out.

use super::isa::{Isa, VectorSet};
use super::vector::{Plain, Vector};

/// Vectors side by side in a panel.
const VECTORS: usize = 2;
/// Lanes of the widest vector.
const MOST_LANES: usize = 16;
/// Steps of the depth taken at once: so much of a panel stays in the nearest cache from tile to tile.
const DEPTH: usize = 256;

/// The most terms of one sum.
pub const MOST_TERMS: usize = 2;

/// One product in a sum of products: a left of `rows x depth` by panels of `depth` rows.
#[derive(Debug, Clone, Copy)]
pub struct RawTerm {
    pub left: *const f32,
    /// From one row of the left to the next.
    pub row_stride: usize,
    /// From one column of the left to the next.
    pub depth_stride: usize,
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

#[derive(Debug, Clone, Copy)]
pub struct RawOut {
    pub values: *mut f32,
    /// From one row to the next.
    pub row_stride: usize,
    pub rows: usize,
    pub columns: usize,
    /// Whether the product is added to what stands there.
    pub add: bool,
}

/// Lanes of a vector of this set.
pub fn lanes(isa: Isa) -> usize {
    match isa.kind() {
        VectorSet::Plain => Plain::LANES,
        #[cfg(target_arch = "aarch64")]
        VectorSet::Neon => 4,
        #[cfg(target_arch = "x86_64")]
        VectorSet::Avx2 => 8,
        #[cfg(target_arch = "x86_64")]
        VectorSet::Avx512 => 16,
    }
}

pub fn panel(isa: Isa) -> usize {
    VECTORS * lanes(isa)
}

/// Rows of the largest tile: with two vectors a row its sums fill the registers but for those that
/// hold a row of the panel and one element of the left.
pub fn most_rows(isa: Isa) -> usize {
    match isa.kind() {
        VectorSet::Plain => 4,
        #[cfg(target_arch = "aarch64")]
        VectorSet::Neon => 12,
        #[cfg(target_arch = "x86_64")]
        VectorSet::Avx2 => 6,
        #[cfg(target_arch = "x86_64")]
        VectorSet::Avx512 => 12,
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
            VectorSet::Plain => drive::<Plain, 4>(out, terms),
            #[cfg(target_arch = "aarch64")]
            VectorSet::Neon => drive::<std::arch::aarch64::float32x4_t, 12>(out, terms),
            #[cfg(target_arch = "x86_64")]
            VectorSet::Avx2 => avx2(out, terms),
            #[cfg(target_arch = "x86_64")]
            VectorSet::Avx512 => avx512(out, terms),
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

/// Panel by panel, and within it block by block of the depth, so that a block stays in the nearest
/// cache from tile to tile. A later block goes on from the sums of the one before, so that blocks
/// change no result.
#[inline(always)]
unsafe fn drive<V: Vector, const MOST: usize>(out: RawOut, terms: &[RawTerm]) {
    let depth: usize = terms.iter().map(|term| term.depth).sum();
    for column in (0..out.columns).step_by(VECTORS * V::LANES) {
        let columns = (out.columns - column).min(VECTORS * V::LANES);
        let width = columns.next_multiple_of(V::LANES);
        let out = RawOut { values: out.values.wrapping_add(column), columns, ..out };
        let of_panel = |term: &RawTerm, first: usize, depth: usize| RawTerm {
            left: term.left.wrapping_add(first * term.depth_stride),
            panels: term.panels.wrapping_add(column * term.depth + first * width),
            depth,
            ..*term
        };
        // SAFETY: the caller's promise is passed on: blocks lie inside their terms, and the columns
        // inside `out`.
        unsafe {
            if depth <= DEPTH {
                let mut whole = [RawTerm::NONE; MOST_TERMS];
                for (whole, term) in whole.iter_mut().zip(terms) {
                    *whole = of_panel(term, 0, term.depth);
                }
                tiles::<V, MOST>(out, &whole[..terms.len().min(MOST_TERMS)]);
                continue;
            }
            let mut out = out;
            for term in terms {
                for first in (0..term.depth).step_by(DEPTH) {
                    tiles::<V, MOST>(out, &[of_panel(term, first, DEPTH.min(term.depth - first))]);
                    out.add = true;
                }
            }
        }
    }
}

/// One panel of the result, tile by tile.
#[inline(always)]
unsafe fn tiles<V: Vector, const MOST: usize>(out: RawOut, terms: &[RawTerm]) {
    let count = out.rows.div_ceil(MOST);
    for index in 0..count {
        let row = tile_start(out.rows, count, index);
        let place = TileRows { row, rows: tile_start(out.rows, count, index + 1) - row };
        // SAFETY: the caller's promise is passed on, and the place lies inside `out`.
        unsafe {
            if out.columns > V::LANES {
                tile_of_rows::<V, MOST, VECTORS>(out, terms, place);
            } else {
                tile_of_rows::<V, MOST, 1>(out, terms, place);
            }
        }
    }
}

/// Rows of the result in one tile.
#[derive(Clone, Copy)]
struct TileRows {
    row: usize,
    rows: usize,
}

/// Chooses the loop compiled for this many rows.
#[inline(always)]
unsafe fn tile_of_rows<V: Vector, const MOST: usize, const C: usize>(
    out: RawOut,
    terms: &[RawTerm],
    place: TileRows,
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
    place: TileRows,
) {
    // SAFETY: all offsets stay inside what the caller vouches for: rows below `out.rows`, depth below
    // that of the term, and a panel holds `C * LANES` values for each step of the depth. The ragged
    // end of a row goes through an array of its own. Offsets are taken by `wrapping_add` because that
    // of `add` is checked at every step where debug assertions are on.
    unsafe {
        let to = out.values.wrapping_add(place.row * out.row_stride);
        let mut sums = [[V::zero(); C]; R];
        if out.add {
            for (row, sums) in sums.iter_mut().enumerate() {
                for (vector, sum) in sums.iter_mut().enumerate() {
                    let first = vector * V::LANES;
                    let from = to.wrapping_add(row * out.row_stride + first);
                    *sum = load_some(from, out.columns - first);
                }
            }
        }
        for term in terms {
            let mut left = term.left.wrapping_add(place.row * term.row_stride);
            let mut panel = term.panels;
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
        for (row, sums) in sums.iter().enumerate() {
            for (vector, sum) in sums.iter().enumerate() {
                let first = vector * V::LANES;
                let to = to.wrapping_add(row * out.row_stride + first);
                store_some(*sum, to, out.columns - first);
            }
        }
    }
}

/// The first `count` values at an address, at most a vector of them, then zeros.
#[inline(always)]
unsafe fn load_some<V: Vector>(from: *const f32, count: usize) -> V {
    // SAFETY: the caller vouches for `count` readable values; an array holds the widest vector.
    unsafe {
        if count >= V::LANES {
            return V::load(from);
        }
        let mut values = [0.0_f32; MOST_LANES];
        std::ptr::copy_nonoverlapping(from, values.as_mut_ptr(), count);
        V::load(values.as_ptr())
    }
}

/// The first `count` values of a vector, at most all of them, to an address.
#[inline(always)]
unsafe fn store_some<V: Vector>(sum: V, to: *mut f32, count: usize) {
    // SAFETY: the caller vouches for `count` writable values; an array holds the widest vector.
    unsafe {
        if count >= V::LANES {
            return sum.store(to);
        }
        let mut values = [0.0_f32; MOST_LANES];
        sum.store(values.as_mut_ptr());
        std::ptr::copy_nonoverlapping(values.as_ptr(), to, count);
    }
}

//! Vectors of f32 for the inner loop of a matrix product: one type for each set of instructions.
//!
//! Not for loops that the compiler can vectorise by itself (`isa`).

/// A vector register of f32.
///
/// # Safety
/// Every method may only be called where the machine has the instructions of the type.
pub trait Vector: Copy {
    /// Values in it.
    const LANES: usize;
    unsafe fn zero() -> Self;
    /// The value at an address, which must be readable, in every lane.
    unsafe fn broadcast(from: *const f32) -> Self;
    /// `LANES` values from an address that may be unaligned; they must be readable.
    unsafe fn load(from: *const f32) -> Self;
    /// `LANES` values to an address that may be unaligned; they must be writable.
    unsafe fn store(self, to: *mut f32);
    /// `self * factor + sum`.
    unsafe fn multiply_add(self, factor: Self, sum: Self) -> Self;
}

/// Four values, in whatever registers the target has.
#[derive(Debug, Clone, Copy)]
pub struct Plain([f32; 4]);

impl Vector for Plain {
    const LANES: usize = 4;

    #[inline(always)]
    unsafe fn zero() -> Self {
        Self([0.0; 4])
    }

    #[inline(always)]
    unsafe fn broadcast(from: *const f32) -> Self {
        // SAFETY: the caller vouches for a readable value.
        Self([unsafe { *from }; 4])
    }

    #[inline(always)]
    unsafe fn load(from: *const f32) -> Self {
        // SAFETY: the caller vouches for four readable values; an array of f32 may be unaligned here.
        Self(unsafe { from.cast::<[f32; 4]>().read_unaligned() })
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut f32) {
        // SAFETY: the caller vouches for four writable values.
        unsafe { to.cast::<[f32; 4]>().write_unaligned(self.0) }
    }

    #[inline(always)]
    unsafe fn multiply_add(self, factor: Self, sum: Self) -> Self {
        Self(std::array::from_fn(|lane| self.0[lane] * factor.0[lane] + sum.0[lane]))
    }
}

/// Implements [`Vector`] by intrinsics of one register type.
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
macro_rules! vector {
    ($register:ty, $lanes:literal, $zero:expr, $broadcast:path, $load:path, $store:path,
     |$a:ident, $b:ident, $c:ident| $multiply_add:expr) => {
        impl Vector for $register {
            const LANES: usize = $lanes;

            #[inline(always)]
            unsafe fn zero() -> Self {
                // SAFETY: the caller vouches for the instructions; no memory is touched.
                unsafe { $zero }
            }

            #[inline(always)]
            unsafe fn broadcast(from: *const f32) -> Self {
                // SAFETY: the caller vouches for the instructions and the value.
                unsafe { $broadcast(from) }
            }

            #[inline(always)]
            unsafe fn load(from: *const f32) -> Self {
                // SAFETY: the caller vouches for the instructions and the values; the load is an
                // unaligned one.
                unsafe { $load(from) }
            }

            #[inline(always)]
            unsafe fn store(self, to: *mut f32) {
                // SAFETY: as `load`.
                unsafe { $store(to, self) }
            }

            #[inline(always)]
            unsafe fn multiply_add(self, factor: Self, sum: Self) -> Self {
                let ($a, $b, $c) = (self, factor, sum);
                // SAFETY: as `zero`.
                unsafe { $multiply_add }
            }
        }
    };
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use super::Vector;
    use std::arch::x86_64::{
        __m256, __m512, _mm_load_ss, _mm256_broadcastss_ps, _mm256_fmadd_ps, _mm256_loadu_ps,
        _mm256_setzero_ps, _mm256_storeu_ps, _mm512_broadcastss_ps, _mm512_fmadd_ps,
        _mm512_loadu_ps, _mm512_setzero_ps, _mm512_storeu_ps,
    };

    // By an intrinsic, for a plain read is checked where debug assertions are on.
    #[inline(always)]
    unsafe fn broadcast_512(from: *const f32) -> __m512 {
        // SAFETY: the caller vouches for the instructions and the value.
        unsafe { _mm512_broadcastss_ps(_mm_load_ss(from)) }
    }

    #[inline(always)]
    unsafe fn broadcast_256(from: *const f32) -> __m256 {
        // SAFETY: as above.
        unsafe { _mm256_broadcastss_ps(_mm_load_ss(from)) }
    }

    vector!(
        __m512,
        16,
        _mm512_setzero_ps(),
        broadcast_512,
        _mm512_loadu_ps,
        _mm512_storeu_ps,
        |a, b, c| _mm512_fmadd_ps(a, b, c)
    );
    vector!(
        __m256,
        8,
        _mm256_setzero_ps(),
        broadcast_256,
        _mm256_loadu_ps,
        _mm256_storeu_ps,
        |a, b, c| _mm256_fmadd_ps(a, b, c)
    );
}

#[cfg(target_arch = "aarch64")]
mod arm {
    use super::Vector;
    use std::arch::aarch64::{
        float32x4_t, vdupq_n_f32, vfmaq_f32, vld1q_dup_f32, vld1q_f32, vst1q_f32,
    };

    vector!(float32x4_t, 4, vdupq_n_f32(0.0), vld1q_dup_f32, vld1q_f32, vst1q_f32, |a, b, c| {
        vfmaq_f32(c, a, b)
    });
}

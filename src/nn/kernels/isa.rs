//! Loops compiled for several vector units: AVX-512, AVX2 with fused multiply-add, and the
//! baseline of the target, which is NEON on 64-bit Arm and 4-wide vectors on x86-64.
//!
//! The choice is made when the program runs. On one machine it is always the same, so results
//! repeat to the last bit.

use std::sync::OnceLock;

/// A set of vector instructions that this machine is known to have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Isa(VectorSet);

/// Kinds of vector instructions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VectorSet {
    Plain,
    /// 64-bit Arm's, which every such machine has.
    #[cfg(target_arch = "aarch64")]
    Neon,
    /// AVX2 with fused multiply-add.
    #[cfg(target_arch = "x86_64")]
    Avx2,
    /// AVX-512 (F, VL, DQ, BW).
    #[cfg(target_arch = "x86_64")]
    Avx512,
}

impl Isa {
    /// What every machine of this target has.
    pub const PLAIN: Self = Self(VectorSet::Plain);

    /// The widest set present. Asked of the processor once.
    pub fn widest() -> Self {
        static WIDEST: OnceLock<Isa> = OnceLock::new();
        *WIDEST.get_or_init(|| Self::present().last().unwrap_or(Self::PLAIN))
    }

    /// Every set present, narrowest first.
    pub fn present() -> impl DoubleEndedIterator<Item = Self> {
        let found = [
            Some(Self::PLAIN),
            #[cfg(target_arch = "aarch64")]
            Some(Self(VectorSet::Neon)),
            #[cfg(target_arch = "x86_64")]
            (std::arch::is_x86_feature_detected!("avx2")
                && std::arch::is_x86_feature_detected!("fma"))
            .then_some(Self(VectorSet::Avx2)),
            #[cfg(target_arch = "x86_64")]
            (std::arch::is_x86_feature_detected!("avx512f")
                && std::arch::is_x86_feature_detected!("avx512vl")
                && std::arch::is_x86_feature_detected!("avx512dq")
                && std::arch::is_x86_feature_detected!("avx512bw")
                && std::arch::is_x86_feature_detected!("avx2")
                && std::arch::is_x86_feature_detected!("fma"))
            .then_some(Self(VectorSet::Avx512)),
        ];
        found.into_iter().flatten()
    }

    pub const fn kind(self) -> VectorSet {
        self.0
    }

    /// Whether this is AVX2 with fused multiply-add.
    #[cfg(target_arch = "x86_64")]
    pub fn is_avx2(self) -> bool {
        self.0 == VectorSet::Avx2
    }

    /// Whether this is AVX-512 (F, VL, DQ, BW).
    #[cfg(target_arch = "x86_64")]
    pub fn is_avx512(self) -> bool {
        self.0 == VectorSet::Avx512
    }
}

/// Defines a function whose body is compiled for the vectors of each set; its first argument, an [`Isa`],
/// chooses. In the body, the constant `FUSED` is whether `f32::mul_add` is one instruction there.
macro_rules! vectorised {
    ($(#[$attribute:meta])* $visibility:vis fn $name:ident($($argument:ident: $type:ty),* $(,)?) $body:block) => {
        $(#[$attribute])*
        $visibility fn $name(isa: $crate::nn::kernels::isa::Isa, $($argument: $type),*) {
            #[inline(always)]
            fn body<const FUSED: bool>($($argument: $type),*) $body
            #[cfg(target_arch = "x86_64")]
            {
                #[target_feature(enable = "avx512f,avx512vl,avx512dq,avx512bw,avx2,fma")]
                fn widest($($argument: $type),*) {
                    body::<true>($($argument),*);
                }
                #[target_feature(enable = "avx2,fma")]
                fn wide($($argument: $type),*) {
                    body::<true>($($argument),*);
                }
                if isa.is_avx512() {
                    // SAFETY: such an `Isa` is only made where all six features were found.
                    unsafe { widest($($argument),*) };
                    return;
                }
                if isa.is_avx2() {
                    // SAFETY: such an `Isa` is only made where both features were found.
                    unsafe { wide($($argument),*) };
                    return;
                }
            }
            #[cfg(not(target_arch = "x86_64"))]
            let _ = isa;
            body::<{ cfg!(target_arch = "aarch64") }>($($argument),*);
        }
    };
}
pub(crate) use vectorised;

/// `a * b + c`, in one rounding where the target has the instruction.
#[inline(always)]
pub fn multiply_add<const FUSED: bool>(a: f32, b: f32, c: f32) -> f32 {
    if FUSED { a.mul_add(b, c) } else { a * b + c }
}

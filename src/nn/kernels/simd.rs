//! Loops compiled twice: for the baseline of the target and for AVX2 with fused multiply-add.
//!
//! A release build of this program runs on any x86-64, whose baseline has 4-wide vectors; nearly
//! every machine has 8-wide ones. The choice is made when the program runs. On one machine it is
//! always the same, so results repeat to the last bit.

/// Defines a function that runs the generic `body::<FUSED>` compiled for the widest vectors present.
/// `FUSED` says whether `f32::mul_add` is one instruction there.
macro_rules! vectorised {
    ($(#[$attribute:meta])* $visibility:vis fn $name:ident($($argument:ident: $type:ty),* $(,)?) = $body:ident) => {
        $(#[$attribute])*
        $visibility fn $name($($argument: $type),*) {
            #[cfg(target_arch = "x86_64")]
            {
                #[target_feature(enable = "avx2,fma")]
                fn wide($($argument: $type),*) {
                    $body::<true>($($argument),*);
                }
                if std::arch::is_x86_feature_detected!("avx2")
                    && std::arch::is_x86_feature_detected!("fma")
                {
                    // SAFETY: both features `wide` is compiled for were just found to be present.
                    unsafe { wide($($argument),*) };
                    return;
                }
            }
            $body::<{ cfg!(target_arch = "aarch64") }>($($argument),*);
        }
    };
}
pub(crate) use vectorised;

/// `a * b + c`, in one rounding where the target has the instruction.
#[inline(always)]
pub fn multiply_add<const FUSED: bool>(a: f32, b: f32, c: f32) -> f32 {
    if FUSED { a.mul_add(b, c) } else { a * b + c }
}

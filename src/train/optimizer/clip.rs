//! Gradients held below a bound, all of them together or each by itself.

use super::narrow;
use crate::train::ClipBy;

/// What a gradient is multiplied by and then held within.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Clip {
    factor: f32,
    limit: Option<f32>,
}

impl Clip {
    /// The clip at `bound` (0 for none) of gradients of this `norm`.
    pub fn new(by: ClipBy, bound: f64, norm: f64) -> Self {
        match by {
            ClipBy::Norm if bound > 0.0 && norm > bound => {
                Self { factor: narrow(bound / norm), limit: None }
            }
            ClipBy::Value if bound > 0.0 => Self { factor: 1.0, limit: Some(narrow(bound)) },
            _ => Self { factor: 1.0, limit: None },
        }
    }

    /// What every gradient is multiplied by, where that is all.
    pub const fn factor(&self) -> Option<f32> {
        match self.limit {
            None => Some(self.factor),
            Some(_) => None,
        }
    }

    /// A gradient, clipped.
    #[inline]
    pub fn apply(&self, gradient: f32) -> f32 {
        let gradient = self.factor * gradient;
        match self.limit {
            None => gradient,
            Some(limit) => gradient.clamp(-limit, limit),
        }
    }
}

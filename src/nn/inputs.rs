//! What a network sees of a batch of windows.

use candle_core::Tensor;

/// Steps before the origin, and what is known of the rows after it.
#[derive(Debug, Clone, Copy)]
pub struct Inputs<'a> {
    /// `[batch, steps, features]`
    pub steps: &'a Tensor,
    /// `[batch, horizon, known]`, for a network that takes it.
    pub ahead: Option<&'a Tensor>,
}

/// Steps alone.
impl<'a> From<&'a Tensor> for Inputs<'a> {
    fn from(steps: &'a Tensor) -> Self {
        Self { steps, ahead: None }
    }
}

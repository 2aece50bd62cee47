//! Where training stands inside an epoch.

/// Where training stands inside an epoch. High-rate, so only the latest is kept.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BatchProgress {
    /// Epoch in progress, from 1.
    pub epoch: usize,
    /// Batches done in it.
    pub batch: usize,
    /// Batches in an epoch.
    pub batches: usize,
    /// Training windows a second, once that can be told before an epoch is done.
    pub windows_per_second: Option<f64>,
    /// Seconds left at the most, once that can be told before an epoch is done.
    pub seconds_left: Option<f64>,
}

//! The tabs of the middle, one a file.

pub mod data;
mod diverged;
pub mod evaluate;
pub mod forecast;
mod loss_curve;
mod rates;
pub mod residuals;
mod steer;
pub mod training;
pub mod windows;

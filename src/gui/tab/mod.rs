//! The tabs of the middle, one a file.

pub mod data;
pub mod evaluate;
pub mod forecast;
pub mod residuals;
pub mod training;
pub mod windows;

//! Numerics without a domain: quantiles, distributions, Box-Cox, STL, minimisers, digests. Each stands
//! here once.
//!
//! Values are f64 and NaN marks a missing one. Not for series and dates (`series`), nor for networks,
//! whose numbers are f32 (`nn`).

pub mod autocorrelation;
pub mod box_cox;
mod box_cox_lambda;
mod digest;
mod golden_section;
pub mod least_squares;
pub mod levenberg_marquardt;
mod normal;
mod number;
mod quantile;
pub mod quasi_newton;
mod seasonal_fill;
mod stl;

pub use box_cox_lambda::{guerrero_lambda, likeliest_lambda};
pub use digest::Digest;
pub use golden_section::golden_section;
pub use normal::normal_quantile;
pub use number::{number, ratio, whole};
pub use quantile::{median, median_of, quantile_of, quantile_of_sorted, upper_median};
pub use seasonal_fill::seasonal_fill;
pub use stl::{SeasonalComponent, Stl, StlParts};

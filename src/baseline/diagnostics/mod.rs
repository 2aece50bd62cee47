//! Tests and measures of a series or of residuals: what a model needs, and what it has left over.
//!
//! One test a file. Missing values (NaN) are left out. Not for drawing, nor for choosing models.

mod residuals;
mod stationarity;

pub use residuals::{JarqueBera, LjungBox, jarque_bera, ljung_box, usual_lags};
pub use stationarity::{AdfTest, AdfTrend, KpssTest, adf, kpss, seasonal_strength};

use crate::stats::number;

/// The known values, in their order.
fn known(values: &[f64]) -> Vec<f64> {
    values.iter().copied().filter(|value| value.is_finite()).collect()
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / number(values.len())
}

/// Whether all values are the same, to f64's precision.
pub(in crate::baseline) fn is_constant(values: &[f64]) -> bool {
    let (least, most) = values
        .iter()
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(least, most), &v| (least.min(v), most.max(v)));
    // Sums of a few thousand values are exact to about this share.
    values.is_empty() || most - least <= 1e-13 * least.abs().max(most.abs())
}

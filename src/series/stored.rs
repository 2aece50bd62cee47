//! Numbers in files of JSON, which has no word for NaN and infinities and writes `null`.
//!
//! Not for numbers that have to come back to the last bit (`train::Exact`).

use serde::{Deserialize, Deserializer};

/// A number, or NaN where `null` stands: what was infinite comes back as NaN, and the rest of the file
/// with it.
///
/// # Errors
/// Where something else stands there.
pub fn nan_where_null<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or(f64::NAN))
}

/// Numbers, likewise.
///
/// # Errors
/// Where something else stands there.
pub fn nans_where_null<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<f64>, D::Error> {
    let numbers: Vec<Option<f64>> = Vec::deserialize(deserializer)?;
    Ok(numbers.into_iter().map(|number| number.unwrap_or(f64::NAN)).collect())
}

//! The settings of this room.

use serde::{Deserialize, Serialize};

/// How values are brought to a network's scale. Fitted on the training part only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scaling {
    /// Subtract the mean, divide by the standard deviation.
    #[default]
    Standard,
    /// Map the smallest value to 0 and the largest to 1.
    MinMax,
    /// Subtract the median, divide by the distance between the quartiles: outliers have no say.
    Robust,
    /// Leave values in their own units.
    None,
}

/// How values are bent before anything else, so that swings that grow with the level keep a size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Power {
    /// Not at all.
    #[default]
    None,
    /// `ln(1 + x)`, for values above -1: counts with zeros among them.
    #[serde(rename = "log1p")]
    Log1p,
    /// Box-Cox for values above 0, the exponent such that the spread within a season no longer
    /// follows the season's level (Guerrero 1993).
    BoxCoxGuerrero,
    /// Box-Cox for values above 0, the exponent of largest likelihood under a normal distribution
    /// (Box and Cox 1964).
    BoxCoxLikelihood,
}

impl Power {
    /// The name in messages.
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "no power transform",
            Self::Log1p => "log1p",
            Self::BoxCoxGuerrero | Self::BoxCoxLikelihood => "Box-Cox",
        }
    }

    /// The largest number that is too small for it.
    pub const fn limit(self) -> f64 {
        match self {
            Self::None => f64::NEG_INFINITY,
            Self::Log1p => -1.0,
            Self::BoxCoxGuerrero | Self::BoxCoxLikelihood => 0.0,
        }
    }
}

/// Sines and cosines that turn once, twice, and so on up to `pairs` times in `period` rows.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FourierTerms {
    /// Rows in the season, 2 or more; it need not be whole: 365.25 for days.
    pub period: f64,
    /// How many times as fast the fastest pair turns, at most half the period and 50.
    pub pairs: usize,
}

/// What is done to values on their way into the network, in this order, and undone in the other on
/// the way out; and what the network is told of time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "switches of their own, in any combination")]
pub struct TransformConfig {
    /// The bend.
    pub power: Power,
    /// Added to values before the bend, in the series' units, to bring them into its domain.
    pub shift: f64,
    /// Subtract the season that STL finds in the training part and add it back to the forecast.
    pub seasonal_adjustment: bool,
    /// Take each value's difference from the one a season before.
    pub seasonal_difference: bool,
    /// Take each value's difference from the one before.
    pub difference: bool,
    /// The scaler.
    pub scaling: Scaling,
    /// Subtract each window's last input from its inputs and targets, and add it back to the
    /// forecast. It lets a network follow a trend past the values it was trained on.
    pub subtract_last: bool,
    /// Tell the network the place of each row in the year, the week and the day, those of the
    /// horizon too.
    pub calendar: bool,
    /// Tell the network the place of each row in these seasons, those of the horizon too.
    pub fourier: Vec<FourierTerms>,
}

impl Default for TransformConfig {
    fn default() -> Self {
        Self {
            power: Power::None,
            shift: 0.0,
            seasonal_adjustment: false,
            seasonal_difference: false,
            difference: false,
            scaling: Scaling::Standard,
            subtract_last: true,
            calendar: false,
            fourier: Vec::new(),
        }
    }
}

//! The settings of the transforms, and what may be wrong with them or with values.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How values are brought to a network's scale. Fitted on the training part only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Scaling {
    /// Subtract the mean, divide by the standard deviation.
    #[default]
    #[schemars(title = "Standard")]
    Standard,
    /// Map the smallest value to 0 and the largest to 1.
    #[schemars(title = "Min-max")]
    MinMax,
    /// Subtract the median, divide by the distance between the quartiles: outliers have no say.
    #[schemars(title = "Robust")]
    Robust,
    /// Leave values in their own units.
    #[schemars(title = "None")]
    None,
}

/// How values are bent before anything else, so that swings that grow with the level keep a size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Power {
    /// Not at all.
    #[default]
    #[schemars(title = "None")]
    None,
    /// `ln(1 + x)`, for values above -1: counts with zeros among them.
    #[serde(rename = "log1p")]
    #[schemars(title = "Log1p")]
    Log1p,
    /// Box-Cox for values above 0, the exponent such that the spread within a season no longer
    /// follows the season's level (Guerrero 1993).
    #[schemars(title = "Guerrero")]
    BoxCoxGuerrero,
    /// Box-Cox for values above 0, the exponent of largest likelihood under a normal distribution
    /// (Box and Cox 1964).
    #[schemars(title = "Likelihood")]
    BoxCoxLikelihood,
}

impl Power {
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
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FourierTerms {
    /// Rows in the season; it need not be whole: 365.25 for days. `period` of `Fourier` in
    /// statsmodels.
    #[schemars(title = "Fourier period", range(min = 2.0), extend("x-unit" = "rows"))]
    pub period: f64,
    /// How many times as fast the fastest pair turns, at most half the period and 50. More pairs make
    /// a sharper shape; 0 for none. `order` of `Fourier` in statsmodels.
    #[schemars(title = "Fourier pairs", range(min = 1, max = 50))]
    pub pairs: usize,
}

/// What is done to values on their way into the network, in this order, and undone in the other on
/// the way out; and what the network gets of time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "switches of their own, in any combination")]
pub struct TransformConfig {
    /// What bends values before anything else, so that swings that grow with the level keep one size.
    /// Forecasts come back as medians. `FunctionTransformer(log1p)` and `PowerTransformer` in
    /// scikit-learn, `BoxCox` in statsmodels.
    #[schemars(title = "Power")]
    pub power: Power,
    /// Added to values before the power, in the series' own units, to bring them into its domain:
    /// above -1 for log1p, above 0 for Box-Cox. 0 for none.
    #[schemars(title = "Shift")]
    pub shift: f64,
    /// Whether the season that STL finds in the training part is subtracted, and its last season added
    /// back to the forecast. For a steady season and a series too short for a network to learn it.
    /// `STL` in statsmodels.
    #[schemars(title = "STL adjustment")]
    pub seasonal_adjustment: bool,
    /// Whether each value becomes its difference from the one a season before; the forecast is added
    /// up again. For a season that drifts. It costs a season of training rows. `diff(x, season)` in
    /// statsmodels, the D of SARIMA.
    #[schemars(title = "Seasonal difference")]
    pub seasonal_difference: bool,
    /// Whether each value becomes its difference from the one before; the forecast is added up again.
    /// For a series that wanders; turn Subtract last value off with it. `diff(x)` in statsmodels and
    /// pandas, the d of ARIMA.
    #[schemars(title = "First difference")]
    pub difference: bool,
    /// What brings values to the network's scale, fitted on the training part only, so that nothing of
    /// the future leaks in. `StandardScaler`, `MinMaxScaler` and `RobustScaler` in scikit-learn.
    #[schemars(title = "Scaling")]
    pub scaling: Scaling,
    /// Whether each window is moved so that its last input is 0, and the forecast moved back. It lets
    /// a network follow a trend to levels it has never seen. Turn it off where the level itself
    /// decides what comes next.
    #[schemars(title = "Subtract last value")]
    pub subtract_last: bool,
    /// Whether the network is given each row's place in the year, the week and the day as sine and
    /// cosine, those of the rows to forecast too. Only cycles longer than the step that the training
    /// part holds twice. Try it where the calendar decides more than the last rows do.
    /// `CalendarFourier` in statsmodels, cyclical features in scikit-learn.
    #[schemars(title = "Calendar")]
    pub calendar: bool,
    /// Sines and cosines of seasons that the network is given of each row, those of the rows to
    /// forecast too. For a season longer than the lookback, or several. `Fourier(order)` in
    /// statsmodels.
    #[schemars(title = "Fourier terms")]
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

/// Values, or a number of them, that a transform has no answer for.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum TransformError {
    /// Values too small for a logarithm or a power.
    #[error(
        "{name} needs values above {limit} and {count} of them {} not (the smallest is {smallest}{}); \
         use a shift of {fix}, or no power transform",
        if *count == 1 { "is" } else { "are" },
        if *shift == 0.0 { String::new() } else { format!(", with the shift of {shift} added") }
    )]
    OutOfDomain {
        name: &'static str,
        /// The largest number that is too small.
        limit: f64,
        count: usize,
        smallest: f64,
        shift: f64,
        /// A shift that brings every value into the domain.
        fix: f64,
    },
    #[error("the shift is {shift}; use a number, 0 for none")]
    Shift { shift: f64 },
    /// A seasonal transform of a series without a season.
    #[error(
        "{what} needs a season of 2 rows or more and the season length is {season_length}; set the season length, or turn {what} off"
    )]
    NoSeason { what: &'static str, season_length: usize },
    /// Fewer training rows than two seasons.
    #[error(
        "seasonal adjustment needs two seasons of {season_length} rows in the training part and it has {rows} rows; use shorter validation and test parts, or turn it off"
    )]
    TooFewSeasons { season_length: usize, rows: usize },
    /// Calendar features of an axis whose rows do not differ in any.
    #[error(
        "calendar features need a cycle (year, week or day) longer than the step of {step} that the \
         {rows} training rows hold twice, and there is none; turn them off, or use Fourier terms"
    )]
    NoCalendar {
        /// The step of the axis in words.
        step: String,
        rows: usize,
    },
    #[error(
        "Fourier terms have a period of {period} rows and {pairs} pairs; use a period of 2 or more, and \
         1 to {most} pairs"
    )]
    Fourier {
        period: f64,
        /// Pairs asked for.
        pairs: usize,
        most: usize,
    },
    /// More Fourier terms than a network can use.
    #[error(
        "the Fourier terms have {pairs} pairs in all, each of which is two inputs in every row; use \
         {most} or fewer"
    )]
    FourierTotal { pairs: usize, most: usize },
}

//! Why a model could not be fitted or could not forecast.

use crate::baseline::{BaselineError, Sizes};
use crate::guard::Panic;
use crate::transform::TransformError;

use super::neural::DivergedBatch;

/// Why a model could not be fitted or could not forecast.
#[derive(Debug, thiserror::Error)]
pub enum ForecastError {
    /// No window fits into a part.
    #[error(
        "the {part} part has {rows} rows and no complete window: lookback {lookback} + horizon {horizon} \
         need {} rows with an input in each and a target in one; use a shorter lookback or horizon",
        lookback + horizon
    )]
    NoWindows {
        /// Which part: training or validation.
        part: &'static str,
        /// Rows in that part.
        rows: usize,
        /// Input rows of a window.
        lookback: usize,
        /// Target rows of a window.
        horizon: usize,
    },
    /// A model of one series was given none, or several.
    #[error("the model is fitted to one series at a time and was given {found}")]
    NotOneSeries { found: usize },
    /// The rows before the origin do not serve as input.
    #[error(
        "the last {needed} rows before the forecast have {missing} missing that are left so; {model} \
         needs all of them: use a shorter lookback, or a policy for missing values that fills them"
    )]
    MissingInput {
        /// Name of the model.
        model: String,
        /// Rows needed.
        needed: usize,
        /// How many of them are missing and not filled in.
        missing: usize,
    },
    /// A baseline that does not suit the history.
    #[error(transparent)]
    Baseline(#[from] BaselineError),
    /// The model of that name panicked.
    #[error("{0} broke off inside the program ({1}); please report this")]
    Panicked(String, Panic),
    /// A forecast, or a bound of it, beyond the range of numbers.
    #[error(
        "{model} leaves the range of numbers {ahead} {} ahead: before the forecast are {sizes}; {}",
        if *ahead == 1 { "row" } else { "rows" },
        Sizes::FIX
    )]
    BeyondNumbers {
        /// Name of the model.
        model: String,
        /// The first row ahead, from 1, that has no finite forecast.
        ahead: usize,
        /// What it forecasts from.
        sizes: Sizes,
    },
    /// More values are asked for than the model was made for.
    #[error(
        "{model} was trained for a horizon of {longest} and cannot forecast {asked} values; train it \
         again with a horizon of {asked}"
    )]
    HorizonTooLong {
        /// Name of the model.
        model: String,
        /// Values asked for.
        asked: usize,
        /// Values it can forecast.
        longest: usize,
    },
    /// The values do not suit the transform.
    #[error(transparent)]
    Transform(#[from] TransformError),
    /// A batch diverged (NaN or infinite loss).
    #[error(
        "{0}: use a lower learning rate or a smaller gradient clip, or transform the values by a \
         logarithm"
    )]
    Diverged(Box<DivergedBatch>),
    /// A run cannot be resumed.
    #[error("{0}")]
    Checkpoint(String),
    /// A stop came before there were any weights to keep.
    #[error("stopped before the first batch was learned, so there is nothing to keep")]
    StoppedEarly,
    /// A tensor operation failed.
    #[error(
        "the tensor library failed while {doing}: {source}; please report this with the recipe"
    )]
    Tensor {
        /// What was being done.
        doing: &'static str,
        /// The library's own words.
        source: candle_core::Error,
    },
}

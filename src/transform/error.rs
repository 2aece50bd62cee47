//! Why a transform cannot be fitted or applied.

/// Values, or a number of them, that a transform has no answer for.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum TransformError {
    /// Values too small for a logarithm or a power.
    #[error(
        "{name} needs values above {limit} and {count} of them {} not (the smallest is {smallest}{}); \
         use a shift of {mend}, or no power transform",
        if *count == 1 { "is" } else { "are" },
        if *shift == 0.0 { String::new() } else { format!(", with the shift of {shift} added") }
    )]
    OutOfDomain {
        /// Name of the transform.
        name: &'static str,
        /// The largest number that is too small.
        limit: f64,
        /// How many values are too small.
        count: usize,
        /// The smallest, after the shift.
        smallest: f64,
        /// The shift that was added.
        shift: f64,
        /// A shift that brings every value into the domain.
        mend: f64,
    },
    /// A shift that is no number.
    #[error("the shift is {shift}; use a number, 0 for none")]
    Shift {
        /// The shift as set.
        shift: f64,
    },
    /// A seasonal transform of a series without a season.
    #[error(
        "{what} needs a season of 2 rows or more and the season length is {season_length}; set the season length, or turn {what} off"
    )]
    NoSeason {
        /// Which transform.
        what: &'static str,
        /// Rows in one season.
        season_length: usize,
    },
    /// Fewer training rows than two seasons.
    #[error(
        "seasonal adjustment needs two seasons of {season_length} rows in the training part and it has {rows} rows; use shorter validation and test parts, or turn it off"
    )]
    TooFewSeasons {
        /// Rows in one season.
        season_length: usize,
        /// Rows in the training part.
        rows: usize,
    },
    /// Calendar features of an axis whose rows do not differ in any.
    #[error(
        "calendar features need a cycle (year, week or day) longer than the step of {step} that the \
         {rows} training rows hold twice, and there is none; turn them off, or use Fourier terms"
    )]
    NoCalendar {
        /// The step of the axis in words.
        step: String,
        /// Rows in the training part.
        rows: usize,
    },
    /// A Fourier term that cannot be.
    #[error(
        "Fourier terms have a period of {period} rows and {pairs} pairs; use a period of 2 or more, and \
         1 to {most} pairs"
    )]
    Fourier {
        /// Rows in the season.
        period: f64,
        /// Pairs asked for.
        pairs: usize,
        /// Most pairs of that period.
        most: usize,
    },
    /// More Fourier terms than a network can use.
    #[error(
        "the Fourier terms have {pairs} pairs in all, each of which is two inputs in every row; use \
         {most} or fewer"
    )]
    FourierTotal {
        /// Pairs of all terms together.
        pairs: usize,
        /// Most of them.
        most: usize,
    },
}

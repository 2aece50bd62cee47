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
}

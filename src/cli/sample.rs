//! `tidegate sample`: a built-in series, as it stands in the program.

use crate::import::Sample;

use super::CliError;
use super::terminal::Output;

/// Writes the sample's CSV text.
pub fn run(sample: Sample, out: &mut Output<'_>) -> Result<(), CliError> {
    Ok(out.file(sample.csv().as_bytes())?)
}

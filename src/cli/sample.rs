//! `tidegate sample`: a built-in series, as it stands in the program.

use std::io::Write;

use crate::import::Sample;

use super::CliError;

/// Writes the sample's CSV text.
pub fn run(sample: Sample, out: &mut impl Write) -> Result<(), CliError> {
    out.write_all(sample.csv().as_bytes())?;
    Ok(out.flush()?)
}

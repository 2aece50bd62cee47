//! Why a subcommand could not do its work, and the exit codes.

use std::path::PathBuf;

use crate::forecast::ForecastError;
use crate::import::ImportError;
use crate::project::runs::RunsError;
use crate::project::{Problem, RecipeError};

/// Why a subcommand could not do its work; each message stands alone.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    /// The file cannot be used.
    #[error(transparent)]
    Import(#[from] ImportError),
    /// The recipe cannot be used.
    #[error(transparent)]
    Recipe(#[from] RecipeError),
    /// Settings do not fit the data.
    #[error("the settings do not fit {file}:\n{}", problems.join("\n"))]
    Settings {
        /// The data file.
        file: String,
        /// All problems, a line each.
        problems: Vec<String>,
    },
    /// A model could not be fitted.
    #[error("{model}: {source}")]
    Model {
        /// Its name.
        model: String,
        /// Why.
        source: Box<ForecastError>,
    },
    /// The one model that was asked for could not be fitted.
    #[error("{model}: {reason}")]
    Failed {
        /// Its name.
        model: String,
        /// What was found, and what to do.
        reason: String,
    },
    /// None of the models that were asked for could be fitted; standard error has said why.
    #[error("none of the {models} models came to a result")]
    NoModel {
        /// How many were asked for.
        models: usize,
    },
    /// No series has a row of values after it.
    #[error(
        "the rows of {} and {} cannot be paired: {found}; give each series of the first a row of its name \
         in the second, or the same rows in the same order",
        train.display(), test.display()
    )]
    NotPaired {
        /// The file of histories.
        train: PathBuf,
        /// The file of the values after them.
        test: PathBuf,
        /// What stands in the way.
        found: String,
    },
    /// A run cannot be kept, found or resumed.
    #[error(transparent)]
    Runs(#[from] RunsError),
    /// A run came out otherwise than it had.
    #[error("run {name} was not reproduced")]
    NotReproduced {
        /// The run.
        name: String,
    },
    /// No run was interrupted.
    #[error("no run in {} was interrupted, so there is nothing to resume", folder.display())]
    NothingToResume {
        /// Where runs are kept.
        folder: PathBuf,
    },
    /// The question was not answered with yes.
    #[error("run {name} was not deleted; answer y, or give --yes")]
    NotDeleted {
        /// The run.
        name: String,
    },
    /// The threads could not be started.
    #[error("the threads to work on could not be started: {0}; try --threads 1")]
    Threads(String),
    /// The output could not be written.
    #[error(transparent)]
    Export(#[from] crate::report::ExportError),
    /// Standard output is closed or full.
    #[error("standard output cannot be written: {0}; check where it is sent to")]
    Output(#[from] std::io::Error),
    /// The forecast would replace what it is made from.
    #[error("{} is {what}; give --out another name", file.display())]
    OutIsInput {
        /// The file.
        file: PathBuf,
        /// What it is read for: `the file that is read`, `the recipe`.
        what: &'static str,
    },
    /// A flag that may be given several times was given twice for one thing.
    #[error("{flag} is given twice for {what}; give it once")]
    Twice {
        /// The flag.
        flag: &'static str,
        /// What it was given for: `column price`.
        what: String,
    },
    /// Two results would be written through each other.
    #[error(
        "--json and --out would both write to standard output; give --out a file, or leave one out"
    )]
    TwoOutputs,
    /// The recipe has no TOML form.
    #[error("the recipe could not be laid out as TOML: {0}; please report this")]
    RecipeText(toml::ser::Error),
    /// The result has no JSON form.
    #[error("the result could not be laid out as JSON: {0}; please report this")]
    Json(serde_json::Error),
}

impl CliError {
    /// Settings that do not fit a file.
    pub fn refused(file: String, problems: &[Problem]) -> Self {
        let problems = problems.iter().map(|problem| format!("  {problem}")).collect();
        Self::Settings { file, problems }
    }
}

impl From<serde_json::Error> for CliError {
    fn from(error: serde_json::Error) -> Self {
        if error.is_io() { Self::Output(error.into()) } else { Self::Json(error) }
    }
}

/// Every exit code with what it means. The table of `docs/commands.md` has the same words, which a test
/// holds.
pub const EXIT_CODES: [(u8, &str); 5] = [
    (0, "all that was asked for is there"),
    (1, "nothing came of it: a file or a setting cannot be used, or no model could be fitted"),
    (2, "the call was not understood"),
    (
        3,
        "there are results, but not all: a model failed, a series could not be scored, or something \
         was not written; standard error says which",
    ),
    (130, "ended by Ctrl-C, with what was done until then"),
];

/// How a subcommand came to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// With all that was asked for.
    Complete,
    /// With results, but without all of them: a model failed, or something was not written. Standard
    /// error says which.
    Partial,
    /// By Ctrl-C, with what was done until then.
    Interrupted,
}

impl End {
    /// Its exit code.
    pub const fn code(self) -> u8 {
        match self {
            Self::Complete => 0,
            Self::Partial => 3,
            Self::Interrupted => 130,
        }
    }
}

/// The list as the end of a help text.
pub fn exit_codes_help() -> String {
    let lines = EXIT_CODES.iter().map(|(code, means)| format!("  {code:<3}  {means}"));
    format!("Exit codes:\n{}", lines.collect::<Vec<_>>().join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_end_is_in_the_list() {
        for end in [End::Complete, End::Partial, End::Interrupted] {
            assert!(EXIT_CODES.iter().any(|(code, _)| *code == end.code()), "{end:?}");
        }
    }
}

//! The exit codes, in one list for `--help`, `docs/commands.md` and `main`.

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

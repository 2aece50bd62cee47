//! Words that the source, the docs and the messages do not use, each with the term that stands for it
//! (`CONTRIBUTING.md`).

use std::fs;
use std::path::{Path, PathBuf};

/// Words in lower case, and what to write.
const NOT: &[(&str, &str)] = &[
    ("hindsight", "in-sample forecast"),
    ("outlook", "forecast"),
    ("errors of late", "latest errors"),
    ("held-out stretch", "hold-out"),
    ("gave no number", "is NaN or infinite"),
    ("mend", "fix"),
    ("mended", "fixed"),
    ("anew", "again"),
    ("lest", "so that … not"),
    ("bids", "asks"),
    ("told of", "reported, shown"),
    ("tells of", "reports, says"),
    ("account of", "ledger of, record of"),
    ("cut off", "interrupted, cut short, clipped"),
    ("take up again", "resume"),
    ("taken up again", "resumed"),
    ("looked back on", "selected, past"),
    ("learned by heart", "overfitted"),
    ("slips of the pen", "typing errors"),
    ("oftener", "more frequently"),
    ("earned its place", "name the model to use"),
];

fn texts(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            texts(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs" || ending == "md") {
            found.push(path);
        }
    }
}

/// Where a phrase stands as whole words; a line break within it counts as a space.
fn place_of(text: &str, phrase: &str) -> Option<usize> {
    let is_part = |sign: Option<char>| sign.is_some_and(char::is_alphanumeric);
    text.match_indices(phrase).map(|(at, _)| at).find(|&at| {
        let (before, after) = (&text[..at], &text[at + phrase.len()..]);
        !is_part(before.chars().next_back()) && !is_part(after.chars().next())
    })
}

#[test]
fn terms_of_the_field_are_used() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files =
        ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"].map(|name| root.join(name)).to_vec();
    for folder in ["src", "docs", "examples"] {
        texts(&root.join(folder), &mut files);
    }
    assert!(files.len() > 300, "the source was read: {} files", files.len());
    let mut problems = Vec::new();
    for path in files {
        let text = fs::read_to_string(&path).unwrap().to_lowercase();
        // A comment that goes on in the next line is one sentence.
        let lines: Vec<&str> = text
            .lines()
            .map(|line| line.trim().trim_start_matches(['/', '!']).trim_start())
            .collect();
        let text = lines.join(" ");
        for (word, term) in NOT {
            if place_of(&text, word).is_some() {
                let place = path.strip_prefix(root).unwrap_or(&path).display();
                problems.push(format!("{place}: \"{word}\"; write: {term}"));
            }
        }
    }
    super::complain(&problems);
}

#[test]
fn a_phrase_is_found_as_whole_words() {
    assert_eq!(place_of("what was cut off here", "cut off"), Some(9));
    assert_eq!(place_of("commended, mend-all", "mend"), Some(11));
    assert_eq!(place_of("amend and mending", "mend"), None);
}

//! Licence expressions, and the texts that a crate's sources hold.

use std::fs;
use std::path::{Path, PathBuf};

/// Licences in the order in which they are taken where a crate leaves a choice, each with words that only
/// its text holds. No other licence may come into the program.
pub const ALLOWED: [(&str, &str); 14] = [
    ("MIT", "permission is hereby granted, free of charge"),
    ("Apache-2.0", "apache license"),
    ("BSD-2-Clause", "redistribution and use in source and binary forms"),
    ("BSD-3-Clause", "redistribution and use in source and binary forms"),
    ("ISC", "distribute this software for any purpose"),
    ("Zlib", "provided 'as-is'"),
    ("0BSD", "distribute this software for any purpose"),
    ("BSL-1.0", "boost software license"),
    ("Unlicense", "free and unencumbered"),
    ("Unicode-3.0", "unicode license v3"),
    ("CC0-1.0", "cc0 1.0 universal"),
    ("OFL-1.1", "sil open font license"),
    ("Ubuntu-font-1.0", "ubuntu font licence"),
    ("MPL-2.0", "mozilla public license"),
];

fn rank(licence: &str) -> usize {
    ALLOWED.iter().position(|(name, _)| *name == licence).unwrap_or(ALLOWED.len())
}

/// The licences that an expression asks for, the first allowed ones where it leaves a choice.
pub fn chosen(expression: &str) -> Vec<String> {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let (licences, rest) = either(&words);
    assert!(rest.is_empty(), "\"{expression}\" is no licence expression");
    licences
}

fn either<'a>(words: &'a [&'a str]) -> (Vec<String>, &'a [&'a str]) {
    let (mut best, mut rest) = all(words);
    while let Some((&"OR", after)) = rest.split_first() {
        let (other, left) = all(after);
        let worst = |licences: &[String]| licences.iter().map(|l| rank(l)).max();
        if worst(&other) < worst(&best) {
            best = other;
        }
        rest = left;
    }
    (best, rest)
}

fn all<'a>(words: &'a [&'a str]) -> (Vec<String>, &'a [&'a str]) {
    let (mut licences, mut rest) = one(words);
    while let Some((&"AND", after)) = rest.split_first() {
        let (more, left) = one(after);
        licences.extend(more);
        rest = left;
    }
    (licences, rest)
}

fn one<'a>(words: &'a [&'a str]) -> (Vec<String>, &'a [&'a str]) {
    match words {
        ["(", inner @ ..] => {
            let (licences, rest) = either(inner);
            (licences, rest.split_first().map_or(rest, |(_, after)| after))
        }
        [name, "WITH", exception, rest @ ..] => (vec![format!("{name} WITH {exception}")], rest),
        [name, rest @ ..] => (vec![(*name).to_owned()], rest),
        [] => (Vec::new(), words),
    }
}

/// Files of licences in `folder` and, so many folders down, in those in it: the nearest first.
pub fn files(folder: &Path, depth: usize) -> Vec<PathBuf> {
    let mut files = Vec::new();
    gather(folder, depth, &mut files);
    files.sort_by_key(|path| (path.components().count(), path.clone()));
    // Beside a licence, a copy of the GPL is what may be chosen instead.
    let has_licence = |path: &PathBuf| path.with_file_name("LICENSE").is_file();
    files
        .retain(|path| path.file_name().is_none_or(|name| name != "COPYING") || !has_licence(path));
    files
}

fn gather(folder: &Path, depth: usize, files: &mut Vec<PathBuf>) {
    let small = |path: &Path| path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    let within = small(folder);
    for path in fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()) {
        let name = small(&path);
        let is_text = Path::new(&name).extension().is_none_or(|end| end != "rs");
        let is_named = ["licen", "copying", "copyright", "unlicense", "notice"]
            .iter()
            .any(|word| name.starts_with(word))
            || within == "licenses"
            || within == "fonts" && Path::new(&name).extension().is_some_and(|end| end == "txt");
        if path.is_dir() && depth > 0 && !["tests", "examples", "benches"].contains(&&*name) {
            gather(&path, depth - 1, files);
        } else if path.is_file() && is_text && is_named {
            files.push(path);
        }
    }
}

/// A text in one line of small letters, by which copies of one licence are known.
pub fn plain(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// The text of a licence in the sources of a crate, the one nearest to their root; `None` where they
/// hold none.
pub fn text(folder: &Path, licence: &str) -> Option<String> {
    let (_, words) = ALLOWED.iter().find(|(name, _)| *name == licence)?;
    let texts = files(folder, 2).into_iter().filter_map(|path| fs::read_to_string(path).ok());
    texts.into_iter().find(|text| plain(text).contains(words))
}

#[test]
fn a_choice_of_licences_takes_the_first_allowed() {
    for (expression, expected) in [
        ("MIT", &["MIT"][..]),
        ("Apache-2.0 / MIT", &["MIT"]),
        ("Apache-2.0 WITH LLVM-exception OR Apache-2.0 OR MIT", &["MIT"]),
        ("(MIT OR Apache-2.0) AND Unicode-3.0", &["MIT", "Unicode-3.0"]),
        ("(Apache-2.0 OR GPL-2.0-only) AND (BSD-3-Clause)", &["Apache-2.0", "BSD-3-Clause"]),
        ("GPL-3.0", &["GPL-3.0"]),
    ] {
        assert_eq!(chosen(expression), expected, "{expression}");
    }
}

//! The pages for people: links lead to files and headings that exist, paths in them exist, and the
//! commands that they show are the program's.

use std::fs;
use std::path::{Path, PathBuf};

use clap::{Command, CommandFactory};
use tidegate::cli::Cli;

use super::complain;

/// Folders whose files a page may name.
const ROOTS: [&str; 9] = [
    "src/",
    "tests/",
    "docs/",
    "examples/",
    "assets/",
    "sample_data/",
    ".ci/",
    ".github/",
    ".cargo/",
];
/// Stands in names that are for the reader to choose.
const CHOSEN_BY_READER: &str = "your_";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// README, CONTRIBUTING and everything in `docs/`.
fn pages() -> Vec<(PathBuf, String)> {
    let mut paths = vec![root().join("README.md"), root().join("CONTRIBUTING.md")];
    let docs = fs::read_dir(root().join("docs")).expect("the folder of pages");
    let docs = docs.map(|entry| entry.expect("an entry of docs").path());
    paths.extend(docs.filter(|path| path.extension().is_some_and(|end| end == "md")));
    paths.sort();
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).expect("a page");
        (path, text)
    };
    paths.into_iter().map(read).collect()
}

/// What a page is made of.
#[derive(Debug, PartialEq)]
enum Piece {
    /// Lines that stand together, joined by blanks.
    Prose(String),
    /// A line of a code block.
    Code(String),
}

/// The pieces of a page, each with the line that it begins on.
fn pieces(page: &str) -> Vec<(usize, Piece)> {
    let mut found = Vec::new();
    let (mut is_code, mut is_apart) = (false, true);
    for (line, number) in page.lines().zip(1..) {
        let line = line.trim();
        if line.starts_with("```") {
            (is_code, is_apart) = (!is_code, true);
        } else if is_code {
            found.push((number, Piece::Code(line.to_owned())));
        } else if line.is_empty() || line.starts_with('#') {
            found.extend((!line.is_empty()).then(|| (number, Piece::Prose(line.to_owned()))));
            is_apart = true;
        } else {
            match found.last_mut() {
                Some((_, Piece::Prose(text))) if !is_apart => {
                    text.push(' ');
                    text.push_str(line);
                }
                _ => found.push((number, Piece::Prose(line.to_owned()))),
            }
            is_apart = false;
        }
    }
    found
}

/// Words set as code within prose.
fn spans(prose: &str) -> impl Iterator<Item = &str> {
    prose.split('`').skip(1).step_by(2)
}

/// Where the links of some prose lead.
fn links(prose: &str) -> Vec<String> {
    let without_code: String = prose.split('`').step_by(2).collect();
    let targets = without_code.split("](").skip(1).filter_map(|rest| rest.split_once(')'));
    targets.map(|(target, _)| target.to_owned()).collect()
}

/// The name by which a link reaches a heading.
fn anchor(heading: &str) -> String {
    let words = heading.trim_start_matches('#').trim().to_lowercase();
    let kept = words.chars().filter(|letter| letter.is_alphanumeric() || " -_".contains(*letter));
    kept.map(|letter| if letter == ' ' { '-' } else { letter }).collect()
}

fn has_heading(page: &str, wanted: &str) -> bool {
    let is_it = |piece: &Piece| match piece {
        Piece::Prose(text) => text.starts_with('#') && anchor(text) == wanted,
        Piece::Code(_) => false,
    };
    pieces(page).iter().any(|(_, piece)| is_it(piece))
}

/// What is wrong with a link on a page of `folder`.
fn dead(folder: &Path, page: &str, link: &str) -> Option<String> {
    if link.contains("://") || link.starts_with("mailto:") {
        return None;
    }
    let (file, heading) = link.split_once('#').unwrap_or((link, ""));
    let path = folder.join(file);
    if !path.exists() {
        return Some(format!("the link leads to {file}, which is not there"));
    }
    let other = if file.is_empty() { None } else { fs::read_to_string(&path).ok() };
    let target = other.as_deref().unwrap_or(page);
    (!heading.is_empty() && !has_heading(target, heading))
        .then(|| format!("the link leads to the heading #{heading}, which is not there"))
}

#[test]
fn links_lead_to_what_is_there() {
    let mut problems = Vec::new();
    for (path, text) in pages() {
        let folder = path.parent().expect("the folder of a page");
        for (number, piece) in pieces(&text) {
            let Piece::Prose(prose) = piece else { continue };
            let dead = links(&prose).into_iter().filter_map(|link| dead(folder, &text, &link));
            problems.extend(dead.map(|problem| format!("{}:{number}: {problem}", path.display())));
        }
    }
    complain(&problems);
}

#[test]
fn paths_that_pages_name_are_there() {
    let mut problems = Vec::new();
    for (path, text) in pages() {
        for (number, piece) in pieces(&text) {
            let Piece::Prose(prose) = piece else { continue };
            let named = spans(&prose).filter_map(|span| span.split_whitespace().next());
            let named = named.filter(|name| ROOTS.iter().any(|folder| name.starts_with(folder)));
            for name in named.filter(|name| !name.contains(CHOSEN_BY_READER)) {
                if !root().join(name).exists() {
                    problems.push(format!("{}:{number}: there is no {name}", path.display()));
                }
            }
        }
    }
    complain(&problems);
}

/// Words of a line for a shell, without quotes, up to a comment or to what follows the first command.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut quote: Option<char> = None;
    // The word that is being read.
    let mut word: Option<String> = None;
    for letter in line.chars() {
        match quote {
            Some(mark) if letter == mark => quote = None,
            None if letter == '\'' || letter == '"' => {
                quote = Some(letter);
                word.get_or_insert_default();
            }
            None if letter.is_whitespace() => words.extend(word.take()),
            None if "|><;&".contains(letter) || letter == '#' && word.is_none() => break,
            _ => word.get_or_insert_default().push(letter),
        }
    }
    words.extend(word);
    words
}

/// What the program is called with on a line, where the line calls it.
fn call(line: &str) -> Option<Vec<String>> {
    let mut words = words(line.trim_start_matches("$ "));
    let is_variable = |word: &String| {
        let name = word.split_once('=').map(|(name, _)| name);
        name.is_some_and(|name| name.chars().all(|c| c.is_ascii_uppercase() || c == '_'))
    };
    let first = words.iter().position(|word| !is_variable(word))?;
    let is_program = Path::new(&words[first]).file_name().is_some_and(|name| name == "tidegate");
    is_program.then(|| words.split_off(first + 1))
}

/// The program's own account of what it can be called with.
fn program() -> Command {
    let mut program = Cli::command();
    program.build();
    program
}

/// A file, as an example, as a word in capitals, or as `[FILE]`.
fn is_file(word: &str) -> bool {
    word.contains(['.', '/', '[']) || word.chars().all(|letter| letter.is_ascii_uppercase())
}

/// A subcommand or a flag in a call that the program does not have.
fn unknown(program: &Command, arguments: &[String]) -> Option<String> {
    let (mut command, mut left) = (program, arguments);
    while let Some((word, after)) = left.split_first() {
        if word.starts_with('-') || !command.has_subcommands() {
            break;
        }
        if word != "help" {
            match command.find_subcommand(word) {
                Some(found) => command = found,
                None if std::ptr::eq(command, program) && is_file(word) => break,
                None => {
                    return Some(format!("{} has no subcommand {word}", command.get_name()));
                }
            }
        }
        left = after;
    }
    let flags = left.iter().filter_map(|word| word.strip_prefix("--"));
    let mut names = flags.map(|flag| flag.split('=').next().unwrap_or(flag));
    let has = |name: &str| command.get_arguments().any(|flag| flag.get_long() == Some(name));
    let wrong = names.find(|name| !name.is_empty() && !has(name))?;
    Some(format!("{} has no flag --{wrong}", command.get_name()))
}

/// Whether a line shows how calls look rather than one call: `tidegate runs [OPTIONS] <RUN>`.
fn is_pattern(line: &str) -> bool {
    line.contains(" [") || line.contains('<') || line.contains('…')
}

/// What is wrong with a line that calls the program, in a code block or within prose.
fn wrong_call(program: &Command, line: &str, is_whole: bool) -> Option<String> {
    let arguments = call(line)?;
    if let Some(problem) = unknown(program, &arguments) {
        return Some(problem);
    }
    if !is_whole || is_pattern(line) {
        return None;
    }
    let all = std::iter::once("tidegate".to_owned()).chain(arguments);
    let error = Cli::command().try_get_matches_from(all).err()?;
    // A call for help or the version ends like an error, without being one.
    error.use_stderr().then(|| format!("the call is refused: {error}"))
}

#[test]
fn commands_that_pages_show_are_the_programs() {
    let program = program();
    let mut problems = Vec::new();
    for (path, text) in pages() {
        for (number, piece) in pieces(&text) {
            let wrong: Vec<String> = match &piece {
                Piece::Code(line) => wrong_call(&program, line, true).into_iter().collect(),
                Piece::Prose(prose) => {
                    spans(prose).filter_map(|span| wrong_call(&program, span, false)).collect()
                }
            };
            let place = |problem: String| format!("{}:{number}: {problem}", path.display());
            problems.extend(wrong.into_iter().map(place));
        }
    }
    complain(&problems);
}

#[test]
fn every_subcommand_is_on_the_page_of_commands() {
    let page = fs::read_to_string(root().join("docs/commands.md")).expect("the page of commands");
    let program = Cli::command();
    let missing: Vec<String> = program
        .get_subcommands()
        .filter(|command| !command.is_hide_set())
        .map(|command| format!("`tidegate {}`", command.get_name()))
        .filter(|name| !page.contains(name.as_str()))
        .collect();
    assert!(missing.is_empty(), "docs/commands.md says nothing of {missing:?}");
}

#[test]
fn pages_are_taken_apart_as_they_are_meant() {
    let page =
        "# A title\n\nSee `src/x.rs` and\n[a `b`](docs/c.md#d).\n\n```sh\ntidegate -h # e\n```\n";
    let prose = "See `src/x.rs` and [a `b`](docs/c.md#d).";
    let expected = [
        (1_usize, Piece::Prose("# A title".to_owned())),
        (3, Piece::Prose(prose.to_owned())),
        (7, Piece::Code("tidegate -h # e".to_owned())),
    ];
    assert_eq!(pieces(page), expected);
    assert_eq!(spans(prose).collect::<Vec<_>>(), ["src/x.rs", "b"]);
    assert_eq!(links(prose), ["docs/c.md#d"]);
    assert!(has_heading(page, "a-title") && !has_heading(page, "title"));
    assert_eq!(anchor("## What it reads, and why"), "what-it-reads-and-why");
}

#[test]
fn wrong_calls_are_found() {
    let program = program();
    let wrong = |line: &str| wrong_call(&program, line, true);
    for line in [
        "tidegate sales.csv",
        "$ tidegate inspect sales.csv --json # a remark",
        "TIDEGATE_RUNS=runs ./tidegate runs list | head",
        "tidegate forecast sales.csv --models 'naive,ets(A,Ad,M)' > forecast.txt",
        "tidegate help runs list",
        "tidegate runs show [OPTIONS] <RUN>",
        "cargo test --no-such-flag",
    ] {
        assert_eq!(wrong(line), None, "{line}");
    }
    for (line, found) in [
        ("tidegate forcast sales.csv", "no subcommand forcast"),
        ("tidegate runs lst", "no subcommand lst"),
        ("tidegate inspect sales.csv --jason", "no flag --jason"),
        ("tidegate runs show [OPTIONS] --jason <RUN>", "no flag --jason"),
        ("tidegate inspect", "refused"),
        ("tidegate forecast sales.csv --models prophet", "refused"),
    ] {
        let problem = wrong(line).unwrap_or_default();
        assert!(problem.contains(found), "{line}: {problem}");
    }
}

//! The modules keep their places: who may use whom, and which libraries live where.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

#[path = "architecture/circles.rs"]
mod circles;
#[path = "architecture/licences.rs"]
mod licences;
#[path = "architecture/names.rs"]
mod names;
#[path = "architecture/pages.rs"]
mod pages;
#[path = "architecture/third_party.rs"]
mod third_party;
#[path = "architecture/uses.rs"]
mod uses;
#[path = "architecture/words.rs"]
mod words;

use std::fs;
use std::path::{Path, PathBuf};

/// Which modules a module may use.
enum Uses {
    /// These.
    Only(&'static [&'static str]),
    /// Every module that stands before it in the plan, but for these.
    AllBeforeBut(&'static [&'static str]),
}

use Uses::{AllBeforeBut, Only};

/// The modules in the order of the plan, each with the modules it may use.
const MODULES: &[(&str, Uses)] = &[
    ("stats", Only(&[])),
    ("series", Only(&["stats"])),
    ("import", Only(&["stats", "series"])),
    ("transform", Only(&["stats", "series"])),
    ("window", Only(&["stats", "series", "transform"])),
    ("nn", Only(&[])),
    ("train", Only(&["stats", "window", "nn"])),
    ("baseline", Only(&["stats", "series"])),
    ("forecast", AllBeforeBut(&["import"])),
    ("evaluate", Only(&["stats", "series", "window", "forecast"])),
    ("report", Only(&["stats", "series", "forecast", "evaluate"])),
    ("project", AllBeforeBut(&[])),
    ("app", AllBeforeBut(&[])),
    ("gui", AllBeforeBut(&[])),
    ("cli", AllBeforeBut(&["app", "gui"])),
];

/// Whether the plan lets the module at `place` use another.
fn may_use(place: usize, other: &str) -> bool {
    match &MODULES[place].1 {
        Only(modules) => modules.contains(&other),
        AllBeforeBut(kept_out) => {
            let before = MODULES[..place].iter().any(|(module, _)| *module == other);
            before && !kept_out.contains(&other)
        }
    }
}

/// Lines a file may have at most.
const MOST_LINES: usize = 500;

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).expect("the folder of a module") {
        let path = entry.expect("an entry of a module").path();
        if path.is_dir() {
            files.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}

fn source_root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// Lines of code with their numbers, comments left out.
fn code(path: &Path) -> Vec<(usize, String)> {
    let text = fs::read_to_string(path).expect("a source file");
    text.lines()
        .enumerate()
        .map(|(number, line)| (number + 1, line.split("//").next().unwrap_or("").to_owned()))
        .collect()
}

#[test]
fn a_module_may_use_those_before_it() {
    assert!(may_use(MODULES.len() - 1, "project") && !may_use(MODULES.len() - 1, "gui"));
}

fn complain(problems: &[String]) {
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

#[test]
fn every_folder_is_a_module_of_the_plan() {
    let mut folders: Vec<String> = fs::read_dir(source_root())
        .expect("src")
        .filter_map(|entry| {
            let path = entry.ok()?.path();
            path.is_dir().then(|| path.file_name()?.to_str().map(str::to_owned))?
        })
        .collect();
    folders.sort();
    let mut planned: Vec<&str> = MODULES.iter().map(|(module, _)| *module).collect();
    planned.sort_unstable();
    assert_eq!(folders, planned);
}

/// Everything that the files of the modules name, with the place of the file and the place of its module.
fn names_in_modules(check: impl Fn(&str, usize, &uses::Name) -> Option<String>) {
    let root = source_root();
    let sources = uses::Sources::read(&root, &sources(&root));
    let mut problems = std::collections::BTreeSet::new();
    for file in &sources.files {
        let module = file.place.split('/').next().unwrap_or_default();
        let Some(place) = MODULES.iter().position(|(name, _)| *name == module) else { continue };
        problems.extend(file.names.iter().filter_map(|name| check(&file.place, place, name)));
    }
    complain(&problems.into_iter().collect::<Vec<_>>());
}

#[test]
fn modules_use_only_the_modules_before_them() {
    names_in_modules(|file, place, name| {
        let named = name.path.first().filter(|_| name.is_ours)?;
        let (module, _) = MODULES[place];
        let is_module = MODULES.iter().any(|(other, _)| other == named);
        let is_wrong = is_module && named != module && !may_use(place, named);
        is_wrong.then(|| format!("{file}: {module} uses {}", name.path.join("::")))
    });
}

#[test]
fn libraries_stay_in_their_modules() {
    let homes: &[(&str, &[&str])] = &[
        ("egui", &["gui"]),
        ("eframe", &["gui"]),
        ("rfd", &["gui"]),
        ("polars", &["import", "report"]),
        ("parquet", &["import"]),
        ("quick_xml", &["import"]),
        ("clap", &["cli"]),
        ("indicatif", &["cli"]),
        ("crossbeam_channel", &["app"]),
    ];
    names_in_modules(|file, place, name| {
        let named = name.path.first().filter(|_| !name.is_ours)?;
        let (module, _) = MODULES[place];
        let (library, allowed) = homes.iter().find(|(library, _)| library == named)?;
        (!allowed.contains(&module)).then(|| format!("{file}: {module} uses {library}"))
    });
}

/// Whether a file holds nothing but tests.
fn is_of_tests(path: &Path) -> bool {
    let name = path.file_stem().and_then(|name| name.to_str()).unwrap_or_default();
    name == "tests" || name.ends_with("_tests")
}

/// Lines of code before the tests of a file.
fn code_without_tests(path: &Path) -> Vec<(usize, String)> {
    code(path).into_iter().take_while(|(_, line)| line.trim() != "#[cfg(test)]").collect()
}

/// Ways to a terminal, each with the only files that may take it: whatever is printed there passes one
/// place that writes out what a terminal would obey.
const WAYS_TO_A_TERMINAL: &[(&[&str], &[&str])] = &[
    (&["println!", "print!", "dbg!"], &[]),
    (&["stderr()", "stderr};", "io::stderr"], &["cli/terminal.rs", "cli/progress.rs"]),
    // `main` hands it over; `place` writes whole files, not lines.
    (&["stdout()", "stdout};", "io::stdout"], &["main.rs", "report/place.rs"]),
    (&["io::Write", "{Write}", "Write, ", ", Write}", "impl Write"], &["cli/terminal.rs"]),
    (&["indicatif", "set_prefix", "set_message"], &["cli/progress.rs"]),
];

#[test]
fn everything_printed_passes_the_one_door() {
    let root = source_root();
    let mut problems = Vec::new();
    for path in sources(&root).into_iter().filter(|path| !is_of_tests(path)) {
        let place = path.strip_prefix(&root).expect("a file of src").display().to_string();
        // Files are written elsewhere too; results and messages are not.
        let prints = place.starts_with("cli/") || place == "main.rs";
        for (number, line) in code_without_tests(&path) {
            for (ways, allowed) in WAYS_TO_A_TERMINAL {
                let of_files = ways.contains(&"io::Write");
                let found = ways.iter().find(|way| line.contains(**way));
                if let Some(way) = found
                    && (prints || !of_files)
                    && !allowed.contains(&place.as_str())
                    && !(place == "cli/mod.rs" && line.contains("out: &mut impl std::io::Write"))
                {
                    problems.push(format!(
                        "{place}:{number}: {way} goes past the one door (src/cli/terminal.rs): use \
                         Output, say or say_error"
                    ));
                }
            }
        }
    }
    complain(&problems);
}

#[test]
fn unsafe_code_stays_in_the_kernels() {
    let mut problems = Vec::new();
    for path in sources(&source_root()) {
        let in_kernels = path.components().any(|part| part.as_os_str() == "kernels");
        for (number, line) in code(&path) {
            let word =
                line.split(|c: char| !c.is_alphanumeric() && c != '_').any(|w| w == "unsafe");
            if word && !in_kernels {
                problems.push(format!("{}:{number}: unsafe outside nn/kernels", path.display()));
            }
        }
    }
    complain(&problems);
}

#[test]
fn no_file_holds_two_concepts_worth_of_lines() {
    let problems: Vec<String> = sources(&source_root())
        .into_iter()
        .filter_map(|path| {
            let lines = fs::read_to_string(&path).ok()?.lines().count();
            (lines > MOST_LINES).then(|| format!("{}: {lines} lines", path.display()))
        })
        .collect();
    complain(&problems);
}

/// Names of the crates that the program is built of with these arguments to cargo; `None`, with a line
/// that says why, where cargo cannot list them.
fn packages_of_the_program(arguments: &[&str]) -> Option<Vec<String>> {
    let mut cargo = std::process::Command::new(env!("CARGO"));
    cargo.args(["tree", "--offline", "--locked", "--edges", "normal", "--prefix", "none"]);
    let listed = cargo.args(arguments).current_dir(env!("CARGO_MANIFEST_DIR")).output();
    let listed = listed.inspect_err(|error| eprintln!("skipped: no cargo here: {error}")).ok()?;
    if !listed.status.success() {
        let why = String::from_utf8_lossy(&listed.stderr);
        eprintln!("skipped: cargo lists no packages here: {why}");
        return None;
    }
    let lines = String::from_utf8_lossy(&listed.stdout);
    Some(lines.lines().filter_map(|line| Some(line.split(' ').next()?.to_owned())).collect())
}

/// Copy and paste with other programs go through a feature of the windowing library. Tests are built with
/// more features than the program, so what the program is built of is asked.
#[test]
fn the_program_is_built_with_the_systems_clipboard() {
    let Some(packages) = packages_of_the_program(&[]) else { return };
    let has = |name: &str| packages.iter().any(|package| package == name);
    assert!(has("eframe"), "the list is read");
    assert!(has("arboard"), "eframe's feature `clipboard` is off");
}

/// A server has no use for what draws and asks: the build without the feature `gui` has none of it.
#[test]
fn the_command_line_alone_is_built_without_a_window() {
    let Some(packages) = packages_of_the_program(&["--no-default-features"]) else { return };
    assert!(packages.iter().any(|package| package == "clap"), "the list is read");
    let of_windows = |name: &&String| {
        let words = ["egui", "eframe", "winit", "glow", "glutin", "accesskit", "wayland", "x11"];
        let whole = ["rfd", "zbus", "pollster", "emath", "epaint", "arboard"];
        words.iter().any(|word| name.contains(word)) || whole.contains(&name.as_str())
    };
    let found: Vec<_> = packages.iter().filter(of_windows).collect();
    assert!(found.is_empty(), "make these optional, of the feature `gui`: {found:?}");
}

#[test]
fn properties_draw_the_same_cases_at_every_run() {
    // Cargo sets the seed, from `.cargo/config.toml`, unless the caller has set one.
    if std::env::var_os("CARGO").is_none() {
        eprintln!("skipped: not started by cargo, so each run draws new cases");
        return;
    }
    let seed = std::env::var("PROPTEST_RNG_SEED").unwrap_or_default();
    assert!(
        seed.parse::<u64>().is_ok(),
        "PROPTEST_RNG_SEED is \"{seed}\": start cargo in this folder"
    );
}

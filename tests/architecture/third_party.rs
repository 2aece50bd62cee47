//! What others wrote of the program is named, with its licences, in `THIRD-PARTY.md`, which the window
//! shows too.
//!
//! `UPDATE_THIRD_PARTY=1 cargo test --test architecture third_party` writes the file.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::licences::{self, ALLOWED, chosen, plain, text};

/// Crates of this platform are listed: the one that programs are built for to hand out.
const TARGET: &str = "x86_64-unknown-linux-gnu";

/// Fonts of this repository: name, where it is from, licence, and its text, where no crate has it.
const FONTS: [(&str, &str, &str, &str); 2] = [
    ("Roboto", "2.137, Google", "Apache-2.0", ""),
    ("Phosphor Icons", "2.0, Phosphor Icons", "MIT", "Copyright (c) 2023 Phosphor Icons"),
];

const MIT: &str = "\
Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the \"Software\"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED \"AS IS\", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.";

struct Package {
    name: String,
    version: String,
    licences: Vec<String>,
    folder: PathBuf,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The crates whose code is in the program; `None` where cargo cannot tell or their sources are not
/// here.
fn packages() -> Option<Vec<Package>> {
    let cargo = std::env::var_os("CARGO")?;
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(std::env::home_dir()?.join(".cargo")))?;
    let registries: Vec<PathBuf> =
        fs::read_dir(home.join("registry/src")).ok()?.flatten().map(|entry| entry.path()).collect();
    let output = Command::new(cargo)
        .current_dir(root())
        .args(["tree", "--offline", "--locked", "--prefix", "none", "--target", TARGET])
        .args(["--edges", "normal,no-proc-macro", "--format", "{p}|{l}"])
        .output()
        .ok()?;
    let told = String::from_utf8(output.stdout).ok()?;
    let mut lines: Vec<&str> = told.lines().map(|line| line.trim_end_matches(" (*)")).collect();
    lines.sort_unstable();
    lines.dedup();
    let package = |line: &str| {
        let (package, expression) = line.split_once('|')?;
        let mut words = package.split(' ');
        let (name, version) =
            (words.next()?.to_owned(), words.next()?.strip_prefix('v')?.to_owned());
        let folder = registries
            .iter()
            .map(|registry| registry.join(format!("{name}-{version}")))
            .find(|folder| folder.is_dir())?;
        Some(Package { name, version, licences: chosen(expression), folder })
    };
    let others =
        lines.iter().filter(|line| !line.starts_with(concat!(env!("CARGO_PKG_NAME"), " ")));
    let packages: Vec<Package> = others.map(|line| package(line)).collect::<Option<_>>()?;
    (!packages.is_empty()).then_some(packages)
}

/// A licence's text as a package has it, or what stands for it where its sources hold none.
fn text_of(package: &Package, licence: &str) -> String {
    let found = text(&package.folder, licence);
    found.unwrap_or_else(|| {
        let manifest = fs::read_to_string(package.folder.join("Cargo.toml")).unwrap();
        let manifest: toml::Table = manifest.parse().unwrap();
        let authors = manifest["package"].get("authors").and_then(toml::Value::as_array);
        let authors: Vec<&str> =
            authors.into_iter().flatten().filter_map(toml::Value::as_str).collect();
        let owner = format!("the authors of {}", package.name);
        let owner = if authors.is_empty() { owner } else { authors.join(", ") };
        match licence {
            "MIT" => format!("Copyright (c) {owner}\n\n{MIT}"),
            "Apache-2.0" => fs::read_to_string(root().join("LICENSE-APACHE")).unwrap(),
            _ => panic!("{} has no text of {licence} in its sources", package.name),
        }
    })
}

/// Lines without what differs from copy to copy of one text.
fn tidied(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    lines.join("\n").trim_matches('\n').to_owned()
}

/// A table whose columns line up in a font of one width too.
fn table(head: [&str; 3], rows: &[[String; 3]]) -> String {
    let letters = |text: &str| text.chars().count();
    let width = |column: usize| {
        let cells = rows.iter().map(|row| letters(&row[column]));
        cells.max().unwrap_or(0).max(letters(head[column]))
    };
    let [first, second, third] = [width(0), width(1), width(2)];
    let line = |[one, two, three]: [&str; 3]| {
        format!("| {one:first$} | {two:second$} | {three:third$} |\n")
    };
    let rule = [first, second, third].map(|width| "-".repeat(width));
    let mut lines = line(head) + &line(rule.each_ref().map(String::as_str));
    lines.extend(rows.iter().map(|row| line(row.each_ref().map(String::as_str))));
    lines
}

/// Texts with what they are of; one that many share is there once.
#[derive(Default)]
struct Texts(BTreeMap<(usize, String), (String, Vec<String>)>);

impl Texts {
    fn add(&mut self, licence: &str, text: &str, of: String) {
        let rank = ALLOWED.iter().position(|(name, _)| *name == licence).unwrap_or(ALLOWED.len());
        let kept = self.0.entry((rank, plain(text)));
        kept.or_insert_with(|| (tidied(text), Vec::new())).1.push(of);
    }

    fn written(self) -> String {
        let mut written = String::new();
        for ((rank, _), (text, of)) in self.0 {
            let licence = ALLOWED.get(rank).map_or("Within", |(name, _)| name);
            written += &format!("\n## {licence}: {}\n\n```text\n{text}\n```\n", of.join(", "));
        }
        written
    }
}

fn notices(packages: &[Package]) -> String {
    let mut texts = Texts::default();
    let mut fonts = Vec::new();
    for (name, version, licence, notice) in FONTS {
        fonts.push([name, version, licence].map(str::to_owned));
        let apache = || fs::read_to_string(root().join("LICENSE-APACHE")).unwrap();
        let text = if licence == "MIT" { format!("{notice}\n\n{MIT}") } else { apache() };
        texts.add(licence, &text, format!("{name} (font)"));
    }
    let mut crates = Vec::new();
    for package in packages {
        let Package { name, version, licences, folder } = package;
        crates.push([name.clone(), version.clone(), licences.join(" AND ")]);
        for licence in licences {
            texts.add(licence, &text_of(package, licence), format!("{name} {version}"));
        }
        // What a crate has taken from others, and what an Apache licence asks to hand on.
        for path in licences::files(folder, 2) {
            let within = path.strip_prefix(folder).unwrap();
            let is_notice = within.to_string_lossy().to_lowercase().starts_with("notice");
            if within.components().count() > 1 || is_notice {
                let text = fs::read_to_string(&path).unwrap_or_default();
                texts.add("", &text, format!("{name} {version}, {}", within.display()));
            }
        }
    }
    format!(
        "# What others wrote of Tidegate\n\n\
         Tidegate is built with the fonts and crates below. Each is named with the licence that it is used\n\
         under; the texts follow. Sources are at https://crates.io/crates/ followed by the name.\n\n\
         {}\n{}\n# Licence texts\n{}",
        table(["Font", "Version", "Licence"], &fonts),
        table(["Crate", "Version", "Licence"], &crates),
        texts.written()
    )
}

#[test]
fn third_party_notices_are_those_of_the_crates_in_use() {
    let Some(packages) = packages() else {
        eprintln!("skipped: `cargo fetch --target {TARGET}` brings the sources this needs");
        return;
    };
    let strange: Vec<String> = packages
        .iter()
        .flat_map(|package| package.licences.iter().map(move |licence| (package, licence)))
        .filter(|(_, licence)| ALLOWED.iter().all(|(name, _)| name != licence))
        .map(|(package, licence)| format!("{}: {licence}", package.name))
        .collect();
    assert!(strange.is_empty(), "licences that are not allowed: {strange:?}");
    let (path, expected) = (root().join("THIRD-PARTY.md"), notices(&packages));
    if std::env::var_os("UPDATE_THIRD_PARTY").is_some() {
        fs::write(&path, &expected).unwrap();
    }
    let found = fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
    assert!(
        found == expected,
        "THIRD-PARTY.md is not that of Cargo.lock; write it by \
         `UPDATE_THIRD_PARTY=1 cargo test --test architecture third_party`"
    );
}

#[test]
fn only_allowed_licences_and_crates_come_in() {
    let deny: toml::Table = fs::read_to_string(root().join("deny.toml")).unwrap().parse().unwrap();
    let names = |list: &toml::Value, name: fn(&toml::Value) -> Option<&str>| -> Vec<String> {
        list.as_array().unwrap().iter().map(|entry| name(entry).unwrap().to_owned()).collect()
    };
    let allowed = names(&deny["licenses"]["allow"], toml::Value::as_str);
    assert_eq!(allowed, ALLOWED.map(|(name, _)| name), "deny.toml");
    let banned = names(&deny["bans"]["deny"], |entry| entry.get("crate")?.as_str());
    let Some(packages) = packages() else {
        eprintln!("skipped: `cargo fetch --target {TARGET}` brings the sources this needs");
        return;
    };
    let found: Vec<&str> = packages
        .iter()
        .map(|package| package.name.as_str())
        .filter(|name| banned.iter().any(|banned| banned == name))
        .collect();
    assert!(found.is_empty(), "deny.toml bans {found:?}");
}

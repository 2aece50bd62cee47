//! The readers: how an input for each is made, and how it is read.

use std::cell::OnceCell;
use std::fs;
use std::io::{Read, Write};

use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use tidegate::forecast::FitCheckpoint;
use tidegate::guard::quietly;
use tidegate::import::{ImportConfig, ImportError, read_bytes, read_file};
use tidegate::project::Recipe;
use tidegate::project::runs::{Registry, Run};
use tidegate::series::Series;

use crate::archive::{unzip, zip};
use crate::mutate::mutate;
use crate::seeds;

/// A reader of files.
pub struct Target {
    pub name: &'static str,
    seeds: fn() -> Vec<Vec<u8>>,
    words: &'static [&'static str],
    read: fn(&[u8]) -> Result<(), String>,
}

pub static TARGETS: [Target; 7] = [
    Target { name: "text", seeds: seeds::text, words: &TEXT_WORDS, read: import },
    Target { name: "packed", seeds: seeds::packed, words: &TEXT_WORDS, read: import },
    Target { name: "workbook", seeds: seeds::workbooks, words: &BOOK_WORDS, read: import },
    Target { name: "parquet", seeds: seeds::parquet, words: &["PAR1", "schema"], read: import },
    Target { name: "recipe", seeds: seeds::recipes, words: &RECIPE_WORDS, read: recipe },
    Target { name: "run", seeds: run_seeds, words: &RECIPE_WORDS, read: run },
    Target {
        name: "checkpoint",
        seeds: checkpoints,
        words: &["F32", "U8", "[]"],
        read: checkpoint,
    },
];

const TEXT_WORDS: [&str; 20] = [
    ",",
    ";",
    "\t",
    "|",
    "\"",
    "\"\"",
    "\n",
    "\r\n",
    "\n\n",
    "#",
    "NA",
    "2024-01-31",
    "31.12.2023",
    "2024-03-10T02:30",
    "1949-01",
    "2020 Q3",
    "-",
    "1,5",
    "\u{feff}",
    "\0",
];
const BOOK_WORDS: [&str; 24] = [
    "<row r=\"1048577\">",
    "<row>",
    "</row>",
    "<c r=\"XFE1\"><v>1</v></c>",
    "<c r=\"AAAAAAAA4294967297\" t=\"s\"><v>0</v></c>",
    "<c t=\"inlineStr\"><is><t>x</t></is></c>",
    "</c>",
    "<v>",
    "</v>",
    "</sheetData>",
    "<sheetData>",
    "t=\"s\"",
    "s=\"1\"",
    "<si>",
    "</si>",
    "<![CDATA[",
    "<!--",
    "<?xml version=\"1.0\" encoding=\"UTF-16\"?>",
    "&#0;",
    "&lol;",
    "_xD800_",
    "table:number-columns-repeated=\"9999999999\"",
    "table:number-rows-repeated=\"1048576\"",
    "<text:s text:c=\"4000000000\"/>",
];
const RECIPE_WORDS: [&str; 16] = [
    "[model]",
    "[train]",
    "[window]",
    "[import]",
    "[transform]",
    "[baselines]",
    "=",
    "\"",
    "[[",
    "]]",
    "true",
    "-1",
    "nan",
    "inf",
    "{",
    "}",
];

impl Target {
    pub fn named(name: &str) -> &'static Self {
        TARGETS.iter().find(|target| target.name == name).expect("a target")
    }

    /// The good files it begins with.
    pub fn seeds(&self) -> Vec<Vec<u8>> {
        (self.seeds)()
    }

    /// The input of that number, of one seed of chance.
    pub fn input(&self, seeds: &[Vec<u8>], seed: u64, number: u64) -> Vec<u8> {
        let name = self.name.bytes().fold(0, |hash: u64, byte| hash * 31 + u64::from(byte));
        let mut rng = ChaCha8Rng::seed_from_u64(seed ^ name);
        rng.set_stream(number);
        let mut pick = || &seeds[rng.random_range(0..seeds.len())];
        let (mut bytes, other) = (pick().clone(), pick().clone());
        let packed = self.name != "run" && rng.random_bool(0.8);
        if let Some(inside) = unpacked(&bytes).filter(|_| packed) {
            return self.repacked(inside, &other, &mut rng);
        }
        // The name of a run's file stays.
        let kept = if self.name == "run" { line(&bytes) } else { 0 };
        let mut changed = bytes.split_off(kept);
        mutate(&mut changed, self.words, &other, &mut rng);
        bytes.extend(changed);
        bytes
    }

    fn repacked(&self, inside: Inside, other: &[u8], rng: &mut impl Rng) -> Vec<u8> {
        match inside {
            Inside::Zip(mut parts) => {
                let at = rng.random_range(0..parts.len());
                let other = parts[rng.random_range(0..parts.len())].1.clone();
                mutate(&mut parts[at].1, self.words, &other, rng);
                zip(&parts)
            }
            Inside::Gzip(mut text) => {
                mutate(&mut text, self.words, other, rng);
                let fast = flate2::Compression::fast();
                let mut encoder = flate2::write::GzEncoder::new(Vec::new(), fast);
                encoder.write_all(&text).unwrap();
                encoder.finish().unwrap()
            }
            Inside::Zstd(mut text) => {
                mutate(&mut text, self.words, other, rng);
                zstd::encode_all(&text[..], 1).unwrap()
            }
        }
    }

    /// Reads an input; what is wrong with how it was answered.
    ///
    /// # Errors
    /// A panic, here or inside of the reader.
    pub fn read(&self, bytes: &[u8]) -> Result<(), String> {
        quietly(|| (self.read)(bytes)).unwrap_or_else(|panic| Err(format!("panic: {panic}")))
    }
}

enum Inside {
    Zip(Vec<crate::archive::Part>),
    Gzip(Vec<u8>),
    Zstd(Vec<u8>),
}

fn unpacked(bytes: &[u8]) -> Option<Inside> {
    if bytes.starts_with(b"PK\x03\x04") {
        return unzip(bytes).map(Inside::Zip);
    }
    let mut text = Vec::new();
    if bytes.starts_with(b"\x1f\x8b") {
        flate2::read::MultiGzDecoder::new(bytes).read_to_end(&mut text).ok()?;
        return Some(Inside::Gzip(text));
    }
    zstd::Decoder::new(bytes).ok()?.read_to_end(&mut text).ok()?;
    Some(Inside::Zstd(text))
}

/// Bytes of the first line.
fn line(bytes: &[u8]) -> usize {
    bytes.iter().position(|&byte| byte == b'\n').map_or(0, |at| at + 1)
}

fn import(bytes: &[u8]) -> Result<(), String> {
    match read_bytes("fuzz", bytes, &ImportConfig::default()) {
        Err(error @ ImportError::Broken { .. }) => Err(error.to_string()),
        Err(error) if error.to_string().is_empty() => Err("an error without words".to_owned()),
        Err(_) => Ok(()),
        Ok(reading) => {
            let mut values = reading.panel.series.iter().flat_map(|series| series.values.iter());
            if !reading.ledger.balances() {
                Err("the ledger does not balance".to_owned())
            } else if reading.target >= reading.panel.series.len() {
                Err("the target is no series".to_owned())
            } else if values.any(|value| value.is_infinite()) {
                Err("a value is infinite".to_owned())
            } else {
                Ok(())
            }
        }
    }
}

thread_local! {
    static SERIES: OnceCell<Series> = const { OnceCell::new() };
}

fn with_series<T>(ask: impl FnOnce(&Series) -> T) -> T {
    SERIES.with(|series| {
        ask(series.get_or_init(|| {
            let reading = read_file(&seeds::airline(), &ImportConfig::default()).unwrap();
            reading.target().clone()
        }))
    })
}

fn recipe(bytes: &[u8]) -> Result<(), String> {
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), bytes).unwrap();
    let Ok(recipe) = Recipe::default().with_file(file.path()) else { return Ok(()) };
    let problems = with_series(|series| recipe.check(series));
    if problems.is_empty() {
        with_series(|series| drop(recipe.summary(series)));
    }
    recipe.to_toml().map(drop).map_err(|error| format!("it cannot be written again: {error}"))
}

/// Each file of a run behind its name.
fn run_seeds() -> Vec<Vec<u8>> {
    let named = |(path, bytes): (std::path::PathBuf, Vec<u8>)| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        [name.as_bytes(), b"\n", &bytes].concat()
    };
    seeds::run_files().into_iter().map(named).collect()
}

fn run(bytes: &[u8]) -> Result<(), String> {
    let (name, contents) = bytes.split_at(line(bytes));
    let name = String::from_utf8_lossy(name).trim().to_owned();
    let folder = tempfile::tempdir().unwrap();
    let files = seeds::run_files();
    let place = folder.path().join(files[0].0.parent().unwrap().file_name().unwrap());
    fs::create_dir(&place).unwrap();
    for (path, good) in files {
        let file = path.file_name().unwrap();
        let is_changed = file.to_string_lossy() == name;
        fs::write(place.join(file), if is_changed { contents } else { &good[..] }).unwrap();
    }
    let registry = Registry::at(folder.path());
    let listing = registry.list().map_err(|error| format!("runs cannot be listed: {error}"))?;
    listing.runs.iter().for_each(ask_all);
    Ok(())
}

/// Reads everything that a run keeps.
fn ask_all(run: &Run) {
    drop(run.state_name());
    drop((run.epochs(), run.epoch_texts(), run.events(), run.changes()));
    drop((run.forecasts(), run.weights(), run.checkpoint(), run.start()));
    drop((run.done(), run.further(5)));
    if let Ok(recipe) = run.recipe() {
        drop(run.data(&recipe));
        with_series(|series| drop((recipe.check(series), run.resume(&recipe, series))));
    }
}

fn checkpoints() -> Vec<Vec<u8>> {
    let is_tensors = |path: &std::path::Path| path.extension().is_some_and(|e| e == "safetensors");
    let files = seeds::run_files().into_iter().filter(|(path, _)| is_tensors(path));
    files.map(|(_, bytes)| bytes).collect()
}

#[expect(clippy::unnecessary_wraps, reason = "the form of every reader")]
fn checkpoint(bytes: &[u8]) -> Result<(), String> {
    drop(FitCheckpoint::from_bytes(bytes));
    Ok(())
}

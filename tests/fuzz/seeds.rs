//! Good files, from which the others are made.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Parser;
use tidegate::cli::{self, Cli};
use tidegate::import::{ImportConfig, read_file};
use tidegate::project::Recipe;

use crate::folder;

/// Largest file that is changed: more of it is only slower.
const LONGEST_SEED: u64 = 64 << 10;

fn fixtures(folder: &str, endings: &[&str]) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(folder);
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            let ending = path.extension().unwrap_or_default().to_string_lossy();
            endings.contains(&ending.as_ref()) && fs::metadata(path).unwrap().len() <= LONGEST_SEED
        })
        .collect();
    paths.sort();
    paths.iter().map(|path| fs::read(path).unwrap()).collect()
}

/// Plain and packed text.
pub fn text() -> Vec<Vec<u8>> {
    fixtures("import", &["csv", "tsv", "txt"])
}

/// Text as gzip and Zstandard.
pub fn packed() -> Vec<Vec<u8>> {
    let mut seeds = fixtures("import", &["gz", "zst"]);
    for text in text() {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(&text).unwrap();
        seeds.push(encoder.finish().unwrap());
        seeds.push(zstd::encode_all(&text[..], 1).unwrap());
    }
    seeds
}

/// One workbook of each format, and more of some.
pub fn workbooks() -> Vec<Vec<u8>> {
    fixtures("import", &["xlsx", "xlsb", "xls", "ods"])
}

pub fn parquet() -> Vec<Vec<u8>> {
    fixtures("import", &["parquet"])
}

/// Recipes as the program writes them.
pub fn recipes() -> Vec<Vec<u8>> {
    let reading = read_file(&airline(), &ImportConfig::default()).unwrap();
    let fitted = Recipe::for_series(reading.target());
    [Recipe::default(), fitted]
        .iter()
        .map(|recipe| recipe.to_toml().unwrap().into_bytes())
        .collect()
}

pub fn airline() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("sample_data/airline-passengers.csv")
}

/// The folder with the run that is changed; it is made by the parent.
pub fn runs() -> PathBuf {
    folder().join("runs")
}

/// Trains a small network, so that there is a run.
pub fn make_run() {
    let _ = fs::remove_dir_all(runs());
    fs::create_dir_all(runs()).unwrap();
    let (file, runs) = (airline(), runs());
    let small =
        "--models gru --hidden 3 --lookback 6 --epochs 2 --no-refit --quiet --checkpoint-seconds 0";
    let arguments = ["tidegate", "forecast"].into_iter().chain(small.split(' '));
    let arguments = arguments.chain(["--runs", runs.to_str().unwrap(), file.to_str().unwrap()]);
    let command = Cli::parse_from(arguments).command.unwrap();
    cli::run(&command, &mut Vec::new()).unwrap();
}

/// The files of that run, by name.
pub fn run_files() -> Vec<(PathBuf, Vec<u8>)> {
    let run = fs::read_dir(runs()).unwrap().map(|entry| entry.unwrap().path());
    let run = run.filter(|path| path.join("run.json").is_file()).min().expect("a run");
    let mut files: Vec<PathBuf> =
        fs::read_dir(run).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.is_file());
    files.sort();
    files.into_iter().map(|path| (path.clone(), fs::read(path).unwrap())).collect()
}

//! Which row of TEST holds the values after which series of TRAIN.
//!
//! By name. Rows are paired by their order only where no name of one file is in the other: some
//! collections number the rows of TEST by themselves.

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;

use crate::evaluate::PanelCase;
use crate::import::{ImportConfig, Layout, Reading, read_file};
use crate::series::Series;

use super::args::ScoreArgs;
use super::error::CliError;

/// The series to score, and what is to be said of the others.
#[derive(Debug, Default)]
pub struct Pairing {
    /// Every K-th series of TRAIN that has a row of TEST.
    pub cases: Vec<PanelCase>,
    /// Series among the K-th ones that have none.
    pub left_out: Vec<String>,
    /// What the reader should know.
    pub notes: Vec<String>,
}

/// Reads both files and pairs their rows.
///
/// # Errors
/// Where a file cannot be read, or rows cannot be told to belong together.
pub fn pair(args: &ScoreArgs) -> Result<Pairing, CliError> {
    let (train, test) = (rows_of(&args.train)?, rows_of(&args.test)?);
    let of_train: HashSet<&str> = train.panel.names().collect();
    let of_test: HashMap<&str, &Series> =
        test.panel.series.iter().map(|series| (series.name.as_str(), series)).collect();
    let mut pairing = Pairing::default();
    let is_named = of_train.iter().any(|name| of_test.contains_key(name));
    if is_named {
        let unused = test.panel.names().filter(|name| !of_train.contains(name));
        let unused: Vec<&str> = unused.collect();
        if !unused.is_empty() {
            pairing.notes.push(format!(
                "{} has rows for series that {} does not have, which are not used: {}",
                args.test.display(),
                args.train.display(),
                listed(&unused)
            ));
        }
    } else {
        check_order(args, &train, &test)?;
        pairing.notes.push(format!(
            "no series of {} has a name of {}; their rows are paired by their order",
            args.test.display(),
            args.train.display()
        ));
    }
    for (place, history) in train.panel.series.iter().enumerate().step_by(args.every.max(1)) {
        let by_order = || test.panel.series.get(place).filter(|_| !is_named);
        match of_test.get(history.name.as_str()).copied().or_else(by_order) {
            Some(actual) => pairing.cases.push(PanelCase {
                actual: actual.values.to_vec(),
                history: Arc::new(history.clone().into()),
                season_length: args.season_length,
            }),
            None => pairing.left_out.push(history.name.clone()),
        }
    }
    if pairing.cases.is_empty() {
        return Err(not_paired(
            args,
            format!("the second has no row for {}", listed(&pairing.left_out)),
        ));
    }
    Ok(pairing)
}

fn rows_of(path: &Path) -> Result<Reading, CliError> {
    let config = ImportConfig { layout: Some(Layout::WideRows), ..ImportConfig::default() };
    Ok(read_file(path, &config)?)
}

/// Refuses to pair by order where a row is missing on one side, for all after it would be shifted.
fn check_order(args: &ScoreArgs, train: &Reading, test: &Reading) -> Result<(), CliError> {
    let [histories, actuals] = [train, test].map(|reading| reading.panel.series.len());
    if histories != actuals {
        let found = format!(
            "the second has {actuals} rows for {histories} series, and none of their names"
        );
        return Err(not_paired(args, found));
    }
    for (reading, file) in [(train, &args.train), (test, &args.test)] {
        let empty = reading.ledger.rows_read.saturating_sub(reading.ledger.rows_used);
        if empty > 0 {
            let found = format!(
                "no name is in both files, and {empty} rows of {} hold no values, so that their order \
                 does not tell",
                file.display()
            );
            return Err(not_paired(args, found));
        }
    }
    Ok(())
}

fn not_paired(args: &ScoreArgs, found: String) -> CliError {
    CliError::NotPaired { train: args.train.clone(), test: args.test.clone(), found }
}

/// Names that a line lists one by one.
const LISTED: usize = 8;

/// Names of series in a line. A number in brackets behind one is the reader's own.
pub fn listed<N: AsRef<str>>(names: &[N]) -> String {
    let shown: Vec<&str> = names.iter().take(LISTED).map(AsRef::as_ref).collect();
    let more = names.len() - shown.len();
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let is_copy = |name: &&str| name.ends_with(')') && name.contains(" (");
    let copies = if shown.iter().any(is_copy) {
        " (a number in brackets counts the rows of one name)"
    } else {
        ""
    };
    format!("{}{more}{copies}", shown.join(", "))
}

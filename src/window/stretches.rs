//! Stretches of a series that a lane may follow: rows in a row, each with a value of its own and all
//! that its difference is made of. What stands in for missing values has no place in them.
//!
//! Not for cutting them into lanes (`lanes`).

use std::ops::Range;

use super::Rows;

/// The stretches among `within`, in time order and apart.
pub fn stretches(rows: &Rows<'_>, within: Range<usize>) -> Vec<Range<usize>> {
    let end = within.end.min(rows.len());
    let mut start = within.start;
    let mut found = Vec::new();
    let missing = rows.no_target();
    let first = missing.partition_point(|run| run.end <= start);
    for run in &missing[first..] {
        if run.start >= end {
            break;
        }
        if run.start > start {
            found.push(start..run.start);
        }
        start = run.end;
    }
    if start < end {
        found.push(start..end);
    }
    found
}

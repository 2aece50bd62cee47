//! Which bars the picture of windows and lanes is drawn of: a few hundred at the most, however long
//! the series.
//!
//! Not for pixels or colours (`picture`).

use std::ops::Range;

use crate::project::Feed;
use crate::window::{Lane, LanePlan};

use super::example::FeedView;

/// Most bars among a picture's columns: one in this many points.
const LEAST_WIDTH: usize = 3;
/// Least width of a chunk that is told apart from its neighbours, in points.
const CHUNK_WIDTH: usize = 4;

/// Least width of a lane that has room for the mark of its reset state, in points.
const MARKED_WIDTH: usize = 8;
/// Least width of a window that is drawn as one, in points.
const WINDOW_WIDTH: usize = 6;
const BRICKS: usize = 8;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BarKind {
    Reads,
    /// Rows of every second chunk; where chunks are too narrow, of every second lane.
    NextReads,
    /// Rows that are said.
    Says,
    /// The state is reset before the first of these rows.
    Reset,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bar {
    /// Its track, from 0 at the top.
    pub track: usize,
    pub rows: Range<usize>,
    pub kind: BarKind,
}

#[derive(Debug, Clone)]
pub struct PictureScope {
    pub rows: Range<usize>,
    pub columns: usize,
    /// Most tracks of the training part.
    pub tracks: usize,
}

impl PictureScope {
    fn rows_in(&self, points: usize) -> usize {
        (self.rows.len() * points).div_ceil(self.columns.max(1)).max(1)
    }
}

/// Bars of the training part, and how many tracks they stand on.
pub fn training(fed: &FeedView<'_>, scope: &PictureScope) -> (usize, Vec<Bar>) {
    match fed.feed {
        Feed::Windows { train, .. } => {
            let length = fed.window.lookback.saturating_add(fed.window.horizon);
            if length < scope.rows_in(WINDOW_WIDTH) {
                (2, covered(fed, train, scope))
            } else {
                (BRICKS, windows(fed, train, scope))
            }
        }
        Feed::Lanes { train, .. } => {
            let tracks = train.len().clamp(1, scope.tracks.max(1));
            (tracks, lanes(train, scope, tracks))
        }
    }
}

/// Bars of the forecasts that choose the best epoch: what is read before the first of each run of them,
/// and all that they say.
pub fn validation(fed: &FeedView<'_>, scope: &PictureScope) -> Vec<Bar> {
    let (lookback, horizon) = (fed.window.lookback, fed.window.horizon);
    let least = scope.rows_in(LEAST_WIDTH);
    let mut bars: Vec<Bar> = Vec::new();
    let mut run = |reads: Range<usize>, says: Range<usize>| match bars.last_mut() {
        Some(last) if reads.end < last.rows.start + least => last.rows.end = says.end,
        _ => {
            bars.push(Bar { track: 0, rows: reads, kind: BarKind::Reads });
            bars.push(Bar { track: 0, rows: says, kind: BarKind::Says });
        }
    };
    match fed.feed {
        Feed::Windows { validation, .. } => {
            for starts in validation {
                let origin = starts.start + lookback;
                run(starts.start..origin, origin..starts.end - 1 + lookback + horizon);
            }
        }
        Feed::Lanes { validation, .. } => {
            for lane in validation.lanes() {
                let origin = lane.origins.start + 1;
                run(lane.rows.start..origin, origin..lane.origins.end + horizon);
            }
        }
    }
    bars
}

pub fn test(fed: &FeedView<'_>) -> Vec<Bar> {
    let bar = |rows, kind| Bar { track: 0, rows, kind };
    fed.holdout().map_or_else(Vec::new, |holdout| {
        vec![bar(holdout.reads, BarKind::Reads), bar(holdout.says, BarKind::Says)]
    })
}

/// All rows that windows too narrow to draw read, and on a second track all that they say.
fn covered(fed: &FeedView<'_>, runs: &[Range<usize>], scope: &PictureScope) -> Vec<Bar> {
    let (lookback, horizon) = (fed.window.lookback, fed.window.horizon);
    let least = scope.rows_in(LEAST_WIDTH);
    let mut bars: Vec<Bar> = Vec::new();
    let first = runs.partition_point(|run| run.end + lookback + horizon <= scope.rows.start);
    for run in runs[first..].iter().take_while(|run| run.start < scope.rows.end) {
        let reads = run.start..run.end - 1 + lookback;
        let says = run.start + lookback..run.end - 1 + lookback + horizon;
        match &mut bars[..] {
            [.., last_reads, last_says] if reads.start < last_reads.rows.end + least => {
                last_reads.rows.end = reads.end;
                last_says.rows.end = says.end;
            }
            _ => {
                bars.push(Bar { track: 0, rows: reads, kind: BarKind::Reads });
                bars.push(Bar { track: 1, rows: says, kind: BarKind::Says });
            }
        }
    }
    bars
}

/// Windows laid like bricks: each track holds windows that follow one another, the track below those
/// that begin a little later. Where windows are many, some of them stand for all.
fn windows(fed: &FeedView<'_>, runs: &[Range<usize>], scope: &PictureScope) -> Vec<Bar> {
    if runs.is_empty() {
        return Vec::new();
    }
    let (lookback, horizon) = (fed.window.lookback, fed.window.horizon);
    let length = lookback + horizon;
    let step = (length + 1).div_ceil(BRICKS).max(scope.rows_in(LEAST_WIDTH * 2));
    let first = scope.rows.start.saturating_sub(length) / step;
    let mut bars = Vec::new();
    let mut place = runs.partition_point(|run| run.end <= first * step);
    for brick in first.. {
        let start = brick * step;
        while runs.get(place).is_some_and(|run| run.end <= start) {
            place += 1;
        }
        let Some(run) = runs.get(place).filter(|_| start < scope.rows.end) else { break };
        if run.start <= start {
            let (track, turn) = (brick % BRICKS, start + lookback);
            bars.push(Bar { track, rows: start..turn, kind: BarKind::Reads });
            bars.push(Bar { track, rows: turn..turn + horizon, kind: BarKind::Says });
        }
    }
    bars
}

/// Each lane on a track of its own where there are enough, chunks by turns. Chunks too narrow to tell
/// apart become one bar a lane, and such lanes one bar for some of them.
fn lanes(plan: &LanePlan, scope: &PictureScope, tracks: usize) -> Vec<Bar> {
    let all = plan.lanes();
    let least = scope.rows_in(LEAST_WIDTH);
    let mut bars = Vec::new();
    let mut place = all.partition_point(|lane| lane.rows.end <= scope.rows.start);
    while let Some(lane) = all.get(place).filter(|lane| lane.rows.start < scope.rows.end) {
        let track = place * tracks / all.len();
        if lane.rows.len() < least {
            let next = all.partition_point(|other| other.rows.start < lane.rows.start + least);
            let rows = lane.rows.start..all[next - 1].rows.end;
            bars.push(Bar { track, rows, kind: BarKind::Reads });
            place = next;
            continue;
        }
        if plan.chunk() < scope.rows_in(CHUNK_WIDTH) {
            let kind = if place % 2 == 0 { BarKind::Reads } else { BarKind::NextReads };
            bars.push(Bar { track, rows: lane.rows.clone(), kind });
        } else {
            chunks(lane, plan.chunk(), track, scope, &mut bars);
        }
        if lane.rows.len() >= scope.rows_in(MARKED_WIDTH) {
            bars.push(Bar {
                track,
                rows: lane.rows.start..lane.rows.start + 1,
                kind: BarKind::Reset,
            });
        }
        place += 1;
    }
    bars
}

fn chunks(lane: &Lane, chunk: usize, track: usize, scope: &PictureScope, bars: &mut Vec<Bar>) {
    let first = scope.rows.start.saturating_sub(lane.rows.start) / chunk;
    for number in first.. {
        let start = lane.rows.start.saturating_add(number.saturating_mul(chunk));
        if start >= lane.rows.end.min(scope.rows.end) {
            return;
        }
        let kind = if number % 2 == 0 { BarKind::Reads } else { BarKind::NextReads };
        let rows = start..start.saturating_add(chunk).min(lane.rows.end);
        bars.push(Bar { track, rows, kind });
    }
}

#[cfg(test)]
#[path = "bars_tests.rs"]
mod tests;

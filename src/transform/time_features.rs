//! What is known of a row from its date or its number alone, so that it is known of rows past the
//! end too: its place in the year, the week and the day, and Fourier terms of any period.
//!
//! Each place is a sine and a cosine, so that December lies beside January. Fourier terms are those
//! of dynamic harmonic regression (Hyndman and Athanasopoulos, "Forecasting: principles and
//! practice", section 7.4). No value of a series is ever read here.

use std::f64::consts::TAU;

use jiff::civil::DateTime;

use super::{FourierTerms, TransformConfig, TransformError};
use crate::series::{CalendarAxis, TimeAxis, Unit};

/// A calendar cycle is used where the training part holds it this many times: from less, a network
/// overfits to the dates.
const CYCLES_NEEDED: f64 = 2.0;
/// Seconds in a mean year of the Gregorian calendar, in a week, and in a day.
const CYCLE_SECONDS: [(CalendarCycle, f64); 3] = [
    (CalendarCycle::Year, 31_556_952.0),
    (CalendarCycle::Week, 604_800.0),
    (CalendarCycle::Day, 86_400.0),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum CalendarCycle {
    Year,
    Week,
    Day,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Wave {
    Calendar(CalendarCycle),
    /// Turns `pair` times in `period` rows.
    Fourier {
        period: f64,
        pair: f64,
    },
}

/// The time features of one series: two numbers in -1 to 1 for each wave, for any row.
#[derive(Debug, Clone, PartialEq)]
pub struct TimeFeatures {
    axis: TimeAxis,
    waves: Vec<Wave>,
}

impl TimeFeatures {
    /// The features that the settings ask for. Calendar cycles are those that are longer than the
    /// axis' step and that the first `training_rows` rows hold twice: month of the year, day of the
    /// week, hour of the day.
    ///
    /// # Errors
    /// Where calendar features are asked for and there is none, or a Fourier term has no such period
    /// or as many pairs.
    pub fn new(
        config: &TransformConfig,
        axis: &TimeAxis,
        training_rows: usize,
    ) -> Result<Self, TransformError> {
        // Before anything is allocated for them.
        FourierTerms::check_all(&config.fourier)?;
        let mut waves = Vec::new();
        if config.calendar {
            let cycles = calendar_cycles(axis, training_rows);
            if cycles.is_empty() {
                return Err(TransformError::NoCalendar {
                    step: axis.step_label(),
                    rows: training_rows,
                });
            }
            waves.extend(cycles.into_iter().map(Wave::Calendar));
        }
        for terms in &config.fourier {
            let period = terms.period;
            let pairs = std::iter::successors(Some(1.0), |pair| Some(pair + 1.0));
            waves.extend(pairs.take(terms.pairs).map(|pair| Wave::Fourier { period, pair }));
        }
        Ok(Self { axis: axis.clone(), waves })
    }

    /// Numbers a row.
    pub const fn width(&self) -> usize {
        2 * self.waves.len()
    }

    /// The numbers of a row, [`Self::width`] of them; rows past the data are as valid as rows in it.
    pub fn row(&self, row: usize) -> impl Iterator<Item = f64> + '_ {
        let calendar = self.waves.iter().any(|wave| matches!(wave, Wave::Calendar(_)));
        let local = match &self.axis {
            TimeAxis::Calendar(axis) if calendar => Some(axis.local(row)),
            _ => None,
        };
        self.waves.iter().flat_map(move |wave| {
            let turns = match *wave {
                Wave::Calendar(cycle) => local.map_or(0.0, |local| place(cycle, local)),
                Wave::Fourier { period, pair } => {
                    #[expect(
                        clippy::cast_precision_loss,
                        reason = "a series has fewer than 2^53 rows"
                    )]
                    let turns = (row as f64 / period).fract() * pair;
                    turns
                }
            };
            let (sine, cosine) = (TAU * turns).sin_cos();
            [sine, cosine]
        })
    }
}

/// Most pairs of all terms together: the day, the week and the year of hourly data have 112 where each
/// takes as many as it may, and every pair is two more inputs in each row of each window.
const MOST_PAIRS: usize = 200;

impl FourierTerms {
    /// Whether each of these terms is possible, and all of them together.
    ///
    /// # Errors
    /// As [`Self::check`], and where there are too many pairs in all.
    pub fn check_all(all: &[Self]) -> Result<(), TransformError> {
        all.iter().try_for_each(Self::check)?;
        let pairs = all.iter().fold(0_usize, |pairs, terms| pairs.saturating_add(terms.pairs));
        if pairs <= MOST_PAIRS {
            return Ok(());
        }
        Err(TransformError::FourierTotal { pairs, most: MOST_PAIRS })
    }

    /// The terms that are possible: pairs up to the most of each, in order as long as there is room.
    pub fn possible(all: &[Self]) -> Vec<Self> {
        let mut room = MOST_PAIRS;
        let mut possible = Vec::new();
        for terms in all {
            let pairs = terms.pairs.clamp(1, terms.most_pairs()).min(room);
            let terms = Self { pairs, ..*terms };
            if terms.check().is_ok() {
                room -= pairs;
                possible.push(terms);
            }
        }
        possible
    }

    /// Whether the period and the number of pairs are possible ones.
    ///
    /// # Errors
    /// A period below 2 rows, or pairs that rows are too far apart to tell from others.
    pub fn check(&self) -> Result<(), TransformError> {
        let Self { period, pairs } = *self;
        if period.is_finite() && period >= 2.0 && (1..=self.most_pairs()).contains(&pairs) {
            return Ok(());
        }
        Err(TransformError::Fourier { period, pairs, most: self.most_pairs() })
    }

    /// Most pairs of the period, 1 to 50: one that turns faster than once in two rows looks like a
    /// slower one (Nyquist), and 50 draw any season that a network can learn.
    pub fn most_pairs(&self) -> usize {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "clamped to a small range; NaN becomes 0, and then 1"
        )]
        let half = (self.period / 2.0).clamp(1.0, 50.0) as usize;
        half.max(1)
    }
}

fn calendar_cycles(axis: &TimeAxis, training_rows: usize) -> Vec<CalendarCycle> {
    let TimeAxis::Calendar(calendar) = axis else { return Vec::new() };
    let seconds = axis.plot_x(training_rows) - axis.plot_x(0);
    CYCLE_SECONDS
        .into_iter()
        .filter(|&(cycle, length)| seconds >= CYCLES_NEEDED * length && is_longer(cycle, calendar))
        .map(|(cycle, _)| cycle)
        .collect()
}

/// Whether a cycle is longer than the step of the axis, so that rows differ in it.
fn is_longer(cycle: CalendarCycle, axis: &CalendarAxis) -> bool {
    let count = i64::from(axis.frequency.count);
    let seconds = match axis.frequency.unit {
        Unit::BusinessDay => return cycle != CalendarCycle::Day,
        unit => match (unit.fixed_seconds(), unit.months()) {
            (Some(seconds), _) => seconds * count,
            (None, Some(months)) => return cycle == CalendarCycle::Year && months * count < 12,
            (None, None) => return false,
        },
    };
    match cycle {
        CalendarCycle::Year => seconds < 365 * 86_400,
        CalendarCycle::Week => seconds < 604_800,
        CalendarCycle::Day => seconds < 86_400,
    }
}

/// How much of a cycle has passed at a local time, 0 to below 1. Of the year: whole months, and
/// days as parts of their month, so that the first of each month lies a twelfth apart. Of the week:
/// whole days, Monday 0.
fn place(cycle: CalendarCycle, local: DateTime) -> f64 {
    let seconds = f64::from(local.hour()) * 3_600.0
        + f64::from(local.minute()) * 60.0
        + f64::from(local.second());
    let of_day = seconds / 86_400.0;
    match cycle {
        CalendarCycle::Year => {
            let of_month = (f64::from(local.day() - 1) + of_day) / f64::from(local.days_in_month());
            (f64::from(local.month() - 1) + of_month) / 12.0
        }
        CalendarCycle::Week => f64::from(local.weekday().to_monday_zero_offset()) / 7.0,
        CalendarCycle::Day => of_day,
    }
}

#[cfg(test)]
#[path = "time_features_tests.rs"]
mod tests;

//! A fitted form of exponential smoothing: its forecasts and their intervals.
//!
//! Futures drawn at random, for forms without a formula for their variance.
//!
//! Hyndman et al. (2008), section 6.1. One seed always draws the same futures, and each is drawn
//! with its mirror, so that intervals are repeatable and centred.

use super::super::model::{
    BaselinePrediction, Criteria, FittedBaseline, InSampleForecast, Interval,
};
use super::super::spread::{Shocks, normal_intervals};
use super::super::stl::Seasons;
use super::form::{Component, EtsForm};
use super::recursion::{EtsState, Smoothing, continued, simulated};
use super::variance;
use crate::stats::quantile_of_sorted;

/// Exponential smoothing, fitted.
#[derive(Debug, Clone, PartialEq)]
pub struct FittedEts {
    pub(super) form: EtsForm,
    /// Rows in one season, 1 where the form has none.
    pub(super) season_length: usize,
    pub(super) smoothing: Smoothing,
    /// The state before the first row, of the scaled history.
    pub(super) initial: EtsState,
    /// The state after the last row, of the scaled history.
    pub(super) state: EtsState,
    /// Rows of the history.
    pub(super) rows: usize,
    /// Place in the season of the first row ahead.
    pub(super) place: usize,
    /// What the history was divided by.
    pub(super) scale: f64,
    /// Standard deviation of the innovations, of the scaled history.
    pub(super) deviation: f64,
    /// The least standard deviation of a forecast, in units of the history.
    pub(super) least_deviation: f64,
    pub(super) in_sample: InSampleForecast,
    pub(super) criteria: Option<Criteria>,
    pub(super) parameters: usize,
    /// Seasons that were taken out before.
    pub(super) seasons: Option<Seasons>,
}

impl FittedEts {
    /// The form, chosen or given.
    pub const fn form(&self) -> EtsForm {
        self.form
    }

    /// Rows in one season of the form, 1 where it has none.
    pub const fn season_length(&self) -> usize {
        self.season_length
    }

    /// The smoothing parameters.
    pub const fn smoothing(&self) -> &Smoothing {
        &self.smoothing
    }

    /// Level before the first row, in units of the history.
    pub fn initial_level(&self) -> f64 {
        self.initial.level * self.scale
    }

    /// Step (units of the history) or factor of the trend before the first row; `None` without.
    pub fn initial_growth(&self) -> Option<f64> {
        let trend = self.form.trend?;
        Some(self.initial.growth * self.unit(trend.component))
    }

    /// Season of each place before the first row, that of the first row first, in units of the
    /// history or as factors; empty without.
    pub fn initial_season(&self) -> Vec<f64> {
        let Some(component) = self.form.season else { return Vec::new() };
        self.initial.season.iter().map(|season| season * self.unit(component)).collect()
    }

    fn unit(&self, component: Component) -> f64 {
        match component {
            Component::Additive => self.scale,
            Component::Multiplicative => 1.0,
        }
    }

    fn season_at(&self, ahead: usize) -> f64 {
        self.seasons.as_ref().map_or(0.0, |seasons| seasons.at(self.rows + ahead))
    }

    /// Intervals around the `mean`, both of the scaled history.
    fn scaled_intervals(&self, mean: &[f64], levels: &[f64]) -> Vec<Interval> {
        let (form, smoothing, state) = (self.form, &self.smoothing, &self.state);
        let place = self.place;
        let exact = variance::deviations(form, smoothing, state, place, self.deviation, mean);
        let least = vec![self.least_deviation / self.scale; mean.len()];
        let Some(mut deviations) = exact else {
            let mut intervals =
                intervals(form, smoothing, state, place, self.deviation, mean.len(), levels);
            let narrowest = normal_intervals(mean, &least, levels);
            for (interval, narrowest) in intervals.iter_mut().zip(narrowest) {
                widen(&mut interval.lower, &narrowest.lower, f64::min);
                widen(&mut interval.upper, &narrowest.upper, f64::max);
            }
            return intervals;
        };
        widen(&mut deviations, &least, f64::max);
        normal_intervals(mean, &deviations, levels)
    }
}

fn widen(bounds: &mut [f64], narrowest: &[f64], wider: fn(f64, f64) -> f64) {
    bounds.iter_mut().zip(narrowest).for_each(|(bound, least)| *bound = wider(*bound, *least));
}

impl FittedBaseline for FittedEts {
    fn description(&self) -> String {
        self.seasons.as_ref().map_or_else(
            || self.form.to_string(),
            |seasons| {
                let lengths: Vec<String> = seasons.lengths().map(|l| l.to_string()).collect();
                {
                    let name = if lengths.len() > 1 { "MSTL" } else { "STL" };
                    format!("{name}[{}] + {}", lengths.join(", "), self.form)
                }
            },
        )
    }

    fn predict(&self, horizon: usize, levels: &[f64]) -> BaselinePrediction {
        let mut mean = continued(self.form, self.smoothing.phi, &self.state, self.place, horizon);
        let mut intervals = self.scaled_intervals(&mean, levels);
        let restore = |values: &mut [f64]| {
            for (ahead, value) in values.iter_mut().enumerate() {
                *value = *value * self.scale + self.season_at(ahead);
            }
        };
        restore(&mut mean);
        for interval in &mut intervals {
            restore(&mut interval.lower);
            restore(&mut interval.upper);
        }
        BaselinePrediction { mean, intervals }
    }

    fn in_sample(&self) -> &InSampleForecast {
        &self.in_sample
    }

    fn criteria(&self) -> Option<Criteria> {
        self.criteria
    }

    fn parameters(&self) -> usize {
        self.parameters
    }
}

/// Futures drawn, mirrors included: the 2.5 % quantile is then known to about a tenth of a standard
/// deviation.
const FUTURES: usize = 4_000;
/// The seed of all intervals.
const SEED: u64 = 1;

/// Intervals at `levels` over `horizon` rows, from innovations of this standard `deviation`.
pub(super) fn intervals(
    form: EtsForm,
    smoothing: &Smoothing,
    state: &EtsState,
    place: usize,
    deviation: f64,
    horizon: usize,
    levels: &[f64],
) -> Vec<Interval> {
    let mut shocks = Shocks::new(SEED);
    let mut futures = vec![vec![0.0; FUTURES]; horizon];
    let mut drawn = vec![0.0; horizon];
    for future in 0..FUTURES {
        let mirror = future % 2 == 1;
        if !mirror {
            for shock in &mut drawn {
                *shock = deviation * shocks.next();
            }
        }
        let (mut path, mut at) = (state.clone(), place);
        for (row, shock) in futures.iter_mut().zip(&drawn) {
            let shock = if mirror { -shock } else { *shock };
            let value = simulated(form, smoothing, &mut path, &mut at, shock);
            row[future] = if value.is_nan() { 0.0 } else { value };
        }
    }
    for row in &mut futures {
        row.sort_unstable_by(f64::total_cmp);
    }
    let bound = |share: f64| futures.iter().map(|row| quantile_of_sorted(row, share)).collect();
    let interval = |&level: &f64| Interval {
        level,
        lower: bound(f64::midpoint(0.0, 1.0 - level)),
        upper: bound(f64::midpoint(1.0, level)),
    };
    levels.iter().map(interval).collect()
}

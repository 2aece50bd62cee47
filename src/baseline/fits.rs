//! Fits of one run, kept for the models that are made of others.
//!
//! Not for results: a run makes one, hands it to every baseline, and drops it at its end.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use super::fit::Periods;
use super::{Baseline, BaselineError, FittedBaseline};

/// What decides a fit, and the fit.
struct Kept {
    baseline: Baseline,
    periods: Periods,
    /// Every value, NaN where missing.
    history: Arc<[f64]>,
    fitted: Arc<dyn FittedBaseline>,
    /// What fitting it took.
    seconds: f64,
}

impl Kept {
    fn is_of(&self, baseline: Baseline, history: &[f64], periods: &Periods) -> bool {
        let same = |(a, b): (&f64, &f64)| a.to_bits() == b.to_bits();
        self.baseline == baseline
            && self.periods == *periods
            && self.history.len() == history.len()
            && self.history.iter().zip(history).all(same)
    }
}

/// The members of combinations that one run has fitted; clones share them.
#[derive(Clone, Default)]
pub struct Fits(Arc<Mutex<Vec<Kept>>>);

impl Fits {
    /// The fit of `baseline` to this history with these periods, made by `fit` unless it is here.
    ///
    /// # Errors
    /// As `fit`; a failure is not kept.
    pub(super) fn of(
        &self,
        baseline: Baseline,
        history: &[f64],
        periods: &Periods,
        fit: impl FnOnce() -> Result<Arc<dyn FittedBaseline>, BaselineError>,
    ) -> Result<Arc<dyn FittedBaseline>, BaselineError> {
        if !Baseline::MEMBERS.contains(&baseline) {
            return fit();
        }
        let known = self.with(|kept| {
            let found = kept.iter().find(|kept| kept.is_of(baseline, history, periods));
            found.map(|kept| Arc::clone(&kept.fitted))
        });
        if let Some(known) = known {
            return Ok(known);
        }
        // Nobody waits while this is fitted; two who fit the same find the same.
        let started = Instant::now();
        let fitted = fit()?;
        let seconds = started.elapsed().as_secs_f64();
        let (periods, history) = (periods.clone(), history.into());
        self.with(|kept| {
            kept.push(Kept { baseline, periods, history, fitted: Arc::clone(&fitted), seconds });
        });
        Ok(fitted)
    }

    /// Seconds that were spent on what a fit of `baseline` would find here: of it or its members, with
    /// this history and these periods.
    pub fn seconds_of(&self, baseline: Baseline, history: &[f64], periods: &Periods) -> f64 {
        let itself = [baseline];
        let parts: &[Baseline] =
            if baseline == Baseline::Combination { &Baseline::MEMBERS } else { &itself };
        let of = |kept: &&Kept| parts.iter().any(|part| kept.is_of(*part, history, periods));
        self.with(|kept| kept.iter().filter(of).map(|kept| kept.seconds).sum())
    }

    /// Fits that are kept.
    pub fn len(&self) -> usize {
        self.with(|kept| kept.len())
    }

    /// Whether none is kept.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn with<T>(&self, of: impl FnOnce(&mut Vec<Kept>) -> T) -> T {
        of(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl fmt::Debug for Fits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Fits").field(&self.len()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn periods(season_length: usize) -> Periods {
        Periods { season_length, all: vec![4.0] }
    }

    fn history() -> Vec<f64> {
        (0..40).map(|row| f64::from(row % 4) + f64::from(row * row % 7)).collect()
    }

    #[test]
    fn a_combination_reuses_what_is_fitted_to_its_own_history_and_periods() {
        let (fits, history) = (Fits::default(), history());
        let fit = |baseline: Baseline, history: &[f64], season| {
            baseline.fit_sharing(history, &periods(season), &fits).unwrap()
        };
        let single = fit(Baseline::AutoEts, &history, 4);
        assert!(Arc::ptr_eq(&single, &fit(Baseline::AutoEts, &history, 4)));
        let combined = fit(Baseline::Combination, &history, 4);
        assert_eq!(fits.len(), Baseline::MEMBERS.len());
        let alone = Baseline::Combination.fit(&history, &periods(4)).unwrap();
        assert_eq!(combined.predict(5, &[0.9]), alone.predict(5, &[0.9]));
        let spent = |baseline, season| fits.seconds_of(baseline, &history, &periods(season));
        let each: f64 = Baseline::MEMBERS.map(|member| spent(member, 4)).iter().sum();
        assert!(each > 0.0 && (spent(Baseline::Combination, 4) - each).abs() < 1e-12);
        assert_eq!((spent(Baseline::Naive, 4), spent(Baseline::Combination, 1)), (0.0, 0.0));
        for (history, season) in [(&history[..39], 4), (&history[..], 1)] {
            assert!(!Arc::ptr_eq(&single, &fit(Baseline::AutoEts, history, season)));
        }
    }

    #[test]
    fn gaps_are_told_apart_and_failures_are_not_kept() {
        let fits = Fits::default();
        let mut gap = history();
        gap[7] = f64::NAN;
        for _ in 0..2 {
            Baseline::AutoEts.fit_sharing(&gap, &periods(4), &fits).unwrap();
        }
        assert_eq!(fits.len(), 1);
        assert!(Baseline::AutoEts.fit_sharing(&[], &periods(4), &fits).is_err());
        Baseline::Naive.fit_sharing(&gap, &periods(4), &fits).unwrap();
        assert_eq!(fits.len(), 1);
    }
}

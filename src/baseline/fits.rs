//! Fits of one run, kept for the models that are made of others.
//!
//! Not for results: a run makes one, hands it to every baseline, and drops it at its end.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use super::fit::Periods;
use super::{Baseline, BaselineError, FittedBaseline};

/// What decides a fit, and the fit.
struct Kept {
    baseline: Baseline,
    periods: Periods,
    /// Every value, NaN where missing.
    history: Arc<[f64]>,
    fitted: Arc<dyn FittedBaseline>,
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
        let fitted = fit()?;
        let (periods, history) = (periods.clone(), history.into());
        self.with(|kept| {
            kept.push(Kept { baseline, periods, history, fitted: Arc::clone(&fitted) });
        });
        Ok(fitted)
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

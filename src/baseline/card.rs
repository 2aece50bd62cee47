//! What a baseline says of itself: its names, what it does, how it is fitted and how it is drawn.
//!
//! Each baseline declares its card beside its code; `choice` lists them.
//!
//! Fits of one run, kept for the models that are made of others.
//!
//! Not for results: a run makes one, hands it to every baseline, and drops it at its end.
//!
//! A fit is known by its values and the periods that they may repeat by.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use super::model::{BaselineError, FittedBaseline};
use crate::stats::number;

/// A baseline as people meet it.
pub struct BaselineCard {
    /// On the command line, in recipes and in files: `auto-ets`.
    pub name: &'static str,
    /// For people: `Auto-ETS`.
    pub label: &'static str,
    /// What it does, in a sentence.
    pub sentence: &'static str,
    /// Whether nothing is estimated, so that it is there at once.
    pub is_rule: bool,
    /// Whether it runs where nothing is said.
    pub runs_unasked: bool,
    /// Whether it is drawn before anything is said: enough to compare with, few enough to see.
    pub drawn_unasked: bool,
    /// How it is drawn.
    pub look: BaselineLook,
    /// The baselines that it is made of.
    pub members: &'static [&'static BaselineCard],
    /// Fits it to a history.
    pub fit: fn(&FitTask<'_>) -> Result<Arc<dyn FittedBaseline>, BaselineError>,
}

/// A colour, by its place among the colours of models, and the marker on it: 0 for none, where no other
/// baseline has the colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BaselineLook {
    /// Place of the colour.
    pub color: usize,
    /// Place of the marker.
    pub marker: usize,
}

/// What a baseline is fitted to.
#[derive(Debug, Clone, Copy)]
pub struct FitTask<'a> {
    /// Every value before the origin, NaN where missing.
    pub history: &'a [f64],
    /// The periods that values may repeat by.
    pub periods: &'a Periods,
    /// What is fitted already.
    pub fits: &'a Fits,
}

impl FitTask<'_> {
    /// Rows in the one season; 1 for none.
    pub fn season_length(&self) -> usize {
        self.periods.season_length.max(1)
    }

    /// The fit of a member of a combination: that of the run, where it has been made already.
    ///
    /// # Errors
    /// Where it cannot be fitted.
    pub fn member(&self, card: &BaselineCard) -> Result<Arc<dyn FittedBaseline>, BaselineError> {
        let fitted = self.fits.of(card.name, self.history, self.periods, || (card.fit)(self));
        fitted.map_err(|error| error.named(card.name.to_owned()))
    }
}

impl PartialEq for BaselineCard {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for BaselineCard {}

impl fmt::Debug for BaselineCard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// What decides a fit, and the fit.
struct KeptFit {
    /// Of the baseline.
    name: &'static str,
    periods: Periods,
    /// Every value, NaN where missing.
    history: Arc<[f64]>,
    fitted: Arc<dyn FittedBaseline>,
    /// What fitting it took.
    seconds: f64,
}

impl KeptFit {
    fn is_of(&self, name: &str, history: &[f64], periods: &Periods) -> bool {
        let same = |(a, b): (&f64, &f64)| a.to_bits() == b.to_bits();
        self.name == name
            && self.periods == *periods
            && self.history.len() == history.len()
            && self.history.iter().zip(history).all(same)
    }
}

/// The members of combinations that one run has fitted; clones share them.
#[derive(Clone, Default)]
pub struct Fits(Arc<Mutex<Vec<KeptFit>>>);

impl Fits {
    /// The fit of a baseline to this history with these periods, made by `fit` unless it is here.
    ///
    /// # Errors
    /// As `fit`; a failure is not kept.
    pub(super) fn of(
        &self,
        name: &'static str,
        history: &[f64],
        periods: &Periods,
        fit: impl FnOnce() -> Result<Arc<dyn FittedBaseline>, BaselineError>,
    ) -> Result<Arc<dyn FittedBaseline>, BaselineError> {
        let known = self.with(|kept| {
            let found = kept.iter().find(|kept| kept.is_of(name, history, periods));
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
            kept.push(KeptFit { name, periods, history, fitted: Arc::clone(&fitted), seconds });
        });
        Ok(fitted)
    }

    /// Seconds that were spent on the fits of these baselines with this history and these periods.
    pub(super) fn seconds_of(&self, names: &[&str], history: &[f64], periods: &Periods) -> f64 {
        let of = |kept: &&KeptFit| names.iter().any(|name| kept.is_of(name, history, periods));
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

    fn with<T>(&self, of: impl FnOnce(&mut Vec<KeptFit>) -> T) -> T {
        of(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl fmt::Debug for Fits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Fits").field(&self.len()).finish()
    }
}

/// The periods that values may repeat by, in rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Periods {
    /// Rows in the one season of models that have one; 1 for none.
    pub season_length: usize,
    /// All seasons for models that have several, whole or not, shortest first.
    pub all: Vec<f64>,
}

impl Periods {
    /// One season, or none where it has 1 row.
    pub fn one(season_length: usize) -> Self {
        let season_length = season_length.max(1);
        Self { season_length, all: vec![number(season_length)] }
    }
}

#[cfg(test)]
mod fits_tests {
    use super::super::FittedNaive;
    use super::*;

    #[test]
    fn gaps_are_told_apart_and_failures_are_not_kept() {
        let (fits, periods) = (Fits::default(), Periods::one(4));
        let mut history: Vec<f64> = (0..40).map(f64::from).collect();
        history[7] = f64::NAN;
        let fit = |history: &[f64]| {
            fits.of("naive", history, &periods, || Ok(Arc::new(FittedNaive::fit(history)?)))
        };
        assert!(Arc::ptr_eq(&fit(&history).unwrap(), &fit(&history).unwrap()));
        assert!(fit(&[]).is_err());
        assert_eq!(fits.len(), 1);
    }
}

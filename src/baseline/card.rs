//! What a baseline says of itself: its names, what it does, how it is fitted and how it is drawn.
//!
//! Each baseline declares its card beside its code; `registry` lists them.

use std::fmt;
use std::sync::Arc;

use super::fits::Fits;
use super::fits::Periods;
use super::model::{BaselineError, FittedBaseline};

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

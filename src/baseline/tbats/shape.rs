//! What a TBATS model is made of, and its name: `TBATS(0.5, {1,1}, 0.98, {<7,3>, <365.25,5>})` has a
//! Box-Cox exponent of 0.5, ARMA(1,1) errors, damping of 0.98, and two seasons with 3 and 5 sines
//! (De Livera, Hyndman and Snyder 2011, section 2.3).

/// The growth of the level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Growth {
    None,
    Lasting,
    Damped,
}

/// The parts of a model.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Shape {
    pub(super) box_cox: bool,
    pub(super) growth: Growth,
    /// Period in rows and number of sines of each season.
    pub(super) seasons: Vec<(f64, usize)>,
    /// Autoregressive and moving-average order of the errors, 2 at most each.
    pub(super) orders: (usize, usize),
}

impl Shape {
    /// Sines of all seasons.
    pub(super) fn sines(&self) -> usize {
        self.seasons.iter().map(|(_, sines)| sines).sum()
    }

    /// States that a history starts from: level, growth, two for each sine.
    pub(super) fn states(&self) -> usize {
        1 + usize::from(self.growth != Growth::None) + 2 * self.sines()
    }

    /// Weights: of level, growth, damping, two for each season, the errors' and the exponent.
    pub(super) fn weights(&self) -> usize {
        let growth = match self.growth {
            Growth::None => 0,
            Growth::Lasting => 1,
            Growth::Damped => 2,
        };
        let errors = self.orders.0 + self.orders.1;
        1 + growth + 2 * self.seasons.len() + errors + usize::from(self.box_cox)
    }

    /// Numbers estimated, the variance included.
    pub(super) fn parameters(&self) -> usize {
        self.weights() + self.states() + 1
    }
}

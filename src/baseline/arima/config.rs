//! The settings of the automatic choice of orders.

use serde::{Deserialize, Serialize};

/// How far the search for orders goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AutoArimaConfig {
    /// Most autoregressive terms, `p`.
    pub max_p: usize,
    /// Most moving-average terms, `q`.
    pub max_q: usize,
    /// Most seasonal autoregressive terms, `P`.
    pub max_seasonal_p: usize,
    /// Most seasonal moving-average terms, `Q`.
    pub max_seasonal_q: usize,
    /// Most terms together; the full search only.
    pub max_terms: usize,
    /// Most first differences, 0 to 2.
    pub max_d: usize,
    /// Most seasonal differences, 0 or 1.
    pub max_seasonal_d: usize,
    /// Tries all orders instead of stepping to better neighbours.
    pub full_search: bool,
    /// Most models that the steps try.
    pub max_models: usize,
    /// Longest history, in rows, whose candidates are compared by the exact likelihood; those of
    /// longer ones, and of long seasons, are compared by the conditional one, and only the best is
    /// fitted exactly.
    pub exact_rows: usize,
    /// Latest rows that the search looks at; the chosen model is fitted to all.
    pub search_rows: usize,
    /// Longest season, in rows, that has terms and differences of its own in any history; a longer
    /// one is long.
    pub longest_season: usize,
    /// Seasons that a history has to hold before a long season has terms and differences of its
    /// own; with fewer it is followed by sines and cosines.
    pub long_seasons_for_terms: usize,
    /// Longest season, in rows, that has them even then.
    pub longest_with_terms: usize,
    /// Most pairs of sine and cosine for a long season.
    pub max_fourier_pairs: usize,
}

impl Default for AutoArimaConfig {
    /// The limits of R's `auto.arima`, which approximates from 150 rows on, or seasons of more than
    /// 12; here the exact likelihood is fast enough for more. A seasonal term needs three seasons to
    /// be estimated from, as there, so that two of a kind need six. A lag of 350 rows is the most
    /// that R's `arima` takes: two seasons of 175.
    fn default() -> Self {
        Self {
            max_p: 5,
            max_q: 5,
            max_seasonal_p: 2,
            max_seasonal_q: 2,
            max_terms: 5,
            max_d: 2,
            max_seasonal_d: 1,
            full_search: false,
            max_models: 94,
            exact_rows: 2_500,
            search_rows: 4_000,
            longest_season: 24,
            long_seasons_for_terms: 6,
            longest_with_terms: 175,
            max_fourier_pairs: 10,
        }
    }
}

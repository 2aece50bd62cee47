//! Orders of an ARIMA model and how they are written: `ARIMA(2,1,1)(0,1,1)[12] with drift`.
//!
//! Box and Jenkins (1976), chapters 4 and 9. Not for choosing them (`search`).
//!
//! The settings of the automatic choice of orders.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Most terms a side: enough for any table of the literature, and what the filters are sized for.
const MOST_TERMS: usize = 24;
/// Rows of a season with terms of its own: the likelihood takes memory by the square of the longest lag.
const MOST_SEASON_ROWS: usize = 2_000;
/// Most seasonal terms a side.
const MOST_SEASONAL_TERMS: usize = 4;
/// Most differences of each kind; more make forecasts explode.
const MOST_DIFFERENCES: usize = 2;

/// The orders of `ARIMA(p,d,q)(P,D,Q)[m]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ArimaOrder {
    /// Autoregressive terms, `p`.
    pub p: usize,
    /// First differences, `d`.
    pub d: usize,
    /// Moving-average terms, `q`.
    pub q: usize,
    /// Seasonal autoregressive terms, `P`.
    pub seasonal_p: usize,
    /// Seasonal differences, `D`.
    pub seasonal_d: usize,
    /// Seasonal moving-average terms, `Q`.
    pub seasonal_q: usize,
    /// Rows in a season, `m`; 1 for none.
    pub season_length: usize,
    /// A mean where nothing is differenced, a drift where something is differenced once.
    pub constant: bool,
}

/// What is wrong with orders, in words that name the field and its range.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OrderError {
    /// The text is not a model.
    #[error(
        "\"{text}\" is not an ARIMA model; write it like arima(1,1,1)(0,1,1)[12] or arima(2,0,0) with \
         zero mean"
    )]
    Unreadable {
        /// The text.
        text: String,
    },
    /// An order lies outside its range.
    #[error("{name} is {found} in {model}; it can be {most} at most")]
    TooLarge {
        /// Name of the order.
        name: &'static str,
        /// What was asked for.
        found: usize,
        /// The most there can be.
        most: usize,
        /// The model.
        model: String,
    },
    /// Seasonal orders without a season.
    #[error(
        "{model} has seasonal terms but no season; give the season's rows in brackets, like [12]"
    )]
    NoSeason {
        /// The model.
        model: String,
    },
    /// A constant that differencing twice would make a parabola.
    #[error("{model} is differenced more than once and has a constant; leave out the drift")]
    ConstantOfCurve {
        /// The model.
        model: String,
    },
}

impl ArimaOrder {
    /// A model without a season; with a mean where nothing is differenced.
    pub const fn new(p: usize, d: usize, q: usize) -> Self {
        Self {
            p,
            d,
            q,
            seasonal_p: 0,
            seasonal_d: 0,
            seasonal_q: 0,
            season_length: 1,
            constant: d == 0,
        }
    }

    /// The same with seasonal orders; with a mean where nothing is differenced.
    #[must_use]
    pub const fn seasonal(self, p: usize, d: usize, q: usize, season_length: usize) -> Self {
        Self {
            seasonal_p: p,
            seasonal_d: d,
            seasonal_q: q,
            season_length,
            constant: self.d + d == 0,
            ..self
        }
    }

    /// The same with or without its mean or drift.
    #[must_use]
    pub const fn with_constant(self, constant: bool) -> Self {
        Self { constant, ..self }
    }

    /// Autoregressive and moving-average coefficients, seasonal ones counted.
    pub const fn terms(&self) -> usize {
        self.p + self.q + self.seasonal_p + self.seasonal_q
    }

    /// Differences of both kinds.
    pub const fn differences(&self) -> usize {
        self.d + self.seasonal_d
    }

    /// Rows that differencing takes from the start.
    pub const fn rows_lost(&self) -> usize {
        self.d.saturating_add(self.seasonal_d.saturating_mul(self.season_length))
    }

    /// Longest autoregressive lag, in rows.
    pub const fn longest_ar_lag(&self) -> usize {
        self.p + self.seasonal_p * self.season_length
    }

    /// Longest moving-average lag, in rows.
    pub const fn longest_ma_lag(&self) -> usize {
        self.q + self.seasonal_q * self.season_length
    }

    /// Checks every order against its range.
    ///
    /// # Errors
    /// The first order out of its range, with the range.
    pub fn check(&self) -> Result<(), OrderError> {
        let model = || self.to_string();
        for (name, found, most) in [
            ("p", self.p, MOST_TERMS),
            ("d", self.d, MOST_DIFFERENCES),
            ("q", self.q, MOST_TERMS),
            ("seasonal P", self.seasonal_p, MOST_SEASONAL_TERMS),
            ("seasonal D", self.seasonal_d, MOST_DIFFERENCES),
            ("seasonal Q", self.seasonal_q, MOST_SEASONAL_TERMS),
        ] {
            if found > most {
                return Err(OrderError::TooLarge { name, found, most, model: model() });
            }
        }
        let seasonal = self.seasonal_p + self.seasonal_q;
        if seasonal > 0 && self.season_length > MOST_SEASON_ROWS {
            let (name, most) = ("season length", MOST_SEASON_ROWS);
            return Err(OrderError::TooLarge {
                name,
                found: self.season_length,
                most,
                model: model(),
            });
        }
        if self.season_length < 2 && self.seasonal_p + self.seasonal_d + self.seasonal_q > 0 {
            return Err(OrderError::NoSeason { model: model() });
        }
        if self.constant && self.differences() > 1 {
            return Err(OrderError::ConstantOfCurve { model: model() });
        }
        Ok(())
    }
}

impl fmt::Display for ArimaOrder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ARIMA({},{},{})", self.p, self.d, self.q)?;
        if self.seasonal_p + self.seasonal_d + self.seasonal_q > 0 {
            let Self { seasonal_p, seasonal_d, seasonal_q, season_length, .. } = self;
            write!(f, "({seasonal_p},{seasonal_d},{seasonal_q})[{season_length}]")?;
        }
        f.write_str(match (self.differences(), self.constant) {
            (0, true) => " with non-zero mean",
            (0, false) => " with zero mean",
            (_, true) => " with drift",
            (_, false) => "",
        })
    }
}

impl FromStr for ArimaOrder {
    type Err = OrderError;

    /// Reads what [`ArimaOrder`] prints, in any case and spacing. Without words on a constant
    /// there is a mean where nothing is differenced, and no drift.
    fn from_str(text: &str) -> Result<Self, OrderError> {
        let unreadable = || OrderError::Unreadable { text: text.to_owned() };
        let plain: String =
            text.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_lowercase();
        let rest = plain.strip_prefix("sarima").or_else(|| plain.strip_prefix("arima"));
        let (orders, rest) = triple(rest.ok_or_else(unreadable)?).ok_or_else(unreadable)?;
        let mut model = Self::new(orders[0], orders[1], orders[2]);
        let mut rest = rest;
        if let Some((seasonal, after)) = triple(rest) {
            let (length, after) = bracketed(after, '[', ']').ok_or_else(unreadable)?;
            let length: usize = length.parse().map_err(|_| unreadable())?;
            model = model.seasonal(seasonal[0], seasonal[1], seasonal[2], length);
            rest = after;
        }
        model.constant = match (rest, model.differences()) {
            ("", _) => model.constant,
            ("withmean" | "withnon-zeromean" | "withnonzeromean", 0) | ("withdrift", 1..) => true,
            ("withzeromean" | "withoutmean", 0) | ("withoutdrift", 1..) => false,
            _ => return Err(unreadable()),
        };
        model.check()?;
        Ok(model)
    }
}

/// Three numbers in round brackets at the start of `text`, and what follows.
fn triple(text: &str) -> Option<([usize; 3], &str)> {
    let (inside, rest) = bracketed(text, '(', ')')?;
    let mut numbers = inside.split(',').map(str::parse);
    let mut next = || numbers.next()?.ok();
    let orders = [next()?, next()?, next()?];
    numbers.next().is_none().then_some((orders, rest))
}

fn bracketed(text: &str, open: char, close: char) -> Option<(&str, &str)> {
    text.strip_prefix(open)?.split_once(close)
}

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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn models_are_read_as_people_write_them() {
        let airline: ArimaOrder = "arima(0,1,1)(0,1,1)[12]".parse().unwrap();
        assert_eq!(airline, ArimaOrder::new(0, 1, 1).seasonal(0, 1, 1, 12));
        assert!(!airline.constant);
        assert!("ARIMA(1, 0, 0)".parse::<ArimaOrder>().unwrap().constant);
        assert!(!"arima(1,0,0) with zero mean".parse::<ArimaOrder>().unwrap().constant);
        assert!("Arima(0,1,0) with drift".parse::<ArimaOrder>().unwrap().constant);
    }

    #[test]
    fn what_cannot_be_meant_is_refused_with_the_fix() {
        for text in ["", "arima", "arima(1,1)", "arima(1,1,1,1)", "arima(1,-1,1)", "ets(1,1,1)"] {
            let error = text.parse::<ArimaOrder>().unwrap_err();
            assert!(error.to_string().contains("arima(1,1,1)(0,1,1)[12]"), "{error}");
        }
        let message = |text: &str| text.parse::<ArimaOrder>().unwrap_err().to_string();
        assert!(message("arima(99,1,1)").contains("24 at most"));
        assert!(message("arima(1,1,1)(0,1,1)[1]").contains("season"));
        assert!(message("arima(0,2,1) with drift").contains("drift"));
        assert!(message("arima(0,0,1) with drift").contains("not an ARIMA model"));
    }

    proptest! {
        #[test]
        fn what_is_printed_is_read_back(
            (p, d, q) in (0..6_usize, 0..3_usize, 0..6_usize),
            (seasonal_p, seasonal_d, seasonal_q) in (0..3_usize, 0..2_usize, 0..3_usize),
            season_length in 2..60_usize,
            constant: bool,
        ) {
            let mut order = ArimaOrder::new(p, d, q);
            if seasonal_p + seasonal_d + seasonal_q > 0 {
                order = order.seasonal(seasonal_p, seasonal_d, seasonal_q, season_length);
            }
            order.constant = constant && order.differences() < 2;
            prop_assert_eq!(order.to_string().parse::<ArimaOrder>(), Ok(order));
        }
    }
}

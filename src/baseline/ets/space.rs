//! Smoothing parameters and initial states as numbers without bounds, for the search.
//!
//! Inside the usual bounds each weight is a logistic share of the room that the others leave it; a
//! season's last initial state follows from the others. Not for the cost itself (`fit`).
//!
//! Where smoothing parameters let the weight of old values die away.
//!
//! Hyndman, Akram and Archibald (2008), "The admissible parameter space for exponential smoothing
//! models": the roots of the characteristic equation lie in the unit circle, found here by Schur and
//! Cohn's recursion, which needs no roots.

use super::config::EtsBounds;
use super::form::{Component, EtsForm};
use super::recursion::{EtsState, Slopes, Smoothing};
use crate::stats::number;

/// Bounds of weights, as in R's `ets`.
const WEIGHTS: (f64, f64) = (1e-4, 0.9999);
/// Bounds of damping, as in R's `ets`: stronger is no trend, weaker no damping.
const DAMPING: (f64, f64) = (0.8, 0.98);
/// Weight of the growth in seasons of weights of the level, at most, where growth is slow: it learns
/// in five seasons what the level learns in a row. Faster growth fits the past of seasonal series
/// better and forecasts them worse (Tourism Monthly: MASE 1.54 without a bound, 1.49 with it).
const SLOW_GROWTH: f64 = 0.2;

/// Where a form's numbers stand.
#[derive(Debug, Clone, Copy)]
pub(super) struct Space {
    form: EtsForm,
    /// Rows in a season, 1 without.
    places: usize,
    bounds: EtsBounds,
    /// Part of the level's weight that the growth's may reach.
    growth_room: f64,
}

impl Space {
    pub(super) const fn new(form: EtsForm, season_length: usize, bounds: EtsBounds) -> Self {
        let places = if form.season.is_some() { season_length } else { 1 };
        Self { form, places, bounds, growth_room: 1.0 }
    }

    /// The same with a growth that learns slowly where there is a season.
    pub(super) fn with_slow_growth(mut self) -> Self {
        if self.places > 1 {
            self.growth_room = SLOW_GROWTH / number(self.places);
        }
        self
    }

    const fn is_free(self) -> bool {
        matches!(self.bounds, EtsBounds::Admissible)
    }

    /// The numbers that stand for these parameters and states.
    pub(super) fn numbers(self, smoothing: &Smoothing, state: &EtsState) -> Vec<f64> {
        let Smoothing { alpha, beta, gamma, phi } = *smoothing;
        let weight = |value, room| {
            if self.is_free() { value } else { logit(value, WEIGHTS.0, room) }
        };
        let mut numbers = vec![weight(alpha, WEIGHTS.1)];
        if self.form.trend.is_some() {
            numbers.push(weight(beta, alpha * self.growth_room));
        }
        if self.form.season.is_some() {
            numbers.push(weight(gamma, 1.0 - alpha));
        }
        if self.form.is_damped() {
            numbers.push(logit(phi, DAMPING.0, DAMPING.1));
        }
        numbers.push(state.level);
        if self.form.trend.is_some() {
            numbers.push(state.growth);
        }
        numbers.extend(&state.season[1..]);
        numbers
    }

    /// Turns `numbers` back; false where they lie outside the bounds.
    pub(super) fn place(
        self,
        numbers: &[f64],
        smoothing: &mut Smoothing,
        state: &mut EtsState,
    ) -> bool {
        let mut numbers = numbers.iter().copied();
        let mut next = || numbers.next().unwrap_or(0.0);
        let weight = |number, room| {
            if self.is_free() { number } else { logistic(number, WEIGHTS.0, room) }
        };
        *smoothing = Smoothing { phi: 1.0, ..Smoothing::default() };
        smoothing.alpha = weight(next(), WEIGHTS.1);
        if self.form.trend.is_some() {
            smoothing.beta = weight(next(), smoothing.alpha * self.growth_room);
        }
        if self.form.season.is_some() {
            smoothing.gamma = weight(next(), 1.0 - smoothing.alpha);
        }
        if self.form.is_damped() {
            smoothing.phi = logistic(next(), DAMPING.0, DAMPING.1);
        }
        state.level = next();
        if self.form.trend.is_some() {
            state.growth = next();
        }
        let mut sum = 0.0;
        state.season.resize(self.places, 0.0);
        for season in &mut state.season[1..] {
            *season = next();
            sum += *season;
        }
        let whole = match self.form.season {
            Some(Component::Multiplicative) => number(self.places),
            _ => 0.0,
        };
        state.season[0] = whole - sum;
        self.is_inside(smoothing, state)
    }

    fn is_inside(self, smoothing: &Smoothing, state: &EtsState) -> bool {
        let multiplied = self.form.season == Some(Component::Multiplicative);
        if multiplied && state.season.iter().any(|&factor| factor <= 0.0) {
            return false;
        }
        let positive = self.form.trend.is_some_and(|t| t.component == Component::Multiplicative);
        if positive && (state.level <= 0.0 || state.growth <= 0.0) {
            return false;
        }
        // Without a trend, or without a season, the usual bounds are admissible throughout.
        let usual_is_enough = self.form.trend.is_none() || self.form.season.is_none();
        match self.bounds {
            EtsBounds::Usual => true,
            EtsBounds::Both if usual_is_enough => true,
            _ => is_admissible(self.form, smoothing, self.places),
        }
    }

    /// The gradient by `numbers` from that by parameters and states.
    pub(super) fn gradient(
        self,
        numbers: &[f64],
        smoothing: &Smoothing,
        slopes: &Slopes,
        gradient: &mut [f64],
    ) {
        let Smoothing { alpha, .. } = *smoothing;
        let by = &slopes.smoothing;
        let mut at = 1;
        let mut by_alpha = by.alpha;
        // Each weight's share of its room, and how the room itself moves with alpha.
        if self.form.trend.is_some() {
            let (share, steep) = shares(numbers[at]);
            let room = alpha * self.growth_room - WEIGHTS.0;
            gradient[at] = by.beta * if self.is_free() { 1.0 } else { steep * room };
            by_alpha += if self.is_free() { 0.0 } else { by.beta * share * self.growth_room };
            at += 1;
        }
        if self.form.season.is_some() {
            let (share, steep) = shares(numbers[at]);
            let room = 1.0 - alpha - WEIGHTS.0;
            gradient[at] = by.gamma * if self.is_free() { 1.0 } else { steep * room };
            by_alpha -= if self.is_free() { 0.0 } else { by.gamma * share };
            at += 1;
        }
        let steep =
            if self.is_free() { 1.0 } else { shares(numbers[0]).1 * (WEIGHTS.1 - WEIGHTS.0) };
        gradient[0] = by_alpha * steep;
        if self.form.is_damped() {
            gradient[at] = by.phi * shares(numbers[at]).1 * (DAMPING.1 - DAMPING.0);
            at += 1;
        }
        gradient[at] = slopes.state.level;
        at += 1;
        if self.form.trend.is_some() {
            gradient[at] = slopes.state.growth;
            at += 1;
        }
        for (gradient, slope) in gradient[at..].iter_mut().zip(&slopes.state.season[1..]) {
            *gradient = slope - slopes.state.season[0];
        }
    }
}

/// The logistic share of a number and its slope.
fn shares(number: f64) -> (f64, f64) {
    let share = 1.0 / (1.0 + (-number).exp());
    (share, share * (1.0 - share))
}

fn logistic(number: f64, low: f64, high: f64) -> f64 {
    low + (high - low) * shares(number).0
}

/// The number of a value; one outside its bounds is taken to the middle between them.
fn logit(value: f64, low: f64, high: f64) -> f64 {
    let share = (value - low) / (high - low);
    // Written so that NaN, of bounds that meet, is outside too.
    if share > 0.0 && share < 1.0 { (share / (1.0 - share)).ln() } else { 0.0 }
}

/// How far outside the circle a root may seem to lie.
const ROUNDING: f64 = 1e-10;

/// Whether the weights of `form` with `season_length` rows a season are admissible, as R's
/// `admissible`.
pub(super) fn is_admissible(form: EtsForm, smoothing: &Smoothing, season_length: usize) -> bool {
    let Smoothing { alpha, beta, gamma, phi } = *smoothing;
    if !(0.0..=1.0).contains(&phi) || phi == 0.0 {
        return false;
    }
    let back = 1.0 - 1.0 / phi;
    let beyond = 1.0 + 1.0 / phi;
    if form.season.is_none() {
        let level = (back..=beyond).contains(&alpha);
        let trend = alpha * (phi - 1.0)..=(1.0 + phi) * (2.0 - alpha);
        return level && (form.trend.is_none() || trend.contains(&beta));
    }
    let places = crate::stats::number(season_length);
    let gamma_is_in = gamma >= (back - alpha).max(0.0) && gamma <= beyond - alpha;
    let share = gamma * (1.0 - places + phi + phi * places) / (2.0 * phi * places);
    let alpha_is_in = alpha >= back - share;
    let beta_is_in = beta >= -(1.0 - phi) * (gamma / places + alpha);
    gamma_is_in && alpha_is_in && beta_is_in && {
        let mut equation = vec![alpha + beta - alpha * phi; season_length + 2];
        equation[0] = phi * (1.0 - alpha - gamma);
        equation[1] = alpha + beta - alpha * phi + gamma - 1.0;
        equation[season_length] = alpha + beta - phi;
        equation[season_length + 1] = 1.0;
        roots_are_inside(&mut equation)
    }
}

/// Whether all roots of a polynomial (lowest power first) lie in the unit circle: at each turn the
/// constant is smaller than the leading coefficient, and the degree falls by one.
fn roots_are_inside(polynomial: &mut [f64]) -> bool {
    // A circle wider by the rounding.
    let mut power = 1.0;
    for coefficient in polynomial.iter_mut() {
        *coefficient *= power;
        power *= 1.0 + ROUNDING;
    }
    let mut degree = polynomial.len() - 1;
    while degree > 0 {
        let ratio = polynomial[0] / polynomial[degree];
        // Written so that NaN is outside.
        let inside = ratio.abs() < 1.0;
        if !inside {
            return false;
        }
        // Divides p(z) - ratio * reversed p(z) by z, both ends at once.
        for at in 0..=degree / 2 {
            let (low, high) = (polynomial[at], polynomial[degree - at]);
            polynomial[at] = low - ratio * high;
            polynomial[degree - at] = high - ratio * low;
        }
        polynomial.copy_within(1..=degree, 0);
        degree -= 1;
    }
    true
}

#[cfg(test)]
mod admissible_tests {
    use super::*;

    #[test]
    fn roots_of_known_polynomials() {
        let inside = |coefficients: &[f64]| roots_are_inside(&mut coefficients.to_vec());
        // (z - 0.5)(z + 0.9), (z - 0.5)(z - 1.1), z^2 + 0.81, z^2 + 1.21
        assert!(inside(&[-0.45, 0.4, 1.0]));
        assert!(!inside(&[0.55, -1.6, 1.0]));
        assert!(inside(&[0.81, 0.0, 1.0]));
        assert!(!inside(&[1.21, 0.0, 1.0]));
    }

    /// The weights of `statsforecast.ets.admissible(alpha, beta, gamma, phi, m)`, version 2.1.1,
    /// which follows R's `forecast:::admissible`.
    #[test]
    fn seasonal_weights_as_in_the_reference() {
        let seasonal: EtsForm = EtsForm {
            error: super::super::Component::Additive,
            trend: Some(super::super::Trend {
                component: super::super::Component::Additive,
                damped: true,
            }),
            season: Some(super::super::Component::Additive),
        };
        let cases = [
            (24, 0.5, 0.269_117_842_278_317_2, 0.164_932_885_077_896_05, 0.881_629_620_106_507_2),
            (7, 0.776_627_777_719_429_5, 0.712_407_148_208_412_9, 0.008_939_989_559_297_114, 1.0),
            (24, 0.9999, 0.562_039_161_779_689_5, 0.0001, 1.0),
        ];
        for (m, alpha, beta, gamma, phi) in cases {
            let smoothing = Smoothing { alpha, beta, gamma, phi };
            assert!(!is_admissible(seasonal, &smoothing, m), "{smoothing:?}");
            let smaller = Smoothing { beta: 0.001, ..smoothing };
            assert!(is_admissible(seasonal, &smaller, m), "{smaller:?}");
        }
    }
}

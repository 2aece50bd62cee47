//! The recursion of exponential smoothing in its innovations form, and its gradient.
//!
//! With `q` the level carried on by the trend and `f` its forecast, an error `r = y - f` moves level,
//! growth and season by the smoothing parameters (Hyndman et al. 2008, table 2.3, written so that
//! additive and multiplicative errors share their updates). The gradient runs the recursion backwards
//! (reverse accumulation) and costs about two more passes. A missing value moves nothing: its error
//! is taken as zero, and it has no say in the likelihood. Nothing is allocated per step.

use super::form::{Component, EtsForm};

/// Smoothing parameters; those of absent parts are zero, and `phi` is 1 without damping.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Smoothing {
    /// Weight of an error in the level.
    pub alpha: f64,
    /// Weight of an error in the growth.
    pub beta: f64,
    /// Weight of an error in the season.
    pub gamma: f64,
    /// What is left of the growth after each row.
    pub phi: f64,
}

/// The state before a row.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct EtsState {
    pub(super) level: f64,
    /// Step or factor of the trend.
    pub(super) growth: f64,
    /// Season of each place, that of row 0 first; of one place where there is none.
    pub(super) season: Vec<f64>,
}

/// What has been seen at one row, kept for the way back.
#[derive(Debug, Clone, Copy, Default)]
struct EtsStep {
    level: f64,
    growth: f64,
    season: f64,
    residual: f64,
    forecast: f64,
}

/// Room for the steps of a history, used again by every pass.
#[derive(Debug, Clone, Default)]
pub(super) struct Tape {
    steps: Vec<EtsStep>,
}

/// What a pass over the history adds up to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct EtsSums {
    /// Squares of the innovations.
    pub(super) squares: f64,
    /// Logarithms of the scale of the innovations: zero with additive errors.
    pub(super) logs: f64,
}

/// The gradient of a cost by smoothing parameters and initial states.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Slopes {
    pub(super) smoothing: Smoothing,
    pub(super) state: EtsState,
}

/// Forecasts with a multiplicative error or season have to stay above this part of the mean value.
const LEAST_FORECAST: f64 = 1e-10;

const NONE: u8 = 0;
const ADDED: u8 = 1;
const MULTIPLIED: u8 = 2;

/// Calls a function of three constants with those of `form`.
macro_rules! with_form {
    ($form:expr, $function:ident $arguments:tt) => {
        with_form!(@error $form, $function $arguments)
    };
    (@error $form:expr, $function:ident $arguments:tt) => {
        match $form.error {
            Component::Additive => with_form!(@trend $form, $function $arguments, false),
            Component::Multiplicative => with_form!(@trend $form, $function $arguments, true),
        }
    };
    (@trend $form:expr, $function:ident $arguments:tt, $error:literal) => {
        match $form.trend.map(|trend| trend.component) {
            None => with_form!(@season $form, $function $arguments, $error, NONE),
            Some(Component::Additive) => {
                with_form!(@season $form, $function $arguments, $error, ADDED)
            }
            Some(Component::Multiplicative) => {
                with_form!(@season $form, $function $arguments, $error, MULTIPLIED)
            }
        }
    };
    (@season $form:expr, $function:ident $arguments:tt, $error:literal, $trend:ident) => {
        match $form.season {
            None => $function::<$error, $trend, NONE>$arguments,
            Some(Component::Additive) => $function::<$error, $trend, ADDED>$arguments,
            Some(Component::Multiplicative) => $function::<$error, $trend, MULTIPLIED>$arguments,
        }
    };
}

impl Tape {
    /// Runs over `values` (NaN where missing) from `state`, which is left as it is after the last
    /// row. `None` where a forecast leaves the domain of the form.
    pub(super) fn forward(
        &mut self,
        form: EtsForm,
        values: &[f64],
        smoothing: &Smoothing,
        state: &mut EtsState,
    ) -> Option<EtsSums> {
        self.steps.resize(values.len(), EtsStep::default());
        with_form!(form, forward(&mut self.steps, values, smoothing, state))
    }

    /// The gradient of `count * ln(squares) + 2 * logs` after a forward pass that gave `sums` with
    /// `count` known values; `slopes` is overwritten.
    pub(super) fn backward(
        &self,
        form: EtsForm,
        values: &[f64],
        smoothing: &Smoothing,
        weight: f64,
        slopes: &mut Slopes,
    ) {
        slopes.smoothing = Smoothing::default();
        slopes.state.level = 0.0;
        slopes.state.growth = 0.0;
        slopes.state.season.fill(0.0);
        with_form!(form, backward(&self.steps, values, smoothing, weight, slopes));
    }

    /// One-step forecasts of the last forward pass.
    pub(super) fn forecasts(&self) -> impl Iterator<Item = f64> {
        self.steps.iter().map(|step| step.forecast)
    }
}

/// The level carried on, and the growth that carries it.
#[inline]
fn carried<const TREND: u8>(level: f64, growth: f64, phi: f64) -> (f64, f64) {
    match TREND {
        NONE => (level, 0.0),
        ADDED => {
            let grown = phi * growth;
            (level + grown, grown)
        }
        _ => {
            let grown = if phi == 1.0 { growth } else { growth.powf(phi) };
            (level * grown, grown)
        }
    }
}

#[inline]
fn joined<const SEASON: u8>(carried: f64, season: f64) -> f64 {
    match SEASON {
        NONE => carried,
        ADDED => carried + season,
        _ => carried * season,
    }
}

fn forward<const ERROR: bool, const TREND: u8, const SEASON: u8>(
    steps: &mut [EtsStep],
    values: &[f64],
    smoothing: &Smoothing,
    state: &mut EtsState,
) -> Option<EtsSums> {
    let Smoothing { alpha, beta, gamma, phi } = *smoothing;
    let (mut level, mut growth) = (state.level, state.growth);
    let seasons = &mut state.season;
    let mut place = 0;
    let (mut squares, mut logs, mut product) = (0.0, 0.0, 1.0_f64);
    for (step, &value) in steps.iter_mut().zip(values) {
        let season = if SEASON == NONE { 0.0 } else { seasons[place] };
        let (q, grown) = carried::<TREND>(level, growth, phi);
        let forecast = joined::<SEASON>(q, season);
        let positive = ERROR || TREND == MULTIPLIED || SEASON == MULTIPLIED;
        // Written so that NaN is outside too.
        let inside = !positive || (forecast > LEAST_FORECAST && q > LEAST_FORECAST);
        if !inside {
            return None;
        }
        let residual = if value.is_nan() { 0.0 } else { value - forecast };
        *step = EtsStep { level, growth, season, residual, forecast };
        if ERROR {
            let share = residual / forecast;
            squares += share * share;
            if !value.is_nan() {
                product *= forecast;
                // One logarithm for many factors, taken before they leave the range of doubles.
                if !(1e-200..1e200).contains(&product) {
                    logs += product.ln();
                    product = 1.0;
                }
            }
        } else {
            squares += residual * residual;
        }
        let pull = if SEASON == MULTIPLIED { residual / season } else { residual };
        match TREND {
            NONE => {}
            ADDED => growth = grown + beta * pull,
            _ => growth = grown + beta * pull / level,
        }
        level = q + alpha * pull;
        if SEASON != NONE {
            let pull = if SEASON == MULTIPLIED { residual / q } else { residual };
            seasons[place] = season + gamma * pull;
            place += 1;
            if place == seasons.len() {
                place = 0;
            }
        }
    }
    state.level = level;
    state.growth = growth;
    let sums = EtsSums { squares, logs: logs + product.ln() };
    (sums.squares.is_finite() && sums.logs.is_finite() && level.is_finite()).then_some(sums)
}

fn backward<const ERROR: bool, const TREND: u8, const SEASON: u8>(
    steps: &[EtsStep],
    values: &[f64],
    smoothing: &Smoothing,
    weight: f64,
    slopes: &mut Slopes,
) {
    let Smoothing { alpha, beta, gamma, phi } = *smoothing;
    let seasons = &mut slopes.state.season;
    let by = &mut slopes.smoothing;
    let places = seasons.len();
    let mut place = steps.len() % places;
    // Slopes of the cost by the state after the row.
    let (mut by_level, mut by_growth) = (0.0, 0.0);
    for (step, value) in steps.iter().zip(values).rev() {
        place = if place == 0 { places - 1 } else { place - 1 };
        let EtsStep { level, growth, season, residual, forecast } = *step;
        let (q, grown) = carried::<TREND>(level, growth, phi);
        let by_season = if SEASON == NONE { 0.0 } else { seasons[place] };
        let multiplied = SEASON == MULTIPLIED;
        let pull = if multiplied { residual / season } else { residual };
        let season_pull = if multiplied { residual / q } else { residual };
        by.alpha += by_level * pull;
        let mut by_pull = alpha * by_level;
        let (mut by_q, mut next_season) = (by_level, by_season);
        let mut by_old_level = 0.0;
        match TREND {
            NONE => {}
            ADDED => {
                by.beta += by_growth * pull;
                by_pull += beta * by_growth;
            }
            _ => {
                by.beta += by_growth * pull / level;
                by_pull += beta * by_growth / level;
                by_old_level -= beta * by_growth * pull / (level * level);
            }
        }
        let mut by_residual = by_pull;
        if SEASON != NONE {
            by.gamma += by_season * season_pull;
            let by_season_pull = gamma * by_season;
            if multiplied {
                by_residual = by_pull / season + by_season_pull / q;
                next_season -= by_pull * pull / season;
                by_q -= by_season_pull * season_pull / q;
            } else {
                by_residual += by_season_pull;
            }
        }
        let mut by_forecast = 0.0;
        if !value.is_nan() {
            if ERROR {
                let share = residual / forecast;
                let by_share = weight * share;
                by_residual += by_share / forecast;
                by_forecast = (2.0 - by_share * share) / forecast;
            } else {
                by_residual += weight * residual;
            }
            by_forecast -= by_residual;
        }
        match SEASON {
            NONE => by_q += by_forecast,
            ADDED => {
                by_q += by_forecast;
                next_season += by_forecast;
            }
            _ => {
                by_q += by_forecast * season;
                next_season += by_forecast * q;
            }
        }
        if SEASON != NONE {
            seasons[place] = next_season;
        }
        match TREND {
            NONE => by_level = by_q,
            ADDED => {
                let by_grown = by_q + by_growth;
                by.phi += by_grown * growth;
                by_growth = phi * by_grown;
                by_level = by_q;
            }
            _ => {
                let by_grown = by_q * level + by_growth;
                by.phi += by_grown * grown * growth.ln();
                by_growth = by_grown * phi * grown / growth;
                by_level = by_q * grown + by_old_level;
            }
        }
    }
    slopes.state.level = by_level;
    slopes.state.growth = by_growth;
}

/// Forecasts the rows after `state`, with every error zero. `place` is the place of the first in
/// the season.
pub(super) fn continued(
    form: EtsForm,
    phi: f64,
    state: &EtsState,
    place: usize,
    horizon: usize,
) -> Vec<f64> {
    let mut shocked = state.clone();
    let smoothing = Smoothing { phi, ..Smoothing::default() };
    let mut next = place;
    let mut row = || with_form!(form, advance(&smoothing, &mut shocked, &mut next, 0.0));
    (0..horizon).map(|_| row()).collect()
}

/// One row of a simulated future with the innovation `shock`; gives its value.
pub(super) fn simulated(
    form: EtsForm,
    smoothing: &Smoothing,
    state: &mut EtsState,
    place: &mut usize,
    shock: f64,
) -> f64 {
    with_form!(form, advance(smoothing, state, place, shock))
}

fn advance<const ERROR: bool, const TREND: u8, const SEASON: u8>(
    smoothing: &Smoothing,
    state: &mut EtsState,
    place: &mut usize,
    shock: f64,
) -> f64 {
    let places = state.season.len().max(1);
    *place %= places;
    let season = if SEASON == NONE { 0.0 } else { state.season[*place] };
    let (q, grown) = carried::<TREND>(state.level, state.growth, smoothing.phi);
    let forecast = joined::<SEASON>(q, season);
    let residual = if ERROR { shock * forecast } else { shock };
    let pull = if SEASON == MULTIPLIED { residual / season } else { residual };
    match TREND {
        NONE => {}
        ADDED => state.growth = grown + smoothing.beta * pull,
        _ => {
            state.growth = (grown + smoothing.beta * pull / state.level).max(LEAST_FORECAST);
        }
    }
    state.level = q + smoothing.alpha * pull;
    if SEASON != NONE {
        let pull = if SEASON == MULTIPLIED { residual / q } else { residual };
        state.season[*place] = season + smoothing.gamma * pull;
        *place += 1;
    }
    forecast + residual
}

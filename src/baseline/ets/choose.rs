//! The best form of exponential smoothing for a history.
//!
//! Each form is fitted by maximum likelihood and the one with the least corrected Akaike criterion is
//! taken (Hyndman et al. 2008, section 7.1). Seasons up to 24 rows are part of the form; longer ones
//! are taken out by STL first, where they are strong, and put back on the forecast.

use super::super::model::{BaselineError, Criteria, InSampleForecast, known};
use super::super::naive::row_steps;
use super::super::spread::{deviation, deviation_or_size, least_deviation};
use super::super::stl::Seasons;
use super::config::{EtsConfig, EtsPart};
use super::fit::{self, EtsFit, EtsStarts, EtsTask, log_likelihood};
use super::fitted::FittedEts;
use super::form::{Component, EtsForm};
use super::recursion::{EtsState, Smoothing, Tape};
use crate::stats::{number, seasonal_fill};

/// Longest season that is part of the form: beyond it the initial states are too many to estimate
/// (as R's `ets`).
const LONGEST_SEASON: usize = 24;
/// Longer seasons weaker than this are left in (Wang, Smith and Hyndman 2006, as R's `nsdiffs`).
const STRONG_SEASON: f64 = 0.64;
/// Newest rows that a form is estimated on: what lies before them has next to no weight, and would
/// take long.
const ROWS_ESTIMATED: usize = 5_000;
/// The simplest form: of histories too short, or too plain, to choose for.
const SIMPLEST: EtsForm = EtsForm { error: Component::Additive, trend: None, season: None };
/// Weight of the newest value in the simplest form: nearly all.
const SIMPLEST_ALPHA: f64 = 0.9999;

/// Fits exponential smoothing to `history` (one value a row, NaN where missing) with
/// `season_length` rows a season, 1 where there is none.
///
/// Where the trend is chosen, that of seasonal forms learns slowly: within a fifth of the level's
/// weight a season. Of a long history the newest 5,000 rows are estimated on; earlier rows have no
/// fitted value. A missing value moves no state and has no say in the likelihood. A history too short for any
/// form, or constant, gets simple smoothing that nearly repeats the last value.
///
/// # Errors
/// Where no value is known, or the history does not suit the forms that the settings allow.
///
/// ```
/// use tidegate::baseline::{EtsConfig, FittedBaseline, auto_ets};
///
/// let history: Vec<f64> = (0..24).map(|row| 10.0 + [0.0, 3.0, 5.0, 1.0][row % 4]).collect();
/// let fitted = auto_ets(&history, 4, &EtsConfig::default())?;
/// let ahead = fitted.predict(4, &[0.8]);
/// assert!(ahead.mean.iter().zip(&history).all(|(said, value)| (said - value).abs() < 0.1));
/// assert!(ahead.intervals[0].lower[0] <= ahead.mean[0]);
/// # Ok::<(), tidegate::baseline::BaselineError>(())
/// ```
pub fn auto_ets(
    history: &[f64],
    season_length: usize,
    config: &EtsConfig,
) -> Result<FittedEts, BaselineError> {
    let forms = config.forms();
    if season_length > LONGEST_SEASON && forms.iter().any(|form| form.season.is_some()) {
        let seasons = Seasons::of(history, &[season_length]);
        let forced = forms.iter().all(|form| form.season.is_some());
        if let Some(seasons) = seasons.filter(|seasons| forced || seasons.strength > STRONG_SEASON)
        {
            return with_seasons(history, seasons, *config);
        }
        if forced {
            return Err(unsuitable(*config, history, "its season is longer than half the history"));
        }
        return fit_best(history, 1, *config);
    }
    fit_best(history, season_length, *config)
}

/// Fits forms without a season to what is left of `history` once `seasons` are taken out.
pub(in super::super) fn with_seasons(
    history: &[f64],
    seasons: Seasons,
    config: EtsConfig,
) -> Result<FittedEts, BaselineError> {
    let without = EtsConfig { season: EtsPart::Given(None), ..config };
    let mut fitted = fit_best(&seasons.adjusted(history), 1, without)?;
    for (row, value) in fitted.in_sample.fitted.iter_mut().enumerate() {
        *value += seasons.at(row);
    }
    fitted.least_deviation = least_deviation(history);
    fitted.seasons = Some(seasons);
    Ok(fitted)
}

fn unsuitable(config: EtsConfig, history: &[f64], found: &str) -> BaselineError {
    BaselineError::Unsuitable {
        model: config.to_string(),
        rows: history.len(),
        found: found.to_owned(),
        fix: "use auto-ets, which takes only forms that suit".to_owned(),
    }
}

fn fit_best(
    history: &[f64],
    season_length: usize,
    config: EtsConfig,
) -> Result<FittedEts, BaselineError> {
    let latest = &history[history.len().saturating_sub(ROWS_ESTIMATED)..];
    // Where the newest rows are all missing, every row is looked at.
    let latest = if known(latest).next().is_some() { latest } else { history };
    let count = known(latest).count();
    if count == 0 {
        return Err(BaselineError::NoValues { model: config.to_string(), rows: history.len() });
    }
    let size = known(latest).map(|(_, value)| value.abs() / number(count)).sum::<f64>();
    let scale = if size > 0.0 && size.is_finite() { size } else { 1.0 };
    let scaled = |value: &f64| if value.is_finite() { value / scale } else { f64::NAN };
    let task = EtsTask {
        values: latest.iter().map(scaled).collect(),
        count,
        season_length: season_length.max(1),
        is_positive: known(latest).all(|(_, value)| value > 0.0),
        bounds: config.bounds,
        slow_growth: config.trend == EtsPart::Chosen,
    };
    let first = known(&task.values).next().map_or(0.0, |(_, value)| value);
    let is_constant = known(&task.values).all(|(_, value)| value == first);
    let mut tape = Tape::default();
    let best = if is_constant { None } else { best_form(&task, config, &mut tape) };
    let forms = config.forms();
    if best.is_none() && !forms.contains(&SIMPLEST) && !is_constant {
        return Err(unsuitable(config, history, &why(&task, &forms)));
    }
    let fit = best.clone().unwrap_or_else(|| simplest(first));
    Ok(finished(history, &task, fit, scale, best.is_some(), &mut tape))
}

fn why(task: &EtsTask, forms: &[EtsForm]) -> String {
    let least = forms.iter().map(|form| form.parameters(task.season_length)).min().unwrap_or(0);
    if forms.iter().all(|form| form.season.is_some()) && task.season_length < 2 {
        "there is no season".to_owned()
    } else if task.count <= least + 1 {
        format!("its {least} parameters need {} known values, there are {}", least + 2, task.count)
    } else {
        "multiplicative parts need every value above zero".to_owned()
    }
}

fn best_form(task: &EtsTask, config: EtsConfig, tape: &mut Tape) -> Option<EtsFit> {
    let values = seasonal_fill(&task.values, task.season_length);
    let starts = EtsStarts::new(&values, task.season_length, task.is_positive);
    let mut best: Option<EtsFit> = None;
    for form in config.forms().into_iter().filter(|form| task.suits(*form)) {
        let to_beat = best.as_ref().map_or(f64::INFINITY, |best| best.aicc);
        let found = fit::fit(task, &starts, form, to_beat, tape);
        best = found.filter(|found| found.aicc < to_beat).or(best);
    }
    best
}

/// Nearly the last value, from the `first` one on.
fn simplest(first: f64) -> EtsFit {
    EtsFit {
        form: SIMPLEST,
        smoothing: Smoothing { alpha: SIMPLEST_ALPHA, phi: 1.0, ..Smoothing::default() },
        initial: EtsState { level: first, growth: 0.0, season: vec![0.0] },
        cost: f64::NAN,
        aicc: f64::INFINITY,
    }
}

/// The fit with its summary; `estimated` where its parameters are.
fn finished(
    history: &[f64],
    task: &EtsTask,
    fit: EtsFit,
    scale: f64,
    estimated: bool,
    tape: &mut Tape,
) -> FittedEts {
    let mut state = fit.initial.clone();
    // The search ends on a place inside the domain.
    let _ = tape.forward(fit.form, &task.values, &fit.smoothing, &mut state);
    let before = history.len() - task.values.len();
    let mut fitted = vec![f64::NAN; before];
    fitted.extend(tape.forecasts().map(|forecast| forecast * scale));
    let multiplied = fit.form.error == Component::Multiplicative;
    let residuals: Vec<f64> = history
        .iter()
        .zip(&fitted)
        .map(|(value, fitted)| if multiplied { (value - fitted) / fitted } else { value - fitted })
        .map(|residual| if residual.is_finite() { residual } else { f64::NAN })
        .collect();
    let season_length = if fit.form.season.is_some() { task.season_length } else { 1 };
    let parameters = if estimated { fit.form.parameters(season_length) } else { 0 };
    let innovations = residuals.iter().copied();
    let deviation = if multiplied {
        deviation(innovations, parameters - 1).unwrap_or(0.0)
    } else if estimated {
        deviation_or_size(deviation(innovations, parameters - 1), history) / scale
    } else {
        deviation_or_size(deviation(row_steps(history), 0), history) / scale
    };
    let criteria = estimated.then(|| {
        let likelihood = log_likelihood(fit.cost, task.count, scale);
        Criteria::new(likelihood, parameters, task.count)
    });
    FittedEts {
        form: fit.form,
        season_length,
        smoothing: fit.smoothing,
        initial: fit.initial,
        state,
        rows: history.len(),
        place: task.values.len() % season_length,
        scale,
        deviation,
        least_deviation: least_deviation(history),
        in_sample: InSampleForecast::with_residuals(fitted, residuals),
        criteria,
        parameters,
        seasons: None,
    }
}

//! Automatic ARIMA: differences, orders, and a fit, from the history alone.
//!
//! Hyndman and Khandakar (2008). A long season that the history holds only a few times is followed
//! by Fourier terms instead of seasonal ones (Hyndman and Athanasopoulos 2021, section 12.1): a
//! seasonal difference would repeat the noise of the one or two seasons before. So are further
//! seasons beside the one that has terms or waves. The search fills gaps; the chosen model is fitted to
//! the known values only.

use super::config::AutoArimaConfig;
use super::difference::difference;
use super::fit::fit;
use super::fitted::FittedArima;
use super::fourier::Fourier;
use super::integration::{first_differences, has_strong_season, seasonal_differences};
use super::order::ArimaOrder;
use super::sample::{Sample, filled};
use super::search::{Candidate, REGION, Search};
use super::waves::best_waves;
use crate::baseline::{BaselineError, Periods, Sizes};
use crate::stats::least_squares::regress;
use crate::stats::number;

/// Multiplications that take a second or so.
const SLOW: f64 = 1e9;

/// Two periods that are nearer than this share of each other are one season: a year of 365 days and
/// one of 365.25.
const SAME: f64 = 0.01;

/// Name in errors.
const MODEL: &str = "auto-ARIMA";

/// Chooses the orders of an ARIMA model for `history` (NaN where missing) and fits it. The season of
/// `periods` has seasonal terms or waves, its further seasons have waves.
///
/// Each of `regressors` has a value for every row of `history` and as many future rows as are known;
/// past those its last value stays. Differences are chosen for what their least-squares regression
/// leaves, orders by the likelihood of all coefficients together. Values and regressors are in any
/// units.
///
/// # Errors
/// Where the history has no known value, or a regressor does not cover it.
pub fn auto_arima(
    history: &[f64],
    periods: &Periods,
    regressors: &[Vec<f64>],
    config: &AutoArimaConfig,
) -> Result<FittedArima, BaselineError> {
    let sample = Sample::new(MODEL, history, regressors)?;
    let season_length = periods.season_length;
    let (terms, waves) = match Season::of(&sample, season_length, config) {
        Season::Terms => (season_length, None),
        Season::Waves => (1, Some(season_length)),
        Season::None => (1, None),
    };
    let fitted = with_fourier(&sample, terms, waves, &periods.all, config);
    fitted.ok_or_else(|| BaselineError::Unsuitable {
        model: MODEL.to_owned(),
        rows: history.len(),
        found: format!("no order has a likelihood on {}", Sizes::of(history)),
        mend: Sizes::FIX.to_owned(),
    })
}

/// How a season is followed.
enum Season {
    None,
    /// By seasonal differences and terms.
    Terms,
    /// By sines and cosines.
    Waves,
}

impl Season {
    fn of(sample: &Sample, season_length: usize, config: &AutoArimaConfig) -> Self {
        let rows = sample.values.len();
        let enough = season_length <= config.longest_with_terms
            && rows / season_length.max(1) >= config.long_seasons_for_terms;
        if season_length < 2 {
            Self::None
        } else if season_length <= config.longest_season
            || enough && !(sample.has_gaps() && is_slow_with_gaps(rows, season_length))
        {
            Self::Terms
        } else if rows >= 2 * season_length {
            Self::Waves
        } else {
            Self::None
        }
    }
}

/// Whether the filter of values with gaps would take seconds: its state holds two seasons of
/// predictions and one of values.
#[expect(clippy::cast_precision_loss, reason = "row counts stay far below 2^53")]
fn is_slow_with_gaps(rows: usize, season_length: usize) -> bool {
    4.0 * rows as f64 * (3 * season_length).pow(2) as f64 > SLOW
}

/// The best suitable model of a sample, fitted.
fn chosen(sample: &Sample, season_length: usize, config: &AutoArimaConfig) -> Option<FittedArima> {
    let candidates = candidates(sample, season_length, config);
    let mut fits =
        candidates.iter().filter_map(|found| fit(sample, &found.order, &REGION, Some(&found.free)));
    // Where gaps part the values, differences may leave none of them: the plainest orders suit all.
    let plain = [ArimaOrder::new(0, 1, 0), ArimaOrder::new(0, 0, 0).with_constant(true)];
    let found = fits.next();
    found
        .or_else(|| plain.iter().find_map(|order| fit(sample, order, &REGION, None)))
        .map(FittedArima::with_errors_of_late)
}

/// The suitable models of the latest rows of a sample, less its regression, best first.
fn candidates(sample: &Sample, season_length: usize, config: &AutoArimaConfig) -> Vec<Candidate> {
    let recent = latest(sample, config.search_rows);
    let values = filled(&recent.values, season_length);
    let rest = less_regressors(&recent, &values);
    let seasonal_d = seasonal_differences(&rest, season_length, config.max_seasonal_d);
    let seasonal = difference(&rest, season_length, seasonal_d);
    let d = first_differences(&seasonal, config.max_d);
    let base = ArimaOrder::new(0, d, 0)
        .seasonal(0, seasonal_d, 0, season_length)
        .with_constant(d + seasonal_d < 2);
    if recent.fourier.is_empty() {
        return Search::new(&recent, &values, base, config).run();
    }
    // Waves are many: the search looks at what their least squares leave.
    let plain = Sample { regressors: Vec::new(), fourier: Vec::new(), ..recent };
    Search::new(&plain, &rest, base, config).run()
}

/// The latest rows of a sample.
fn latest(sample: &Sample, rows: usize) -> Sample {
    let from = sample.values.len().saturating_sub(rows.max(2));
    // A sample starts with a known value.
    let from = (from..sample.values.len()).find(|&row| !sample.values[row].is_nan()).unwrap_or(0);
    Sample {
        values: sample.values[from..].to_vec(),
        leading: 0,
        trailing: 0,
        regressors: sample.regressors.iter().map(|column| column[from..].to_vec()).collect(),
        fourier: sample.fourier.clone(),
    }
}

/// The values less what their regressors explain by least squares; the level that is fitted beside
/// them stays, for the search to ask whether it is needed.
fn less_regressors(sample: &Sample, values: &[f64]) -> Vec<f64> {
    if sample.regressors.is_empty() && sample.fourier.is_empty() {
        return values.to_vec();
    }
    let with_mean = ArimaOrder::new(0, 0, 0);
    let mut columns = sample.regression_columns(&with_mean, 0, values.len());
    let mut rest = values.to_vec();
    let level = regress(&mut rest, &mut columns)[0];
    for value in &mut rest {
        *value += level;
    }
    rest
}

/// The best model with sines and cosines for a strong season of `waves` rows and for further seasons
/// of `periods`, or without any where that is better; `terms` is the season of its seasonal terms.
fn with_fourier(
    sample: &Sample,
    terms: usize,
    waves: Option<usize>,
    periods: &[f64],
    config: &AutoArimaConfig,
) -> Option<FittedArima> {
    let recent = latest(sample, config.search_rows);
    let values = filled(&recent.values, waves.unwrap_or(terms));
    let strong = waves.filter(|&season| has_strong_season(&values, season));
    let mut seasons: Vec<f64> = strong.into_iter().map(number).collect();
    let own = number(waves.unwrap_or(terms));
    seasons.extend(periods.iter().filter(|&&period| is_further(period, own, values.len())));
    seasons.sort_unstable_by(f64::total_cmp);
    let mut shorter = vec![number(terms)];
    shorter.retain(|&terms| terms > 1.0);
    let mut fourier = Vec::new();
    for period in seasons {
        fourier.push(Fourier::new(period, config.max_fourier_pairs, &shorter));
        shorter.push(period);
    }
    if fourier.is_empty() {
        return chosen(sample, terms, config);
    }
    let all = Sample { fourier, ..recent };
    let fourier = candidates(&all, terms, config)
        .first()
        .and_then(|found| best_waves(&all, &values, found))
        .unwrap_or_default();
    chosen(&Sample { fourier, ..sample.clone() }, terms, config)
}

/// Whether a period is another than the `own` season, and held twice by the rows looked at.
fn is_further(period: f64, own: f64, rows: usize) -> bool {
    period.is_finite()
        && period > 2.0
        && (period / own - 1.0).abs() > SAME
        && 2.0 * period <= number(rows)
}

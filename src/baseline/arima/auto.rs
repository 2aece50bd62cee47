//! Automatic ARIMA: differences, orders, and a fit, from the history alone.
//!
//! Hyndman and Khandakar (2008). A long season that the history holds only a few times is followed
//! by Fourier terms instead of seasonal ones (Hyndman and Athanasopoulos 2021, section 12.1): a
//! seasonal difference would repeat the noise of the one or two seasons before. So are further
//! seasons beside the one that has terms or waves. The search fills gaps; the chosen model is fitted to
//! the known values only.
//!
//! How many pairs of sine and cosine of each season are worth having.
//!
//! Not for the pairs themselves (`fourier`).

use super::fit::{columns, fit};
use super::fitted::FittedArima;
use super::fourier::Fourier;
use super::innovations::{Arma, InnovationsFilter, SETTLED, Settle};
use super::integration::{difference, first_differences, has_strong_season, seasonal_differences};
use super::likelihood::{Coefficients, gaussian};
use super::order::{ArimaOrder, AutoArimaConfig};
use super::sample::{ArmaSample, filled};
use super::search::{Candidate, REGION, Search};
use crate::baseline::{BaselineError, Criteria, Periods, Sizes};
use crate::stats::least_squares::{dot, regress};
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
    let sample = ArmaSample::new(MODEL, history, regressors)?;
    let season_length = periods.season_length;
    let (terms, waves) = match SeasonTerms::of(&sample, season_length, config) {
        SeasonTerms::Terms => (season_length, None),
        SeasonTerms::Waves => (1, Some(season_length)),
        SeasonTerms::None => (1, None),
    };
    let fitted = with_fourier(&sample, terms, waves, &periods.all, config);
    fitted.ok_or_else(|| BaselineError::Unsuitable {
        model: MODEL.to_owned(),
        rows: history.len(),
        found: format!("no order has a likelihood on {}", Sizes::of(history)),
        fix: Sizes::FIX.to_owned(),
    })
}

/// How a season is followed.
enum SeasonTerms {
    None,
    /// By seasonal differences and terms.
    Terms,
    /// By sines and cosines.
    Waves,
}

impl SeasonTerms {
    fn of(sample: &ArmaSample, season_length: usize, config: &AutoArimaConfig) -> Self {
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
fn chosen(
    sample: &ArmaSample,
    season_length: usize,
    config: &AutoArimaConfig,
) -> Option<FittedArima> {
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
fn candidates(
    sample: &ArmaSample,
    season_length: usize,
    config: &AutoArimaConfig,
) -> Vec<Candidate> {
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
    let plain = ArmaSample { regressors: Vec::new(), fourier: Vec::new(), ..recent };
    Search::new(&plain, &rest, base, config).run()
}

/// The latest rows of a sample.
fn latest(sample: &ArmaSample, rows: usize) -> ArmaSample {
    let from = sample.values.len().saturating_sub(rows.max(2));
    // A sample starts with a known value.
    let from = (from..sample.values.len()).find(|&row| !sample.values[row].is_nan()).unwrap_or(0);
    ArmaSample {
        values: sample.values[from..].to_vec(),
        leading: 0,
        trailing: 0,
        regressors: sample.regressors.iter().map(|column| column[from..].to_vec()).collect(),
        fourier: sample.fourier.clone(),
    }
}

/// The values less what their regressors explain by least squares; the level that is fitted beside
/// them stays, for the search to ask whether it is needed.
fn less_regressors(sample: &ArmaSample, values: &[f64]) -> Vec<f64> {
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
    sample: &ArmaSample,
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
    let all = ArmaSample { fourier, ..recent };
    let fourier = candidates(&all, terms, config)
        .first()
        .and_then(|found| best_waves(&all, &values, found))
        .unwrap_or_default();
    chosen(&ArmaSample { fourier, ..sample.clone() }, terms, config)
}

/// Whether a period is another than the `own` season, and held twice by the rows looked at.
fn is_further(period: f64, own: f64, rows: usize) -> bool {
    period.is_finite()
        && period > 2.0
        && (period / own - 1.0).abs() > SAME
        && 2.0 * period <= number(rows)
}

/// The seasons of the sample with as many of their pairs as make the Schwarz criterion least when the
/// errors follow the process of `candidate`, found on the values less all pairs. Each season in turn is
/// asked beside what was chosen of those before it and all of those after it; one that is not worth a
/// pair is left out.
pub(super) fn best_waves(
    sample: &ArmaSample,
    values: &[f64],
    candidate: &Candidate,
) -> Option<Vec<Fourier>> {
    let order = &candidate.order;
    let columns = columns(sample, values, order);
    let mut arma = Arma::default();
    Coefficients::from_free(order, &REGION, &candidate.free).arma(order.season_length, &mut arma);
    let mut white: Vec<Vec<f64>> = columns.iter().map(|column| vec![0.0; column.len()]).collect();
    let slices: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
    let told =
        InnovationsFilter::default().run(&arma, &slices, Settle::Within(SETTLED), &mut white)?;
    let mut white = white.into_iter();
    let target = white.next()?;
    let rows = target.len();
    let mut chosen: Vec<Vec<f64>> =
        white.by_ref().take(usize::from(order.constant) + sample.regressors.len()).collect();
    let own = |season: &Fourier| white.by_ref().take(season.columns()).collect();
    let columns_of: Vec<Vec<Vec<f64>>> = sample.fourier.iter().map(own).collect();
    let mut best = Vec::new();
    for (place, season) in sample.fourier.iter().enumerate() {
        let later = columns_of[place + 1..].iter().flatten();
        let mut columns: Vec<Vec<f64>> = chosen.iter().chain(later).cloned().collect();
        let before = columns.len();
        columns.extend_from_slice(&columns_of[place]);
        // The pairs are nested: what each column adds is known once the columns before it are out.
        let (_, pairs) = (0..=season.orders.len())
            .filter_map(|pairs| {
                let used = before + season.first(pairs).columns();
                let mut rest = target.clone();
                regress(&mut rest, &mut columns[..used]);
                let squares = dot(&rest, &rest).max(f64::MIN_POSITIVE);
                let likelihood = gaussian(squares, rows, told.log_variances, rows);
                let criteria = Criteria::new(likelihood, order.terms() + used + 1, rows);
                criteria.bic.is_finite().then_some((criteria.bic, pairs))
            })
            .min_by(|a, b| a.0.total_cmp(&b.0))?;
        let worth = season.first(pairs);
        chosen.extend_from_slice(&columns_of[place][..worth.columns()]);
        if pairs > 0 {
            best.push(worth);
        }
    }
    Some(best)
}

#[cfg(test)]
mod waves_tests {
    use super::*;
    use crate::baseline::arima::order::ArimaOrder;

    fn waves_of(fourier: &[Fourier]) -> Vec<f64> {
        let noise = |row: usize| f64::from(u32::try_from(row * row * 7 % 31).unwrap()) / 31.0;
        let season = |row: usize| {
            fourier.iter().map(|own| 3.0 * own.value(0, row) + 2.0 * own.value(3, row)).sum::<f64>()
        };
        (0..300).map(|row| season(row) + noise(row)).collect()
    }

    fn best(values: &[f64], seasons: Vec<Fourier>) -> Vec<Fourier> {
        let sample = ArmaSample::new("ARIMA", values, &[]).unwrap();
        let sample = ArmaSample { fourier: seasons, ..sample };
        let order = ArimaOrder::new(0, 0, 0);
        let candidate = Candidate { order, criterion: 0.0, free: Vec::new(), log_likelihood: 0.0 };
        best_waves(&sample, values, &candidate).unwrap()
    }

    #[test]
    fn as_many_pairs_are_taken_as_there_are_waves() {
        let season = Fourier::new(30.0, 5, &[]);
        assert_eq!(
            best(&waves_of(std::slice::from_ref(&season)), vec![season.clone()]),
            [season.first(2)]
        );
    }

    #[test]
    fn each_season_has_the_pairs_it_needs_and_one_that_is_not_there_has_none() {
        let all = [
            Fourier::new(12.0, 4, &[]),
            Fourier::new(30.0, 5, &[12.0]),
            Fourier::new(70.5, 5, &[12.0, 30.0]),
        ];
        let there = [all[0].clone(), all[2].clone()];
        let found = best(&waves_of(&there), all.to_vec());
        assert_eq!(found, [all[0].first(2), all[2].first(2)]);
    }
}

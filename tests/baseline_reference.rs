//! Baselines against numbers of reference implementations.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use tidegate::baseline::{
    EtsBounds, EtsConfig, FittedBaseline, FittedEts, ThetaVariant, auto_ets, theta,
};

const STATSMODELS: &str = include_str!("fixtures/baseline/ets_statsmodels.csv");

fn column(text: &str) -> Vec<f64> {
    text.lines()
        .skip(1)
        .filter_map(|line| line.rsplit(',').next())
        .map(|cell| cell.parse().unwrap())
        .collect()
}

fn series(name: &str) -> Vec<f64> {
    if name == "airline" {
        return column(include_str!("../sample_data/airline-passengers.csv"));
    }
    let all = column(include_str!("../sample_data/monthly-sunspots.csv"));
    all[all.len() - 240..].to_vec()
}

fn fitted(name: &str, form: &str, season_length: usize) -> FittedEts {
    let (error, rest) = form.split_at(1);
    let (trend, season) = rest.split_at(rest.len() - 1);
    let mut config: EtsConfig = format!("ets({error},{trend},{season})").parse().unwrap();
    config.bounds = EtsBounds::Usual;
    auto_ets(&series(name), season_length, &config).unwrap()
}

/// The fixture's script stands beside it. Likelihoods and first states are those of the same model,
/// so that the maxima agree to 1e-4; where statsmodels stops short of the maximum (its search is by
/// numerical gradients) ours may be higher. Weights at a flat maximum agree less closely than the
/// likelihood does: by its square root.
#[test]
fn ets_has_the_likelihoods_and_weights_of_statsmodels() {
    let mut compared = 0;
    for line in STATSMODELS.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let numbers: Vec<f64> = cells[3..].iter().map(|cell| cell.parse().unwrap()).collect();
        let model = fitted(cells[0], cells[1], cells[2].parse().unwrap());
        let likelihood = model.criteria().unwrap().log_likelihood;
        let gain = likelihood - numbers[0];
        assert!(gain > -1e-4 * numbers[0].abs(), "{line}: {likelihood}");
        // Where both stand on the same maximum the weights agree too.
        if gain.abs() < 1e-5 * numbers[0].abs() {
            compared += 1;
            let found = model.smoothing();
            for (found, expected) in
                [found.alpha, found.beta, found.gamma, found.phi].iter().zip(&numbers[1..])
            {
                assert!((found - expected).abs() < 3e-3, "{line}: {:?}", model.smoothing());
            }
        }
    }
    assert!(compared >= 12, "only {compared} forms on the same maximum");
}

/// The fixture's script stands beside it. Its search is by Nelder and Mead and stops near the least
/// squares that ours finds in closed form: forecasts agree to a tenth of a percent, save where it
/// stops at a bound well before.
#[test]
fn theta_forecasts_as_statsforecast() {
    let mut compared = 0;
    for line in include_str!("fixtures/baseline/theta_statsforecast.csv").lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let variant: ThetaVariant = cells[2].parse().unwrap();
        let model = theta(&series(cells[0]), cells[1].parse().unwrap(), variant).unwrap();
        let expected: Vec<f64> = cells[3..].iter().map(|cell| cell.parse().unwrap()).collect();
        let squares: f64 = model.residuals()[3..].iter().map(|error| error * error).sum();
        // NaN where the fixture has no sum.
        let gain = 1.0 - squares / expected[0];
        assert!(gain.is_nan() || gain > -1e-7, "{line}: {squares}");
        if gain.is_nan() || gain < 1e-4 {
            compared += 1;
            for (found, expected) in model.predict(12, &[]).mean.iter().zip(&expected[1..]) {
                assert!((found / expected - 1.0).abs() < 1e-3, "{line}: {found}");
            }
        }
    }
    assert!(compared >= 7, "only {compared} searches ended at the same place");
}

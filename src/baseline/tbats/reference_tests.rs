//! Likelihoods and forecasts against the matrix form of the paper and against the Python package tbats;
//! the scripts stand beside the fixtures.

use serde::Deserialize;

use super::*;
use crate::stats::number;

#[derive(Deserialize)]
struct Fixture {
    values: Vec<Option<f64>>,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    exponent: Option<f64>,
    growth: String,
    seasons: Vec<(f64, usize)>,
    ar: Vec<f64>,
    ma: Vec<f64>,
    alpha: f64,
    beta: f64,
    phi: f64,
    gamma: Vec<[f64; 2]>,
    level: f64,
    slope: f64,
    sines: Vec<f64>,
    squares: f64,
    log_likelihood: f64,
    forecasts: Vec<f64>,
    #[serde(default)]
    response: Vec<f64>,
}

#[derive(Deserialize)]
struct Package {
    models: Vec<PackageModel>,
}

#[derive(Deserialize)]
struct PackageModel {
    /// Whether the weights are those of the package's own search.
    searched: bool,
    values: Vec<f64>,
    #[serde(flatten)]
    case: Case,
}

impl Case {
    fn shape(&self) -> Shape {
        Shape {
            box_cox: self.exponent.is_some(),
            growth: match &*self.growth {
                "none" => Growth::None,
                "lasting" => Growth::Lasting,
                _ => Growth::Damped,
            },
            seasons: self.seasons.clone(),
            orders: (self.ar.len(), self.ma.len()),
        }
    }

    /// The search's numbers for these weights and first states.
    fn numbers(&self) -> Vec<f64> {
        let logit = |share: f64| (share.max(1e-15) / (1.0 - share)).ln();
        let process = |weights: &[f64]| match *weights {
            [first, second] => vec![(first / (1.0 - second)).atanh(), second.atanh()],
            [first] => vec![first.atanh()],
            _ => Vec::new(),
        };
        let growth = self.shape().growth;
        let mut numbers = vec![logit(self.alpha)];
        if growth != Growth::None {
            numbers.push(logit(self.beta / self.alpha));
        }
        if growth == Growth::Damped {
            numbers.push(logit((self.phi - 0.8) / 0.2));
        }
        numbers.extend(self.gamma.iter().flatten().map(|gamma| gamma / 0.01));
        numbers.extend(process(&self.ar));
        numbers.extend(process(&self.ma.iter().map(|weight| -weight).collect::<Vec<f64>>()));
        numbers.extend(self.exponent.map(logit));
        numbers.push(self.level);
        if growth != Growth::None {
            numbers.push(self.slope);
        }
        numbers.extend(&self.sines);
        numbers
    }
}

/// Both sum a few hundred rows in f64; an exponent of zero is told from one of 1e-15 by nobody.
const TOLERANCE: f64 = 1e-9;
/// The package's Box-Cox transform is `(y^lambda - 1) / lambda`, which leaves six digits where the
/// exponent is 1e-10.
const TOLERANCE_OF_EXPONENT_NEAR_ZERO: f64 = 1e-5;

fn near(what: &str, found: f64, expected: f64, tolerance: f64) {
    let off = (found - expected).abs();
    assert!(off < tolerance * (1.0 + expected.abs()), "{what}: {found} {expected}");
}

fn task(values: &[f64]) -> TbatsTask {
    let count = values.iter().filter(|value| !value.is_nan()).count();
    let logs = Some(values.iter().map(|value| value.ln()).collect());
    TbatsTask { values: values.to_vec(), filled: values.to_vec(), logs, count }
}

fn log_likelihood(cost: f64, count: usize) -> f64 {
    -0.5 * (cost + number(count) * ((TAU / number(count)).ln() + 1.0))
}

/// Holds the recursion at the weights of a case against what the case says.
fn assert_same(name: &str, values: &[f64], case: &Case, tolerance: f64) {
    let (shape, task) = (case.shape(), task(values));
    let near = |found, expected| near(name, found, expected, tolerance);
    let mut pass = TbatsPass::new(&task, &shape);
    let numbers = case.numbers();
    let cost = pass.cost(&numbers, &mut vec![0.0; numbers.len()]);
    near(log_likelihood(cost, task.count), case.log_likelihood);
    // The pass has run over the history and stands at its end.
    let bent = task.bent(case.exponent);
    let (machine, weights) = (&mut pass.machine, &pass.weights);
    machine.state(&numbers[shape.weights()..], &mut pass.state);
    near(machine.forward(weights, &bent, &mut pass.state), case.squares);
    let horizon = case.forecasts.len();
    let forecasts = machine.continued(weights, &pass.state, horizon);
    assert_eq!(forecasts.len(), horizon);
    for (found, expected) in forecasts.iter().zip(&case.forecasts) {
        near(*found, *expected);
    }
    let response = machine.response(weights, case.response.len());
    for (found, expected) in response.iter().zip(&case.response) {
        near(*found, *expected);
    }
}

#[test]
fn likelihoods_and_forecasts_are_those_of_the_matrix_form() {
    let text = include_str!("../../../tests/fixtures/baseline/tbats.json");
    let fixture: Fixture = serde_json::from_str(text).unwrap();
    let values: Vec<f64> = fixture.values.iter().map(|v| v.unwrap_or(f64::NAN)).collect();
    for case in &fixture.cases {
        assert!(!case.response.is_empty());
        assert_same(&format!("{} growth", case.growth), &values, case, TOLERANCE);
    }
}

#[test]
fn likelihoods_and_forecasts_are_those_of_the_python_package() {
    let text = include_str!("../../../tests/fixtures/baseline/tbats_package.json");
    let fixture: Package = serde_json::from_str(text).unwrap();
    for PackageModel { searched, values, case } in &fixture.models {
        let tolerance = if *searched { TOLERANCE_OF_EXPONENT_NEAR_ZERO } else { TOLERANCE };
        assert_same(&format!("package, {} growth", case.growth), values, case, tolerance);
        if *searched {
            // First states are estimated here and regressed there: no less likely, and not by much.
            let (task, scale) = super::super::scaled(values, &[12.0]);
            let found = super::fit(&task, &case.shape(), f64::INFINITY).unwrap();
            let found = log_likelihood(found.cost, task.count) - number(task.count) * scale.ln();
            let gain = found - case.log_likelihood;
            assert!((0.0..40.0).contains(&gain), "{gain}");
        }
    }
}

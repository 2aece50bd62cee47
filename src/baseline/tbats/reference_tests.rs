//! Likelihoods and forecasts against the matrix form of the paper; the script stands beside the
//! fixture.

use serde::Deserialize;

use super::*;
use crate::baseline::spread::number;

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
    response: Vec<f64>,
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

fn near(what: &str, found: f64, expected: f64) {
    // Both sum sixty rows in f64; an exponent of zero is told from one of 1e-15 by nobody.
    assert!((found - expected).abs() < 1e-9 * (1.0 + expected.abs()), "{what}: {found} {expected}");
}

#[test]
fn likelihoods_and_forecasts_are_those_of_the_matrix_form() {
    let text = include_str!("../../../tests/fixtures/baseline/tbats.json");
    let fixture: Fixture = serde_json::from_str(text).unwrap();
    let values: Vec<f64> = fixture.values.iter().map(|v| v.unwrap_or(f64::NAN)).collect();
    let count = values.iter().filter(|value| !value.is_nan()).count();
    for case in &fixture.cases {
        let (shape, name) = (case.shape(), format!("{} growth", case.growth));
        let logs = Some(values.iter().map(|value| value.ln()).collect());
        let task = Task { values: values.clone(), filled: values.clone(), logs, count };
        let mut pass = Pass::new(&task, &shape);
        let numbers = case.numbers();
        let cost = pass.cost(&numbers, &mut vec![0.0; numbers.len()]);
        let constant = number(count) * ((TAU / number(count)).ln() + 1.0);
        near(&name, -0.5 * (cost + constant), case.log_likelihood);
        // The pass has run over the history and stands at its end.
        let bent = task.bent(case.exponent);
        let (machine, weights) = (&mut pass.machine, &pass.weights);
        machine.state(&numbers[shape.weights()..], &mut pass.state);
        near(&name, machine.forward(weights, &bent, &mut pass.state), case.squares);
        let horizon = case.forecasts.len();
        let forecasts = machine.continued(weights, &pass.state, horizon);
        let response = machine.response(weights, horizon);
        assert_eq!((forecasts.len(), response.len()), (horizon, case.response.len()));
        for (found, expected) in forecasts.iter().zip(&case.forecasts) {
            near(&name, *found, *expected);
        }
        for (found, expected) in response.iter().zip(&case.response) {
            near(&name, *found, *expected);
        }
    }
}

use super::super::FittedBaseline;
use super::fit::cost;
use super::recursion::{EtsState, Slopes, Smoothing, Tape};
use super::space::Space;
use super::*;

/// Two years and a bit of months that grow and swing, with a gap.
fn values() -> Vec<f64> {
    let mut values: Vec<f64> = (0..31)
        .map(|row| {
            let t = f64::from(row);
            (1.0 + 0.02 * t) * (1.0 + 0.3 * (t * 1.3).sin()) + 0.1 * (t * t * 0.7).cos()
        })
        .collect();
    values[7] = f64::NAN;
    values
}

/// The gradient by numbers of every form against central differences.
#[test]
fn the_gradient_is_the_slope_of_the_cost() {
    let values = values();
    let mut forms = EtsConfig { multiplicative_trend: true, ..EtsConfig::default() }.forms();
    forms.push("ets(A,Md,M)".parse::<EtsConfig>().unwrap().forms()[0]);
    for form in forms {
        let space = Space::new(form, 5, EtsBounds::Usual);
        let smoothing = Smoothing {
            alpha: 0.3,
            beta: if form.trend.is_some() { 0.1 } else { 0.0 },
            gamma: if form.season.is_some() { 0.2 } else { 0.0 },
            phi: if form.is_damped() { 0.9 } else { 1.0 },
        };
        let multiplied = |component| component == Component::Multiplicative;
        let growth = form.trend.map_or(0.0, |t| if multiplied(t.component) { 1.03 } else { 0.03 });
        let season = match form.season {
            None => vec![0.0],
            Some(Component::Additive) => vec![0.2, -0.1, 0.1, -0.3, 0.1],
            Some(Component::Multiplicative) => vec![1.2, 0.9, 1.1, 0.7, 1.1],
        };
        let state = EtsState { level: 1.1, growth, season };
        let numbers = space.numbers(&smoothing, &state);
        let at = |numbers: &[f64]| {
            let (mut smoothing, mut state) = (smoothing, state.clone());
            assert!(space.place(numbers, &mut smoothing, &mut state));
            let mut tape = Tape::default();
            let sums = tape.forward(form, &values, &smoothing, &mut state).unwrap();
            (tape, smoothing, sums)
        };
        let (tape, smoothing, sums) = at(&numbers);
        let mut slopes = Slopes { state: state.clone(), ..Slopes::default() };
        tape.backward(form, &values, &smoothing, 60.0 / sums.squares, &mut slopes);
        let mut gradient = vec![0.0; numbers.len()];
        space.gradient(&numbers, &smoothing, &slopes, &mut gradient);
        for place in 0..numbers.len() {
            let shifted = |by: f64| {
                let mut numbers = numbers.clone();
                numbers[place] += by;
                cost(at(&numbers).2, 30)
            };
            let slope = (shifted(1e-5) - shifted(-1e-5)) / 2e-5;
            let off = (slope - gradient[place]).abs();
            assert!(
                off < 1e-5 * (1.0 + slope.abs()),
                "{form} {place}: {slope} {}",
                gradient[place]
            );
        }
    }
}

/// What is in both bounds is in each of them.
#[test]
fn wider_bounds_are_no_less_likely() {
    let values = alternating();
    for name in ["ets(A,A,A)", "ets(A,Ad,N)", "ets(M,A,M)", "ets(A,N,N)"] {
        let likelihood = |bounds| {
            let config = EtsConfig { bounds, ..name.parse().unwrap() };
            let model = auto_ets(&values, 4, &config).unwrap();
            (model.criteria().unwrap().log_likelihood, *model.smoothing())
        };
        let (both, weights) = likelihood(EtsBounds::Both);
        let (usual, _) = likelihood(EtsBounds::Usual);
        let (admissible, wide) = likelihood(EtsBounds::Admissible);
        assert!(usual > both - 1e-3, "{name}: {usual} {both}");
        assert!(admissible > both - 1e-3, "{name}: {admissible} {wide:?} {both} {weights:?}");
        assert!(weights.beta <= weights.alpha && weights.gamma <= 1.0 - weights.alpha + 1e-12);
    }
}

/// Alternating errors: the likeliest weight of the newest value is above 1.
fn alternating() -> Vec<f64> {
    let mut level = 50.0;
    (0..80)
        .map(|row: u32| {
            let error = f64::from(row.wrapping_mul(2_654_435_761) >> 28) / 4.0 - 2.0;
            let value = level + error + [2.0, -1.0, 0.5, -1.5][row as usize % 4];
            level += 0.3 + 1.4 * error;
            value
        })
        .collect()
}

#[test]
fn forms_by_hand_are_fitted_as_asked() {
    let history: Vec<f64> = (0..48_u32)
        .map(|row| (100.0 + 3.0 * f64::from(row)) * [1.1, 0.8, 1.3, 0.8][row as usize % 4])
        .map(|value| value + (value * 7.3).sin())
        .collect();
    for (name, growing) in [("ets(M,Md,M)", true), ("ets(A,A,M)", true), ("ets(M,N,A)", false)] {
        let model = auto_ets(&history, 4, &name.parse().unwrap()).unwrap();
        assert_eq!(model.description().to_lowercase(), name.to_lowercase());
        let forecast = model.predict(8, &[0.8, 0.95]);
        assert!(growing == (forecast.mean[4] > forecast.mean[0] + 3.0), "{name}: {forecast:?}");
        assert_eq!(model.predict(8, &[0.8, 0.95]), forecast, "a seed repeats its futures");
        assert!(forecast.intervals[0].upper[7] < forecast.intervals[1].upper[7]);
    }
    let chosen = auto_ets(&history, 4, &EtsConfig::default()).unwrap();
    assert!(chosen.description().ends_with(",M)"), "{}", chosen.description());
    assert!((chosen.initial_level() / 100.0 - 1.0).abs() < 0.15);
    let error = auto_ets(&history, 1, &"ets(A,N,A)".parse().unwrap()).unwrap_err().to_string();
    assert!(error.contains("no season") && error.contains("auto-ets"), "{error}");
    let negative: Vec<f64> = history.iter().map(|value| value - 150.0).collect();
    let error = auto_ets(&negative, 4, &"ets(M,N,M)".parse().unwrap()).unwrap_err().to_string();
    assert!(error.contains("above zero"), "{error}");
    let error = auto_ets(&history[..5], 4, &"ets(A,A,A)".parse().unwrap()).unwrap_err().to_string();
    assert!(error.contains("9 parameters need 11 known values, there are 5"), "{error}");
}

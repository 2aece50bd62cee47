use super::fit::cost;
use super::recursion::{Slopes, Smoothing, State, Tape};
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
        let state = State { level: 1.1, growth, season };
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

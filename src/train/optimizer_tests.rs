//! Paths of the optimisers beside PyTorch's.

use super::*;
use serde::Deserialize;

#[derive(Deserialize)]
struct Fixture {
    rate: f64,
    start: [Vec<f32>; 2],
    centre: [Vec<f32>; 2],
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    optimizer: String,
    decay: f64,
    clip: String,
    path: Vec<Vec<f64>>,
}

fn fixture() -> Fixture {
    serde_json::from_str(include_str!("../../tests/fixtures/train/optimizers.json")).unwrap()
}

impl Case {
    fn config(&self) -> TrainConfig {
        let (gradient_clip, clip_by) = match self.clip.as_str() {
            "norm" => (1.0, ClipBy::Norm),
            "value" => (0.8, ClipBy::Value),
            _ => (0.0, ClipBy::Norm),
        };
        let named = |optimizer: &Optimizer| optimizer.name() == self.optimizer;
        TrainConfig {
            optimizer: Optimizer::ALL.into_iter().find(named).unwrap(),
            weight_decay: self.decay,
            gradient_clip,
            clip_by,
            ..TrainConfig::default()
        }
    }
}

/// One step along `w^3 - c`.
fn step(descent: &mut Descent, rate: f64, weights: &mut [Vec<f32>; 2], centre: &[Vec<f32>; 2]) {
    let gradients = [0, 1].map(|index| {
        let pairs = weights[index].iter().zip(&centre[index]);
        pairs.map(|(weight, centre)| weight.powi(3) - centre).collect::<Vec<f32>>()
    });
    let norm = norm_of(gradients.iter().map(Vec::as_slice));
    descent.begin(rate, norm);
    for (index, gradient) in gradients.iter().enumerate() {
        descent.update(index, &mut weights[index], gradient);
    }
}

#[test]
fn every_path_is_that_of_pytorch() {
    let fixture = fixture();
    for case in &fixture.cases {
        let rate = if case.optimizer == "sgd" { fixture.rate / 5.0 } else { fixture.rate };
        let mut descent = Descent::new(&case.config(), [3, 2]);
        let mut weights = fixture.start.clone();
        for (at, expected) in case.path.iter().enumerate() {
            step(&mut descent, rate, &mut weights, &fixture.centre);
            for (found, expected) in weights.iter().flatten().zip(expected) {
                // Thirty steps of f32 at a size of about 3; the clip there has 1e-6 in its divisor.
                let miss = (f64::from(*found) - expected).abs();
                let Case { optimizer, decay, clip, .. } = case;
                assert!(miss < 2e-5, "{optimizer:?} {decay} {clip} step {at}: {found} {expected}");
            }
        }
        assert_eq!(descent.steps(), 30);
    }
}

#[test]
fn the_two_passes_of_adam_agree() {
    let mut config = TrainConfig { weight_decay: 0.05, ..TrainConfig::default() };
    let fixture = fixture();
    let path = |config: &TrainConfig| {
        let mut descent = Descent::new(config, [3, 2]);
        let mut weights = fixture.start.clone();
        (0..10).for_each(|_| step(&mut descent, 0.05, &mut weights, &fixture.centre));
        weights
    };
    config.gradient_clip = 0.0;
    let fused = path(&config);
    (config.clip_by, config.gradient_clip) = (ClipBy::Value, 1e30);
    for (found, expected) in path(&config).iter().flatten().zip(fused.iter().flatten()) {
        assert!((found - expected).abs() < 1e-6, "{found} {expected}");
    }
}

#[test]
fn a_state_carried_over_goes_on_to_the_last_bit() {
    let fixture = fixture();
    for optimizer in Optimizer::ALL {
        let config = TrainConfig { optimizer, ..TrainConfig::default() };
        let mut descent = Descent::new(&config, [3, 2]);
        let mut weights = fixture.start.clone();
        (0..5).for_each(|_| step(&mut descent, 0.01, &mut weights, &fixture.centre));
        let mut other = Descent::new(&config, [3, 2]);
        assert!(other.restore(descent.steps(), descent.moments()));
        let mut again = weights.clone();
        step(&mut descent, 0.01, &mut weights, &fixture.centre);
        step(&mut other, 0.01, &mut again, &fixture.centre);
        assert_eq!(weights, again, "{optimizer:?}");
        assert!(!Descent::new(&config, [3, 1]).restore(1, descent.moments()));
    }
}

#[test]
fn the_clip_spans_all_parameters() {
    let config =
        TrainConfig { optimizer: Optimizer::Sgd { momentum: 0.0 }, ..TrainConfig::default() };
    let mut descent = Descent::new(&TrainConfig { gradient_clip: 5.0, ..config }, [1, 2]);
    let (six, eight) = ([6.0], [8.0, 0.0]);
    let norm = norm_of([&six[..], &eight[..]]);
    assert_eq!(norm, 10.0);
    descent.begin(1.0, norm);
    let (mut first, mut second) = ([0.0], [0.0; 2]);
    descent.update(0, &mut first, &six);
    descent.update(1, &mut second, &eight);
    assert_eq!((first, second), ([-3.0], [-4.0, 0.0]));
}

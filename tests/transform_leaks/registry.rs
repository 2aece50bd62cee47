//! Every model of the registry, and a network behind every transform: nothing at or after the origin
//! changes what was fitted or what is predicted.

use std::sync::Arc;

use tidegate::cancellation::Cancellation;
use tidegate::forecast::{Context, FittedNetwork, Flow, ModelChoice, Request, TrainingSet};
use tidegate::nn::Cell;
use tidegate::project::Recipe;
use tidegate::series::{Covariate, DatasetSeries, Series, StaticCovariate, StaticValue};
use tidegate::transform::TransformConfig;
use tidegate::window::{Split, WindowConfig};

const ROWS: usize = 72;
const HORIZON: usize = 4;
const ORIGIN: usize = ROWS - HORIZON;

/// What is changed at and after the origin.
#[derive(Debug, Clone, Copy)]
enum Change {
    Nothing,
    /// Every value becomes this one.
    Values(f64),
    /// There are fewer rows.
    Shorter,
    /// There are more rows.
    Longer,
}

fn changed(values: &[f64], from: usize, change: Change) -> Arc<[f64]> {
    let mut values = values.to_vec();
    match change {
        Change::Nothing => {}
        Change::Values(value) => values[from..].fill(value),
        Change::Shorter => values.truncate(values.len() - 2),
        Change::Longer => values.extend([7.0, f64::NAN, -3.0]),
    }
    values.into()
}

/// A series with a covariate of each kind, changed after the origin.
fn series(change: Change) -> Arc<DatasetSeries> {
    let wave = |period: f64| -> Vec<f64> {
        (0_u32..).take(ROWS + 4).map(|row| 5.0 + (f64::from(row) / period).sin()).collect()
    };
    let target = changed(&super::values(), ORIGIN, change);
    let covariate =
        |name: &str, values: Arc<[f64]>| vec![Covariate { name: name.to_owned(), values }];
    let value = StaticValue::Category("north".to_owned());
    Arc::new(DatasetSeries {
        target: Series::new("y", super::quarters("2001-01-01T00:00"), target),
        past: covariate("wind", changed(&wave(3.0)[..ROWS], ORIGIN, change)),
        future: covariate("price", changed(&wave(7.0), ORIGIN + HORIZON, change)),
        statics: vec![StaticCovariate { name: "region".to_owned(), value }],
    })
}

/// What a model is after its fit, and what it predicts: all numbers of it, by their bits.
fn trace(model: ModelChoice, transform: &TransformConfig, series: &Arc<DatasetSeries>) -> Vec<u64> {
    let mut recipe = Recipe {
        transform: transform.clone(),
        window: WindowConfig { lookback: 8, horizon: HORIZON, validation: 8, test: HORIZON },
        ..Recipe::default()
    };
    (recipe.model.hidden_size, recipe.train.epochs) = (4, 2);
    let mut split = Split::new(ROWS, &recipe.window);
    split.test.end = series.target.len();
    assert_eq!(split.test.start, ORIGIN);
    let forecaster = recipe.forecaster(model, &series.target.first(ORIGIN));
    let training = TrainingSet::of(series, &split, HORIZON);
    let fitted =
        forecaster.fit(&training, &Cancellation::never(), &mut |_| Flow::Continue).unwrap();
    let context = Context::new(series, ORIGIN, HORIZON);
    let request = Request { horizon: HORIZON, levels: &[0.8, 0.95] };
    let prediction = fitted.predict(&context, &request).unwrap();
    assert!(prediction.mean.iter().all(|value| value.is_finite()), "{model}");
    let bounds = prediction.intervals.iter().flat_map(|bound| [&bound.lower, &bound.upper]);
    let numbers = [&prediction.mean].into_iter().chain(bounds).flatten();
    let mut bits: Vec<u64> = numbers.map(|value| value.to_bits()).collect();
    if let Some(network) = FittedNetwork::of(&*fitted) {
        bits.extend(network.to_safetensors().unwrap().into_iter().map(u64::from));
    }
    bits
}

fn assert_blind(model: ModelChoice, transform: &TransformConfig) {
    let known = trace(model, transform, &series(Change::Nothing));
    for change in [
        Change::Values(1e6),
        Change::Values(f64::NAN),
        Change::Values(-50.0),
        Change::Shorter,
        Change::Longer,
    ] {
        let found = trace(model, transform, &series(change));
        assert!(found == known, "{model} sees {change:?} after the origin behind {transform:?}");
    }
}

#[test]
fn no_model_of_the_registry_sees_anything_after_the_origin() {
    let models: Vec<ModelChoice> = ModelChoice::all().collect();
    assert!(models.len() > 10);
    for model in models {
        assert_blind(model, &TransformConfig::default());
    }
}

#[test]
fn no_transform_lets_a_network_see_anything_after_the_origin() {
    for transform in super::configs() {
        assert_blind(ModelChoice::Network(Cell::Gru), &transform);
    }
}

#[test]
fn a_context_ends_at_its_origin_and_its_horizon() {
    let context = Context::new(&series(Change::Nothing), ORIGIN, HORIZON);
    assert_eq!(context.target().len(), ORIGIN);
    assert!(
        context.past_covariates().all(|(name, values)| name == "wind" && values.len() == ORIGIN)
    );
    let ahead = ORIGIN + HORIZON;
    assert!(
        context.future_covariates().all(|(name, values)| name == "price" && values.len() == ahead)
    );
    // An origin after the last row is the end of the series.
    assert_eq!(Context::new(&series(Change::Nothing), ROWS + 9, 1).target().len(), ROWS);
}

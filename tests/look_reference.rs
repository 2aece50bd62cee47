//! Autocorrelation and histogram against statsmodels and `NumPy` on the sample series; the script
//! that wrote the figures stands beside them.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::collections::BTreeMap;

use serde::Deserialize;
use tidegate::app::look::Histogram;
use tidegate::cancellation::Cancellation;
use tidegate::stats::autocorrelation::Correlogram;

#[derive(Deserialize)]
struct Figures {
    lags: usize,
    values: Vec<Option<f64>>,
    acf: Vec<f64>,
    pacf: Vec<f64>,
    band: Option<Vec<f64>>,
    bins: usize,
    counts: Vec<usize>,
    quantiles: [f64; 3],
    mean: f64,
}

fn figures() -> BTreeMap<String, Figures> {
    serde_json::from_str(include_str!("fixtures/look/reference.json")).unwrap()
}

impl Figures {
    fn values(&self) -> Vec<f64> {
        self.values.iter().map(|value| value.unwrap_or(f64::NAN)).collect()
    }
}

fn assert_all_close(found: &[f64], expected: &[f64], tolerance: f64, what: &str) {
    assert_eq!(found.len(), expected.len(), "{what}");
    for (lag, (found, expected)) in (1..).zip(found.iter().zip(expected)) {
        assert!(
            (found - expected).abs() <= tolerance,
            "{what} at lag {lag}: {found} for {expected}"
        );
    }
}

#[test]
fn correlations_and_bands_are_those_of_statsmodels() {
    for (name, figures) in figures() {
        let found =
            Correlogram::of(&figures.values(), figures.lags, &Cancellation::never()).unwrap();
        // Sums of 720 products in another order; the recursion multiplies that by its length.
        assert_all_close(&found.autocorrelation, &figures.acf, 1e-12, &name);
        assert_all_close(&found.partial, &figures.pacf, 1e-9, &name);
        if let Some(band) = &figures.band {
            // statsmodels has 1.959964 where this program says 1.96.
            assert_all_close(&found.band, band, 1e-4, &name);
        }
    }
}

#[test]
fn histograms_are_those_of_numpy() {
    for (name, figures) in figures() {
        let found = Histogram::of(&figures.values()).unwrap();
        assert_eq!(found.counts.len(), figures.bins, "{name}");
        assert_eq!(found.counts, figures.counts, "{name}");
        let quantiles = [found.quartiles.0, found.median, found.quartiles.1];
        assert_all_close(&quantiles, &figures.quantiles, 1e-9, &name);
        assert_all_close(&[found.mean], &[figures.mean], 1e-9, &name);
    }
}

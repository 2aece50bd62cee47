//! A series made ready to look at: everything that takes a pass over its values, made in a job so
//! that no frame waits for it.

use std::sync::Arc;

use rayon::prelude::*;

use crate::app::look::Pyramid;
use crate::import::{ImportConfig, Reading};
use crate::project::Recipe;
use crate::series::{DatasetSeries, Marks, OutlierPolicy, Series, StandIns};

use super::derived::Derived;

/// Outlines of all series of a panel, in its order. Making another series the target keeps them.
pub type Outlines = Arc<[Arc<Pyramid>]>;

/// A reading with its target made ready.
#[derive(Debug)]
pub struct Prepared {
    /// The file as read.
    pub reading: Reading,
    /// The series to forecast.
    pub series: Arc<Series>,
    /// The series as networks see it: without its outliers where they are masked. A model itself
    /// masks by what is known at its origins; this is what is known at the end of the data.
    pub modelled: Arc<Series>,
    /// The series with the covariates of its key, as models get it.
    pub with_covariates: Arc<DatasetSeries>,
    /// Places in the panel of the series that can be chosen.
    pub candidates: Vec<usize>,
    /// Those of them that are there to be forecast: no covariates.
    pub targets: Arc<[usize]>,
    /// Outlines of all series of the panel.
    pub outlines: Outlines,
    /// Its outline for plots.
    pub pyramid: Arc<Pyramid>,
    /// Slots that are drawn differently from the others.
    pub marks: Arc<Marks>,
    /// What networks are shown in place of missing values.
    pub stand_ins: Arc<StandIns>,
    /// Its fingerprint.
    pub fingerprint: u64,
}

impl Prepared {
    /// Makes the target of a reading ready, and the outlines of all its series.
    pub fn new(reading: Reading) -> Self {
        Self::watched(reading, &|_| ())
    }

    /// As [`Prepared::new`]; `on_share` hears how much of it is done, 0 to 1.
    pub fn watched(reading: Reading, on_share: &dyn Fn(f64)) -> Self {
        on_share(0.0);
        let outline = |series: &Series| Arc::new(Pyramid::new(Arc::clone(&series.values)));
        let outlines = reading.panel.series.par_iter().map(outline).collect::<Vec<_>>();
        Self::of(reading, outlines.into(), on_share)
    }

    /// As [`Prepared::new`], with outlines made before.
    pub fn with_outlines(reading: Reading, outlines: Outlines) -> Self {
        Self::of(reading, outlines, &|_| ())
    }

    /// The shares are as measured on ten million rows.
    fn of(reading: Reading, outlines: Outlines, on_share: &dyn Fn(f64)) -> Self {
        on_share(0.1);
        let series = Arc::new(reading.target().clone());
        let stand_ins = reading.stand_ins();
        on_share(0.2);
        let outliers = reading.outlier_slots();
        on_share(0.8);
        let marks = Marks {
            repeated: reading.repeated_slots().to_vec(),
            imputed: stand_ins.runs().to_vec(),
            outliers,
            ..Marks::of_values(&series.values)
        };
        let modelled = modelled(&reading, &series, &marks.outliers);
        on_share(0.9);
        Self {
            with_covariates: Arc::new(reading.target_with_covariates()),
            modelled,
            candidates: reading.candidates(),
            targets: reading.targets().into(),
            pyramid: Arc::clone(&outlines[reading.target]),
            outlines,
            marks: Arc::new(marks),
            stand_ins: Arc::new(stand_ins),
            fingerprint: series.fingerprint(),
            reading,
            series,
        }
    }
}

fn modelled(reading: &Reading, series: &Arc<Series>, outliers: &[usize]) -> Arc<Series> {
    if reading.outliers == OutlierPolicy::Keep || outliers.is_empty() {
        return Arc::clone(series);
    }
    let mut values = series.values.to_vec();
    for &slot in outliers {
        values[slot] = f64::NAN;
    }
    Arc::new(Series { values: values.into(), ..Series::clone(series) })
}

/// A series made ready, with the settings that it suggests and what follows from the present ones.
#[derive(Debug)]
pub struct Readied {
    /// The series.
    pub data: Prepared,
    /// The settings that it suggests.
    pub usual: Recipe,
    /// What follows.
    pub derived: Derived,
}

impl Readied {
    /// The series with what follows from a recipe; from the settings that it suggests where none is
    /// given.
    pub fn new(data: Prepared, import: &ImportConfig, recipe: Option<&Recipe>) -> Self {
        let usual = Recipe::for_series_read_by(&data.series, import.clone());
        let derived = Derived::new(&data.series, &data.modelled, recipe.unwrap_or(&usual));
        Self { data, usual, derived }
    }
}

//! A series made ready to look at, and what follows from it and a recipe: everything that takes a pass
//! over its values, made in a job so that no frame waits for it.

use std::sync::Arc;

use rayon::prelude::*;

use super::reading_setting::without_target;
use crate::app::jobs::JobId;
use crate::app::look::{Histogram, OverlaidSeasons, Pyramid};
use crate::cancellation::Cancellation;
use crate::evaluate::ScoringTask;
use crate::import::{ImportConfig, Reading};
use crate::nn::Summary;
use crate::project::{Feed, Problem, Recipe, SeasonChoices};
use crate::series::cycle::plausible;
use crate::series::{Cycle, DatasetSeries, Marks, OutlierPolicy, Series, StandIns};
use crate::stats::autocorrelation::{Correlogram, lags};
use crate::window::WindowCounts;

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
    pub fingerprint: u64,
}

impl Prepared {
    /// Makes the target of a reading ready, and the outlines of all its series.
    pub fn new(reading: Reading) -> Self {
        Self::watched(reading, &|_| ())
    }

    /// As [`Prepared::new`]; `on_share` gets how much of it is done, 0 to 1.
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

/// What follows from a series and a recipe. All of it takes passes over the values, so that a job makes
/// it where there are many.
#[derive(Debug)]
pub struct Derived {
    /// The recipe that it follows from, without the target: its name decides nothing here.
    of: Recipe,
    /// Parts, horizon and season.
    pub task: ScoringTask,
    /// Windows in each part.
    pub windows: WindowCounts,
    /// What a network is fed in training and validation.
    pub feed: Feed,
    /// What stands in the way of training.
    pub problems: Vec<Problem>,
    /// The seasons to choose among.
    pub seasons: SeasonChoices,
    /// What to say of the season length, where another suits the values better.
    pub season_advice: Option<Problem>,
    /// What the network is made of, where one can be made.
    pub summary: Option<Summary>,
}

impl Derived {
    /// What follows from a series, the same as networks see it, and a recipe.
    pub fn new(series: &Series, modelled: &Series, recipe: &Recipe) -> Self {
        let seasons = recipe.season_choices(series);
        Self {
            of: untargeted(recipe),
            task: recipe.task(series),
            windows: recipe.window_counts(modelled),
            feed: recipe.feed(modelled),
            problems: recipe.check(modelled),
            season_advice: recipe.season_advice(series, &seasons),
            seasons,
            summary: recipe.summary(modelled),
        }
    }

    /// The recipe that it follows from, without the name of the target.
    pub fn recipe(&self) -> &Recipe {
        &self.of
    }

    /// Whether it follows from this recipe.
    pub fn is_of(&self, recipe: &Recipe) -> bool {
        self.of == untargeted(recipe)
    }
}

/// A recipe without the name of its target.
pub(super) fn untargeted(recipe: &Recipe) -> Recipe {
    Recipe { import: without_target(&recipe.import), ..recipe.clone() }
}

/// The study of one series with one season length. Parts that the series is too short or too
/// even for are absent.
#[derive(Debug)]
pub struct Study {
    /// Fingerprint of the series.
    pub fingerprint: u64,
    /// Rows in a season that it was made with.
    pub season_length: usize,
    /// Season lengths worth a look: the calendar's, one that the values show, and the one it was made
    /// with.
    pub choices: Vec<(usize, Cycle)>,
    /// How often values occur.
    pub histogram: Option<Histogram>,
    /// How the series resembles itself some rows earlier.
    pub correlogram: Option<Correlogram>,
    /// Seasons over each other.
    pub seasons: Option<OverlaidSeasons>,
}

/// A study under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StudyJob {
    pub job: JobId,
    /// Fingerprint of the series.
    pub fingerprint: u64,
    /// Rows in a season.
    pub season_length: usize,
}

impl Study {
    /// Studies a series; parts that were cancelled are absent.
    pub fn of(
        series: &Series,
        fingerprint: u64,
        season_length: usize,
        cancel: &Cancellation<'_>,
    ) -> Self {
        let values = &*series.values;
        let mut choices = plausible(&series.axis, values.len());
        if season_length > 1 && choices.iter().all(|choice| choice.0 != season_length) {
            choices.push((season_length, Cycle::of(&series.axis, season_length)));
        }
        let found = series.found_seasons_before(values.len());
        for own in found.iter().filter(|season| season.cycle == Cycle::Rows) {
            if choices.iter().all(|choice| choice.0 != own.rows) {
                choices.push((own.rows, own.cycle));
            }
        }
        choices.sort_unstable_by_key(|choice| choice.0);
        Self {
            fingerprint,
            season_length,
            choices,
            seasons: OverlaidSeasons::of(&series.axis, values, season_length, cancel),
            histogram: Histogram::of(values),
            correlogram: Correlogram::of(values, lags(values.len(), season_length), cancel),
        }
    }
}

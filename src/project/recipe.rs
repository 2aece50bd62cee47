//! All settings of a run in one struct, which the window's forms, the command line's flags and a
//! recipe file edit alike.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::baseline::BaselineConfig;
use crate::evaluate::Task;
use crate::forecast::{BaselineRule, Forecaster, Model, NeuralForecaster};
use crate::import::ImportConfig;
use crate::nn::ModelConfig;
use crate::series::{Filler, Series, TimeAxis};
use crate::train::TrainConfig;
use crate::transform::{Differences, Transform, TransformConfig};
use crate::window::{Rows, Split, WindowConfig, WindowCounts, window_counts};

/// Everything that decides a forecast, besides the data. With a file and a seed it repeats the
/// forecast to the last bit on one machine.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recipe {
    /// Which columns are time and target.
    pub import: ImportConfig,
    /// What is done to values before the network sees them, fitted on the training part.
    pub transform: TransformConfig,
    /// Parts and windows.
    pub window: WindowConfig,
    /// Shape of the network.
    pub model: ModelConfig,
    /// How it is trained.
    pub train: TrainConfig,
    /// What baselines and the scaled error need to know.
    pub baselines: BaselineConfig,
}

impl Recipe {
    /// Rows in one season: as set, else as the series suggests.
    pub fn season_length(&self, series: &Series) -> usize {
        let natural = || series.season_length_before(self.split(series).test.start);
        self.baselines.season_length.unwrap_or_else(natural).max(1)
    }

    /// Rows in one season of a network's transforms: as [`Self::season_length`], but where the values
    /// themselves suggest it, those of the training part alone, for a transform is fitted.
    pub fn transform_season_length(&self, series: &Series) -> usize {
        match (&self.baselines.season_length, &series.axis) {
            (None, TimeAxis::Position(_)) => {
                let training = Arc::from(&series.values[self.split(series).train]);
                Series { values: training, ..series.clone() }.season_length().max(1)
            }
            _ => self.season_length(series),
        }
    }

    /// The parts of a series under this recipe.
    pub fn split(&self, series: &Series) -> Split {
        Split::new(series.len(), &self.window)
    }

    /// What models are made and scored for on a series under this recipe.
    pub fn task(&self, series: &Series) -> Task {
        Task {
            split: self.split(series),
            horizon: self.window.horizon,
            season_length: self.season_length(series),
            outliers: self.import.outliers,
        }
    }

    /// The differences that networks see; none where a seasonal one has no season.
    pub fn differences(&self, series: &Series) -> Differences {
        Differences::new(&self.transform, self.transform_season_length(series)).unwrap_or_default()
    }

    /// What stands in for missing inputs of a network.
    pub fn filler(&self, series: &Series) -> Filler {
        let season_length = self.transform_season_length(series);
        Filler { policy: self.import.missing, season_length }
    }

    /// Windows of each part that networks learn from and are tried on. A difference is missing in the
    /// first rows and beside a value that is left missing, so differencing costs windows.
    pub fn window_counts(&self, series: &Series) -> WindowCounts {
        let differences = self.differences(series);
        let transform = Transform::of_differences(differences);
        let transform = (differences.span() > 0).then_some(&transform);
        window_counts(&Rows::new(&series.values, transform, self.filler(series)), &self.window)
    }

    /// A model by name, set up by this recipe for this series.
    pub fn forecaster(&self, model: Model, series: &Series) -> Box<dyn Forecaster> {
        match model {
            Model::Network(cell) => Box::new(NeuralForecaster {
                missing: self.import.missing,
                transform: self.transform.clone(),
                season_length: self.transform_season_length(series),
                window: self.window.clone(),
                model: ModelConfig { cell, ..self.model.clone() },
                train: self.train.clone(),
            }),
            Model::Naive => Box::new(BaselineRule::Naive),
            Model::SeasonalNaive => {
                Box::new(BaselineRule::SeasonalNaive { season_length: self.season_length(series) })
            }
            Model::Drift => Box::new(BaselineRule::Drift),
        }
    }
}

//! All settings of a run in one struct, which the window's forms, the command line's flags and a
//! recipe file edit alike.

use serde::{Deserialize, Serialize};

use crate::baseline::BaselineConfig;
use crate::forecast::{BaselineRule, Forecaster, Model, NeuralForecaster};
use crate::import::ImportConfig;
use crate::nn::ModelConfig;
use crate::series::Series;
use crate::train::TrainConfig;
use crate::transform::TransformConfig;
use crate::window::{Split, WindowConfig};

/// Everything that decides a forecast, besides the data. With a file and a seed it repeats the
/// forecast to the last bit on one machine.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recipe {
    /// Which columns are time and target.
    pub import: ImportConfig,
    /// Scaling, fitted on the training part.
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

    /// The parts of a series under this recipe.
    pub fn split(&self, series: &Series) -> Split {
        Split::new(series.len(), &self.window)
    }

    /// A model by name, set up by this recipe for this series.
    pub fn forecaster(&self, model: Model, series: &Series) -> Box<dyn Forecaster> {
        match model {
            Model::Network(cell) => Box::new(NeuralForecaster {
                transform: self.transform.clone(),
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

//! All settings of a run in one struct, which the window's forms, the command line's flags and a
//! recipe file edit alike; and what a series is under them: its parts, windows, models and cases.

use std::ops::Range;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::baseline::{BaselineConfig, Periods};
use crate::evaluate::{PanelCase, ScoringTask};
use crate::forecast::{
    BaselineForecaster, FitCheckpoint, Fits, Model, ModelChoice, NeuralForecaster,
};
use crate::import::ImportConfig;
use crate::nn::{Cell, ModelConfig, Summary};
use crate::series::{DatasetSeries, Filler, Series, kept_periods};
use crate::train::{StateMode, TrainConfig};
use crate::transform::{Differences, TimeFeatures, Transform, TransformConfig};
use crate::window::{
    LanePlan, LaneRules, Part, Rows, Split, WindowConfig, WindowCounts, window_counts, window_runs,
};

/// Everything that decides a forecast, besides the data. With a file and a seed it repeats the
/// forecast to the last bit on one machine.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Recipe {
    /// How the file is read: what is left out is found by content.
    #[schemars(title = "Import")]
    pub import: ImportConfig,
    /// What is done to values before the network sees them, in this order, fitted on the training part
    /// and undone in the forecast; and what the network is given of time.
    #[schemars(title = "Values")]
    pub transform: TransformConfig,
    /// How a series is cut into parts and windows. All lengths are rows.
    #[schemars(title = "Windows")]
    pub window: WindowConfig,
    /// The shape of the network.
    #[schemars(title = "Network")]
    pub model: ModelConfig,
    /// How the network is trained.
    #[schemars(title = "Training")]
    pub train: TrainConfig,
    /// Which baselines run, and what they and the scaled error need to know of the series.
    #[schemars(title = "Baselines")]
    pub baselines: BaselineConfig,
}

impl Recipe {
    /// Rows in one season: as set, else as the series suggests.
    pub fn season_length(&self, series: &Series) -> usize {
        let natural = || series.season_length_before(self.split(series).test.start);
        self.baselines.season_length.unwrap_or_else(natural).max(1)
    }

    /// Rows in one season of a network's transforms: as [`Self::season_length`], but what the values
    /// suggest comes from those of the training part alone, for a transform is fitted.
    pub fn transform_season_length(&self, series: &Series) -> usize {
        let natural = || series.season_length_before(self.split(series).train.end);
        self.baselines.season_length.unwrap_or_else(natural).max(1)
    }

    /// The parts of a series under this recipe.
    pub fn split(&self, series: &Series) -> Split {
        Split::new(series.len(), &self.window)
    }

    /// What models are made and scored for on a series under this recipe.
    pub fn task(&self, series: &Series) -> ScoringTask {
        ScoringTask {
            split: self.split(series),
            horizon: self.window.horizon,
            season_length: self.season_length(series),
            outliers: self.import.outliers,
            levels: self.baselines.levels.clone(),
        }
    }

    /// The values before the first row that is scored: all that may decide whether a model is made.
    pub(super) fn before_scored<'a>(&self, series: &'a Series) -> &'a [f64] {
        let origin = self.split(series).holdout(self.window.horizon).start;
        &series.values[..origin.min(series.len())]
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

    /// What the network of this recipe is made of, layer by layer; `None` where a setting stands in
    /// the way, which [`Self::check`] reports.
    pub fn summary(&self, series: &Series) -> Option<Summary> {
        let WindowConfig { lookback, horizon, .. } = self.window;
        Summary::new(&self.model, self.known_width(series)?, lookback, horizon).ok()
    }

    /// Numbers known of a row that a network is given beside its value, likewise.
    pub(super) fn known_width(&self, series: &Series) -> Option<usize> {
        let training_rows = self.split(series).train.len();
        let features = TimeFeatures::new(&self.transform, &series.axis, training_rows).ok()?;
        Some(features.width())
    }

    /// The models that are chosen: the network, and the ticked baselines.
    pub fn models(&self) -> Vec<ModelChoice> {
        let baselines = self.baselines.models.iter().copied().map(ModelChoice::Baseline);
        std::iter::once(ModelChoice::Network(self.model.cell)).chain(baselines).collect()
    }

    /// A model by name, set up by this recipe for this series.
    pub fn forecaster(&self, model: ModelChoice, series: &Series) -> Box<dyn Model> {
        self.forecaster_sharing(model, series, &Fits::default())
    }

    /// As [`Self::forecaster`], for one of several models of a run: baselines that are made of others
    /// take from `fits` what is fitted already.
    pub fn forecaster_sharing(
        &self,
        model: ModelChoice,
        series: &Series,
        fits: &Fits,
    ) -> Box<dyn Model> {
        match model {
            ModelChoice::Network(cell) => Box::new(self.network(cell, series)),
            ModelChoice::Baseline(baseline) => {
                Box::new(BaselineForecaster::new(baseline, self.periods(series)).sharing(fits))
            }
        }
    }

    /// As [`Self::forecaster_sharing`], a network going on from a checkpoint where there is one.
    pub fn forecaster_from(
        &self,
        model: ModelChoice,
        series: &Series,
        fits: &Fits,
        from: Option<FitCheckpoint>,
    ) -> Box<dyn Model> {
        match (model, from) {
            (ModelChoice::Network(cell), Some(from)) => {
                Box::new(self.network(cell, series).resuming(from))
            }
            _ => self.forecaster_sharing(model, series, fits),
        }
    }

    /// The network of a cell, set up by this recipe for this series.
    pub fn network(&self, cell: Cell, series: &Series) -> NeuralForecaster {
        NeuralForecaster {
            missing: self.import.missing,
            transform: self.transform.clone(),
            season_length: self.transform_season_length(series),
            window: self.window.clone(),
            model: ModelConfig { cell, ..self.model.clone() },
            train: self.train.clone(),
        }
    }

    /// The periods that baselines look for: the one season, and all that the calendar suggests and the
    /// values keep, unless the season was set by hand.
    pub fn periods(&self, series: &Series) -> Periods {
        let season_length = self.season_length(series);
        let rows = self.split(series).test.start;
        let all = match self.baselines.season_length {
            #[expect(clippy::cast_precision_loss, reason = "row counts stay far below 2^53")]
            Some(_) => vec![season_length as f64],
            None => kept_periods(&series.axis, season_length, &series.values[..rows]),
        };
        Periods { season_length, all }
    }
}

/// What a network is fed, in time order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Feed {
    /// Windows, as runs of their first rows.
    Windows {
        /// Those that weights are fitted on.
        train: Vec<Range<usize>>,
        /// Those that choose the best epoch.
        validation: Vec<Range<usize>>,
        /// Updates of the weights in an epoch.
        updates: usize,
    },
    Lanes {
        /// Those that weights are fitted on.
        train: LanePlan,
        /// Those that choose the best epoch.
        validation: LanePlan,
        /// Updates of the weights in an epoch that goes through the lanes in time order.
        updates: usize,
    },
}

impl Recipe {
    /// What a network of this recipe is fed of a series.
    pub fn feed(&self, series: &Series) -> Feed {
        let differences = self.differences(series);
        let transform = Transform::of_differences(differences);
        let transform = (differences.span() > 0).then_some(&transform);
        let rows = Rows::new(&series.values, transform, self.filler(series));
        let (split, config) = (self.split(series), &self.window);
        match self.train.state_mode {
            StateMode::Stateless => {
                let [train, validation] = [Part::Train, Part::Validation]
                    .map(|part| window_runs(&rows, &split, config, part));
                let windows: usize = train.iter().map(ExactSizeIterator::len).sum();
                let updates = windows.div_ceil(self.train.batch_size.max(1));
                Feed::Windows { train, validation, updates }
            }
            StateMode::Stateful => {
                let rules = LaneRules {
                    chunk: self.train.chunk,
                    lane_rows: self.train.lane_rows,
                    batch: self.train.batch_size,
                };
                let train = LanePlan::new(&rows, &split, config, rules);
                let (part, warm_up) = (Part::Validation, train.lane_rows());
                let validation = LanePlan::of_part(&rows, &split, config, part, warm_up, rules);
                let order: Vec<usize> = (0..train.len()).collect();
                let updates = train.step_count(&order);
                Feed::Lanes { train, validation, updates }
            }
        }
    }
}

impl Recipe {
    /// A series before its held-out rows, and those rows, as models are given and scored on them. A
    /// series that is too short keeps what there is; [`Self::check_parts`] reports it.
    pub fn panel_case(&self, series: &DatasetSeries) -> PanelCase {
        let task = self.task(&series.target);
        let modelled = task.modelled(series);
        let held_out = task.split.holdout(task.horizon);
        PanelCase {
            history: Arc::new(modelled.before(held_out.start, task.horizon)),
            actual: modelled.target.values[held_out].to_vec(),
            season_length: task.season_length,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::series::TimeAxis;
    use crate::train::TrainConfig;
    use crate::window::WindowConfig;

    #[test]
    fn the_way_decides_what_is_fed() {
        let values: Vec<f64> = (0..100).map(f64::from).collect();
        let series = Series::new("y", TimeAxis::row_numbers(), values);
        let window = WindowConfig { lookback: 10, horizon: 5, validation: 10, test: 5 };
        let mut recipe = Recipe { window, ..Recipe::default() };
        // Inputs from row 0 on, targets up to row 84.
        let Feed::Windows { train, validation, updates } = recipe.feed(&series) else {
            panic!("windows are fed")
        };
        assert_eq!((train.len(), &train[0], updates), (1, &(0..71), 3));
        assert_eq!((validation.len(), &validation[0]), (1, &(75..81)));
        recipe.train = TrainConfig {
            state_mode: StateMode::Stateful,
            chunk: 10,
            batch_size: 2,
            ..TrainConfig::default()
        };
        let Feed::Lanes { train, validation, updates } = recipe.feed(&series) else {
            panic!("lanes are fed")
        };
        // 84 rows over 2 rows of the batch, in chunks of 10; the state warms up over as many before.
        assert_eq!((train.len(), train.lane_rows(), updates), (2, 50, 5));
        assert_eq!(validation.lanes()[0].rows, 34..90);
        assert_eq!(validation.lanes()[0].origins, 84..90);
    }
}

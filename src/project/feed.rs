//! What a network is fed under a recipe: the windows, or the lanes, of each part.
//!
//! Not for gathering them, which training does.

use std::ops::Range;

use super::Recipe;
use crate::series::Series;
use crate::train::StateMode;
use crate::transform::Transform;
use crate::window::{LanePlan, LaneRules, Part, Rows, window_runs};

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
    /// Lanes.
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

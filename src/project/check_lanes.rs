//! What keeps a network from being trained along lanes, or from being asked for a forecast at every row.

use super::{Feed, Problem, Recipe, setting};
use crate::series::Series;
use crate::series::number::grouped;
use crate::train::{StateMode, TrainConfig};
use crate::window::{LanePlan, Supervision};

/// Chunks that a fixed lane has: a state has to be carried on to be of use.
const CHUNKS: usize = 4;

impl Recipe {
    /// The first problem of lanes and supervision. Called once parts and windows stand.
    pub(super) fn check_lanes(&self, series: &Series) -> Option<Problem> {
        let train = &self.train;
        let (is_stateful, is_every) =
            (train.state_mode == StateMode::Stateful, train.supervision() == Supervision::Every);
        if self.model.bidirectional && (is_stateful || is_every) {
            let (setting, what) = if is_stateful {
                (setting!(train.state_mode), "stateful training")
            } else {
                (setting!(train.supervise), "a forecast at every row")
            };
            let message = format!(
                "a bidirectional network reads each row with those after it in sight, which {what} must \
                 not; use one direction"
            );
            return Some(self.fixed_by(setting, message, "Use one direction", |recipe| {
                recipe.model.bidirectional = false;
            }));
        }
        if !is_stateful {
            return None;
        }
        if train.chunk == 0 {
            let message = "a chunk of 0 rows holds nothing; use 1 or more".to_owned();
            return Some(self.fixed_by(setting!(train.chunk), message, "Use 24", |recipe| {
                recipe.train.chunk = 24;
            }));
        }
        match self.feed(series) {
            Feed::Windows { .. } => None,
            Feed::Lanes { train, validation, .. } => self.check_plan(&train, &validation),
        }
    }

    fn check_plan(&self, plan: &LanePlan, validation: &LanePlan) -> Option<Problem> {
        let (chunk, longest) = (self.train.chunk, plan.longest());
        let starved = match (plan.is_empty(), validation.is_empty() && self.window.validation > 0) {
            (true, _) => Some("training"),
            (false, true) => Some("validation"),
            _ => None,
        };
        if let Some(part) = starved {
            let message = format!(
                "no row of the {part} part has a value of its own and a target, and lanes are not \
                 filled in; train on windows"
            );
            return Some(self.fixed_by(
                setting!(train.state_mode),
                message,
                "Use windows",
                |recipe| {
                    recipe.train.state_mode = StateMode::Stateless;
                },
            ));
        }
        if chunk > longest {
            let fits = (longest / CHUNKS).max(1);
            let message = format!(
                "a chunk of {} rows is longer than every lane, so no state is ever carried on; the \
                 longest has {}: use {} or less",
                grouped(chunk),
                grouped(longest),
                grouped(longest)
            );
            return Some(self.fixed_by(
                setting!(train.chunk),
                message,
                &format!("Use {fits}"),
                |recipe| {
                    recipe.train.chunk = fits;
                },
            ));
        }
        // Where neither was chosen, the batch takes as many lanes as there are.
        let (batch, lanes) = (self.train.batch_size, plan.len());
        let is_chosen = self.train.lane_rows.is_some() || batch > TrainConfig::default().batch_size;
        (is_chosen && batch > lanes).then(|| {
            let message = format!(
                "a batch of {} has room for more lanes than there are: use {} or less, or shorter lanes",
                grouped(batch),
                grouped(lanes)
            );
            self.fixed_by(setting!(train.batch_size), message, &format!("Use {lanes}"), |recipe| {
                recipe.train.batch_size = lanes;
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::Setting;
    use crate::series::TimeAxis;
    use crate::window::WindowConfig;

    fn series(values: Vec<f64>) -> Series {
        Series::new("y", TimeAxis::row_numbers(), values)
    }

    fn stateful() -> Recipe {
        let window = WindowConfig { lookback: 10, horizon: 5, validation: 10, test: 5 };
        let mut recipe = Recipe { window, ..Recipe::default() };
        recipe.train.state_mode = StateMode::Stateful;
        recipe
    }

    /// A change, and the setting that it is reported at.
    type Change = (Setting, fn(&mut Recipe));

    #[test]
    fn every_problem_of_lanes_is_named_where_it_stands_and_fixed() {
        let whole = series((0..100).map(f64::from).collect());
        let changes: [Change; 6] = [
            (setting!(train.state_mode), |recipe| recipe.model.bidirectional = true),
            (setting!(train.supervise), |recipe| {
                recipe.model.bidirectional = true;
                recipe.train.state_mode = StateMode::Stateless;
                recipe.train.supervise = Some(Supervision::Every);
            }),
            (setting!(train.chunk), |recipe| recipe.train.chunk = 0),
            (setting!(train.chunk), |recipe| recipe.train.chunk = 85),
            (setting!(train.batch_size), |recipe| recipe.train.lane_rows = Some(40)),
            (setting!(train.batch_size), |recipe| recipe.train.batch_size = 500),
        ];
        for (setting, change) in changes {
            let mut recipe = stateful();
            assert_eq!(recipe.check(&whole), []);
            change(&mut recipe);
            let problems = recipe.check(&whole);
            assert_eq!(problems.len(), 1, "{problems:?}");
            assert_eq!(problems[0].setting, setting);
            let fixed = problems[0].fix.as_ref().map(|fix| fix.recipe.check(&whole));
            assert_eq!(fixed, Some(Vec::new()), "{}", problems[0].message);
        }
    }

    #[test]
    fn a_series_without_two_values_in_a_row_has_no_lanes() {
        // Horizons of one row, filled in for windows: every second value is missing.
        let values = (0..100).map(|row| if row % 2 == 0 { 1.0 } else { f64::NAN }).collect();
        let mut recipe = stateful();
        recipe.window.horizon = 1;
        recipe.import.missing = crate::series::MissingPolicy::Linear;
        let problems = recipe.check(&series(values));
        assert_eq!(problems[0].setting, setting!(train.state_mode), "{problems:?}");
        let fix = problems[0].fix.as_ref().map(|fix| fix.recipe.train.state_mode);
        assert_eq!(fix, Some(StateMode::Stateless));
    }
}

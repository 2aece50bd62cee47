//! Settings of the network and its training that do not go together, whatever the series: patience,
//! schedules, losses, layers.
//!
//! Not for the range of a single setting (`check`), nor for lanes, which need the series.

use super::{Fix, Problem, Recipe, Setting, setting};
use crate::series::Series;
use crate::train::{Loss, Schedule, TrainConfig};
use crate::transform::Transform;

impl Recipe {
    /// Every problem of the training's settings beside their ranges.
    pub(super) fn check_training(&self) -> Vec<Problem> {
        let train = &self.train;
        let mut problems = Vec::new();
        // The default may stay above few epochs: whoever wants only those need not know of it.
        let usual = TrainConfig::default().patience;
        if train.patience > train.epochs.max(usual) && train.epochs > 0 {
            let message = format!(
                "a patience of {} epochs never runs out in {}; use {} or less, or more epochs",
                train.patience, train.epochs, train.epochs
            );
            let fits = train.epochs;
            problems.push(self.fixed_by(
                setting!(train.patience),
                message,
                &format!("Use {fits}"),
                |recipe| recipe.train.patience = fits,
            ));
        }
        if let Schedule::Cosine { warm_up_epochs } = train.schedule
            && warm_up_epochs >= train.epochs.max(1)
        {
            let message = format!(
                "a warm-up of {warm_up_epochs} epochs leaves none of {} to learn in; use fewer",
                train.epochs
            );
            let fits = train.epochs / 10;
            problems.push(self.fixed_by(
                Setting::at("train.schedule.cosine.warm_up_epochs"),
                message,
                &format!("Use {fits}"),
                |recipe| recipe.train.schedule = Schedule::Cosine { warm_up_epochs: fits },
            ));
        }
        problems
    }

    /// Whether errors can be shares of the series' values: a power, a season taken away or a difference
    /// leaves nothing to take shares of.
    pub(super) fn check_shares(&self, series: &Series) -> Option<Problem> {
        if self.train.loss.is_in_units() {
            return None;
        }
        let training = &series.values[self.split(series).train];
        let season_length = self.transform_season_length(series);
        let transform = Transform::fit(&self.transform, season_length, training).ok()?;
        transform.zero().is_none().then(|| {
            let message =
                "the sMAPE loss needs values that are only scaled, for it is a share of them; \
                           use MAE, which after a logarithm is a share too, or turn the power, the \
                           seasonal adjustment and differences off"
                    .to_owned();
            self.fixed_by(setting!(train.loss), message, "Use MAE", |recipe| {
                recipe.train.loss = Loss::Mae;
            })
        })
    }
}

impl Recipe {
    /// Every problem of the network's and the training's settings.
    pub(super) fn check_network(&self) -> Vec<Problem> {
        let mut problems = self.check_ranges(&["transform", "model", "train"]);
        problems.extend(self.check_forget_bias());
        problems.extend(self.check_training());
        problems
    }

    fn check_forget_bias(&self) -> Option<Problem> {
        let bias = self.model.forget_bias.filter(|_| !self.model.bias)?;
        let message = format!(
            "a forget bias of {bias} needs biases, which are off; turn biases on or leave the forget \
             bias out"
        );
        Some(self.fixed_by(setting!(model.bias), message, "Turn on", |recipe| {
            recipe.model.bias = true;
        }))
    }

    pub(super) fn fixed_by(
        &self,
        setting: Setting,
        message: String,
        label: &str,
        change: impl FnOnce(&mut Self),
    ) -> Problem {
        let mut recipe = self.clone();
        change(&mut recipe);
        let fix = Some(Fix { label: label.to_owned(), recipe: Box::new(recipe) });
        Problem { setting, message, fix }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::series::TimeAxis;
    use crate::train::{Optimizer, Schedule};

    /// The settings that are wrong after `change`, each with its fix tried out.
    fn wrong(change: impl FnOnce(&mut TrainConfig)) -> Vec<Setting> {
        let mut recipe = Recipe::default();
        change(&mut recipe.train);
        let problems = recipe.check_network();
        for problem in &problems {
            let fixed = &problem.fix.as_ref().unwrap().recipe;
            let still = fixed.check_network();
            assert!(still.iter().all(|other| other.setting != problem.setting), "{problem}");
        }
        problems.into_iter().map(|problem| problem.setting).collect()
    }

    #[test]
    fn every_wrong_setting_is_named_and_its_fix_solves_it() {
        assert_eq!(wrong(|_| {}), []);
        for rate in [0.0, -1.0, 1e9, f64::NAN] {
            assert_eq!(wrong(|train| train.learning_rate = rate), [setting!(train.learning_rate)]);
        }
        assert_eq!(wrong(|train| train.gradient_clip = 0.0), [], "0 is no clip");
        let clip = setting!(train.gradient_clip);
        assert_eq!(wrong(|train| train.gradient_clip = f64::INFINITY), [clip]);
        assert_eq!(wrong(|train| train.weight_decay = 1.5), [setting!(train.weight_decay)]);
        assert_eq!(wrong(|train| train.input_noise = -0.1), [setting!(train.input_noise)]);
        let least = setting!(train.minimum_improvement);
        assert_eq!(wrong(|train| train.minimum_improvement = 1.0), [least]);
        for members in [0, 33] {
            assert_eq!(wrong(|train| train.ensemble = members), [setting!(train.ensemble)]);
        }
        assert_eq!(wrong(|train| train.patience = 201), [setting!(train.patience)]);
        assert_eq!(wrong(|train| train.epochs = 2), [], "the usual patience may stay");
    }

    #[test]
    fn a_parameter_is_named_by_its_choice() {
        let named = |change: fn(&mut TrainConfig)| {
            wrong(change).into_iter().map(Setting::path).collect::<Vec<_>>()
        };
        let sgd = named(|train| train.optimizer = Optimizer::Sgd { momentum: 2.0 });
        assert_eq!(sgd, ["train.optimizer.sgd.momentum"]);
        let huber = named(|train| train.loss = Loss::Huber { delta: 0.0 });
        assert_eq!(huber, ["train.loss.huber.delta"]);
        let pinball = named(|train| train.loss = Loss::Pinball { level: 1.0 });
        assert_eq!(pinball, ["train.loss.pinball.level"]);
        let cosine = named(|train| train.schedule = Schedule::Cosine { warm_up_epochs: 999 });
        assert_eq!(cosine, ["train.schedule.cosine.warm_up_epochs"]);
        let step = named(|train| train.schedule = Schedule::Step { epochs: 0, factor: 2.0 });
        assert_eq!(step, ["train.schedule.step.epochs", "train.schedule.step.factor"]);
        let plateau = named(|train| train.schedule = Schedule::Plateau { epochs: 0, factor: 2.0 });
        assert_eq!(plateau, ["train.schedule.plateau.factor"]);
    }

    #[test]
    fn shares_need_values_that_are_only_scaled() {
        let values: Vec<f64> = (0..60).map(|row| 10.0 + f64::from(row % 7)).collect();
        let series = Series::new("y", TimeAxis::row_numbers(), values);
        let mut recipe = Recipe::for_series(&series);
        recipe.train.loss = Loss::Smape;
        assert_eq!(recipe.check_shares(&series), None);
        recipe.transform.difference = true;
        let problem = recipe.check_shares(&series).unwrap();
        assert_eq!(problem.setting, setting!(train.loss));
        assert_eq!(problem.fix.unwrap().recipe.check_shares(&series), None);
    }

    /// The settings that are wrong after `change`, each with its fix tried out.
    fn wrong_network(change: impl FnOnce(&mut Recipe)) -> Vec<Setting> {
        let mut recipe = Recipe::default();
        change(&mut recipe);
        let problems = recipe.check_network();
        for problem in &problems {
            let fixed = &problem.fix.as_ref().unwrap().recipe;
            let still = fixed.check_network();
            assert!(still.iter().all(|other| other.setting != problem.setting), "{problem}");
        }
        problems.into_iter().map(|problem| problem.setting).collect()
    }

    #[test]
    fn counts_that_no_file_can_hold_are_refused() {
        let all = wrong_network(|recipe| {
            let train = &mut recipe.train;
            (train.epochs, train.patience) = (usize::MAX, usize::MAX);
            (train.batch_size, train.threads) = (usize::MAX, Some(usize::MAX));
            (train.chunk, train.lane_rows) = (usize::MAX, Some(usize::MAX));
            train.schedule = Schedule::Step { epochs: usize::MAX, factor: 0.5 };
        });
        assert_eq!(all.len(), 7, "{all:?}");
    }

    #[test]
    fn every_wrong_setting_of_the_network_is_named_and_its_fix_solves_it() {
        assert_eq!(wrong_network(|_| {}), []);
        let all = wrong_network(|recipe| {
            recipe.model.layers = 9;
            recipe.model.hidden_size = 0;
            recipe.model.dropout = 1.0;
            recipe.model.recurrent_dropout = -0.5;
            recipe.model.forget_bias = Some(f64::NAN);
            recipe.train.threads = Some(0);
            recipe.train.learning_rate = 0.0;
            recipe.train.gradient_clip = f64::INFINITY;
            recipe.train.weight_decay = 1.5;
        });
        let expected = [
            setting!(model.layers),
            setting!(model.hidden_size),
            setting!(model.dropout),
            setting!(model.recurrent_dropout),
            setting!(model.forget_bias),
            setting!(train.learning_rate),
            setting!(train.gradient_clip),
            setting!(train.weight_decay),
            setting!(train.threads),
        ];
        assert_eq!(all, expected);
        let without_bias = wrong_network(|recipe| {
            recipe.model.bias = false;
            recipe.model.forget_bias = Some(1.0);
        });
        assert_eq!(without_bias, [setting!(model.bias)]);
    }
}

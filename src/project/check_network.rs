//! Problems of the network's and the training's own settings, whatever the series.

use super::Recipe;
use super::{Fix, Problem, Setting, setting};

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
    use crate::train::Schedule;

    /// The settings that are wrong after `change`, each with its fix tried out.
    fn wrong(change: impl FnOnce(&mut Recipe)) -> Vec<Setting> {
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
        let all = wrong(|recipe| {
            let train = &mut recipe.train;
            (train.epochs, train.patience) = (usize::MAX, usize::MAX);
            (train.batch_size, train.threads) = (usize::MAX, Some(usize::MAX));
            (train.chunk, train.lane_rows) = (usize::MAX, Some(usize::MAX));
            train.schedule = Schedule::Step { epochs: usize::MAX, factor: 0.5 };
        });
        assert_eq!(all.len(), 7, "{all:?}");
    }

    #[test]
    fn every_wrong_setting_is_named_and_its_fix_solves_it() {
        assert_eq!(wrong(|_| {}), []);
        let all = wrong(|recipe| {
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
        let without_bias = wrong(|recipe| {
            recipe.model.bias = false;
            recipe.model.forget_bias = Some(1.0);
        });
        assert_eq!(without_bias, [setting!(model.bias)]);
    }
}

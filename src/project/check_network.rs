//! Ranges of the network's and the training's own settings, whatever the series.

use super::Recipe;
use super::check::{Mend, Problem, Setting};
use crate::nn::ModelConfig;

/// Most epochs, windows in a batch, threads and the like: more than any machine gets through, and far
/// below what a file of settings can hold.
const MOST: usize = 1_000_000_000;
/// A forget gate that begins beyond this is open or shut for good: its slope is below 5e-5.
const WIDEST_FORGET_BIAS: f64 = 10.0;

impl Recipe {
    /// Every problem of the network's and the training's settings.
    pub(super) fn check_network(&self) -> Vec<Problem> {
        let mut problems = self.check_counts();
        problems.extend(self.check_model());
        problems.extend(self.check_training());
        problems
    }

    fn check_counts(&self) -> Vec<Problem> {
        let (model, train) = (&self.model, &self.train);
        let (threads, lane_rows) = (train.threads.unwrap_or(1), train.lane_rows.unwrap_or(1));
        let season_length = self.baselines.season_length.unwrap_or(1);
        // Where 0 has a meaning, or another check reports it, it is in range.
        let counts = [
            (Setting::Layers, "the number of layers", model.layers, 1..=ModelConfig::MOST_LAYERS),
            (
                Setting::HiddenSize,
                "the hidden size",
                model.hidden_size,
                1..=ModelConfig::MOST_HIDDEN,
            ),
            (Setting::Epochs, "the number of epochs", train.epochs, 1..=MOST),
            (Setting::BatchSize, "the batch size", train.batch_size, 1..=MOST),
            (Setting::Patience, "the patience", train.patience, 1..=MOST),
            (Setting::Threads, "the number of threads", threads, 1..=MOST),
            (Setting::Chunk, "the chunk", train.chunk, 0..=MOST),
            (Setting::LaneRows, "the lane", lane_rows, 0..=MOST),
            (Setting::WarmUpEpochs, "the warm-up", train.warm_up_epochs, 0..=MOST),
            (Setting::StepEpochs, "the epochs of a step", train.step_epochs, 0..=MOST),
            (Setting::SeasonLength, "the season length", season_length, 0..=MOST),
        ];
        let wrong = counts.into_iter().filter(|(_, _, value, range)| !range.contains(value));
        wrong
            .map(|(setting, name, value, range)| {
                let (least, most) = range.into_inner();
                let fits = match most {
                    MOST if value < least => format!("{least} or more"),
                    _ => format!("{least} to {most}"),
                };
                let message = format!("{name} is {value}; use {fits}");
                self.problem(setting, message, Some(value.clamp(least, most)))
            })
            .collect()
    }

    fn check_model(&self) -> Vec<Problem> {
        let model = &self.model;
        let mut problems = Vec::new();
        let shares = [
            (Setting::Dropout, "dropout", model.dropout),
            (Setting::RecurrentDropout, "recurrent dropout", model.recurrent_dropout),
        ];
        for (setting, name, share) in shares {
            if !(0.0..1.0).contains(&share) {
                let message = format!("{name} is {share}; use 0 or more and less than 1");
                problems.push(self.mended_by(setting, message, "Use 0", |recipe| {
                    if setting == Setting::Dropout {
                        recipe.model.dropout = 0.0;
                    } else {
                        recipe.model.recurrent_dropout = 0.0;
                    }
                }));
            }
        }
        match model.forget_bias {
            Some(bias) if !(-WIDEST_FORGET_BIAS..=WIDEST_FORGET_BIAS).contains(&bias) => {
                let message = format!("the forget bias is {bias}; use -10 to 10");
                problems.push(self.mended_by(Setting::ForgetBias, message, "Use 1", |recipe| {
                    recipe.model.forget_bias = Some(1.0);
                }));
            }
            Some(bias) if !model.bias => {
                let message = format!(
                    "a forget bias of {bias} needs biases, which are off; turn biases on or leave \
                     the forget bias out"
                );
                problems.push(self.mended_by(Setting::Bias, message, "Turn on", |recipe| {
                    recipe.model.bias = true;
                }));
            }
            _ => {}
        }
        problems
    }

    pub(super) fn mended_by(
        &self,
        setting: Setting,
        message: String,
        label: &str,
        change: impl FnOnce(&mut Self),
    ) -> Problem {
        let mut recipe = self.clone();
        change(&mut recipe);
        let mend = Some(Mend { label: label.to_owned(), recipe: Box::new(recipe) });
        Problem { setting, message, mend }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The settings that are wrong after `change`, each with its mend tried out.
    fn wrong(change: impl FnOnce(&mut Recipe)) -> Vec<Setting> {
        let mut recipe = Recipe::default();
        change(&mut recipe);
        let problems = recipe.check_network();
        for problem in &problems {
            let mended = &problem.mend.as_ref().unwrap().recipe;
            let still = mended.check_network();
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
            (train.warm_up_epochs, train.step_epochs) = (usize::MAX, usize::MAX);
            recipe.baselines.season_length = Some(usize::MAX);
        });
        assert_eq!(all.len(), 9, "{all:?}");
    }

    #[test]
    fn every_wrong_setting_is_named_and_its_mend_mends() {
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
            Setting::Layers,
            Setting::HiddenSize,
            Setting::Threads,
            Setting::Dropout,
            Setting::RecurrentDropout,
            Setting::ForgetBias,
            Setting::LearningRate,
            Setting::GradientClip,
            Setting::WeightDecay,
        ];
        assert_eq!(all, expected);
        let without_bias = wrong(|recipe| {
            recipe.model.bias = false;
            recipe.model.forget_bias = Some(1.0);
        });
        assert_eq!(without_bias, [Setting::Bias]);
    }
}

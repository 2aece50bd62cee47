//! Ranges of the training's own settings, whatever the series: rates, losses, schedules, patience.
//!
//! Not for lanes and what they are cut from, which need the series.

use super::Recipe;
use super::check::{Problem, Setting};
use crate::series::Series;
use crate::train::{Loss, Optimizer, Schedule, TrainConfig};
use crate::transform::Transform;

/// Most networks of an ensemble: the median of more moves less than the data do.
const MOST_MEMBERS: usize = 32;
/// A larger step size than this has never helped a recurrent network.
const HIGHEST_RATE: f64 = 1.0;

/// A number among the training's settings, and what it has to be.
struct Number {
    setting: Setting,
    name: &'static str,
    field: fn(&mut TrainConfig) -> &mut f64,
    /// Whether anything reads it.
    is_used: fn(&TrainConfig) -> bool,
    holds: fn(f64) -> bool,
    range: &'static str,
    mend: f64,
}

const NUMBERS: [Number; 9] = [
    Number {
        setting: Setting::LearningRate,
        name: "the learning rate",
        field: |train| &mut train.learning_rate,
        is_used: |_| true,
        holds: |rate| rate > 0.0 && rate <= HIGHEST_RATE,
        range: "more than 0, at most 1",
        mend: 0.005,
    },
    Number {
        setting: Setting::GradientClip,
        name: "the gradient clip",
        field: |train| &mut train.gradient_clip,
        is_used: |_| true,
        holds: |clip| clip >= 0.0 && clip.is_finite(),
        range: "0 (no clip) or more",
        mend: 1.0,
    },
    Number {
        setting: Setting::WeightDecay,
        name: "the weight decay",
        field: |train| &mut train.weight_decay,
        is_used: |_| true,
        holds: |share| (0.0..=1.0).contains(&share),
        range: "0 to 1",
        mend: 0.0,
    },
    Number {
        setting: Setting::Momentum,
        name: "the momentum",
        field: |train| &mut train.momentum,
        is_used: |train| matches!(train.optimizer, Optimizer::Sgd),
        holds: |share| (0.0..1.0).contains(&share),
        range: "0 or more and less than 1",
        mend: 0.9,
    },
    Number {
        setting: Setting::InputNoise,
        name: "the input noise",
        field: |train| &mut train.input_noise,
        is_used: |_| true,
        holds: |deviation| (0.0..=10.0).contains(&deviation),
        range: "0 (none) to 10 of the scaled values",
        mend: 0.0,
    },
    Number {
        setting: Setting::HuberDelta,
        name: "the error where Huber's loss turns straight",
        field: |train| &mut train.huber_delta,
        is_used: |train| matches!(train.loss, Loss::Huber),
        holds: |delta| delta > 0.0 && delta.is_finite(),
        range: "more than 0",
        mend: 1.0,
    },
    Number {
        setting: Setting::PinballLevel,
        name: "the level of the pinball loss",
        field: |train| &mut train.pinball_level,
        is_used: |train| matches!(train.loss, Loss::Pinball),
        holds: |level| level > 0.0 && level < 1.0,
        range: "more than 0 and less than 1; 0.5 is the median",
        mend: 0.5,
    },
    Number {
        setting: Setting::StepFactor,
        name: "what the schedule multiplies the rate by",
        field: |train| &mut train.step_factor,
        is_used: |train| matches!(train.schedule, Schedule::Step | Schedule::Plateau),
        holds: |factor| factor > 0.0 && factor < 1.0,
        range: "more than 0 and less than 1",
        mend: 0.5,
    },
    Number {
        setting: Setting::MinimumImprovement,
        name: "the least improvement",
        field: |train| &mut train.minimum_improvement,
        is_used: |_| true,
        holds: |share| (0.0..1.0).contains(&share),
        range: "0 or more and less than 1, a share of the loss",
        mend: 0.0,
    },
];

impl Recipe {
    /// Every problem of the training's settings.
    pub(super) fn check_training(&self) -> Vec<Problem> {
        let wrong = NUMBERS.iter().filter_map(|number| self.check_number(number));
        wrong.chain(self.check_counts_of_epochs()).collect()
    }

    fn check_number(&self, number: &Number) -> Option<Problem> {
        let &Number { setting, name, field, range, mend, .. } = number;
        let value = *field(&mut self.train.clone());
        let is_wrong = (number.is_used)(&self.train) && !(number.holds)(value);
        is_wrong.then(|| {
            let message = format!("{name} is {value}; use {range}");
            self.mended_by(setting, message, &format!("Use {mend}"), |recipe| {
                *field(&mut recipe.train) = mend;
            })
        })
    }

    fn check_counts_of_epochs(&self) -> Vec<Problem> {
        let train = &self.train;
        let mut problems = Vec::new();
        if !(1..=MOST_MEMBERS).contains(&train.ensemble) {
            let message = format!(
                "an ensemble of {} networks cannot be trained; use 1 to {MOST_MEMBERS}",
                train.ensemble
            );
            let fits = train.ensemble.clamp(1, MOST_MEMBERS);
            problems.push(self.mended_by(
                Setting::Ensemble,
                message,
                &format!("Use {fits}"),
                |recipe| recipe.train.ensemble = fits,
            ));
        }
        // The default may stay above few epochs: whoever wants only those need not know of it.
        let usual = TrainConfig::default().patience;
        if train.patience > train.epochs.max(usual) && train.epochs > 0 {
            let message = format!(
                "a patience of {} epochs never runs out in {}; use {} or less, or more epochs",
                train.patience, train.epochs, train.epochs
            );
            let fits = train.epochs;
            problems.push(self.mended_by(
                Setting::Patience,
                message,
                &format!("Use {fits}"),
                |recipe| recipe.train.patience = fits,
            ));
        }
        if train.schedule == Schedule::Cosine && train.warm_up_epochs >= train.epochs.max(1) {
            let message = format!(
                "a warm-up of {} epochs leaves none of {} to learn in; use fewer",
                train.warm_up_epochs, train.epochs
            );
            let fits = train.epochs / 10;
            problems.push(self.mended_by(
                Setting::WarmUpEpochs,
                message,
                &format!("Use {fits}"),
                |recipe| recipe.train.warm_up_epochs = fits,
            ));
        }
        if train.schedule == Schedule::Step && train.step_epochs == 0 {
            let message = "a step schedule with 0 epochs between its steps has none; use 1 or more";
            problems.push(self.mended_by(
                Setting::StepEpochs,
                message.to_owned(),
                "Use 20",
                |recipe| recipe.train.step_epochs = 20,
            ));
        }
        problems
    }

    /// Whether errors can be shares of the series' values: a power, a season taken away or a difference
    /// leaves nothing to take shares of.
    pub(super) fn check_shares(&self, series: &Series) -> Option<Problem> {
        if self.train.loss != Loss::Smape {
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
            self.mended_by(Setting::Loss, message, "Use MAE", |recipe| {
                recipe.train.loss = Loss::Mae;
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::series::TimeAxis;

    /// The settings that are wrong after `change`, each with its mend tried out.
    fn wrong(change: impl FnOnce(&mut TrainConfig)) -> Vec<Setting> {
        let mut recipe = Recipe::default();
        change(&mut recipe.train);
        let problems = recipe.check_training();
        for problem in &problems {
            let mended = &problem.mend.as_ref().unwrap().recipe;
            let still = mended.check_training();
            assert!(still.iter().all(|other| other.setting != problem.setting), "{problem}");
        }
        problems.into_iter().map(|problem| problem.setting).collect()
    }

    #[test]
    fn every_wrong_setting_is_named_and_its_mend_mends() {
        assert_eq!(wrong(|_| {}), []);
        for rate in [0.0, -1.0, 1e9, f64::NAN] {
            assert_eq!(wrong(|train| train.learning_rate = rate), [Setting::LearningRate]);
        }
        assert_eq!(wrong(|train| train.gradient_clip = 0.0), [], "0 is no clip");
        assert_eq!(wrong(|train| train.gradient_clip = f64::INFINITY), [Setting::GradientClip]);
        assert_eq!(wrong(|train| train.weight_decay = 1.5), [Setting::WeightDecay]);
        assert_eq!(wrong(|train| train.input_noise = -0.1), [Setting::InputNoise]);
        assert_eq!(wrong(|train| train.minimum_improvement = 1.0), [Setting::MinimumImprovement]);
        for members in [0, 33] {
            assert_eq!(wrong(|train| train.ensemble = members), [Setting::Ensemble]);
        }
        assert_eq!(wrong(|train| train.patience = 201), [Setting::Patience]);
        assert_eq!(wrong(|train| train.epochs = 2), [], "the usual patience may stay");
    }

    #[test]
    fn a_setting_that_is_not_in_use_is_not_wrong() {
        let odd = |train: &mut TrainConfig| {
            (train.momentum, train.huber_delta, train.pinball_level) = (2.0, 0.0, 1.0);
            (train.step_factor, train.step_epochs, train.warm_up_epochs) = (2.0, 0, 999);
        };
        assert_eq!(wrong(odd), []);
        let with = |change: fn(&mut TrainConfig)| {
            wrong(|train| {
                odd(train);
                change(train);
            })
        };
        assert_eq!(with(|train| train.optimizer = Optimizer::Sgd), [Setting::Momentum]);
        assert_eq!(with(|train| train.loss = Loss::Huber), [Setting::HuberDelta]);
        assert_eq!(with(|train| train.loss = Loss::Pinball), [Setting::PinballLevel]);
        assert_eq!(with(|train| train.schedule = Schedule::Cosine), [Setting::WarmUpEpochs]);
        let step = with(|train| train.schedule = Schedule::Step);
        assert_eq!(step, [Setting::StepFactor, Setting::StepEpochs]);
        assert_eq!(with(|train| train.schedule = Schedule::Plateau), [Setting::StepFactor]);
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
        assert_eq!(problem.setting, Setting::Loss);
        assert_eq!(problem.mend.unwrap().recipe.check_shares(&series), None);
    }
}

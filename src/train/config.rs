//! The settings of this room.

use serde::{Deserialize, Serialize};

use super::{ClipBy, Loss, Optimizer, Schedule, Way};
use crate::window::Supervision;

/// How the network is trained.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TrainConfig {
    /// Whether each window starts afresh or the state is carried on (`stateful` in Keras).
    pub way: Way,
    /// Rows of a chunk in stateful training: how far back gradients reach.
    pub chunk: usize,
    /// Rows of a lane in stateful training; `None` for as many lanes as the batch has rows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lane_rows: Option<usize>,
    /// Which rows of a window or chunk are asked for a forecast (`return_sequences` in Keras); `None`
    /// for the last of a window and every one of a chunk.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub supervise: Option<Supervision>,
    /// What is made small.
    pub loss: Loss,
    /// Where Huber's loss turns straight, in scaled units (`delta` in PyTorch and Keras).
    pub huber_delta: f64,
    /// The quantile that the pinball loss asks for, between 0 and 1.
    pub pinball_level: f64,
    /// Most passes over the training windows.
    pub epochs: usize,
    /// Windows, or lanes, in one step of the optimiser.
    pub batch_size: usize,
    /// How weights follow their gradients.
    pub optimizer: Optimizer,
    /// The step size (`lr` in PyTorch).
    pub learning_rate: f64,
    /// Share of each step that SGD takes over from the one before (`momentum` in PyTorch).
    pub momentum: f64,
    /// How the learning rate moves from epoch to epoch.
    pub schedule: Schedule,
    /// Epochs in which a cosine schedule first rises.
    pub warm_up_epochs: usize,
    /// Epochs between the falls of a step schedule (`step_size` in PyTorch), and epochs without
    /// improvement that a plateau schedule waits for (`patience` in PyTorch).
    pub step_epochs: usize,
    /// What a step or plateau schedule multiplies the rate by (`gamma` and `factor` in PyTorch).
    pub step_factor: f64,
    /// Gradients beyond this are shortened to it; 0 leaves them.
    pub gradient_clip: f64,
    /// Whether the clip is on the norm of all gradients or on each value.
    pub clip_by: ClipBy,
    /// Share of each weight, times the step size, that a step takes away beside the gradient's
    /// (`weight_decay` in PyTorch); 0 for none.
    pub weight_decay: f64,
    /// Standard deviation of normal noise added to the inputs while training, in scaled units
    /// (`GaussianNoise` in Keras; Bishop 1995); 0 for none.
    pub input_noise: f64,
    /// Epochs without a better validation loss after which training ends.
    pub patience: usize,
    /// Share of the best validation loss by which an epoch has to be better to count for patience
    /// (`min_delta` in Keras, there not a share); the best weights are kept without regard to it.
    pub minimum_improvement: f64,
    /// Networks that differ in their seed only, whose median is the forecast; 1 for one network.
    pub ensemble: usize,
    /// Whether the future is forecast by a network trained once more on all rows, for as many epochs
    /// as were best; the hold-out is scored before.
    pub refit: bool,
    /// Starts every random choice: weights, order of windows, dropout, noise. As text where it is beyond
    /// 9223372036854775807, the largest number of TOML.
    #[serde(with = "super::seed")]
    pub seed: u64,
    /// Threads to compute with; `None` for one a core. The weights come out the same to the last bit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub threads: Option<usize>,
}

impl Default for TrainConfig {
    fn default() -> Self {
        Self {
            way: Way::Stateless,
            chunk: 24,
            lane_rows: None,
            supervise: None,
            loss: Loss::Mse,
            huber_delta: 1.0,
            pinball_level: 0.5,
            epochs: 200,
            batch_size: 32,
            optimizer: Optimizer::AdamW,
            learning_rate: 0.005,
            momentum: 0.9,
            schedule: Schedule::Constant,
            warm_up_epochs: 5,
            step_epochs: 20,
            step_factor: 0.5,
            gradient_clip: 1.0,
            clip_by: ClipBy::Norm,
            weight_decay: 0.0,
            input_noise: 0.0,
            patience: 30,
            minimum_improvement: 0.0,
            ensemble: 1,
            refit: true,
            seed: 1,
            threads: None,
        }
    }
}

impl TrainConfig {
    /// Which rows are asked for a forecast: as set, else as suits the way.
    pub fn supervision(&self) -> Supervision {
        self.supervise.unwrap_or(self.way.supervision())
    }

    /// The error that has this mean loss: its root for squares, and for Huber's loss the one error
    /// that would cost as much. In scaled units, for sMAPE in percent.
    pub fn error_of(&self, loss: f64) -> f64 {
        match self.loss {
            Loss::Mse => loss.sqrt(),
            Loss::Mae | Loss::Smape | Loss::Pinball => loss,
            Loss::Huber if loss <= 0.5 * self.huber_delta.powi(2) => (2.0 * loss).sqrt(),
            Loss::Huber => loss / self.huber_delta + 0.5 * self.huber_delta,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_error_of_a_huber_loss_is_the_one_that_costs_as_much() {
        let config = TrainConfig { loss: Loss::Huber, huber_delta: 0.5, ..TrainConfig::default() };
        for error in [0.1_f64, 0.5, 0.6, 3.0] {
            let loss = if error <= 0.5 { 0.5 * error * error } else { 0.5 * (error - 0.25) };
            assert!((config.error_of(loss) - error).abs() < 1e-12, "{error}");
        }
    }

    #[test]
    fn a_recipe_of_before_these_settings_still_loads() {
        let earlier = "loss = \"mae\"\nepochs = 7\nbatch_size = 4\nlearning_rate = 0.1\n\
                       gradient_clip = 2.0\nweight_decay = 0.01\npatience = 3\nseed = 5\n";
        let config: TrainConfig = toml::from_str(earlier).unwrap();
        assert_eq!((config.loss, config.epochs, config.seed), (Loss::Mae, 7, 5));
        // Weight decay has always been that of AdamW, and still is.
        assert_eq!((config.way, config.optimizer), (Way::Stateless, Optimizer::AdamW));
        assert_eq!((config.ensemble, config.refit), (1, true));
    }

    #[test]
    fn rows_that_forecast_follow_the_way_unless_they_are_set() {
        let of = |text: &str| toml::from_str::<TrainConfig>(text).unwrap().supervision();
        assert_eq!(of(""), Supervision::Last);
        assert_eq!(of("way = \"stateful\""), Supervision::Every);
        // Recipes of before this rule name the rows, and keep them.
        assert_eq!(of("way = \"stateful\"\nsupervise = \"last\""), Supervision::Last);
        assert_eq!(of("supervise = \"every\""), Supervision::Every);
    }
}

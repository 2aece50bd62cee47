//! The settings of training: state modes, optimisers, schedules, and all of them together.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::loss::Loss;
use crate::window::Supervision;

/// How the network is trained.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct TrainConfig {
    /// What the network remembers at the start of each batch. Try stateful where the next value
    /// depends on something longer ago than a window. `stateful` in Keras.
    #[schemars(title = "State mode", extend("x-flag" = "state-mode"))]
    pub state_mode: StateMode,
    /// Rows of a chunk in stateful training: gradients flow back over them, and the state is carried
    /// on past them. Raise it to learn from longer ago; lower it for more updates an epoch.
    /// Truncation length of backpropagation through time; timesteps of a stateful layer in Keras.
    #[schemars(title = "Chunk", range(min = 1), extend("x-unit" = "rows"), extend("x-flag" = "chunk"))]
    pub chunk: usize,
    /// Rows of a lane in stateful training, after which the state is reset; left out for as many
    /// lanes as the batch has rows, of four chunks at least. Longer lanes remember longer; shorter
    /// ones fill a larger batch.
    #[schemars(title = "Lane", range(min = 1), extend("x-unit" = "rows"), extend("x-default" = "as many lanes as the batch has rows"))]
    pub lane_rows: Option<usize>,
    /// Which rows of a window or chunk are asked for a forecast in training; left out for the last of
    /// a window, since the next windows end at the other rows, and every one of a chunk, whose last
    /// row alone teaches little. `return_sequences` in Keras.
    #[schemars(title = "Forecasts at", extend("x-default" = "as the state suits: last for stateless, every for stateful"), extend("x-flag" = "supervise"))]
    pub supervise: Option<Supervision>,
    /// What training makes small. Try MAE or Huber where outliers pull the forecast, pinball where
    /// too little costs more than too much.
    #[schemars(title = "Loss", extend("x-default" = "mae"), extend("x-flag" = "loss"))]
    pub loss: Loss,
    /// Most passes over the training windows. Training ends sooner where the validation error stops
    /// falling. Lowering this below Patience lowers Patience too. `epochs` in Keras.
    #[schemars(title = "Epochs", extend("x-flag" = "epochs"), range(min = 1), extend("x-unit" = "epochs"), extend("x-default" = "20 to 200, fewer for long series"))]
    pub epochs: usize,
    /// Windows, or lanes, in one step of the optimiser. Smaller steps are noisier and often generalise
    /// better; larger ones are faster. `batch_size` in PyTorch and Keras.
    #[schemars(title = "Batch size", range(min = 1), extend("x-unit" = "windows"), extend("x-default" = "32 to 128, larger for long series"), extend("x-flag" = "batch-size"))]
    pub batch_size: usize,
    /// How weights follow their gradients. `AdamW` suits nearly everything. `torch.optim` in PyTorch,
    /// `keras.optimizers` in Keras.
    #[schemars(title = "Optimiser", extend("x-flag" = "optimizer"))]
    pub optimizer: Optimizer,
    /// Size of the optimiser's steps. Lower it where the loss jumps about or becomes NaN; raise it
    /// where the loss creeps. The window's "Find a learning rate" and `tidegate rates` try them all.
    /// `lr` in PyTorch, `learning_rate` in Keras.
    #[schemars(title = "Learning rate", range(max = 1.0), extend("exclusiveMinimum" = 0.0), extend("x-flag" = "learning-rate"))]
    pub learning_rate: f64,
    /// How the learning rate moves from epoch to epoch. Try plateau or cosine where the loss jumps
    /// about at the end. `lr_scheduler` in PyTorch, `LearningRateSchedule` in Keras.
    #[schemars(title = "Schedule", extend("x-flag" = "schedule"))]
    pub schedule: Schedule,
    /// Gradients beyond this are cut back to it, so that one odd batch cannot throw the weights off.
    /// Lower it (0.5, 0.1) where the loss leaps or becomes NaN; 0 for none. `max_norm` of
    /// `clip_grad_norm_` in PyTorch, `global_clipnorm` in Keras.
    #[schemars(title = "Gradient clip", range(min = 0.0))]
    pub gradient_clip: f64,
    /// What of a gradient is held below the clip: the norm, unless single weights run away.
    #[schemars(title = "Clip by")]
    pub clip_by: ClipBy,
    /// Share of the weights, times the learning rate, that each step takes away beside the gradient's.
    /// Raise it (0.01) where validation error rises while training error falls; 0 for none.
    /// `weight_decay` in PyTorch and Keras.
    #[schemars(title = "Weight decay", range(min = 0.0, max = 1.0), extend("x-flag" = "weight-decay"))]
    pub weight_decay: f64,
    /// Deviation of normal noise added to inputs while training, in deviations of the scaled series
    /// (Bishop 1995). Try 0.05 against overfitting a short series; 0 for none. `GaussianNoise` in
    /// Keras; in PyTorch, add `torch.randn_like`.
    #[schemars(title = "Input noise", range(min = 0.0, max = 10.0), extend("x-unit" = "deviations"))]
    pub input_noise: f64,
    /// Epochs without a better validation error after which training ends; the best weights are kept.
    /// Raise it where the error falls in fits and starts. `patience` of `EarlyStopping` in Keras and
    /// PyTorch Lightning.
    #[schemars(title = "Patience", range(min = 1), extend("x-unit" = "epochs"), extend("x-default" = "5 to 30, less for long series"), extend("x-flag" = "patience"))]
    pub patience: usize,
    /// Share of the best validation error by which an epoch must be better to count for the patience.
    /// Raise it (0.001) to end runs that only creep; the best weights are kept without regard to it.
    /// `min_delta` of `EarlyStopping` in Keras and PyTorch Lightning, there not a share.
    #[schemars(title = "Least improvement", range(min = 0.0), extend("exclusiveMaximum" = 1.0))]
    pub minimum_improvement: f64,
    /// Networks that differ in their seed only, whose median is the forecast, which is steadier than
    /// any of them. Raise it (3 or 5) where runs of other seeds differ much; each costs a training,
    /// and the median of more than 32 moves less than the data do.
    #[schemars(title = "Networks", range(min = 1, max = 32), extend("x-flag" = "ensemble"))]
    pub ensemble: usize,
    /// Whether the future is forecast by a network trained once more on all rows, for as many epochs
    /// as were best, so that the newest rows are learned too. The hold-out is scored before. Turn it
    /// off for half the time. `refit` in scikit-learn.
    #[schemars(title = "Refit on all data", extend("x-flag" = "no-refit"))]
    pub refit: bool,
    /// Starts every random choice: weights, order of windows, dropout, noise. The same file, settings
    /// and seed give the same forecast to the last bit. As text where it is beyond
    /// 9223372036854775807, the largest number of TOML. `torch.manual_seed` in PyTorch.
    #[serde(with = "super::exact::seed")]
    #[schemars(title = "Seed", extend("x-flag" = "seed"), schema_with = "super::exact::seed::schema")]
    pub seed: u64,
    /// Threads to train with; left out for one a core. Fewer leave the machine free for other work.
    /// The weights come out the same to the last bit. `torch.set_num_threads` in PyTorch.
    #[schemars(title = "Threads", range(min = 1), extend("x-default" = "one a core"), extend("x-flag" = "threads"))]
    pub threads: Option<usize>,
}

impl Default for TrainConfig {
    fn default() -> Self {
        Self {
            state_mode: StateMode::Stateless,
            chunk: 24,
            lane_rows: None,
            supervise: None,
            loss: Loss::Mse,
            epochs: 200,
            batch_size: 32,
            optimizer: Optimizer::AdamW,
            learning_rate: 0.005,
            schedule: Schedule::Constant,
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
    /// Which rows are asked for a forecast: as set, else as suits the state mode.
    pub fn supervision(&self) -> Supervision {
        self.supervise.unwrap_or(self.state_mode.supervision())
    }
}

/// How batches follow each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum StateMode {
    /// Nothing; windows are shuffled and each starts from the same state: what `fit` in Keras and a
    /// shuffled `DataLoader` in PyTorch do.
    #[default]
    #[schemars(title = "Stateless")]
    Stateless,
    /// What it saw before. The series is cut into lanes; each row of the batch follows one of them
    /// chunk by chunk, and the state is carried on, detached, until the lane ends (truncated
    /// backpropagation through time, Williams and Peng 1990): `stateful=True` in Keras.
    #[schemars(title = "Stateful")]
    Stateful,
}

impl StateMode {
    pub const ALL: [Self; 2] = [Self::Stateless, Self::Stateful];

    /// The name in recipe files, and of runs that were trained both ways.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Stateless => "stateless",
            Self::Stateful => "stateful",
        }
    }

    /// Which rows are asked for a forecast where nothing is set. A window is shown again with each of
    /// its rows as the last; a chunk is shown once, and its last row alone teaches little. Measured on
    /// four series with LSTM and GRU and three seeds, the mean MASE of windows is 0.77 with the last
    /// row and 1.13 with every one, that of chunks 1.30 and 1.08.
    pub const fn supervision(self) -> Supervision {
        match self {
            Self::Stateless => Supervision::Last,
            Self::Stateful => Supervision::Every,
        }
    }
}

/// How weights follow their gradients.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Optimizer {
    /// Adam (Kingma and Ba 2015), weight decay added to the gradient: `optim.Adam` in PyTorch.
    #[schemars(title = "Adam")]
    Adam,
    /// Adam with weight decay apart from the gradient (Loshchilov and Hutter 2019), the same as Adam
    /// where there is none: `optim.AdamW` in PyTorch.
    #[default]
    #[schemars(title = "AdamW")]
    AdamW,
    /// Stochastic gradient descent with momentum (Sutskever et al. 2013), which needs a learning rate
    /// of its own, often ten times higher: `optim.SGD` in PyTorch.
    #[schemars(title = "SGD")]
    Sgd {
        /// Share of each step that is taken over from the one before. Raise it towards 0.99 to smooth
        /// noisy steps, lower it where the loss swings. `momentum` in PyTorch and Keras.
        #[serde(default = "default_momentum")]
        #[schemars(title = "Momentum", range(min = 0.0), extend("exclusiveMaximum" = 1.0))]
        momentum: f64,
    },
    /// Steps divided by a running root mean square (Hinton 2012): `optim.RMSprop` in PyTorch.
    #[schemars(title = "RMSprop")]
    RmsProp,
}

impl Optimizer {
    /// All of them, the default first.
    pub const ALL: [Self; 4] =
        [Self::AdamW, Self::Adam, Self::Sgd { momentum: default_momentum() }, Self::RmsProp];

    /// Whether it remembers a first and a second moment of each weight.
    pub const fn moments(self) -> [bool; 2] {
        match self {
            Self::Adam | Self::AdamW => [true, true],
            Self::Sgd { .. } => [true, false],
            Self::RmsProp => [false, true],
        }
    }

    /// The name in recipe files and checkpoints.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Adam => "adam",
            Self::AdamW => "adam-w",
            Self::Sgd { .. } => "sgd",
            Self::RmsProp => "rms-prop",
        }
    }
}

/// How the learning rate moves from epoch to epoch.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Schedule {
    /// It stays.
    #[default]
    #[schemars(title = "Constant")]
    Constant,
    /// Multiplied by `factor` every so many `epochs`: `lr_scheduler.StepLR` in PyTorch.
    #[schemars(title = "Step")]
    Step {
        /// Epochs between two falls of the rate. Lower it for runs of few epochs. `step_size` of
        /// `StepLR` in PyTorch, `decay_steps` of `ExponentialDecay` in Keras.
        #[serde(default = "default_epochs")]
        #[schemars(title = "Step epochs", range(min = 1), extend("x-unit" = "epochs"))]
        epochs: usize,
        /// What the rate is multiplied by at a fall: 0.5 halves it. Raise it for gentler falls. `gamma`
        /// of `StepLR` in PyTorch.
        #[serde(default = "default_factor")]
        #[schemars(title = "Fall to", extend("exclusiveMinimum" = 0.0, "exclusiveMaximum" = 1.0))]
        factor: f64,
    },
    /// Half a cosine down to zero (Loshchilov and Hutter 2017), after `warm_up_epochs` of a straight
    /// rise: `lr_scheduler.CosineAnnealingLR` in PyTorch.
    #[schemars(title = "Cosine")]
    Cosine {
        /// Epochs in which the rate first rises in a straight line. Raise it where the first epochs
        /// throw the loss about; 0 for none. `LinearLR` in PyTorch, `warmup_steps` of `CosineDecay`
        /// in Keras.
        #[serde(default = "default_warm_up")]
        #[schemars(title = "Warm-up epochs", extend("x-unit" = "epochs"))]
        warm_up_epochs: usize,
    },
    /// From a 25th of it up, then down to nearly nothing (Smith and Topin 2018):
    /// `lr_scheduler.OneCycleLR` in PyTorch, of which the momentum is left alone here.
    #[schemars(title = "One cycle")]
    OneCycle,
    /// Multiplied by `factor` where `epochs` brought nothing better: `lr_scheduler.ReduceLROnPlateau`
    /// in PyTorch.
    #[schemars(title = "Plateau")]
    Plateau {
        /// Epochs without a better validation error before the rate falls. Keep it below the patience,
        /// or training ends first. `patience` of `ReduceLROnPlateau` in PyTorch and Keras.
        #[serde(default = "default_epochs")]
        #[schemars(title = "Plateau epochs", extend("x-unit" = "epochs"))]
        epochs: usize,
        /// What the rate is multiplied by at a fall: 0.5 halves it. Raise it for gentler falls.
        /// `factor` of `ReduceLROnPlateau` in PyTorch and Keras.
        #[serde(default = "default_factor")]
        #[schemars(title = "Fall to", extend("exclusiveMinimum" = 0.0, "exclusiveMaximum" = 1.0))]
        factor: f64,
    },
}

impl Schedule {
    /// All of them, the default first.
    pub const ALL: [Self; 5] = [
        Self::Constant,
        Self::Step { epochs: default_epochs(), factor: default_factor() },
        Self::Cosine { warm_up_epochs: default_warm_up() },
        Self::OneCycle,
        Self::Plateau { epochs: default_epochs(), factor: default_factor() },
    ];
}

/// What of a gradient is held below the clip.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ClipBy {
    /// Its norm over all weights, so that its direction stays (Pascanu et al. 2013):
    /// `clip_grad_norm_` in PyTorch, `global_clipnorm` in Keras.
    #[default]
    #[schemars(title = "Norm")]
    Norm,
    /// Each of its values by itself: `clip_grad_value_` in PyTorch, `clipvalue` in Keras.
    #[schemars(title = "Value")]
    Value,
}

const fn default_momentum() -> f64 {
    0.9
}

const fn default_epochs() -> usize {
    20
}

const fn default_factor() -> f64 {
    0.5
}

const fn default_warm_up() -> usize {
    5
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recipe_of_before_these_settings_still_loads() {
        let earlier = "loss = \"mae\"\nepochs = 7\nbatch_size = 4\nlearning_rate = 0.1\n\
                       gradient_clip = 2.0\nweight_decay = 0.01\npatience = 3\nseed = 5\n";
        let config: TrainConfig = toml::from_str(earlier).unwrap();
        assert_eq!((config.loss, config.epochs, config.seed), (Loss::Mae, 7, 5));
        // Weight decay has always been that of AdamW, and still is.
        assert_eq!((config.state_mode, config.optimizer), (StateMode::Stateless, Optimizer::AdamW));
        assert_eq!((config.ensemble, config.refit), (1, true));
    }

    #[test]
    fn rows_that_forecast_follow_the_state_mode_unless_they_are_set() {
        let of = |text: &str| toml::from_str::<TrainConfig>(text).unwrap().supervision();
        assert_eq!(of(""), Supervision::Last);
        assert_eq!(of("state_mode = \"stateful\""), Supervision::Every);
        // Recipes of before this rule name the rows, and keep them.
        assert_eq!(of("state_mode = \"stateful\"\nsupervise = \"last\""), Supervision::Last);
        assert_eq!(of("supervise = \"every\""), Supervision::Every);
    }
}

//! What a training setting can be: state modes, optimisers, schedules.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::window::Supervision;

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

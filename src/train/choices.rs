//! What a training setting can be: ways, losses, optimisers, schedules.

use serde::{Deserialize, Serialize};

use crate::window::Supervision;

/// How batches follow each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Way {
    /// Windows in a random order, each from the start state: what `fit` in Keras and a shuffled
    /// `DataLoader` in PyTorch do.
    #[default]
    Stateless,
    /// Chunks in time order, the state carried from each to the next and detached (truncated
    /// backpropagation through time, Williams and Peng 1990): `stateful=True` in Keras.
    Stateful,
}

impl Way {
    /// Both, the default first.
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

/// What training makes small, over all known targets of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Loss {
    /// Mean squared error, large misses count most: `nn.MSELoss` in PyTorch, `mse` in Keras.
    #[default]
    Mse,
    /// Mean absolute error, outliers count less: `nn.L1Loss` in PyTorch, `mae` in Keras.
    Mae,
    /// Squared up to `huber_delta` and straight beyond (Huber 1964): `nn.HuberLoss` in PyTorch,
    /// `huber` in Keras.
    Huber,
    /// Symmetric absolute percentage error of the values themselves (Makridakis 1993), so that every
    /// level of the series counts alike.
    Smape,
    /// The quantile at `pinball_level` instead of the middle (Koenker and Bassett 1978).
    Pinball,
}

impl Loss {
    /// All of them, the default first.
    pub const ALL: [Self; 5] = [Self::Mse, Self::Mae, Self::Huber, Self::Smape, Self::Pinball];

    /// What the error of an epoch is, for an axis.
    pub const fn measure(self) -> &'static str {
        match self {
            Self::Mse => "Root mean squared error",
            Self::Mae => "Mean absolute error",
            Self::Huber => "Error that has the mean Huber loss",
            Self::Smape => "Mean symmetric percentage error",
            Self::Pinball => "Mean pinball loss",
        }
    }

    /// Whether that error is in the series' units; a percentage is not.
    pub const fn is_in_units(self) -> bool {
        !matches!(self, Self::Smape)
    }
}

/// How weights follow their gradients.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Optimizer {
    /// Adam (Kingma and Ba 2015), weight decay added to the gradient: `optim.Adam` in PyTorch.
    Adam,
    /// Adam with weight decay apart from the gradient (Loshchilov and Hutter 2019), the same as Adam
    /// where there is none: `optim.AdamW` in PyTorch.
    #[default]
    AdamW,
    /// Stochastic gradient descent with momentum (Sutskever et al. 2013): `optim.SGD` in PyTorch.
    Sgd,
    /// Steps divided by a running root mean square (Hinton 2012): `optim.RMSprop` in PyTorch.
    RmsProp,
}

impl Optimizer {
    /// All of them, the default first.
    pub const ALL: [Self; 4] = [Self::AdamW, Self::Adam, Self::Sgd, Self::RmsProp];
}

/// How the learning rate moves from epoch to epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Schedule {
    /// It stays.
    #[default]
    Constant,
    /// Multiplied by `step_factor` every `step_epochs`: `lr_scheduler.StepLR` in PyTorch.
    Step,
    /// Half a cosine down to zero (Loshchilov and Hutter 2017), after `warm_up_epochs` of a straight
    /// rise: `lr_scheduler.CosineAnnealingLR` in PyTorch.
    Cosine,
    /// From a 25th of it up, then down to nearly nothing (Smith and Topin 2018):
    /// `lr_scheduler.OneCycleLR` in PyTorch, of which the momentum is left alone here.
    OneCycle,
    /// Multiplied by `step_factor` where `step_epochs` epochs brought nothing better:
    /// `lr_scheduler.ReduceLROnPlateau` in PyTorch.
    Plateau,
}

impl Schedule {
    /// All of them, the default first.
    pub const ALL: [Self; 5] =
        [Self::Constant, Self::Step, Self::Cosine, Self::OneCycle, Self::Plateau];
}

/// What of a gradient is held below the clip.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClipBy {
    /// Its norm over all weights, so that its direction stays (Pascanu et al. 2013):
    /// `clip_grad_norm_` in PyTorch, `global_clipnorm` in Keras.
    #[default]
    Norm,
    /// Each of its values by itself: `clip_grad_value_` in PyTorch, `clipvalue` in Keras.
    Value,
}

impl ClipBy {
    /// Both, the default first.
    pub const ALL: [Self; 2] = [Self::Norm, Self::Value];
}

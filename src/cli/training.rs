//! Flags that say how networks are trained, by the names of recipe files.

use clap::Args;

use crate::project::Recipe;
use crate::train::{Loss, Optimizer, Schedule, Supervision, Way};

use super::reading::word;

/// Settings of training; what is not given stays as the recipe says.
#[derive(Debug, Default, Args)]
pub struct TrainingOptions {
    /// Carry the state from chunk to chunk of each lane, instead of shuffled windows
    #[arg(long)]
    pub stateful: bool,
    /// Rows of a chunk in stateful training
    #[arg(long, value_name = "N")]
    pub chunk: Option<usize>,
    /// Which rows of a window or chunk are asked for a forecast: last or every [default: the last
    /// of a window, every one of a chunk]
    #[arg(long, value_name = "ROWS", value_parser = word::<Supervision>)]
    pub supervise: Option<Supervision>,
    /// What is made small: mse, mae, huber, smape or pinball
    #[arg(long, value_name = "LOSS", value_parser = word::<Loss>)]
    pub loss: Option<Loss>,
    /// How weights follow their gradients: adam-w, adam, sgd or rms-prop
    #[arg(long, value_name = "NAME", value_parser = word::<Optimizer>)]
    pub optimizer: Option<Optimizer>,
    /// How the learning rate moves: constant, step, cosine, one-cycle or plateau
    #[arg(long, value_name = "NAME", value_parser = word::<Schedule>)]
    pub schedule: Option<Schedule>,
    /// The step size
    #[arg(long, value_name = "X")]
    pub learning_rate: Option<f64>,
    /// Windows, or lanes, in one step of the optimiser
    #[arg(long, value_name = "N")]
    pub batch_size: Option<usize>,
    /// Epochs without a better validation loss after which training ends
    #[arg(long, value_name = "N")]
    pub patience: Option<usize>,
    /// Networks that differ in their seed only, whose median is the forecast
    #[arg(long, value_name = "K")]
    pub ensemble: Option<usize>,
    /// Forecast the future with the networks of the hold-out, not trained once more on all rows
    #[arg(long)]
    pub no_refit: bool,
}

impl TrainingOptions {
    /// Lays these settings over those of a recipe.
    pub fn lay_over(&self, recipe: &mut Recipe) {
        let train = &mut recipe.train;
        if self.stateful {
            train.way = Way::Stateful;
        }
        train.chunk = self.chunk.unwrap_or(train.chunk);
        train.supervise = self.supervise.or(train.supervise);
        train.loss = self.loss.unwrap_or(train.loss);
        train.optimizer = self.optimizer.unwrap_or(train.optimizer);
        train.schedule = self.schedule.unwrap_or(train.schedule);
        train.learning_rate = self.learning_rate.unwrap_or(train.learning_rate);
        train.batch_size = self.batch_size.unwrap_or(train.batch_size);
        train.patience = self.patience.unwrap_or(train.patience);
        train.ensemble = self.ensemble.unwrap_or(train.ensemble);
        train.refit = train.refit && !self.no_refit;
    }

    /// Whether every setting is left as it is.
    pub fn sets_nothing(&self) -> bool {
        let mut recipe = Recipe::default();
        self.lay_over(&mut recipe);
        recipe == Recipe::default()
    }
}

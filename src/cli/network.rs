//! Flags that shape the networks and how they are trained, and the table of what they are made of.

use clap::{ArgAction, Args, ValueEnum};

use crate::forecast::Model;
use crate::nn::{ModelConfig, Start};
use crate::project::Recipe;
use crate::series::Series;
use crate::train::TrainConfig;

use super::table::write_table;
use super::terminal::Output;

/// Settings of the networks; what is not given stays as the recipe says.
#[derive(Debug, Default, Args)]
pub struct NetworkOptions {
    /// Recurrent layers of a network
    #[arg(long, value_name = "N")]
    pub layers: Option<usize>,
    /// Units in each layer
    #[arg(long, value_name = "N")]
    pub hidden: Option<usize>,
    /// A second set of units reads each window from its end
    #[arg(long)]
    pub bidirectional: bool,
    /// Recurrent layers without biases
    #[arg(long, action = ArgAction::SetTrue)]
    pub no_bias: bool,
    /// Share of values zeroed between layers while training
    #[arg(long, value_name = "SHARE")]
    pub dropout: Option<f64>,
    /// Share of the state hidden from each step while training
    #[arg(long, value_name = "SHARE")]
    pub recurrent_dropout: Option<f64>,
    /// Where weights begin
    #[arg(long, value_name = "RULE")]
    pub start: Option<StartRule>,
    /// Where the bias of an LSTM's forget gate begins
    #[arg(long, value_name = "X", allow_negative_numbers = true)]
    pub forget_bias: Option<f64>,
    /// The states that a window begins with are learned rather than zero
    #[arg(long)]
    pub learned_start: bool,
    /// Share of the weights that each step takes away beside the gradient's, times the learning rate
    #[arg(long, value_name = "X")]
    pub weight_decay: Option<f64>,
    /// Threads to train with [default: one a core]
    #[arg(long, value_name = "N")]
    pub threads: Option<usize>,
}

/// Where weights begin, as the command line names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum StartRule {
    /// ±1 / sqrt(hidden), as PyTorch
    Uniform,
    /// Glorot and Bengio 2010
    Glorot,
    /// Orthogonal recurrent weights, as Keras
    Orthogonal,
}

impl From<StartRule> for Start {
    fn from(rule: StartRule) -> Self {
        match rule {
            StartRule::Uniform => Self::Uniform,
            StartRule::Glorot => Self::Glorot,
            StartRule::Orthogonal => Self::Orthogonal,
        }
    }
}

impl NetworkOptions {
    /// Lays these settings over those of a recipe.
    pub fn lay_over(&self, recipe: &mut Recipe) {
        let model = &recipe.model;
        recipe.model = ModelConfig {
            cell: model.cell,
            layers: self.layers.unwrap_or(model.layers),
            hidden_size: self.hidden.unwrap_or(model.hidden_size),
            bidirectional: self.bidirectional || model.bidirectional,
            bias: model.bias && !self.no_bias,
            dropout: self.dropout.unwrap_or(model.dropout),
            recurrent_dropout: self.recurrent_dropout.unwrap_or(model.recurrent_dropout),
            start: self.start.map_or(model.start, Start::from),
            forget_bias: self.forget_bias.or(model.forget_bias),
            learned_start: self.learned_start || model.learned_start,
        };
        let train = &recipe.train;
        recipe.train = TrainConfig {
            weight_decay: self.weight_decay.unwrap_or(train.weight_decay),
            threads: self.threads.or(train.threads),
            ..train.clone()
        };
    }

    /// Whether every setting is left as it is.
    pub fn sets_nothing(&self) -> bool {
        let mut recipe = Recipe::default();
        self.lay_over(&mut recipe);
        recipe == Recipe::default()
    }
}

/// Prints the layers of each network among `models`: shapes out, weights, parameters.
///
/// # Errors
/// Where `out` cannot be written.
pub fn print_summaries(
    recipe: &Recipe,
    series: &Series,
    models: &[Model],
    out: &mut Output<'_>,
) -> std::io::Result<()> {
    for &model in models {
        let Model::Network(cell) = model else { continue };
        let mut recipe = recipe.clone();
        recipe.model.cell = cell;
        let Some(summary) = recipe.summary(series) else { continue };
        writeln!(out, "{model}: {} parameters", summary.parameters())?;
        let mut rows: Vec<Vec<String>> = Vec::new();
        for row in &summary.rows {
            let parameters = row.parameters().to_string();
            rows.push(vec![row.layer.clone(), row.output.clone(), parameters]);
            for weight in &row.weights {
                let shape = format!("{:?}", weight.shape);
                let parameters = weight.parameters().to_string();
                rows.push(vec![format!("  {}", weight.name), shape, parameters]);
            }
        }
        write_table(out, &["layer", "shape", "parameters"], &rows)?;
        writeln!(out)?;
    }
    Ok(())
}

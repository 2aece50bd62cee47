//! The models a person can ask for, by the names the scorecard prints.

use std::fmt;
use std::str::FromStr;

use crate::nn::Cell;

/// A model by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Model {
    /// A recurrent network.
    Network(Cell),
    /// The last value repeats.
    Naive,
    /// The last season repeats.
    SeasonalNaive,
    /// The line from first to last value goes on.
    Drift,
}

impl Model {
    /// The models that run where none is named, networks first.
    pub const ALL: [Model; 5] = [
        Model::Network(Cell::Lstm),
        Model::Network(Cell::Gru),
        Model::Naive,
        Model::SeasonalNaive,
        Model::Drift,
    ];

    /// The models that need no training.
    pub const BASELINES: [Model; 3] = [Model::Naive, Model::SeasonalNaive, Model::Drift];

    /// The name on the scorecard, in exports and on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Model::Network(cell) => cell.name(),
            Model::Naive => "naive",
            Model::SeasonalNaive => "seasonal-naive",
            Model::Drift => "drift",
        }
    }

    /// Whether the model is a network.
    pub const fn is_network(self) -> bool {
        matches!(self, Model::Network(_))
    }
}

impl fmt::Display for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A name that belongs to no model.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no model named \"{name}\"; use one or more of {}", names())]
pub struct UnknownModel {
    /// The name as given.
    pub name: String,
}

/// Every model there is, those first that run where none is named.
fn every() -> impl Iterator<Item = Model> {
    let others = Cell::ALL.map(Model::Network).into_iter();
    Model::ALL.into_iter().chain(others.filter(|model| !Model::ALL.contains(model)))
}

fn names() -> String {
    every().map(Model::name).collect::<Vec<_>>().join(", ")
}

impl FromStr for Model {
    type Err = UnknownModel;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let name = name.trim();
        every()
            .find(|model| model.name().eq_ignore_ascii_case(name))
            .ok_or_else(|| UnknownModel { name: name.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_printed_name_is_accepted() {
        for model in every() {
            assert_eq!(model.name().parse(), Ok(model));
        }
        let error = "prophet".parse::<Model>().unwrap_err().to_string();
        assert!(error.contains("prophet") && error.contains("seasonal-naive"), "{error}");
    }
}

//! The models a person can ask for, by the names the scorecard prints.

use std::fmt;
use std::str::FromStr;

use crate::baseline::{Baseline, UnknownBaseline};
use crate::nn::Cell;
use crate::series::CovariateRole;

/// A model by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ModelChoice {
    /// A recurrent network.
    Network(Cell),
    /// Anything that needs no network.
    Baseline(Baseline),
}

impl ModelChoice {
    /// The networks that run where none is named.
    pub fn networks() -> impl Iterator<Item = Self> {
        Cell::unasked().map(Self::Network)
    }

    /// The models that run where none is named: networks first.
    pub fn defaults() -> Vec<Self> {
        Self::networks().chain(Baseline::unasked().map(Self::Baseline)).collect()
    }

    /// Every model whose form is chosen by the data: networks first, then the cheapest baselines.
    pub fn all() -> impl Iterator<Item = Self> {
        let networks = Cell::ALL.into_iter().map(Self::Network);
        networks.chain(Baseline::all().map(Self::Baseline))
    }

    /// Its name for people: `LSTM`, `Auto-ETS`.
    pub fn label(self) -> String {
        match self {
            Self::Network(cell) => cell.to_string(),
            Self::Baseline(baseline) => baseline.label(),
        }
    }

    /// What people read instead of the name of a run: `Auto-ETS` for `auto-ets`, `LSTM 2` for `lstm 2`;
    /// the name itself where it is no model's.
    pub fn label_of_run(name: &str) -> String {
        if let Ok(model) = name.parse::<Self>() {
            return model.label();
        }
        let numbered = name.rsplit_once(' ').and_then(|(model, number)| {
            let number: usize = number.parse().ok()?;
            Some(format!("{} {number}", model.parse::<Self>().ok()?.label()))
        });
        numbered.unwrap_or_else(|| name.to_owned())
    }

    /// Whether the model reads covariates of a role. No model does yet.
    pub const fn reads(self, _role: CovariateRole) -> bool {
        match self {
            Self::Network(_) | Self::Baseline(_) => false,
        }
    }

    /// Which of `models` do not use covariates of a role, in words: `not used by LSTM and 2 other models
    /// yet`. `None` where all of them do.
    pub fn unused_note(role: CovariateRole, models: &[Self]) -> Option<String> {
        let mut blind = models.iter().filter(|model| !model.reads(role));
        let (first, more) = (blind.next()?.label(), blind.count());
        let others = match more {
            0 => String::new(),
            1 => " and 1 other model".to_owned(),
            more => format!(" and {more} other models"),
        };
        Some(format!("not used by {first}{others} yet"))
    }

    /// Whether the model is a network.
    pub const fn is_network(self) -> bool {
        matches!(self, Self::Network(_))
    }
}

/// The name on the scorecard, in exports and on the command line.
impl fmt::Display for ModelChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Network(cell) => f.pad(cell.name()),
            Self::Baseline(baseline) => baseline.fmt(f),
        }
    }
}

/// A name that belongs to no model, or to one that was named before.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnknownModel {
    /// No such word.
    #[error(
        "there is no model named \"{name}\"; use one or more of {}, arima(1,1,1)(0,1,1)[12] and \
         ets(A,Ad,M)",
        names()
    )]
    Name {
        /// The name as given.
        name: String,
    },
    /// One that stands in a list twice.
    #[error("{model} is named twice; name each model once")]
    Twice {
        /// The model's name.
        model: String,
    },
    /// Orders that make no model.
    #[error("{0}")]
    Form(UnknownBaseline),
}

fn names() -> String {
    ModelChoice::all().map(|model| model.to_string()).collect::<Vec<_>>().join(", ")
}

impl FromStr for ModelChoice {
    type Err = UnknownModel;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let name = name.trim();
        let is_named = |model: &Self| model.to_string().eq_ignore_ascii_case(name);
        match Cell::ALL.map(Self::Network).into_iter().find(is_named) {
            Some(network) => Ok(network),
            None => name.parse().map(Self::Baseline).map_err(|error| match error {
                UnknownBaseline::Name { name } => UnknownModel::Name { name },
                form @ UnknownBaseline::Form(_) => UnknownModel::Form(form),
            }),
        }
    }
}

/// Models in the order they were named, each once.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ModelList(Vec<ModelChoice>);

impl ModelList {
    pub fn models(&self) -> &[ModelChoice] {
        &self.0
    }
}

impl FromStr for ModelList {
    type Err = UnknownModel;

    /// Reads names separated by commas; commas inside brackets belong to a name.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (mut depth, mut from) = (0_usize, 0);
        let mut models = Vec::new();
        let mut take = |name: &str| {
            let model: ModelChoice = name.parse()?;
            if models.contains(&model) {
                return Err(UnknownModel::Twice { model: model.to_string() });
            }
            models.push(model);
            Ok::<_, UnknownModel>(())
        };
        for (at, sign) in text.char_indices() {
            match sign {
                '(' | '[' => depth += 1,
                ')' | ']' => depth = depth.saturating_sub(1),
                ',' if depth == 0 => {
                    take(&text[from..at])?;
                    from = at + 1;
                }
                _ => {}
            }
        }
        take(&text[from..])?;
        Ok(Self(models))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_printed_name_is_accepted() {
        for model in ModelChoice::defaults().into_iter().chain(Cell::ALL.map(ModelChoice::Network))
        {
            assert_eq!(model.to_string().parse(), Ok(model));
        }
        let error = "prophet".parse::<ModelChoice>().unwrap_err().to_string();
        for name in ["prophet", "seasonal-naive", "lstm", "auto-arima"] {
            assert!(error.contains(name), "{error}");
        }
    }

    #[test]
    fn a_role_that_models_do_not_use_is_said_of_those_that_are_ticked() {
        let note = |names: &str| {
            let list: ModelList = names.parse().unwrap();
            ModelChoice::unused_note(CovariateRole::Future, list.models())
        };
        assert_eq!(note("lstm").as_deref(), Some("not used by LSTM yet"));
        assert_eq!(note("gru,naive").as_deref(), Some("not used by GRU and 1 other model yet"));
        let all = note("lstm,naive,drift").unwrap();
        assert_eq!(all, "not used by LSTM and 2 other models yet");
        assert_eq!(ModelChoice::unused_note(CovariateRole::Past, &[]), None);
    }

    #[test]
    fn people_read_the_names_of_the_field() {
        for (name, label) in [
            ("lstm", "LSTM"),
            ("gru-cho 3", "GRU (Cho) 3"),
            ("auto-arima", "Auto-ARIMA"),
            ("seasonal-naive", "Seasonal naive"),
            ("arima(1,1,1)(0,1,1)[12]", "ARIMA(1,1,1)(0,1,1)[12]"),
            ("ets(A,Ad,M)", "ETS(A,Ad,M)"),
            ("stateful lstm", "stateful lstm"),
        ] {
            assert_eq!(ModelChoice::label_of_run(name), label);
        }
    }

    #[test]
    fn commas_inside_brackets_belong_to_the_name() {
        let list: ModelList = "naive,arima(1,1,1)(0,1,1)[12], gru".parse().unwrap();
        let names: Vec<String> = list.models().iter().map(ToString::to_string).collect();
        assert_eq!(names, ["naive", "arima(1,1,1)(0,1,1)[12]", "gru"]);
        let error = "naive,gru,NAIVE".parse::<ModelList>().unwrap_err().to_string();
        assert_eq!(error, "naive is named twice; name each model once");
        assert!("naive,".parse::<ModelList>().is_err());
        assert!("arima(1,1".parse::<ModelList>().is_err());
    }
}

//! The baselines a person can ask for, by the names the scorecard prints.
//!
//! Not for fitting them (`fit`).

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

use super::arima::ArimaOrder;
use super::ets::EtsConfig;
use super::theta::ThetaVariant;

/// A baseline by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Baseline {
    /// The last value repeats.
    Naive,
    /// The last season repeats.
    SeasonalNaive,
    /// The line from first to last value goes on.
    Drift,
    /// The mean of all values.
    Mean,
    /// The mean of the last season, or of the last few rows where there is none.
    WindowAverage,
    /// The median of ETS, Theta and ARIMA.
    Combination,
    /// Exponential smoothing, its form chosen by its fit.
    AutoEts,
    /// Exponential smoothing of a given form.
    Ets(EtsConfig),
    /// Theta in one of its variants.
    Theta(ThetaVariant),
    /// Several seasons taken out by STL, the rest smoothed exponentially.
    Mstl,
    /// ARIMA, its orders chosen by its fit.
    AutoArima,
    /// ARIMA of given orders.
    Arima(ArimaOrder),
    /// Trigonometric seasons, Box-Cox, a damped trend and ARMA errors.
    Tbats,
}

impl Baseline {
    /// Every baseline whose form is chosen by the data, the cheapest first.
    pub const ALL: [Self; 13] = [
        Self::Naive,
        Self::SeasonalNaive,
        Self::Drift,
        Self::Mean,
        Self::WindowAverage,
        Self::Theta(ThetaVariant::DynamicOptimised),
        Self::Theta(ThetaVariant::Standard),
        Self::Theta(ThetaVariant::Optimised),
        Self::AutoEts,
        Self::Mstl,
        Self::AutoArima,
        Self::Combination,
        Self::Tbats,
    ];

    /// The baselines that run where nothing is said.
    pub const DEFAULT: [Self; 7] = [
        Self::Naive,
        Self::SeasonalNaive,
        Self::Drift,
        Self::Theta(ThetaVariant::DynamicOptimised),
        Self::AutoEts,
        Self::AutoArima,
        Self::Combination,
    ];

    /// Place in the order of cost: cheap ones are computed and drawn first.
    pub fn cost(self) -> usize {
        match self {
            Self::Naive => 0,
            Self::SeasonalNaive => 1,
            Self::Drift => 2,
            Self::Mean => 3,
            Self::WindowAverage => 4,
            Self::Theta(_) => 5,
            Self::AutoEts | Self::Ets(_) => 6,
            Self::Mstl => 7,
            Self::Arima(_) => 8,
            Self::AutoArima => 9,
            Self::Combination => 10,
            Self::Tbats => 11,
        }
    }

    /// Whether nothing is estimated, so that it is there at once.
    pub const fn is_rule(self) -> bool {
        matches!(
            self,
            Self::Naive | Self::SeasonalNaive | Self::Drift | Self::Mean | Self::WindowAverage
        )
    }

    /// What it does, in a sentence.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::Naive => "The last value repeats.",
            Self::SeasonalNaive => "The last season repeats.",
            Self::Drift => "The straight line through the first and last value goes on.",
            Self::Mean => "The mean of all values.",
            Self::WindowAverage => "The mean of the last season, or of the last rows.",
            Self::Combination => "The median of ETS, Theta and ARIMA: hard to beat, seldom bad.",
            Self::AutoEts | Self::Ets(_) => {
                "Exponential smoothing: level, trend and season follow the newest values."
            }
            Self::Theta(_) => {
                "A trend line and a smoothed curve, averaged; season taken out first."
            }
            Self::Mstl => "Several seasons are taken out one after another; the rest is smoothed.",
            Self::AutoArima => "ARIMA: values and misses of before, orders chosen by AICc.",
            Self::Arima(_) => "ARIMA of the orders that were given.",
            Self::Tbats => "Several or uneven seasons as waves, with trend and ARMA errors.",
        }
    }
}

impl fmt::Display for Baseline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Naive => f.pad("naive"),
            Self::SeasonalNaive => f.pad("seasonal-naive"),
            Self::Drift => f.pad("drift"),
            Self::Mean => f.pad("mean"),
            Self::WindowAverage => f.pad("window-average"),
            Self::Combination => f.pad("combination"),
            Self::AutoEts => f.pad("auto-ets"),
            Self::Ets(config) => f.pad(&config.to_string()),
            Self::Theta(variant) => f.pad(variant.name()),
            Self::Mstl => f.pad("mstl"),
            Self::AutoArima => f.pad("auto-arima"),
            Self::Arima(order) => f.pad(&order.to_string().to_lowercase()),
            Self::Tbats => f.pad("tbats"),
        }
    }
}

/// A name that belongs to no baseline.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnknownBaseline {
    /// No such word.
    #[error(
        "there is no baseline named \"{name}\"; use one of {}, arima(1,1,1)(0,1,1)[12] or ets(A,Ad,M)",
        Baseline::ALL.map(|baseline| baseline.to_string()).join(", ")
    )]
    Name {
        /// The name as given.
        name: String,
    },
    /// Orders that make no model.
    #[error("{0}")]
    Form(String),
}

impl FromStr for Baseline {
    type Err = UnknownBaseline;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let name = text.trim().to_ascii_lowercase();
        if let Some(known) = Self::ALL.into_iter().find(|known| known.to_string() == name) {
            return Ok(known);
        }
        let form = |error: &dyn fmt::Display| UnknownBaseline::Form(error.to_string());
        if name.starts_with("arima") || name.starts_with("sarima") {
            name.parse().map(Self::Arima).map_err(|error| form(&error))
        } else if name.starts_with("ets") {
            name.parse().map(Self::Ets).map_err(|error| form(&error))
        } else {
            Err(UnknownBaseline::Name { name: text.trim().to_owned() })
        }
    }
}

impl JsonSchema for Baseline {
    fn schema_name() -> Cow<'static, str> {
        "Baseline".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let named = |baseline: Self| json_schema!({ "const": baseline.to_string(), "description": baseline.sentence() });
        let mut forms: Vec<Schema> = Self::ALL.into_iter().map(named).collect();
        forms.push(json_schema!({
            "pattern": "^(s?arima|ets)\\(",
            "description": "Orders of your own.",
            "x-form": "arima(1,1,1)(0,1,1)[12] or ets(A,Ad,M)",
        }));
        json_schema!({ "type": "string", "anyOf": forms })
    }
}

impl TryFrom<String> for Baseline {
    type Error = UnknownBaseline;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Baseline> for String {
    fn from(baseline: Baseline) -> Self {
        baseline.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_printed_name_is_read_back() {
        let given = ["arima(1,1,1)(0,1,1)[12]", "arima(2,0,0) with zero mean", "ets(A,Ad,M)"];
        let given = given.map(|text| text.parse::<Baseline>().unwrap());
        for baseline in Baseline::ALL.into_iter().chain(given) {
            assert_eq!(baseline.to_string().parse(), Ok(baseline));
        }
        assert!(Baseline::ALL.is_sorted_by_key(|baseline| baseline.cost()));
    }

    #[test]
    fn a_wrong_name_is_told_what_there_is() {
        let message = |text: &str| text.parse::<Baseline>().unwrap_err().to_string();
        assert!(message("prophet").contains("seasonal-naive"));
        assert!(message("arima(1,1)").contains("arima(1,1,1)(0,1,1)[12]"));
        assert!(message("ets(Q,N,N)").contains("ets(A,Ad,M)"));
    }
}

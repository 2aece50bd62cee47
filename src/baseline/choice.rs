//! A baseline that a person asks for: one of the registry, or ARIMA and exponential smoothing of orders
//! given by hand.
//!
//! The registry of baselines is here: each is one file and one line in `CARDS`.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

use super::arima::ArimaOrder;
use super::card::{BaselineCard, BaselineLook, FitTask, Fits, Periods};
use super::ets::EtsConfig;
use super::model::{BaselineError, FittedBaseline};
use super::{
    arima, combination, drift, ets, mean, mstl, naive, seasonal_naive, tbats, theta, window_average,
};

/// A baseline by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Baseline {
    /// One of the registry, its form chosen by the data.
    Named(&'static BaselineCard),
    /// Exponential smoothing of a given form.
    Ets(EtsConfig),
    /// ARIMA of given orders.
    Arima(ArimaOrder),
}

impl Baseline {
    /// Every baseline of the registry, the cheapest first.
    pub fn all() -> impl DoubleEndedIterator<Item = Self> + ExactSizeIterator {
        CARDS.iter().copied().map(Self::Named)
    }

    /// The baselines that run where nothing is said.
    pub fn unasked() -> impl Iterator<Item = Self> {
        CARDS.iter().copied().filter(|card| card.runs_unasked).map(Self::Named)
    }

    /// The baseline of the registry that has this name.
    pub fn named(name: &str) -> Option<Self> {
        CARDS.iter().copied().find(|card| card.name == name).map(Self::Named)
    }

    /// What it says of itself; with orders given by hand, its family does.
    pub const fn card(self) -> &'static BaselineCard {
        match self {
            Self::Named(card) => card,
            Self::Ets(_) => &ets::CARD,
            Self::Arima(_) => &arima::CARD,
        }
    }

    /// Place in the order of cost: cheap ones are computed and drawn first, ARIMA of given orders before
    /// the search for them.
    pub fn cost(self) -> usize {
        let place = CARDS.iter().position(|card| *card == self.card()).unwrap_or(CARDS.len());
        2 * place + usize::from(!matches!(self, Self::Arima(_)))
    }

    /// Its name for people: `Auto-ETS`, `ARIMA(1,1,1)`.
    pub fn label(self) -> String {
        match self {
            Self::Named(card) => card.label.to_owned(),
            Self::Ets(config) => config.to_string().replacen("ets", "ETS", 1),
            Self::Arima(order) => order.to_string(),
        }
    }

    /// Whether nothing is estimated, so that it is there at once.
    pub const fn is_rule(self) -> bool {
        self.card().is_rule
    }

    /// Whether it is made of others.
    pub const fn is_combination(self) -> bool {
        !self.card().members.is_empty()
    }

    /// What it does, in a sentence.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::Arima(_) => "ARIMA of the orders that were given.",
            _ => self.card().sentence,
        }
    }

    /// How it is drawn.
    pub const fn look(self) -> BaselineLook {
        match self {
            Self::Named(card) => card.look,
            Self::Ets(_) => ets::GIVEN_LOOK,
            Self::Arima(_) => arima::GIVEN_LOOK,
        }
    }

    /// Fits it to `history`: every value before the origin, NaN where missing.
    ///
    /// # Errors
    /// Where no value is known, or given orders do not suit the history.
    ///
    /// ```
    /// use tidegate::baseline::{Baseline, Periods};
    ///
    /// let periods = Periods { season_length: 2, all: vec![2.0] };
    /// let model: Baseline = "seasonal-naive".parse()?;
    /// let ahead = model.fit(&[1.0, 5.0, 2.0, 6.0], &periods)?.predict(3, &[]);
    /// assert_eq!(ahead.mean, [2.0, 6.0, 2.0]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn fit(
        self,
        history: &[f64],
        periods: &Periods,
    ) -> Result<Arc<dyn FittedBaseline>, BaselineError> {
        self.fit_sharing(history, periods, &Fits::default())
    }

    /// As [`Self::fit`], but what `fits` has of it is taken from there, and what others may need is
    /// left there.
    ///
    /// # Errors
    /// As [`Self::fit`].
    pub fn fit_sharing(
        self,
        history: &[f64],
        periods: &Periods,
        fits: &Fits,
    ) -> Result<Arc<dyn FittedBaseline>, BaselineError> {
        let task = FitTask { history, periods, fits };
        let fitted = match self {
            Self::Named(card) if is_member(card) => task.member(card),
            Self::Named(card) => (card.fit)(&task),
            Self::Ets(config) => ets::fit_given(&task, config),
            Self::Arima(order) => arima::fit_given(&task, &order),
        };
        fitted.map_err(|error| error.named(self.to_string()))
    }

    /// Seconds that were spent on what a fit of it would find in `fits`: of it or its members, with this
    /// history and these periods.
    pub fn seconds_of(self, fits: &Fits, history: &[f64], periods: &Periods) -> f64 {
        let own = [self.card()];
        let parts = if self.is_combination() { self.card().members } else { &own };
        let is_named = matches!(self, Self::Named(_));
        let names: Vec<&str> = parts.iter().filter(|_| is_named).map(|card| card.name).collect();
        fits.seconds_of(&names, history, periods)
    }
}

/// Whether a baseline of the registry is made of this one.
fn is_member(card: &BaselineCard) -> bool {
    CARDS.iter().any(|other| other.members.contains(&card))
}

impl fmt::Display for Baseline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Named(card) => f.pad(card.name),
            Self::Ets(config) => f.pad(&config.to_string()),
            Self::Arima(order) => f.pad(&order.to_string().to_lowercase()),
        }
    }
}

/// A name that belongs to no baseline.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnknownBaseline {
    /// No such word.
    #[error(
        "there is no baseline named \"{name}\"; use one of {}, arima(1,1,1)(0,1,1)[12] or ets(A,Ad,M)",
        CARDS.iter().map(|card| card.name).collect::<Vec<_>>().join(", ")
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
        if let Some(known) = Self::named(&name) {
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
        let mut forms: Vec<Schema> = Self::all().map(named).collect();
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

/// Which baselines run, and what they and the scaled error need to know of the series.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct BaselineConfig {
    /// Rows in one season; left out for what the step of the data, or its values, suggest. Seasonal
    /// naive repeats it and MASE is scaled by it. 12 for months with a yearly pattern, 7 for days with
    /// a weekly one, 1 for none.
    #[schemars(title = "Season length", range(min = 1), extend("x-unit" = "rows"), extend("x-default" = "as the data suggest"))]
    pub season_length: Option<usize>,
    /// The baselines that run, by the names of the scorecard.
    #[schemars(title = "Baselines")]
    pub models: Vec<Baseline>,
    /// Shares of futures that prediction intervals should hold, above 0 and below 1: 0.8 for 80 %.
    /// `level` in statsforecast and R's forecast.
    #[schemars(title = "Interval levels")]
    pub levels: Vec<f64>,
}

impl Default for BaselineConfig {
    fn default() -> Self {
        Self { season_length: None, models: Baseline::unasked().collect(), levels: vec![0.8, 0.95] }
    }
}

/// A line each.
pub static CARDS: &[&BaselineCard] = &[
    &naive::CARD,
    &seasonal_naive::CARD,
    &drift::CARD,
    &mean::CARD,
    &window_average::CARD,
    &theta::CARD,
    &theta::STANDARD_CARD,
    &theta::OPTIMISED_CARD,
    &ets::CARD,
    &mstl::CARD,
    &arima::CARD,
    &combination::CARD,
    &tbats::CARD,
];

#[cfg(test)]
mod tests {
    use super::*;

    fn named(name: &str) -> Baseline {
        name.parse().unwrap()
    }

    #[test]
    fn every_printed_name_is_read_back() {
        let given = ["arima(1,1,1)(0,1,1)[12]", "arima(2,0,0) with zero mean", "ets(A,Ad,M)"];
        for baseline in Baseline::all().chain(given.map(named)) {
            assert_eq!(baseline.to_string().parse(), Ok(baseline));
        }
        assert!(Baseline::all().is_sorted_by_key(Baseline::cost));
        assert!(named("mstl").cost() < named("arima(1,1,1)").cost());
        assert!(named("arima(1,1,1)").cost() < named("auto-arima").cost());
    }

    #[test]
    fn a_wrong_name_is_told_what_there_is() {
        let message = |text: &str| text.parse::<Baseline>().unwrap_err().to_string();
        assert!(message("prophet").contains("seasonal-naive"));
        assert!(message("arima(1,1)").contains("arima(1,1,1)(0,1,1)[12]"));
        assert!(message("ets(Q,N,N)").contains("ets(A,Ad,M)"));
    }

    #[test]
    fn a_combination_reuses_what_is_fitted_to_its_own_history_and_periods() {
        let history: Vec<f64> =
            (0..40).map(|row| f64::from(row % 4) + f64::from(row * row % 7)).collect();
        let periods = |season_length| Periods { season_length, all: vec![4.0] };
        let fits = Fits::default();
        let fit = |name: &str, history: &[f64], season| {
            named(name).fit_sharing(history, &periods(season), &fits).unwrap()
        };
        let single = fit("auto-ets", &history, 4);
        assert!(Arc::ptr_eq(&single, &fit("auto-ets", &history, 4)));
        let combined = fit("combination", &history, 4);
        let members = named("combination").card().members;
        assert_eq!(fits.len(), members.len());
        let alone = named("combination").fit(&history, &periods(4)).unwrap();
        assert_eq!(combined.predict(5, &[0.9]), alone.predict(5, &[0.9]));
        let spent = |name: &str, season| named(name).seconds_of(&fits, &history, &periods(season));
        let each: f64 = members.iter().map(|member| spent(member.name, 4)).sum();
        assert!(each > 0.0 && (spent("combination", 4) - each).abs() < 1e-12);
        assert_eq!((spent("naive", 4), spent("combination", 1)), (0.0, 0.0));
        for (history, season) in [(&history[..39], 4), (&history[..], 1)] {
            assert!(!Arc::ptr_eq(&single, &fit("auto-ets", history, season)));
        }
        // What no other is made of is not kept, nor is what has orders of its own.
        let kept = fits.len();
        fit("naive", &history, 4);
        fit("ets(A,N,N)", &history, 4);
        assert_eq!(fits.len(), kept);
    }
}

#[cfg(test)]
mod registry_tests {
    use super::*;

    #[test]
    fn names_and_labels_are_their_own() {
        for (place, card) in CARDS.iter().enumerate() {
            for other in &CARDS[..place] {
                assert!(card.name != other.name && card.label != other.label, "{card:?}");
                assert_ne!(card.look, other.look, "{card:?} and {other:?}");
            }
            assert!(card.sentence.ends_with('.') && card.name == card.name.to_lowercase());
        }
    }
}

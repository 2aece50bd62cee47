//! Which forms of exponential smoothing may be chosen, and their names: `ets(A,Ad,M)`, with `Z` for
//! a part that is chosen by its fit.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::form::{Component, EtsForm, Trend, component_letter, trend_letters};

/// Where smoothing parameters may lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EtsBounds {
    /// In both of the others, as R's `ets` by default.
    #[default]
    Both,
    /// As weights: each between 0 and 1, the trend's below the level's, and the season's below
    /// what the level's leaves.
    Usual,
    /// Anywhere the weight of old values dies away (Hyndman, Akram and Archibald 2008).
    Admissible,
}

/// A part of the form: given, or chosen by its fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum EtsPart<T> {
    /// The best of all.
    #[default]
    Chosen,
    /// This one.
    Given(T),
}

impl<T: PartialEq> EtsPart<T> {
    fn allows(&self, part: &T) -> bool {
        match self {
            Self::Chosen => true,
            Self::Given(given) => given == part,
        }
    }
}

/// The settings of exponential smoothing. The default chooses among the fifteen stable forms
/// without multiplicative trend, as R's `ets`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct EtsConfig {
    /// The errors.
    pub error: EtsPart<Component>,
    /// The trend.
    pub trend: EtsPart<Option<Trend>>,
    /// The season.
    pub season: EtsPart<Option<Component>>,
    /// Whether multiplicative trends are among those to choose from. They grow without bound.
    pub multiplicative_trend: bool,
    /// Where smoothing parameters may lie.
    pub bounds: EtsBounds,
}

impl EtsConfig {
    /// Settings that allow one form only.
    pub fn of(form: EtsForm) -> Self {
        Self {
            error: EtsPart::Given(form.error),
            trend: EtsPart::Given(form.trend),
            season: EtsPart::Given(form.season),
            ..Self::default()
        }
    }

    /// The forms to choose from, simple ones first; stable ones only, unless one form alone is
    /// asked for.
    pub(super) fn forms(self) -> Vec<EtsForm> {
        use Component::{Additive, Multiplicative};
        let trend = |component, damped| Some(Trend { component, damped });
        let trends = [
            None,
            trend(Additive, false),
            trend(Additive, true),
            trend(Multiplicative, false),
            trend(Multiplicative, true),
        ];
        let multiplicative =
            |trend: Option<Trend>| trend.is_some_and(|trend| trend.component == Multiplicative);
        let mut forms = Vec::new();
        for season in [None, Some(Additive), Some(Multiplicative)] {
            for trend in trends {
                for error in [Additive, Multiplicative] {
                    let allowed = self.error.allows(&error)
                        && self.trend.allows(&trend)
                        && self.season.allows(&season);
                    let wanted = self.multiplicative_trend
                        || !multiplicative(trend)
                        || self.trend != EtsPart::Chosen;
                    if allowed && wanted {
                        forms.push(EtsForm { error, trend, season });
                    }
                }
            }
        }
        if forms.len() > 1 {
            forms.retain(|form| form.is_stable());
        }
        forms
    }
}

impl fmt::Display for EtsConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let error = match self.error {
            EtsPart::Chosen => "Z",
            EtsPart::Given(error) => component_letter(error),
        };
        let trend = match self.trend {
            EtsPart::Chosen => "Z",
            EtsPart::Given(trend) => trend_letters(trend),
        };
        let season = match self.season {
            EtsPart::Chosen => "Z",
            EtsPart::Given(season) => season.map_or("N", component_letter),
        };
        write!(f, "ets({error},{trend},{season})")
    }
}

/// A text that names no form of exponential smoothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "\"{text}\" names no form of exponential smoothing; write ets(error,trend,season) with A, M or Z \
     for the error, N, A, Ad, M, Md or Z for the trend, and N, A, M or Z for the season, for example \
     ets(A,Ad,M); Z is chosen among stable forms, and those of an additive error have neither a \
     multiplicative trend nor a multiplicative season"
)]
pub struct UnknownEts {
    /// The text as given.
    pub text: String,
}

impl FromStr for EtsConfig {
    type Err = UnknownEts;

    /// Reads `ets(A,Ad,M)`, `ets(ZZZ)` or `auto-ets`, in letters of any case.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let lower = text.trim().to_ascii_lowercase();
        if lower == "auto-ets" {
            return Ok(Self::default());
        }
        config_from(&lower)
            .filter(|config| !config.forms().is_empty())
            .ok_or_else(|| UnknownEts { text: text.to_owned() })
    }
}

fn config_from(lower: &str) -> Option<EtsConfig> {
    let inner = lower.strip_prefix("ets(")?.strip_suffix(')')?;
    let parts: Vec<&str> = inner.split(',').map(str::trim).collect();
    let &[error, trend, season] = &parts[..] else { return None };
    let component = |letter| match letter {
        "a" => Some(Component::Additive),
        "m" => Some(Component::Multiplicative),
        _ => None,
    };
    let error = if error == "z" { EtsPart::Chosen } else { EtsPart::Given(component(error)?) };
    let season = match season {
        "z" => EtsPart::Chosen,
        "n" => EtsPart::Given(None),
        other => EtsPart::Given(Some(component(other)?)),
    };
    let trend = match trend {
        "z" => EtsPart::Chosen,
        "n" => EtsPart::Given(None),
        other => {
            let damped = other.ends_with('d');
            let component = component(other.strip_suffix('d').unwrap_or(other))?;
            EtsPart::Given(Some(Trend { component, damped }))
        }
    };
    Some(EtsConfig { error, trend, season, ..EtsConfig::default() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_printed() {
        for name in ["ets(A,Ad,M)", "ets(Z,Z,Z)", "ets(M,N,N)", "ets(M,Md,M)", "ets(Z,A,N)"] {
            assert_eq!(name.parse::<EtsConfig>().unwrap().to_string(), name);
        }
        assert_eq!("auto-ets".parse(), Ok(EtsConfig::default()));
        assert_eq!(" ETS(a, AD, m) ".parse::<EtsConfig>().unwrap().to_string(), "ets(A,Ad,M)");
        for wrong in ["ets(A,A)", "ets(Q,A,N)", "ets(A,Nd,N)", "ets(N,A,N)", "theta", "ets", ""] {
            let error = wrong.parse::<EtsConfig>().unwrap_err().to_string();
            assert!(error.contains("ets(A,Ad,M)"), "{error}");
        }
    }

    #[test]
    fn fifteen_forms_are_chosen_from() {
        let forms = EtsConfig::default().forms();
        assert_eq!(forms.len(), 15);
        assert!(forms.iter().all(|form| form.is_stable()));
        let all = EtsConfig { multiplicative_trend: true, ..EtsConfig::default() }.forms();
        assert_eq!(all.len(), 19);
        let one: EtsConfig = "ets(M,Ad,M)".parse().unwrap();
        assert_eq!(
            one.forms().iter().map(ToString::to_string).collect::<Vec<_>>(),
            ["ETS(M,Ad,M)"]
        );
        assert_eq!(one.forms()[0].parameters(12), 18);
    }
}

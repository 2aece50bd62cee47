//! The forms of exponential smoothing and their names: `ETS(A,Ad,M)` has additive errors, a damped
//! additive trend and multiplicative seasons (Hyndman et al. 2008, table 2.1).

use std::fmt;

/// How errors, or seasons, join the level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Component {
    /// Added, in the units of the series.
    Additive,
    /// Multiplied, as a share.
    Multiplicative,
}

/// How the level grows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Trend {
    /// Whether growth is a step or a factor.
    pub component: Component,
    /// Whether growth dies away.
    pub damped: bool,
}

/// One form of exponential smoothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct EtsForm {
    /// The errors.
    pub error: Component,
    /// The trend, if any.
    pub trend: Option<Trend>,
    /// The season, if any.
    pub season: Option<Component>,
}

impl EtsForm {
    /// Whether its forecasts have a bounded variance on values that may come near zero: additive
    /// errors do not go with multiplicative parts, and a multiplicative trend not with an additive
    /// season (Hyndman et al. 2008, section 4.2; R's `ets` with `restrict = TRUE`).
    pub fn is_stable(self) -> bool {
        let multiplicative_trend =
            self.trend.is_some_and(|trend| trend.component == Component::Multiplicative);
        match self.error {
            Component::Additive => {
                !multiplicative_trend && self.season != Some(Component::Multiplicative)
            }
            Component::Multiplicative => {
                !(multiplicative_trend && self.season == Some(Component::Additive))
            }
        }
    }

    /// Whether a part of it is multiplicative: then every value has to be above zero.
    pub fn is_multiplicative(self) -> bool {
        self.error == Component::Multiplicative
            || self.trend.is_some_and(|trend| trend.component == Component::Multiplicative)
            || self.season == Some(Component::Multiplicative)
    }

    /// Whether its trend is damped.
    pub fn is_damped(self) -> bool {
        self.trend.is_some_and(|trend| trend.damped)
    }

    /// Numbers estimated from the history with `season_length` rows a season: smoothing parameters,
    /// free initial states and the variance.
    pub fn parameters(self, season_length: usize) -> usize {
        let trend = if self.trend.is_some() { 2 } else { 0 };
        let season = if self.season.is_some() { season_length } else { 0 };
        3 + trend + usize::from(self.is_damped()) + season
    }
}

pub(super) const fn component_letter(component: Component) -> &'static str {
    match component {
        Component::Additive => "A",
        Component::Multiplicative => "M",
    }
}

pub(super) const fn trend_letters(trend: Option<Trend>) -> &'static str {
    match trend {
        None => "N",
        Some(Trend { component: Component::Additive, damped: false }) => "A",
        Some(Trend { component: Component::Additive, damped: true }) => "Ad",
        Some(Trend { component: Component::Multiplicative, damped: false }) => "M",
        Some(Trend { component: Component::Multiplicative, damped: true }) => "Md",
    }
}

impl fmt::Display for EtsForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let season = self.season.map_or("N", component_letter);
        let (error, trend) = (component_letter(self.error), trend_letters(self.trend));
        write!(f, "ETS({error},{trend},{season})")
    }
}

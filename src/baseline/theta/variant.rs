//! The members of the Theta family and their names.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A member of the family.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ThetaVariant {
    /// The line through the whole history has a weight of one half (theta is 2), as in Assimakopoulos
    /// and Nikolopoulos (2000).
    Standard,
    /// The weight of that line is estimated.
    Optimised,
    /// The weight is one half, and the line is that through the rows known at each time.
    DynamicStandard,
    /// The weight is estimated, and the line is that through the rows known at each time.
    #[default]
    DynamicOptimised,
}

impl ThetaVariant {
    /// Every member.
    pub const ALL: [Self; 4] =
        [Self::Standard, Self::Optimised, Self::DynamicStandard, Self::DynamicOptimised];

    /// The name in settings, and on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Standard => "theta(standard)",
            Self::Optimised => "theta(optimised)",
            Self::DynamicStandard => "theta(dynamic-standard)",
            Self::DynamicOptimised => "theta",
        }
    }

    pub(super) const fn is_dynamic(self) -> bool {
        matches!(self, Self::DynamicStandard | Self::DynamicOptimised)
    }

    pub(super) const fn is_optimised(self) -> bool {
        matches!(self, Self::Optimised | Self::DynamicOptimised)
    }

    pub(super) const fn words(self) -> &'static str {
        match self {
            Self::Standard => "Theta, standard",
            Self::Optimised => "Theta, optimised",
            Self::DynamicStandard => "Theta, dynamic standard",
            Self::DynamicOptimised => "Theta, dynamic optimised",
        }
    }
}

impl fmt::Display for ThetaVariant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A text that names no member of the Theta family.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "\"{text}\" names no Theta method; use theta, theta(standard), theta(optimised) or \
     theta(dynamic-standard)"
)]
pub struct UnknownTheta {
    /// The text as given.
    pub text: String,
}

impl FromStr for ThetaVariant {
    type Err = UnknownTheta;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let trimmed = text.trim();
        let is = |variant: &Self| variant.name().eq_ignore_ascii_case(trimmed);
        let full = trimmed.eq_ignore_ascii_case("theta(dynamic-optimised)");
        let found = Self::ALL.into_iter().find(is).or(full.then_some(Self::DynamicOptimised));
        found.ok_or_else(|| UnknownTheta { text: text.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_printed() {
        for variant in ThetaVariant::ALL {
            assert_eq!(variant.to_string().parse(), Ok(variant));
        }
        assert_eq!("Theta(Dynamic-Optimised)".parse(), Ok(ThetaVariant::DynamicOptimised));
        let error = "theta(x)".parse::<ThetaVariant>().unwrap_err().to_string();
        assert!(error.contains("theta(standard)"), "{error}");
    }
}

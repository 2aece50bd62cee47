//! The members of the Theta family, and how each is estimated.
//!
//! The parameters of Theta by least squares.
//!
//! With the smoothing weight `alpha` given, one-step forecasts are linear in the first level and in
//! the weight `1 - 1 / theta` of the line (Fiorucci et al. 2016, equations 6 to 12). Both then have a
//! closed form, and the search is one of a single number.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::stats::number;

/// Bounds of `alpha`, as in the reference implementation `forecTheta`.
const ALPHAS: (f64, f64) = (0.1, 0.99);
/// Cells of the grid that finds the valley of the errors, and sections that narrow it.
const CELLS: usize = 24;
const SECTIONS: usize = 24;
/// The first errors are those of lines through next to nothing.
pub(super) const FIRST_ERRORS: usize = 3;

/// Intercept and slope of the line, before each row, and after the last.
pub(super) type ThetaLines = Vec<(f64, f64)>;

/// What is estimated.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Parameters {
    /// Weight of the newest value in the level.
    pub(super) alpha: f64,
    /// Weight of the line: `1 - 1 / theta`.
    pub(super) line_weight: f64,
    /// Level before the first row.
    pub(super) first_level: f64,
}

/// The running line through the rows so far: mean and slope, updated row by row.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct RunningLine {
    rows: f64,
    mean: f64,
    slope: f64,
}

impl RunningLine {
    pub(super) fn push(&mut self, value: f64) {
        self.rows += 1.0;
        let off = value - self.mean;
        self.slope = if self.rows > 1.0 {
            ((self.rows - 2.0) * self.slope + 6.0 * off / self.rows) / (self.rows + 1.0)
        } else {
            0.0
        };
        self.mean += off / self.rows;
    }

    /// As many rows, all of them zero.
    pub(super) fn emptied(&self) -> Self {
        Self { rows: self.rows, ..Self::default() }
    }

    /// Intercept (row 1 is the first) and slope.
    pub(super) fn line(&self) -> (f64, f64) {
        (self.mean - self.slope * (self.rows + 1.0) / 2.0, self.slope)
    }
}

/// The lines that each row's forecast knows of: one for all, or one a row.
pub(super) fn lines(values: &[f64], variant: ThetaVariant) -> ThetaLines {
    let mut running = RunningLine::default();
    let mut lines = Vec::with_capacity(values.len() + 1);
    lines.push((values.first().copied().unwrap_or(0.0), 0.0));
    for value in values {
        running.push(*value);
        lines.push(running.line());
    }
    if !variant.is_dynamic() {
        lines.fill(running.line());
    }
    lines
}

/// What the line adds to the level at a row, for a weight of 1; `left` is `(1 - alpha)^row`.
pub(super) fn pull((intercept, slope): (f64, f64), alpha: f64, left: f64) -> f64 {
    left * intercept + (1.0 - left * (1.0 - alpha)) / alpha * slope
}

/// Sums of squares and products of what a forecast lacks (`r`), the share of the first level (`d`)
/// and the pull of the line (`p`).
#[derive(Debug, Default)]
struct ThetaSums {
    rr: f64,
    rd: f64,
    rp: f64,
    dd: f64,
    dp: f64,
    pp: f64,
}

/// A history to fit.
pub(super) struct ThetaTask<'a> {
    /// Without season, none missing.
    pub(super) values: &'a [f64],
    /// Whether each value was known: others have no say.
    pub(super) known: &'a [bool],
    pub(super) lines: &'a ThetaLines,
    /// The weight of the line, where it is given.
    pub(super) line_weight: Option<f64>,
}

impl ThetaTask<'_> {
    /// The parameters with the least squares of errors.
    pub(super) fn best(&self) -> Parameters {
        let (low, high) = self
            .values
            .iter()
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| (l.min(*v), h.max(*v)));
        let levels = (low - (high - low), high + (high - low));
        let at = |alpha: f64| self.with_alpha(alpha, levels);
        let width = (ALPHAS.1 - ALPHAS.0) / number(CELLS);
        let mut best = at(ALPHAS.1);
        for cell in 0..CELLS {
            let found = at(ALPHAS.0 + width * number(cell));
            if found.0 < best.0 {
                best = found;
            }
        }
        let golden = (5.0_f64.sqrt() - 1.0) / 2.0;
        let centre = best.1.alpha;
        let (mut left, mut right) =
            ((centre - width).max(ALPHAS.0), (centre + width).min(ALPHAS.1));
        for _ in 0..SECTIONS {
            let step = golden * (right - left);
            let (lower, upper) = (at(right - step), at(left + step));
            if lower.0 <= upper.0 {
                right = left + step;
            } else {
                left = right - step;
            }
            for found in [lower, upper] {
                if found.0 < best.0 {
                    best = found;
                }
            }
        }
        best.1
    }

    /// Squares left with this `alpha`, and the parameters that leave them.
    fn with_alpha(&self, alpha: f64, levels: (f64, f64)) -> (f64, Parameters) {
        let sums = self.sums(alpha);
        let first_level = |weight: f64| {
            let level = (sums.rd - weight * sums.dp) / sums.dd;
            if level.is_finite() { level.clamp(levels.0, levels.1) } else { levels.0 }
        };
        let line_weight = |level: f64| {
            let weight = (sums.rp - level * sums.dp) / sums.pp;
            if weight.is_finite() { weight.clamp(0.0, 1.0) } else { 0.5 }
        };
        let (level, weight) = if let Some(weight) = self.line_weight {
            (first_level(weight), weight)
        } else {
            let free = sums.rp * sums.dd - sums.rd * sums.dp;
            let weight = (free / (sums.pp * sums.dd - sums.dp * sums.dp)).clamp(0.0, 1.0);
            let level = first_level(if weight.is_nan() { 0.5 } else { weight });
            // A level that met its bound changes the best weight.
            (level, line_weight(level))
        };
        let products = level * sums.rd + weight * sums.rp - level * weight * sums.dp;
        let squares =
            sums.rr - 2.0 * products + level * level * sums.dd + weight * weight * sums.pp;
        (squares, Parameters { alpha, line_weight: weight, first_level: level })
    }

    fn sums(&self, alpha: f64) -> ThetaSums {
        let mut sums = ThetaSums::default();
        // The level without what the first one left, and the share that it left.
        let (mut level, mut left) = (0.0, 1.0);
        let rows = self.values.iter().zip(self.known).zip(self.lines);
        for (row, ((&value, &known), &line)) in rows.enumerate() {
            if known && row >= FIRST_ERRORS {
                let (r, d, p) = (value - level, left, pull(line, alpha, left));
                sums.rr += r * r;
                sums.rd += r * d;
                sums.rp += r * p;
                sums.dd += d * d;
                sums.dp += d * p;
                sums.pp += p * p;
            }
            level += alpha * (value - level);
            left *= 1.0 - alpha;
        }
        sums
    }
}

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
    fn the_running_line_is_the_least_squares_line() {
        let values = [3.0, 1.0, 4.0, 1.5, 9.0];
        let mut running = RunningLine::default();
        for value in values {
            running.push(value);
        }
        let columns = [vec![1.0; 5], (1..=5).map(number).collect()];
        let expected = crate::stats::least_squares::least_squares(&columns, &values);
        let (intercept, slope) = running.line();
        assert!((intercept - expected[0]).abs() < 1e-12 && (slope - expected[1]).abs() < 1e-12);
    }
}

#[cfg(test)]
mod variant_tests {
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

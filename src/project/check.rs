//! What stands in the way of training, each problem at its setting and with a fix.

use std::fmt;

use super::settings::{
    Range, SettingInfo, SettingKind, SettingNumber, number_of, settings, tree_of, value_at,
};
use super::{Recipe, Setting, setting};
use crate::forecast::Levels;
use crate::series::Series;
use crate::window::{Split, WindowConfig};

/// A setting that cannot be used, why, and what to do.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    /// Where it stands.
    pub setting: Setting,
    /// What was found, what is allowed, and what to do, in one sentence.
    pub message: String,
    /// The change that solves it, where one is known.
    pub fix: Option<Fix>,
}

/// A change to a recipe that takes a problem away.
#[derive(Debug, Clone, PartialEq)]
pub struct Fix {
    /// In words for a button: `Use 36`.
    pub label: String,
    /// The recipe with the change made.
    pub recipe: Box<Recipe>,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.setting, self.message)
    }
}

/// Training windows that a fix leaves at least: from fewer a network learns nothing that holds.
const FEWEST_WINDOWS: usize = 8;

impl Recipe {
    /// Every problem at once, for a series: what keeps any model from being scored, and what keeps
    /// a network from being trained. Empty means Train will run.
    pub fn check(&self, series: &Series) -> Vec<Problem> {
        let mut problems = self.check_parts(series);
        if problems.is_empty() {
            problems.extend(self.check_values(series));
        }
        if problems.is_empty() {
            problems.extend(self.check_transform(series));
        }
        if problems.is_empty() {
            problems.extend(self.check_windows(series));
        }
        problems.extend(self.check_shares(series));
        problems.extend(self.check_network());
        if problems.is_empty() {
            problems.extend(self.check_lanes(series));
        }
        if problems.is_empty() {
            problems.extend(self.check_size(series));
        }
        problems
    }

    /// Problems that concern every model, baselines too: is there a hold-out, and a history?
    pub fn check_parts(&self, series: &Series) -> Vec<Problem> {
        let rows = series.len();
        let WindowConfig { horizon, test, .. } = self.window;
        let mut problems = Vec::new();
        if horizon == 0 {
            problems.push(self.problem(
                setting!(window.horizon),
                "a horizon of 0 forecasts nothing; use 1 or more".to_owned(),
                Some(1),
            ));
        }
        let longest = rows.saturating_sub(1);
        if rows < 2 {
            problems.push(self.problem(
                setting!(window.test),
                format!(
                    "{} has {rows} row{} and a forecast needs at least one row to start from and one \
                     to be scored on; open a file with more rows",
                    series.name,
                    if rows == 1 { "" } else { "s" }
                ),
                None,
            ));
        } else if horizon > longest {
            let message = format!(
                "a horizon of {horizon} is longer than the data: {} has {rows} rows; use {} or less",
                series.name,
                fitting_horizon(rows)
            );
            problems.push(self.problem(
                setting!(window.horizon),
                message,
                Some(fitting_horizon(rows)),
            ));
        }
        if rows >= 2 && test == 0 {
            let message =
                "a test part of 0 rows leaves nothing to score on; use the horizon".to_owned();
            problems.push(self.problem(
                setting!(window.test),
                message,
                Some(horizon.clamp(1, longest)),
            ));
        } else if rows >= 2 && test > longest {
            let message = format!(
                "a test part of {test} rows leaves nothing to learn from: {} has {rows} rows; use {} or less",
                series.name,
                rows / 2
            );
            problems.push(self.problem(
                setting!(window.test),
                message,
                Some(horizon.clamp(1, rows / 2)),
            ));
        }
        problems.extend(self.check_baselines());
        problems
    }

    /// Whether training and validation have windows at all. Called once the parts themselves stand.
    fn check_windows(&self, series: &Series) -> Option<Problem> {
        let window = &self.window;
        if window.lookback == 0 {
            let message = "a lookback of 0 shows the network nothing; use 1 or more".to_owned();
            let fix = series.season_length().clamp(1, (series.len() / 4).max(1));
            return Some(self.problem(setting!(window.lookback), message, Some(fix)));
        }
        let split = Split::new(series.len(), window);
        if window.validation > 0 && window.validation < window.horizon {
            let message = format!(
                "a validation part of {} rows is shorter than the horizon of {}, so no window fits; \
                 use {} or more, or 0 for none",
                window.validation, window.horizon, window.horizon
            );
            return Some(self.problem(setting!(window.validation), message, Some(window.horizon)));
        }
        let span = self.differences(series).span();
        let needed = window.lookback.saturating_add(window.horizon).saturating_add(span);
        let longest = split.train.len().saturating_sub(window.horizon.saturating_add(span));
        if needed > split.train.len() {
            return Some(self.short_training_part(&split, longest, span));
        }
        if let Some(problem) = self.check_origins(series, span) {
            return Some(problem);
        }
        let counts = self.window_counts(series);
        let (part, starved) = if counts.train == 0 {
            ("training", true)
        } else {
            ("validation", window.validation > 0 && counts.validation == 0)
        };
        starved.then(|| {
            let message = format!(
                "no window of {needed} rows in the {part} part has an input in every row and a target, for \
                 {} values are missing; use a shorter lookback, or a policy for missing values that fills \
                 more",
                series.missing()
            );
            self.problem(
                setting!(window.lookback),
                message,
                self.fitting_lookback(series, FEWEST_WINDOWS),
            )
        })
    }

    /// Whether the network has its input at both origins: before the hold-out and after the data.
    /// Differences of the input reach back `span` rows more.
    fn check_origins(&self, series: &Series, span: usize) -> Option<Problem> {
        let window = &self.window;
        let (origin, known) = self.known_before_origins(series);
        if known >= window.lookback.saturating_add(span) {
            return None;
        }
        let gap = series.axis.display(origin - known - 1);
        let found = format!(
            "the {} rows before the forecast from {} hold a missing value at {gap} that is left so",
            window.lookback + span,
            series.axis.display(origin)
        );
        let fitting = self.fitting_lookback(series, FEWEST_WINDOWS);
        let message = match fitting {
            Some(lookback) => format!("{found}; use a lookback of {lookback} or less"),
            None => format!("{found}; use a policy for missing values that fills it"),
        };
        let fix = fitting;
        Some(self.problem(setting!(window.lookback), message, fix))
    }

    fn short_training_part(&self, split: &Split, longest: usize, span: usize) -> Problem {
        let window = &self.window;
        let found = format!(
            "lookback {} + horizon {}{} needs {} rows in the training part; it has {} (after {} for \
             validation and {} for test)",
            window.lookback,
            window.horizon,
            if span > 0 { format!(" + {span} for differences") } else { String::new() },
            window.lookback.saturating_add(window.horizon).saturating_add(span),
            split.train.len(),
            split.validation.len(),
            split.test.len()
        );
        // With the longest that fits there is one window; with half of it as many windows as it has rows.
        let fits = longest.div_ceil(2).min((longest + 1).saturating_sub(FEWEST_WINDOWS));
        if fits >= 1 {
            let message = format!("{found}: use a lookback of {fits} or less");
            return self.problem(setting!(window.lookback), message, Some(fits));
        }
        self.long_parts(split, &found)
    }

    /// No lookback leaves enough windows: the part that takes most is too long, or the series is too short.
    fn long_parts(&self, split: &Split, found: &str) -> Problem {
        let window = &self.window;
        let fewest = window.horizon.saturating_add(FEWEST_WINDOWS);
        let (setting, part, other) = if window.validation > window.test {
            (setting!(window.validation), "validation", window.test)
        } else {
            (setting!(window.test), "test", window.validation)
        };
        let room = split.rows().saturating_sub(other).saturating_sub(fewest);
        let fits = window.horizon.min(room);
        if setting == setting!(window.validation) && room < window.horizon {
            let message = format!("{found}: use no validation part");
            return self.problem(setting, message, Some(0));
        }
        if fits >= 1 && fits < window.validation.max(window.test) {
            let message = format!("{found}: use a {part} part of {fits} rows");
            return self.problem(setting, message, Some(fits));
        }
        let horizon = fitting_horizon(split.rows());
        let shorter = (horizon < window.horizon).then_some(horizon);
        let message = format!("{found}: a network needs a longer series or a shorter horizon");
        self.problem(setting!(window.horizon), message, shorter)
    }

    /// A problem, fixed by another whole number.
    pub(super) fn problem(
        &self,
        setting: Setting,
        message: String,
        value: Option<usize>,
    ) -> Problem {
        let fix = value.and_then(|value| self.fixed(setting, value));
        Problem { setting, message, fix }
    }

    /// The recipe with a whole number changed; the parts follow a changed horizon.
    fn fixed(&self, setting: Setting, value: usize) -> Option<Fix> {
        let mut recipe = self.clone();
        if setting == setting!(window.horizon) {
            let window = &mut recipe.window;
            window.horizon = value;
            window.test = value;
            window.validation = window.validation.min(value);
            window.lookback = window.lookback.clamp(1, value.max(1));
        } else {
            recipe = self.with_number(setting.path(), SettingNumber::Whole(value as u64))?;
        }
        Some(Fix { label: format!("Use {value}"), recipe: Box::new(recipe) })
    }
}

/// A horizon that leaves four times as many rows to learn from.
fn fitting_horizon(rows: usize) -> usize {
    (rows / 5).max(1)
}

impl Recipe {
    /// Every number of these parts that its setting does not allow. Parameters of a choice that is not
    /// made are not looked at.
    pub(super) fn check_ranges(&self, parts: &[&str]) -> Vec<Problem> {
        let tree = tree_of(self);
        let is_asked = |setting: &&SettingInfo| {
            parts.contains(&setting.path.split('.').next().unwrap_or_default())
        };
        let numbers = settings().filter(is_asked).filter_map(|setting| {
            let (range, value) = (setting.range()?, value_at(&tree, &setting.path)?);
            Some((setting, range, number_of(value)?))
        });
        let wrong = numbers.filter(|(_, range, (value, _))| !range.contains(*value));
        wrong.map(|(setting, range, found)| self.range_problem(setting, range, found)).collect()
    }

    fn range_problem(
        &self,
        setting: &'static SettingInfo,
        range: &Range,
        (value, written): (f64, String),
    ) -> Problem {
        let message =
            format!("{} {written} is out of range; use {}", setting.label, range.advice(value));
        let fixed = |number| {
            let recipe = self.with_number(&setting.path, number)?;
            let label = match number {
                SettingNumber::Whole(number) => format!("Use {number}"),
                SettingNumber::Real(number) => format!("Use {number}"),
                SettingNumber::LeftOut => "Leave it out".to_owned(),
            };
            Some(Fix { label, recipe: Box::new(recipe) })
        };
        let fix = fitting(setting, range, value).and_then(fixed);
        Problem { setting: Setting::at(&setting.path), message, fix }
    }
}

/// A number that is allowed: of whole numbers the nearest, else the default.
fn fitting(setting: &SettingInfo, range: &Range, value: f64) -> Option<SettingNumber> {
    let default = setting.default.as_ref().and_then(toml::Value::as_float);
    let nearest = range.nearest(value);
    if matches!(setting.kind, SettingKind::Whole(_)) {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a whole number of the range, which is none below zero"
        )]
        return nearest.map(|number| SettingNumber::Whole(number as u64));
    }
    let number = default.filter(|usual| range.contains(*usual)).or(nearest);
    number.map(SettingNumber::Real).or(setting.is_optional.then_some(SettingNumber::LeftOut))
}

impl Recipe {
    /// Season length and levels; the orders of single models were checked when they were read.
    pub(super) fn check_baselines(&self) -> Vec<Problem> {
        let mut problems = self.check_ranges(&["baselines"]);
        if let Err(wrong) = Levels::new(self.baselines.levels.clone()) {
            let mut recipe = self.clone();
            recipe.baselines.levels = crate::baseline::BaselineConfig::default().levels;
            let label = "Use 80, 95".to_owned();
            let fix = Some(Fix { label, recipe: Box::new(recipe) });
            problems.push(Problem {
                setting: setting!(baselines.levels),
                message: wrong.to_string(),
                fix,
            });
        }
        problems
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_that_hold_nothing_or_everything_are_named_with_a_fix() {
        let mut recipe = Recipe::default();
        assert!(recipe.check_baselines().is_empty());
        recipe.baselines.levels = vec![0.5, 1.0];
        let problems = recipe.check_baselines();
        assert!(problems[0].message.contains("100 %"), "{}", problems[0].message);
        let fixed = &problems[0].fix.as_ref().unwrap().recipe;
        assert!(fixed.check_baselines().is_empty());
    }
}

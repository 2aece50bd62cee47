//! Numbers outside of what their settings allow, whatever the series.

use super::settings::{Kind, Number, Range, SettingInfo, number_of, settings, tree_of, value_at};
use super::{Fix, Problem, Recipe, Setting};

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
            let recipe = self.with_number(Setting::at(&setting.path), number)?;
            let label = match number {
                Number::Whole(number) => format!("Use {number}"),
                Number::Real(number) => format!("Use {number}"),
                Number::LeftOut => "Leave it out".to_owned(),
            };
            Some(Fix { label, recipe: Box::new(recipe) })
        };
        let fix = fitting(setting, range, value).and_then(fixed);
        Problem { setting: Setting::at(&setting.path), message, fix }
    }
}

/// A number that is allowed: of whole numbers the nearest, else the default.
fn fitting(setting: &SettingInfo, range: &Range, value: f64) -> Option<Number> {
    let default = setting.default.as_ref().and_then(toml::Value::as_float);
    let nearest = range.nearest(value);
    if matches!(setting.kind, Kind::Whole(_)) {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a whole number of the range, which is none below zero"
        )]
        return nearest.map(|number| Number::Whole(number as u64));
    }
    let number = default.filter(|usual| range.contains(*usual)).or(nearest);
    number.map(Number::Real).or(setting.is_optional.then_some(Number::LeftOut))
}

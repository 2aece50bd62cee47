//! Values that no network can learn, whatever its settings.

use super::{Problem, Recipe, setting};
use crate::series::number::compact;
use crate::series::outliers::too_large;
use crate::series::{OutlierPolicy, Series};

impl Recipe {
    /// Values too large to calculate with, the first of them by its date. Masking outliers is the fix
    /// where it takes them all away. Rows of the hold-out decide nothing.
    pub(super) fn check_values(&self, series: &Series) -> Option<Problem> {
        let slots = too_large(self.before_scored(series));
        let first = *slots.first()?;
        let found = format!(
            "{} has {} too large to calculate with, the first at {}: {}",
            series.name,
            if slots.len() == 1 { "a value".to_owned() } else { format!("{} values", slots.len()) },
            series.axis.display(first),
            compact(series.values[first])
        );
        let mut masking = self.clone();
        masking.import.outliers = OutlierPolicy::Mask;
        let masked = masking.task(series).modelled_target(series);
        if self.import.outliers == OutlierPolicy::Keep
            && too_large(self.before_scored(&masked)).is_empty()
        {
            let message = format!(
                "{found}, most likely a sign for \"missing\"; mask outliers (--outliers mask), so that \
                 it counts as missing"
            );
            return Some(self.fixed_by(
                setting!(import.outliers),
                message,
                "Mask outliers",
                |recipe| {
                    *recipe = masking;
                },
            ));
        }
        let message = format!("{found}; divide the column by a power of ten and open it again");
        Some(Problem { setting: setting!(import.outliers), message, fix: None })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::series::TimeAxis;

    fn series(value: impl Fn(i32) -> f64) -> Series {
        Series::new("y", TimeAxis::row_numbers(), (0..150).map(value).collect::<Vec<f64>>())
    }

    #[test]
    fn a_sign_for_missing_is_named_and_its_fix_takes_it_away() {
        let usual = |row: i32| f64::from(row % 12);
        for large in [1e155, 1e300, -f64::MAX] {
            for slot in [3, 100, 120] {
                let series = series(|row| if row == slot { large } else { usual(row) });
                let recipe = Recipe::for_series(&series);
                let problems = recipe.check(&series);
                assert_eq!(problems.len(), 1, "{problems:?}");
                let Problem { setting, message, fix } = &problems[0];
                assert_eq!(*setting, setting!(import.outliers));
                assert!(message.contains("y has a value too large"), "{message}");
                let row = usize::try_from(slot).unwrap();
                assert!(message.contains(&series.axis.display(row)), "{message}");
                let fixed = &fix.as_ref().unwrap().recipe;
                assert_eq!(
                    fixed.check(&fixed.task(&series).modelled_target(&series)),
                    [],
                    "{message}"
                );
            }
        }
        let plain = series(usual);
        assert_eq!(Recipe::for_series(&plain).check(&plain), []);
    }

    #[test]
    fn the_rows_that_are_scored_decide_nothing() {
        let plain = series(|row| f64::from(row % 12));
        let recipe = Recipe::for_series(&plain);
        let scored = recipe.before_scored(&plain).len();
        let last = series(|row| if row == 149 { 1e155 } else { f64::from(row % 12) });
        assert!(scored < 150 && recipe.check(&last).is_empty());
        let mut held_out_early = recipe;
        held_out_early.window.test = 2 * held_out_early.window.horizon;
        // A row of the test part before the first that is scored is an input of the forecast.
        let row = i32::try_from(scored).unwrap() - 1;
        let before = series(|at| if at == row { 1e155 } else { f64::from(at % 12) });
        assert_eq!(held_out_early.check(&before).len(), 1);
    }

    #[test]
    fn a_series_of_that_scale_is_not_masked_away() {
        let large = series(|row| f64::from(row % 12 + 1) * 1e155);
        let problems = Recipe::for_series(&large).check(&large);
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert_eq!(problems[0].fix, None);
        assert!(problems[0].message.contains("divide"), "{}", problems[0].message);
    }
}

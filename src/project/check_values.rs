//! Values that no network can learn, whatever its settings.

use super::{Problem, Recipe, Setting};
use crate::series::number::compact;
use crate::series::outliers::too_large;
use crate::series::{OutlierPolicy, Series};

impl Recipe {
    /// Values too large to calculate with, the first of them by its date. Masking outliers is the fix
    /// where it takes them all away.
    pub(super) fn check_values(&self, series: &Series) -> Option<Problem> {
        let slots = too_large(&series.values);
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
        let masked = masking.task(series).modelled(series).into_owned();
        if self.import.outliers == OutlierPolicy::Keep && too_large(&masked.values).is_empty() {
            let message = format!(
                "{found}, most likely a sign for \"missing\"; mask outliers (--outliers mask), so that \
                 it counts as missing"
            );
            return Some(self.mended_by(Setting::Outliers, message, "Mask outliers", |recipe| {
                *recipe = masking;
            }));
        }
        let message = format!("{found}; divide the column by a power of ten and open it again");
        Some(Problem { setting: Setting::Outliers, message, mend: None })
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
            for slot in [3, 100, 130, 149] {
                let series = series(|row| if row == slot { large } else { usual(row) });
                let recipe = Recipe::for_series(&series);
                let problems = recipe.check(&series);
                assert_eq!(problems.len(), 1, "{problems:?}");
                let Problem { setting, message, mend } = &problems[0];
                assert_eq!(*setting, Setting::Outliers);
                assert!(message.contains("y has a value too large"), "{message}");
                let row = usize::try_from(slot).unwrap();
                assert!(message.contains(&series.axis.display(row)), "{message}");
                let fixed = &mend.as_ref().unwrap().recipe;
                assert_eq!(fixed.check(&fixed.task(&series).modelled(&series)), [], "{message}");
            }
        }
        let plain = series(usual);
        assert_eq!(Recipe::for_series(&plain).check(&plain), []);
    }

    #[test]
    fn a_series_of_that_scale_is_not_masked_away() {
        let large = series(|row| f64::from(row % 12 + 1) * 1e155);
        let problems = Recipe::for_series(&large).check(&large);
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert_eq!(problems[0].mend, None);
        assert!(problems[0].message.contains("divide"), "{}", problems[0].message);
    }
}

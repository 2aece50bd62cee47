//! What prevents a transform or a time feature: values outside a domain or too large to calculate with,
//! no season, too few rows, no dates.

use super::{Fix, Problem, Recipe, Setting, setting};
use crate::series::number::compact;
use crate::series::outliers::too_large;
use crate::series::{OutlierPolicy, Series};
use crate::transform::{
    Differences, FourierTerms, Power, TimeFeatures, TransformConfig, TransformError, check_domain,
    check_season,
};

impl Recipe {
    /// Problems of the transform, each with a fix. Values of all rows before the hold-out count for the
    /// domain of a power, for the later ones of them are a forecast's input.
    pub(super) fn check_transform(&self, series: &Series) -> Vec<Problem> {
        let config = &self.transform;
        let season_length = self.transform_season_length(series);
        let mut problems = Vec::new();
        if let Err(error) = check_domain(config.power, config.shift, self.before_scored(series)) {
            problems.push(self.domain_problem(error));
        }
        if config.seasonal_adjustment {
            let rows = self.split(series).train.len();
            if let Err(error) = check_season(rows, season_length) {
                problems.push(self.transform_problem(
                    setting!(transform.seasonal_adjustment),
                    error,
                    "Turn it off",
                    |transform| transform.seasonal_adjustment = false,
                ));
            }
        }
        if let Err(error) = Differences::new(config, season_length) {
            problems.push(self.transform_problem(
                setting!(transform.seasonal_difference),
                error,
                "Turn it off",
                |transform| transform.seasonal_difference = false,
            ));
        }
        let training_rows = self.split(series).train.len();
        if let Err(error) = TimeFeatures::new(config, &series.axis, training_rows) {
            problems.push(self.feature_problem(error));
        }
        problems
    }

    fn feature_problem(&self, error: TransformError) -> Problem {
        if matches!(error, TransformError::NoCalendar { .. }) {
            return self.transform_problem(
                setting!(transform.calendar),
                error,
                "Turn them off",
                |transform| {
                    transform.calendar = false;
                },
            );
        }
        self.transform_problem(
            setting!(transform.fourier),
            error,
            "Use possible terms",
            |transform| {
                transform.fourier = FourierTerms::possible(&transform.fourier);
            },
        )
    }

    fn domain_problem(&self, error: TransformError) -> Problem {
        match error {
            TransformError::OutOfDomain { fix: shift, .. } if shift.is_finite() => {
                let label = format!("Use a shift of {shift}");
                self.transform_problem(setting!(transform.power), error, &label, |transform| {
                    transform.shift = shift;
                })
            }
            TransformError::Shift { .. } => {
                self.transform_problem(setting!(transform.shift), error, "Use 0", |transform| {
                    transform.shift = 0.0;
                })
            }
            error => {
                self.transform_problem(setting!(transform.power), error, "Use none", |transform| {
                    transform.power = Power::None;
                })
            }
        }
    }

    fn transform_problem(
        &self,
        setting: Setting,
        error: TransformError,
        label: &str,
        change: impl FnOnce(&mut TransformConfig),
    ) -> Problem {
        let mut recipe = self.clone();
        change(&mut recipe.transform);
        let fix = Some(Fix { label: label.to_owned(), recipe: Box::new(recipe) });
        Problem { setting, message: error.to_string(), fix }
    }
}

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

    fn series(values: Vec<f64>) -> Series {
        Series::new("y", TimeAxis::row_numbers(), values)
    }

    fn recipe(series: &Series, change: impl FnOnce(&mut TransformConfig)) -> Recipe {
        let mut recipe = Recipe::for_series(series);
        recipe.baselines.season_length = Some(4);
        change(&mut recipe.transform);
        recipe
    }

    /// One problem, which its fix takes away.
    fn fixed(recipe: &Recipe, series: &Series) -> Problem {
        let problems = recipe.check(series);
        assert_eq!(problems.len(), 1, "{problems:?}");
        let fix = problems[0].fix.clone().unwrap();
        assert_eq!(fix.recipe.check(series), [], "{}", fix.label);
        problems[0].clone()
    }

    #[test]
    fn values_outside_the_domain_are_found_before_training() {
        let series = series((0..80_i32).map(|row| f64::from(row % 5 - 2)).collect());
        let log = recipe(&series, |transform| transform.power = Power::Log1p);
        let problem = fixed(&log, &series);
        assert_eq!(problem.setting, setting!(transform.power));
        let below = log.before_scored(&series).iter().filter(|value| **value < 0.0).count();
        assert!(
            problem.message.contains(&format!("{below} of them")) && problem.message.contains("-2"),
            "{problem}"
        );
        let mut held_out: Vec<f64> = (0..80_i32).map(|row| f64::from(row % 5)).collect();
        held_out[79] = -2.0;
        assert_eq!(log.check(&self::series(held_out)), []);
        let power = recipe(&series, |transform| {
            transform.power = Power::BoxCoxGuerrero;
            transform.shift = 1.0;
        });
        assert_eq!(fixed(&power, &series).fix.unwrap().label, "Use a shift of 3");
        let nan = recipe(&series, |transform| {
            transform.power = Power::Log1p;
            transform.shift = f64::NAN;
        });
        assert_eq!(nan.check(&series)[0].setting, setting!(transform.shift));
    }

    #[test]
    fn a_seasonal_transform_needs_seasons() {
        let series = series((0..80_i32).map(|row| f64::from(row % 4)).collect());
        for (length, what) in [(1, "season length"), (40, "two seasons")] {
            let mut recipe = recipe(&series, |transform| transform.seasonal_adjustment = true);
            recipe.baselines.season_length = Some(length);
            let problem = fixed(&recipe, &series);
            assert_eq!(problem.setting, setting!(transform.seasonal_adjustment));
            assert!(problem.message.contains(what), "{problem}");
        }
        let mut recipe = recipe(&series, |transform| transform.seasonal_difference = true);
        recipe.baselines.season_length = Some(1);
        assert_eq!(fixed(&recipe, &series).setting, setting!(transform.seasonal_difference));
    }

    #[test]
    fn features_that_cannot_be_are_fixed() {
        let series = series((0..80_i32).map(|row| f64::from(row % 4)).collect());
        let calendar = recipe(&series, |transform| transform.calendar = true);
        assert_eq!(fixed(&calendar, &series).setting, setting!(transform.calendar));
        let terms = |period, pairs| FourierTerms { period, pairs };
        let fourier = recipe(&series, |transform| {
            transform.fourier = vec![terms(4.0, 1), terms(7.0, 9), terms(1.0, 1)];
        });
        let fix = fixed(&fourier, &series).fix.unwrap();
        assert_eq!(fix.recipe.transform.fourier, [terms(4.0, 1), terms(7.0, 3)]);
    }

    #[test]
    fn more_terms_than_fit_are_refused_before_they_are_made() {
        let series = series((0..2_000_i32).map(|row| f64::from(row % 4)).collect());
        for (count, pairs) in [(100_000, 1), (100_000, 50), (11, 20), (1, usize::MAX)] {
            let terms = FourierTerms { period: 365.25, pairs };
            let many = recipe(&series, |transform| transform.fourier = vec![terms; count]);
            assert_eq!(many.known_width(&series), None, "nothing is made of them");
            let problem = fixed(&many, &series);
            assert_eq!(problem.setting, setting!(transform.fourier));
            let fixed = problem.fix.unwrap().recipe.transform.fourier;
            let pairs: usize = fixed.iter().map(|terms| terms.pairs).sum();
            assert!((1..=200).contains(&pairs), "{pairs}");
        }
        let usual = [24.0, 168.0, 8_766.0].map(|period| FourierTerms { period, pairs: 12 });
        let fits = recipe(&series, |transform| transform.fourier = usual.to_vec());
        assert_eq!(fits.check(&series), []);
    }

    #[test]
    fn differences_take_rows_from_the_windows() {
        let series = series((0..80_i32).map(|row| f64::from(row % 4)).collect());
        let mut recipe = recipe(&series, |transform| transform.seasonal_difference = true);
        recipe.window.lookback = recipe.split(&series).train.len() - recipe.window.horizon;
        let problem = fixed(&recipe, &series);
        assert_eq!(problem.setting, setting!(window.lookback));
        assert!(problem.message.contains("differences"), "{problem}");
        recipe.transform.seasonal_difference = false;
        assert_eq!(recipe.check(&series), []);
    }

    fn series_of(value: impl Fn(i32) -> f64) -> Series {
        Series::new("y", TimeAxis::row_numbers(), (0..150).map(value).collect::<Vec<f64>>())
    }

    #[test]
    fn a_sign_for_missing_is_named_and_its_fix_takes_it_away() {
        let usual = |row: i32| f64::from(row % 12);
        for large in [1e155, 1e300, -f64::MAX] {
            for slot in [3, 100, 120] {
                let series = series_of(|row| if row == slot { large } else { usual(row) });
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
        let plain = series_of(usual);
        assert_eq!(Recipe::for_series(&plain).check(&plain), []);
    }

    #[test]
    fn the_rows_that_are_scored_decide_nothing() {
        let plain = series_of(|row| f64::from(row % 12));
        let recipe = Recipe::for_series(&plain);
        let scored = recipe.before_scored(&plain).len();
        let last = series_of(|row| if row == 149 { 1e155 } else { f64::from(row % 12) });
        assert!(scored < 150 && recipe.check(&last).is_empty());
        let mut held_out_early = recipe;
        held_out_early.window.test = 2 * held_out_early.window.horizon;
        // A row of the test part before the first that is scored is an input of the forecast.
        let row = i32::try_from(scored).unwrap() - 1;
        let before = series_of(|at| if at == row { 1e155 } else { f64::from(at % 12) });
        assert_eq!(held_out_early.check(&before).len(), 1);
    }

    #[test]
    fn a_series_of_that_scale_is_not_masked_away() {
        let large = series_of(|row| f64::from(row % 12 + 1) * 1e155);
        let problems = Recipe::for_series(&large).check(&large);
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert_eq!(problems[0].fix, None);
        assert!(problems[0].message.contains("divide"), "{}", problems[0].message);
    }
}

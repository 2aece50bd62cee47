//! What stands in the way of a transform or a time feature: values outside a domain, no season, too
//! few rows, no dates.

use crate::series::Series;
use crate::transform::{
    Differences, FourierTerms, Power, TimeFeatures, TransformConfig, TransformError, check_domain,
    check_season,
};

use super::{Fix, Problem, Recipe, Setting, setting};

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
            TransformError::OutOfDomain { mend: shift, .. } if shift.is_finite() => {
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
}

//! The seasons that a person may choose among, and the advice to take another than the one set.
//!
//! Not for which one is taken where none is set, which the series says (`Series::season_length`).

use crate::series::number::grouped;
use crate::series::seasons::{STRONG, WEAK};
use crate::series::{Cycle, FoundSeason, Series, season_strength};

use super::{Fix, Problem, Recipe, setting};

/// A season set by hand is spoken of where the one that the data suggest is stronger by this.
const CLEARLY: f64 = 0.25;
/// Of seasons this near in strength the shortest is proposed: a week holds seven of each day.
const ALIKE: f64 = 0.05;

/// Seasons of one series, found in the rows before the hold-out.
#[derive(Debug, Clone, PartialEq)]
pub struct SeasonChoices {
    /// Rows in the season that is taken where none is set.
    pub natural: usize,
    /// All that were found, the shortest first.
    pub found: Vec<FoundSeason>,
    /// Strength of the season of the recipe; `None` where it is not known.
    set: Option<f64>,
}

impl SeasonChoices {
    /// What the recipe holds for a season of so many rows: nothing where the data suggest the same, so
    /// that models of several seasons keep the others.
    pub fn setting(&self, rows: usize) -> Option<usize> {
        (rows != self.natural).then_some(rows)
    }

    /// The season to propose: the one that the data suggest where they keep it well, else the shortest
    /// of the strongest.
    fn proposed(&self) -> Option<(usize, f64)> {
        let known = self.found.iter().filter_map(|season| Some((season.rows, season.strength?)));
        let mut strong = known.filter(|&(_, strength)| strength >= STRONG).collect::<Vec<_>>();
        if let Some(&natural) = strong.iter().find(|season| season.0 == self.natural) {
            return Some(natural);
        }
        let most = strong.iter().fold(STRONG, |most, season| most.max(season.1));
        strong.retain(|season| season.1 >= most - ALIKE);
        strong.first().copied()
    }
}

/// A found season in words: `day of 1440 rows, strength 0.93`.
pub fn season_in_words(season: &FoundSeason) -> String {
    let FoundSeason { rows, cycle, strength } = season;
    let name = if *cycle == Cycle::Rows { "season" } else { cycle.name() };
    format!("{name} of {} rows, {}", grouped(*rows), strength_in_words(*strength))
}

fn strength_in_words(strength: Option<f64>) -> String {
    strength.map_or_else(
        || "too few to tell its strength".to_owned(),
        |strength| format!("strength {:.2}", strength.max(0.0)),
    )
}

impl Recipe {
    /// The seasons that a series shows before the hold-out.
    pub fn season_choices(&self, series: &Series) -> SeasonChoices {
        let rows = self.split(series).test.start;
        SeasonChoices {
            natural: series.season_length_before(rows).max(1),
            found: series.found_seasons_before(rows),
            set: season_strength(series.unscored_before(rows), self.season_length(series)),
        }
    }

    /// What to say of a season length that the values hardly keep, or much less than another: nothing
    /// stands in the way of any model, but a stronger one is a click away.
    pub fn season_advice(&self, series: &Series, choices: &SeasonChoices) -> Option<Problem> {
        let rows = self.season_length(series);
        // Of a season that has not come round often enough nothing is known.
        let set = if rows < 2 { 0.0 } else { choices.set? };
        let (proposed, strength) = choices.proposed()?;
        let by_hand = self.baselines.season_length.is_some();
        let is_worse = set < WEAK || by_hand && set + CLEARLY <= strength;
        if proposed == rows || !is_worse {
            return None;
        }
        let is_kept = match rows {
            0 | 1 => "no season is set".to_owned(),
            _ => format!(
                "the values keep a season of {} rows with a strength of {:.2}",
                grouped(rows),
                set.max(0.0)
            ),
        };
        // Measured on ten years of daily temperatures, Theta was worse by the stronger season.
        let message = format!(
            "{is_kept}; one of {} rows is stronger ({strength:.2}): compare the errors by both",
            grouped(proposed)
        );
        let mut recipe = self.clone();
        recipe.baselines.season_length = choices.setting(proposed);
        let label = format!("Use {}", grouped(proposed));
        let fix = Some(Fix { label, recipe: Box::new(recipe) });
        Some(Problem { setting: setting!(baselines.season_length), message, fix })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::series::{CalendarAxis, Clock, Frequency, Precision, TimeAxis, Unit};
    use std::f64::consts::TAU;

    fn series(unit: Unit, rows: u32, value: impl Fn(f64) -> f64) -> Series {
        let axis = TimeAxis::Calendar(CalendarAxis {
            start: "2024-01-01T00:00".parse().unwrap(),
            frequency: Frequency::every(unit),
            month_end: false,
            clock: Clock::Wall,
            precision: Precision::Second,
            calendar: None,
        });
        let mut state = 1_u64;
        let mut noise = move || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695);
            f64::from(u32::try_from(state >> 33).unwrap()) / f64::from(1_u32 << 31)
        };
        let values = (0..rows).map(|row| value(f64::from(row)) + noise());
        Series::new("y", axis, values.collect::<Vec<f64>>())
    }

    fn advice(recipe: &Recipe, series: &Series) -> Option<Problem> {
        recipe.season_advice(series, &recipe.season_choices(series))
    }

    #[test]
    fn minutes_by_the_hour_with_a_daily_cycle_are_advised_the_day() {
        // Too few days to take theirs unasked.
        let minutes = series(Unit::Minute, 8 * 1_440, |row| 5.0 * (TAU * row / 1_440.0).sin());
        let recipe = Recipe::for_series(&minutes);
        assert_eq!(recipe.season_length(&minutes), 60);
        let advised = advice(&recipe, &minutes).unwrap();
        assert!(advised.message.contains("one of 1440 rows is stronger"), "{advised}");
        let fix = advised.fix.unwrap();
        assert_eq!(fix.label, "Use 1440");
        assert_eq!(fix.recipe.season_length(&minutes), 1_440);
        assert_eq!(advice(&fix.recipe, &minutes), None);
        assert_eq!(recipe.check(&minutes), [], "nothing stands in the way");
    }

    #[test]
    fn a_season_set_by_hand_gives_way_to_what_the_data_suggest() {
        let hours = series(Unit::Hour, 1_200, |row| 5.0 * (TAU * row / 24.0).sin());
        let mut recipe = Recipe::for_series(&hours);
        assert_eq!(advice(&recipe, &hours), None);
        for rows in [1, 7] {
            recipe.baselines.season_length = Some(rows);
            let fix = advice(&recipe, &hours).unwrap().fix.unwrap();
            assert_eq!((fix.label.as_str(), fix.recipe.baselines.season_length), ("Use 24", None));
        }
        // Two days are a season as well kept.
        recipe.baselines.season_length = Some(48);
        assert_eq!(advice(&recipe, &hours), None);
    }

    #[test]
    fn noise_is_not_spoken_of_and_nothing_after_the_origin_counts() {
        let noise = series(Unit::Hour, 1_200, |_| 0.0);
        assert_eq!(advice(&Recipe::for_series(&noise), &noise), None);
        let hours = series(Unit::Hour, 1_200, |row| 5.0 * (TAU * row / 36.0).sin());
        let recipe = Recipe::for_series(&hours);
        let origin = recipe.split(&hours).test.start;
        let mut values = hours.values.to_vec();
        values[origin..].fill(1e6);
        let changed = Series { values: values.into(), ..hours.clone() };
        assert_eq!(recipe.season_choices(&changed), recipe.season_choices(&hours));
        assert_eq!(recipe.season_choices(&hours).natural, 36);
    }
}

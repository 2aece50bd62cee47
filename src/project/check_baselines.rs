//! Settings of baselines that cannot be used.

use crate::forecast::Levels;

use super::{Mend, Problem, Recipe, Setting};

impl Recipe {
    /// Season length and levels; the orders of single models were checked when they were read.
    pub(super) fn check_baselines(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        if self.baselines.season_length == Some(0) {
            let message = "a season of 0 rows is none; use 1 for no season".to_owned();
            problems.push(self.problem(Setting::SeasonLength, message, Some(1)));
        }
        if let Err(wrong) = Levels::new(self.baselines.levels.clone()) {
            let mut recipe = self.clone();
            recipe.baselines.levels = crate::baseline::BaselineConfig::default().levels;
            let label = "Use 80, 95".to_owned();
            let mend = Some(Mend { label, recipe: Box::new(recipe) });
            problems.push(Problem { setting: Setting::Levels, message: wrong.to_string(), mend });
        }
        problems
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_that_hold_nothing_or_everything_are_told_with_a_mend() {
        let mut recipe = Recipe::default();
        assert!(recipe.check_baselines().is_empty());
        recipe.baselines.levels = vec![0.5, 1.0];
        let problems = recipe.check_baselines();
        assert!(problems[0].message.contains("100 %"), "{}", problems[0].message);
        let mended = &problems[0].mend.as_ref().unwrap().recipe;
        assert!(mended.check_baselines().is_empty());
    }
}

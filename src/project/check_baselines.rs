//! Settings of baselines that cannot be used.

use crate::forecast::Levels;

use super::{Fix, Problem, Recipe, setting};

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

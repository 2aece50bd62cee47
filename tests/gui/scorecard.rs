//! The scorecard beside the plot: what has a row on it, and what has none.

use std::fmt::Write;

use eframe::egui::Role;
use egui_kittest::kittest::Queryable;

use egui_kittest::Harness;
use tidegate::gui::Window;

use super::{Scripted, click, enter, wait_until, window};

#[test]
fn the_best_model_is_drawn_unless_a_person_says_otherwise() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("drift.csv");
    // A straight line with a little noise: drift is best, which is not drawn by itself.
    let mut text = "row,value\n".to_owned();
    for row in 0..60 {
        writeln!(text, "{row},{}", 10 * row + row * row * 31 % 7).unwrap();
    }
    std::fs::write(&path, text).unwrap();
    let mut harness = window(Scripted { open: Some(path), ..Scripted::default() });
    harness.run_steps(3);
    click(&mut harness, Role::Button, "Open a file…");
    wait_until(&mut harness, "baselines", |state| {
        state.scores.baselines_job.is_none() && state.scorecard().len() == 7
    });
    let best = |harness: &Harness<'static, Window>| {
        let best = harness.state().state().scorecard()[0];
        (best.label.clone(), best.visible)
    };
    let (name, is_drawn) = best(&harness);
    assert!(is_drawn, "{name} is best and is drawn");
    click(&mut harness, Role::CheckBox, &name);
    assert!(!best(&harness).1);
    // Another season has the baselines fitted once more; what was unticked stays so.
    enter(&mut harness, "Season length", "3");
    wait_until(&mut harness, "baselines", |state| {
        state.scores.baselines_job.is_none() && state.scorecard().len() == 7
    });
    let state = harness.state().state();
    let run = state.runs.list.iter().find(|run| run.label == name).unwrap();
    assert!(!run.visible, "{name} was unticked by hand");
}

#[test]
fn a_baseline_that_cannot_be_fitted_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("huge.csv");
    // Squares of these are beyond any number.
    let mut text = "row,value\n".to_owned();
    for row in 1..=60 {
        writeln!(text, "{row},{}e300", row % 7 - 3).unwrap();
    }
    std::fs::write(&path, text).unwrap();
    let mut harness = window(Scripted { open: Some(path), ..Scripted::default() });
    harness.run_steps(3);
    click(&mut harness, Role::Button, "Open a file…");
    wait_until(&mut harness, "baselines", |state| {
        state.scores.baselines_job.is_none() && state.scorecard().len() == 5
    });
    for name in ["auto-arima", "combination"] {
        let said = format!("{name} cannot be fitted to 50 rows");
        assert!(harness.query_all_by_label_contains(&said).count() > 0, "{name}");
    }
}

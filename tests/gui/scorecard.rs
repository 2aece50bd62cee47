//! The scorecard beside the plot: what has a row on it, and what has none.

use std::fmt::Write;

use eframe::egui::Role;
use egui_kittest::kittest::Queryable;

use super::{Scripted, click, wait_until, window};

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
        state.baselines_job.is_none() && state.scorecard().len() == 5
    });
    for name in ["auto-arima", "combination"] {
        let said = format!("{name} cannot be fitted to 50 rows");
        assert!(harness.query_all_by_label_contains(&said).count() > 0, "{name}");
    }
}

//! Baselines over all series of a panel, in the Evaluate tab.

use eframe::egui::{Event, Role};
use egui_kittest::kittest::Queryable;

use super::{Scripted, click, open_airline, wait_until, window};

/// Four series of eight weeks, each harder than the one before.
fn panel() -> String {
    let mut text = "shop,day,sold\n".to_owned();
    for (place, shop) in ["North", "South", "East", "West"].into_iter().enumerate() {
        for row in 0..56 {
            let date = jiff::civil::date(2024, 1, 1) + jiff::Span::new().days(row);
            let noise = (row * row * 31 % 17) * i64::try_from(place + 1).unwrap();
            text += &format!("{shop},{date},{}\n", 50 + row % 7 + noise);
        }
    }
    text
}

#[test]
fn all_series_of_a_panel_are_scored_sorted_and_opened() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("panel.csv");
    std::fs::write(&path, panel()).unwrap();
    let mut harness = window(Scripted { open: Some(path), ..Scripted::default() });
    harness.run_steps(3);
    click(&mut harness, Role::Button, "Open a file…");
    wait_until(&mut harness, "baselines", |state| state.scorecard().len() == 7);
    click(&mut harness, Role::Tab, "Evaluate");
    click(&mut harness, Role::Button, "Score 7 baselines");
    wait_until(&mut harness, "the panel", |state| {
        state.panel.as_ref().is_some_and(|panel| panel.job.is_none() && panel.rows.len() == 7)
    });
    for name in ["Failed", "Score 80", "Score 95"] {
        harness.get_by_role_and_label(Role::ColumnHeader, name);
    }
    // Another model's errors, the worst series first.
    click(&mut harness, Role::ListBoxOption, "Errors of naive");
    let panel = harness.state().state().panel.as_ref().unwrap();
    let naive = panel.rows.iter().find(|row| row.baseline.to_string() == "naive").unwrap();
    let error = |place: &usize| {
        naive.run.series[*place].as_ref().unwrap().as_ref().unwrap().metrics.mase.unwrap()
    };
    let worst = (0..4).max_by(|a, b| error(a).total_cmp(&error(b))).unwrap();
    let names = ["North", "South", "East", "West"];
    let top_of = |name: &str| {
        let name = format!("Open {name}");
        harness.get_by_role_and_label(Role::ListBoxOption, &name).rect().top()
    };
    let highest = names.into_iter().min_by(|a, b| top_of(a).total_cmp(&top_of(b))).unwrap();
    assert_eq!(highest, names[worst]);
    click(&mut harness, Role::ListBoxOption, "Open East");
    wait_until(&mut harness, "the series", |state| {
        state.document.as_ref().is_some_and(|document| document.data.series.name.contains("East"))
    });
    assert_eq!(harness.state().state().panel.as_ref().unwrap().rows.len(), 7, "scores are kept");
    harness.event(Event::PointerGone);
    harness.run_steps(2);
    let done = harness.get_by_role_and_label(Role::Button, "All scored");
    assert!(egui_kittest::kittest::NodeT::accesskit_node(&done).is_disabled());
}

#[test]
fn a_file_of_one_series_has_nothing_to_evaluate_across() {
    let mut harness = window(Scripted::default());
    harness.run_steps(3);
    open_airline(&mut harness);
    assert!(harness.query_by_role_and_label(Role::Tab, "Evaluate").is_none());
}

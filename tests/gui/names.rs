//! Names from files: shown with every unseen character written out, wherever they stand.

use egui_kittest::kittest::NodeT;
use tidegate::series::visible;

use super::*;

/// A name that turns its end round and rings a bell.
const ODD: &str = "sa\u{202e}les\u{7} of \u{1b}[31mNorth";

/// Two series of such names, by day, with a column beside them.
fn odd_panel() -> String {
    let mut text = "shop\u{202e},day,sold,note\u{7}\n".to_owned();
    for shop in [ODD, "South\u{200b}"] {
        for row in 0..56 {
            let date = jiff::civil::date(2024, 1, 1) + jiff::Span::new().days(row);
            text += &format!("{shop},{date},{},x{row}\n", 50 + row % 7 + row * row % 5);
        }
    }
    text
}

/// Every text of the window is free of what is not seen.
fn assert_visible(harness: &Harness<'static, Window>, place: &str) {
    for node in harness.root().children_recursive() {
        let node = node.accesskit_node();
        for text in [node.label(), node.value(), node.description()].into_iter().flatten() {
            for line in text.lines() {
                assert_eq!(visible(line), line, "in {place}");
            }
        }
    }
}

#[test]
fn what_is_not_seen_in_a_name_is_written_out_in_every_tab() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("od\u{202e}d.csv");
    std::fs::write(&path, odd_panel()).unwrap();
    let mut harness = window(Scripted { open: Some(path), ..Scripted::default() });
    harness.run_steps(3);
    click(&mut harness, Role::Button, "Open a file…");
    wait_until(&mut harness, "baselines", |state| state.scorecard().len() == 7);
    let name = &harness.state().state().document.open.as_ref().unwrap().data.series.name;
    assert!(name.contains('\u{202e}'), "the name itself stays as it is: {name:?}");
    assert!(harness.query_all_by_label_contains("sa\\u{202e}les\\u{7} of").count() > 0);
    assert_visible(&harness, "the first tab");
    for tab in ["Data", "Windows", "Training", "Forecast", "Residuals", "Evaluate"] {
        click(&mut harness, Role::Tab, tab);
        harness.run_steps(3);
        assert_visible(&harness, tab);
    }
    click(&mut harness, Role::Button, "Score 7 baselines");
    wait_until(&mut harness, "the panel", |state| {
        state
            .scores
            .panel
            .as_ref()
            .is_some_and(|panel| panel.job.is_none() && panel.rows.len() == 7)
    });
    harness.run_steps(3);
    assert_visible(&harness, "the scores");
}

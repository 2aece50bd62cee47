//! Baselines over all series of a panel, in the Evaluate tab.

use eframe::egui::accesskit::SortDirection;
use eframe::egui::{Event, Key, Role};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};
use tidegate::gui::Window;

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
    harness.get_by_label("Score the baselines on all 4 series to see which is best.");
    let score = harness.get_by_role_and_label(Role::Button, "Score 7 baselines").rect().center();
    harness.event(Event::PointerMoved(score));
    harness.run_steps(60);
    harness.get_by_label_contains("to each of the 4 series: the baselines ticked on the left");
    click(&mut harness, Role::Button, "Score 7 baselines");
    wait_until(&mut harness, "the panel", |state| {
        state
            .scores
            .panel
            .as_ref()
            .is_some_and(|panel| panel.job.is_none() && panel.rows.len() == 7)
    });
    // No column is out of view: what has no room is left out, and is back where there is room.
    let header = |harness: &Harness<'static, Window>, name: &str| {
        let named = harness.query_all_by_role_and_label(Role::ColumnHeader, name);
        named.map(|header| header.rect().right()).fold(0.0, f32::max)
    };
    let runs = harness.get_by_label("Scorecard").rect().left();
    for name in ["Failed", "MASE", "In 95 %", "Time"] {
        let right = header(&harness, name);
        assert!(right > 0.0 && right < runs, "{name} ends at {right} of {runs}");
    }
    harness.key_press(Key::F9);
    harness.run_steps(3);
    assert!(["Score 80", "Score 95"].iter().all(|name| header(&harness, name) > 0.0));
    harness.key_press(Key::F9);
    harness.run_steps(3);
    // Another model's errors, the worst series first.
    click(&mut harness, Role::ListBoxOption, "Errors of naive");
    let panel = harness.state().state().scores.panel.as_ref().unwrap();
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
        state
            .document
            .open
            .as_ref()
            .is_some_and(|document| document.data.series.name.contains("East"))
    });
    assert_eq!(
        harness.state().state().scores.panel.as_ref().unwrap().rows.len(),
        7,
        "scores are kept"
    );
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

/// Two columns to forecast beside one that is known and one that is marked as known, all of a month.
fn with_covariates() -> String {
    let mut text = "day,north,south,temperature,visits\n".to_owned();
    for row in 0..56 {
        let date = jiff::civil::date(2024, 1, 1) + jiff::Span::new().days(row);
        let (north, south) = (50 + row % 7 + row * row * 31 % 17, 90 + row % 7 * 2 + row % 5);
        text += &format!("{date},{north},{south},{},{}\n", row % 9, row * 13 % 29);
    }
    text
}

/// Opens a file and scores its series.
fn scored(path: &std::path::Path, save: Option<std::path::PathBuf>) -> Harness<'static, Window> {
    let open = Some(path.to_owned());
    let mut harness = window(Scripted { open, save, ..Scripted::default() });
    harness.run_steps(3);
    click(&mut harness, Role::Button, "Open a file…");
    wait_until(&mut harness, "baselines", |state| state.scorecard().len() == 7);
    click(&mut harness, Role::Tab, "Evaluate");
    click(&mut harness, Role::Button, "Score 7 baselines");
    wait_until(&mut harness, "the panel", |state| {
        state
            .scores
            .panel
            .as_ref()
            .is_some_and(|panel| panel.job.is_none() && panel.rows.len() == 7)
    });
    harness
}

#[test]
fn escape_clears_the_search_and_then_leaves_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("panel.csv");
    std::fs::write(&path, panel()).unwrap();
    let mut harness = scored(&path, None);
    let listed = |harness: &Harness<'static, Window>| {
        harness
            .query_all_by_label_contains("Open ")
            .filter(|row| row.accesskit_node().role() == Role::ListBoxOption)
            .count()
    };
    let field = "Search 4 series of the scores";
    click(&mut harness, Role::TextInput, field);
    harness.event(Event::Text("west".to_owned()));
    harness.run_steps(3);
    assert_eq!(listed(&harness), 1);
    let is_focused = |harness: &Harness<'static, Window>| {
        let field = harness.get_by_role_and_label(Role::TextInput, field);
        field.accesskit_node().is_focused()
    };
    harness.key_press(Key::Escape);
    harness.run_steps(3);
    assert_eq!((listed(&harness), is_focused(&harness)), (4, true));
    harness.key_press(Key::Escape);
    harness.run_steps(3);
    assert!(!is_focused(&harness));
}

#[test]
fn covariates_are_no_part_of_the_means() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("wide.csv");
    std::fs::write(&path, with_covariates()).unwrap();
    let harness = scored(&path, None);
    harness.get_by_label("All 3 series");
    harness.get_by_label_contains("The covariate is not scored.");
    let panel = harness.state().state().scores.panel.as_ref().unwrap();
    assert_eq!(panel.rows[0].run.score.series, 3);
    assert!(harness.query_by_role_and_label(Role::ListBoxOption, "Open temperature").is_none());
    harness.get_by_role_and_label(Role::ListBoxOption, "Open visits");
}

#[test]
fn scores_are_searched_sorted_by_a_click_and_written_to_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let (path, out) = (folder.path().join("panel.csv"), folder.path().join("out.csv"));
    std::fs::write(&path, panel()).unwrap();
    let mut harness = scored(&path, Some(out.clone()));
    // A click on a name of a column sorts by it, another one turns the order round.
    let way = |harness: &Harness<'static, Window>, name: &str| {
        let header = harness.get_all_by_role_and_label(Role::ColumnHeader, name).next().unwrap();
        header.accesskit_node().sort_direction()
    };
    assert_eq!(way(&harness, "sMAPE %"), None);
    for expected in [SortDirection::Ascending, SortDirection::Descending] {
        harness.get_all_by_role_and_label(Role::ColumnHeader, "sMAPE %").next().unwrap().click();
        harness.run_steps(4);
        assert_eq!(way(&harness, "sMAPE %"), Some(expected));
    }
    // Names are whole where there is room for them.
    let name = harness.get_by_role_and_label(Role::ListBoxOption, "Errors of seasonal-naive");
    assert!(name.rect().width() > 80.0, "{}", name.rect());
    click(&mut harness, Role::TextInput, "Search 4 series of the scores");
    harness.event(Event::Text("east".to_owned()));
    harness.run_steps(4);
    let listed = |harness: &Harness<'static, Window>, name: &str| {
        harness.query_by_role_and_label(Role::ListBoxOption, &format!("Open {name}")).is_some()
    };
    assert!(listed(&harness, "East") && !listed(&harness, "North"));
    for (table, lines, header) in [
        ("Means of the models…", 1 + 7, "model,series,failed,smape,mase,coverage_80,"),
        ("Series by series…", 1 + 4 * 7, "series,model,mae,rmse,smape,mase,coverage_80,"),
    ] {
        let _ = std::fs::remove_file(&out);
        click(&mut harness, Role::Button, "Export scores");
        click(&mut harness, Role::Button, table);
        wait_until(&mut harness, "the file", |_| out.exists());
        let text = std::fs::read_to_string(&out).unwrap();
        assert_eq!(text.lines().count(), lines, "{text}");
        assert!(text.starts_with(header), "{text}");
    }
}

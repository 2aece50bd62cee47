//! Small windows and long names: nothing lies over anything else, and nothing moves with its text.

use eframe::egui::Rect;

use super::*;

type Gui = Harness<'static, Window>;

const LONG: &str = "Verkaufszahlen aller Filialen Nord und Süd bereinigt um Feiertage und \
                    Sonderverkäufe, Stand nach der dritten Durchsicht (endgültig), 2013-2024.csv";

fn small(file: PathBuf, preferences: Option<PathBuf>) -> Gui {
    let builder = Harness::builder().with_size([960.0, 600.0]);
    let mut harness = builder.build_eframe(move |creation| {
        Window::new(&creation.egui_ctx, Box::new(Scripted::default()), preferences, Some(file))
    });
    wait_until(&mut harness, "baselines", |state| state.scorecard().len() == 7);
    harness
}

fn named(folder: &Path, name: &str) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, tidegate::import::Sample::Airline.csv()).unwrap();
    path
}

fn place(harness: &Gui, role: Role, name: &str) -> Rect {
    harness.get_by_role_and_label(role, name).rect()
}

#[test]
fn a_long_file_name_leaves_room_for_the_buttons() {
    let folder = tempfile::tempdir().unwrap();
    let harness = small(named(folder.path(), LONG), None);
    let train = place(&harness, Role::Button, "Train");
    let name = harness.get_by_label(LONG).rect();
    assert!(name.right() <= train.left() && name.width() > 60.0, "{name:?} {train:?}");
    assert!(name.height() < 1.5 * train.height(), "it stays in its line: {name:?}");
    let buttons =
        ["Train", "Train stateless and stateful", "Find a learning rate", "Pause", "Stop"];
    let rects = buttons.map(|name| place(&harness, Role::Button, name));
    assert!(rects.windows(2).all(|pair| pair[0].right() <= pair[1].left()), "{rects:?}");
    assert!(rects[4].right() <= 960.0);
    let short = small(named(folder.path(), "air.csv"), None);
    assert_eq!(place(&short, Role::Button, "Train"), train, "the name moves nothing");
}

#[test]
fn the_tabs_of_a_panel_fit_a_small_window() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("panel.csv");
    let rows = |shop: &str| -> Vec<String> {
        (1..=56).map(|day| format!("{shop},{day},{}\n", day % 7)).collect()
    };
    let rows = ["North", "South"].map(|shop| rows(shop).concat()).concat();
    std::fs::write(&path, format!("shop,day,sold\n{rows}")).unwrap();
    let mut harness = small(path, None);
    harness.run_steps(3);
    let scorecard = harness.get_by_label("Scorecard").rect().left();
    let last = place(&harness, Role::Tab, "Evaluate");
    let fold = place(&harness, Role::Button, "Fold away the scorecard");
    assert!(last.right() <= fold.left() && fold.right() <= scorecard, "{last:?} {fold:?}");
    let all = place(&harness, Role::Button, "All");
    assert!(all.right() <= scorecard, "{all:?} ends before {scorecard}");
}

#[test]
fn panels_fold_away_and_stay_so_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let file = named(folder.path(), "air.csv");
    let preferences = folder.path().join("preferences.toml");
    let mut harness = small(file.clone(), Some(preferences.clone()));
    let has = |harness: &Gui, role: Role, name: &str| {
        harness.query_by_role_and_label(role, name).is_some()
    };
    assert!(has(&harness, Role::SpinButton, "Horizon") && has(&harness, Role::CheckBox, "naive"));
    click(&mut harness, Role::Button, "Fold away the settings");
    assert!(!has(&harness, Role::SpinButton, "Horizon"));
    harness.key_press(Key::F9);
    harness.run_steps(3);
    assert!(!has(&harness, Role::CheckBox, "naive"));
    let written = || std::fs::read_to_string(&preferences).unwrap_or_default();
    let deadline = std::time::Instant::now() + Duration::from_mins(1);
    while !written().contains("scorecard_folded = true") {
        assert!(std::time::Instant::now() < deadline, "it was not written: {}", written());
        std::thread::sleep(Duration::from_millis(10));
    }
    drop(harness);
    let mut harness = small(file, Some(preferences));
    assert!(!has(&harness, Role::SpinButton, "Horizon") && !has(&harness, Role::CheckBox, "naive"));
    click(&mut harness, Role::Button, "Show the scorecard");
    harness.key_press(Key::F8);
    harness.run_steps(3);
    assert!(has(&harness, Role::SpinButton, "Horizon") && has(&harness, Role::CheckBox, "naive"));
}

#[test]
fn the_width_of_the_scorecard_does_not_follow_its_text() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = small(named(folder.path(), "air.csv"), None);
    let edge = |harness: &Gui| place(harness, Role::Button, "Fold away the scorecard").right();
    let before = edge(&harness);
    let column = |harness: &Gui| harness.get_by_label("Time").rect();
    let at = column(&harness);
    enter(&mut harness, "Epochs", "3");
    // Two runs of a longer name than any baseline's.
    click(&mut harness, Role::Button, "Train stateless and stateful");
    wait_until(&mut harness, "both", |state| {
        state.learning().is_none()
            && state.training.queued.is_empty()
            && state.scorecard().len() == 9
    });
    assert_eq!((edge(&harness), column(&harness)), (before, at));
    harness.get_by_role_and_label(Role::CheckBox, "lstm stateless");
}

//! Runs kept on disk, as a person meets them: kept, interrupted, offered, resumed, forgotten.

use eframe::App;
use tidegate::project::runs::{Registry, Run, RunState, RunStatus};

use super::*;

fn window_on(registry: &Registry) -> Harness<'static, Window> {
    let registry = registry.clone();
    let mut harness = Harness::builder().with_size([1280.0, 800.0]).build_eframe(move |creation| {
        let dialogs = Box::new(Scripted::default());
        Window::new(&creation.egui_ctx, dialogs, None, None).keeping_runs_in(registry)
    });
    harness.run_steps(3);
    harness
}

/// A window where a small network learns for so many epochs.
fn learning_on(registry: &Registry, epochs: &str) -> Harness<'static, Window> {
    let mut harness = window_on(registry);
    open_airline(&mut harness);
    enter(&mut harness, "Hidden size", "6");
    enter(&mut harness, "Epochs", epochs);
    click(&mut harness, Role::Button, "Train");
    harness
}

fn wait_for_the_end(harness: &mut Harness<'static, Window>) {
    wait_until(harness, "training", |state| {
        state.learning().is_none() && state.runs.list.iter().any(|run| run.model.is_network())
    });
}

/// A run that was interrupted by closing the window.
fn interrupted(registry: &Registry) {
    let mut harness = learning_on(registry, "400");
    wait_until(&mut harness, "epochs", |state| {
        state.learning().is_some_and(|learning| learning.curve.len() > 10)
    });
    harness.state_mut().on_exit(None);
}

fn only_run(registry: &Registry) -> Run {
    let mut runs = registry.list().unwrap().runs;
    assert_eq!(runs.len(), 1);
    runs.remove(0)
}

#[test]
fn a_run_interrupted_is_offered_at_the_next_start_and_ends_as_one_that_never_was() {
    let folder = tempfile::tempdir().unwrap();
    let registry = Registry::at(folder.path().join("runs"));
    let mut whole = learning_on(&Registry::at(folder.path().join("whole")), "400");
    wait_for_the_end(&mut whole);
    let shown = whole.state().state().runs.list.iter().find(|run| run.model.is_network()).unwrap();
    let expected = Run::open(&shown.kept.as_ref().unwrap().folder).unwrap().unwrap();
    assert_eq!(expected.record.state, RunState::Finished);

    interrupted(&registry);
    assert_eq!(only_run(&registry).status(), RunStatus::Interrupted);
    let mut harness = window_on(&registry);
    wait_until(&mut harness, "the offer", |state| !state.runs.waiting.interrupted.is_empty());
    harness.get_by_label_contains("of 400 epochs, just now");
    click(&mut harness, Role::Button, "Resume airline · lstm");
    wait_until(&mut harness, "the run", |state| state.learning().is_some());
    assert!(harness.state().state().learning().unwrap().curve.len() > 9, "from where it was");
    wait_for_the_end(&mut harness);
    wait_until(&mut harness, "the list", |state| state.runs.waiting.interrupted.is_empty());
    let run = only_run(&registry);
    assert_eq!((&run.record.state, run.record.resumed), (&RunState::Finished, 1));
    assert_eq!(run.record.weights_digest, expected.record.weights_digest);
    assert_eq!(run.epoch_texts().unwrap(), expected.epoch_texts().unwrap());
    assert_eq!(run.forecasts_text().unwrap(), expected.forecasts_text().unwrap());
    harness.get_by_role_and_label(Role::CheckBox, "lstm");
    assert_eq!(
        harness.state().state().document.recipe.model.hidden_size,
        6,
        "the settings of the run"
    );
}

#[test]
fn a_run_is_resumed_from_the_menu_while_a_file_is_open() {
    let folder = tempfile::tempdir().unwrap();
    let registry = Registry::at(folder.path());
    interrupted(&registry);
    let mut harness = window_on(&registry);
    // The samples stand below the offer, once there is one.
    wait_until(&mut harness, "the offer", |state| !state.runs.waiting.interrupted.is_empty());
    click(&mut harness, Role::Button, "Damped sine");
    wait_until(&mut harness, "baselines", |state| state.scorecard().len() == 7);
    click(&mut harness, Role::Button, "File");
    click(&mut harness, Role::Button, "Resume a run");
    let item = harness.get_by_label_contains("airline · lstm");
    item.click();
    harness.run_steps(3);
    wait_for_the_end(&mut harness);
    assert_eq!(only_run(&registry).record.state, RunState::Finished);
    assert_eq!(
        harness.state().state().document.open.as_ref().unwrap().data.series.name,
        "Passengers"
    );
}

#[test]
fn a_forgotten_run_can_be_put_back_until_the_window_closes() {
    let folder = tempfile::tempdir().unwrap();
    let registry = Registry::at(folder.path());
    interrupted(&registry);
    let mut harness = window_on(&registry);
    wait_until(&mut harness, "the offer", |state| !state.runs.waiting.interrupted.is_empty());
    click(&mut harness, Role::Button, "Forget airline · lstm");
    wait_until(&mut harness, "it to go", |state| state.runs.waiting.interrupted.is_empty());
    assert!(registry.list().unwrap().runs.is_empty());
    click(&mut harness, Role::Button, "Undo");
    wait_until(&mut harness, "the way back", |state| !state.runs.waiting.interrupted.is_empty());
    assert_eq!(only_run(&registry).status(), RunStatus::Interrupted);
    click(&mut harness, Role::Button, "Forget airline · lstm");
    wait_until(&mut harness, "it to go", |state| state.runs.waiting.interrupted.is_empty());
    harness.state_mut().on_exit(None);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "nothing is left of it");
}

#[test]
fn a_run_that_cannot_be_read_says_why_hides_no_other_and_can_be_forgotten() {
    let folder = tempfile::tempdir().unwrap();
    let registry = Registry::at(folder.path());
    interrupted(&registry);
    let broken = folder.path().join("20260101-000000-air-gru-0a1b2c");
    std::fs::create_dir(&broken).unwrap();
    std::fs::write(broken.join("run.json"), "{").unwrap();
    // Older than any memory of it: what counts is that this window holds it.
    let old = std::time::SystemTime::now() - Duration::from_hours(10_000);
    std::fs::File::open(&broken).unwrap().set_modified(old).unwrap();
    let mut harness = window_on(&registry);
    wait_until(&mut harness, "the offer", |state| state.runs.waiting.broken.len() == 1);
    assert_eq!(harness.state().state().runs.waiting.interrupted.len(), 1);
    harness.get_by_label("Runs that cannot be read");
    assert!(harness.get_all_by_label_contains("run.json cannot be used").count() > 0);
    click(&mut harness, Role::Button, "Forget 20260101-000000-air-gru-0a1b2c");
    wait_until(&mut harness, "it to go", |state| state.runs.waiting.broken.is_empty());
    // Another program, and this one, tidy up meanwhile.
    registry.sweep();
    click(&mut harness, Role::Button, "Undo");
    wait_until(&mut harness, "the way back", |state| state.runs.waiting.broken.len() == 1);
    assert_eq!(std::fs::read(broken.join("run.json")).unwrap(), b"{");
    click(&mut harness, Role::Button, "Forget 20260101-000000-air-gru-0a1b2c");
    wait_until(&mut harness, "it to go", |state| state.runs.waiting.broken.is_empty());
    harness.state_mut().on_exit(None);
    assert!(!broken.exists());
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left of it");
}

#[test]
fn a_run_whose_data_are_gone_or_have_changed_says_so_and_waits() {
    let folder = tempfile::tempdir().unwrap();
    let registry = Registry::at(folder.path().join("runs"));
    let file = folder.path().join("air.csv");
    let text = tidegate::import::Sample::Airline.csv();
    std::fs::write(&file, text).unwrap();
    let mut harness = window_on(&registry);
    harness.input_mut().dropped_files.push(Arc::new(Dropped(file.clone())));
    harness.step();
    wait_until(&mut harness, "baselines", |state| state.scorecard().len() == 7);
    enter(&mut harness, "Epochs", "100000");
    click(&mut harness, Role::Button, "Train");
    wait_until(&mut harness, "epochs", |state| {
        state.learning().is_some_and(|learning| learning.curve.len() > 2)
    });
    harness.state_mut().on_exit(None);
    let says = |words: &str| {
        let mut harness = window_on(&registry);
        wait_until(&mut harness, "the offer", |state| !state.runs.waiting.interrupted.is_empty());
        harness.get_by_label_contains(words);
        let resume = harness.get_by_role_and_label(Role::Button, "Resume air · lstm");
        assert!(resume.accesskit_node().is_disabled(), "{words}");
    };
    std::fs::remove_file(&file).unwrap();
    says("air.csv is gone");
    std::fs::write(&file, text.replacen("112", "113", 1)).unwrap();
    says("air.csv has changed");
    // Other bytes of the same series serve; what changes after the offer is told where it is clicked.
    std::fs::write(&file, text.replace('\n', "\r\n")).unwrap();
    let mut harness = window_on(&registry);
    wait_until(&mut harness, "the offer", |state| !state.runs.waiting.interrupted.is_empty());
    std::fs::write(&file, text.replacen("112", "113", 1)).unwrap();
    click(&mut harness, Role::Button, "Resume air · lstm");
    wait_until(&mut harness, "the words", |state| matches!(state.notice, Some(Notice::Error(_))));
    assert!(harness.get_all_by_label_contains("the data changed").count() > 0);
    assert_eq!(only_run(&registry).status(), RunStatus::Interrupted, "it stays as it was");
    assert!(harness.state().state().document.open.is_none(), "and nothing was opened");
}

#[test]
fn the_row_of_a_kept_run_says_where_it_is_and_comes_back_after_a_removal() {
    let folder = tempfile::tempdir().unwrap();
    let registry = Registry::at(folder.path());
    let mut harness = learning_on(&registry, "2");
    wait_for_the_end(&mut harness);
    harness.get_by_role_and_label(Role::CheckBox, "lstm").click_secondary();
    harness.run_steps(4);
    harness.get_by_role_and_label(Role::Button, "Show its folder");
    harness.get_by_role_and_label(Role::Button, "Copy its name");
    click(&mut harness, Role::Button, "Remove");
    assert!(harness.query_by_role_and_label(Role::CheckBox, "lstm").is_none());
    harness.get_by_label_contains("its folder stays");
    click(&mut harness, Role::Button, "Undo");
    harness.get_by_role_and_label(Role::CheckBox, "lstm");
    assert_eq!(only_run(&registry).record.state, RunState::Finished);
    click(&mut harness, Role::Button, "Training");
    click(&mut harness, Role::CheckBox, "Keep runs");
    assert!(!harness.state().state().preferences.keep_runs);
}

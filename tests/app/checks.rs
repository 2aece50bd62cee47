//! What follows from an edit of the settings of a long series: made in a job, and awaited.

use tidegate::app::{Command, Workbench};

use super::{edit, wait_until, workbench, write};

/// More rows than are checked at once.
const ROWS: usize = 600;

fn with_long_series(folder: &std::path::Path) -> Workbench {
    let rows = (0..ROWS).map(|row| format!("{}\n", row % 7 + row % 5));
    let path = write(folder, "long.csv", &rows.fold("y\n".to_owned(), |text, row| text + &row));
    let mut workbench = workbench();
    workbench.dispatch(Command::OpenFile(path));
    wait_until(&mut workbench, "the file", |state| state.document.open.is_some());
    workbench
}

fn horizon(workbench: &Workbench) -> usize {
    workbench.state().document.open.as_ref().unwrap().derived.task.horizon
}

#[test]
fn edits_of_a_long_series_are_checked_beside_the_window() {
    let folder = tempfile::tempdir().unwrap();
    let mut workbench = with_long_series(folder.path());
    let before = horizon(&workbench);
    for wanted in [before + 1, before + 2, before + 3] {
        edit(&mut workbench, |recipe| recipe.window.follow_horizon(wanted));
        assert_eq!(workbench.state().document.recipe.window.horizon, wanted);
        assert_eq!(horizon(&workbench), before, "no frame waits for it");
        let blocker = workbench.state().train_blocker();
        assert!(blocker.as_deref().is_some_and(|why| why.contains("checked")), "{blocker:?}");
    }
    wait_until(&mut workbench, "the check", |state| {
        let horizon = state.document.open.as_ref().unwrap().derived.task.horizon;
        assert!(horizon == before || horizon == before + 3, "an older answer is shown");
        horizon != before
    });
    wait_until(&mut workbench, "its first baseline", |state| {
        state.scorecard().iter().any(|run| run.report.holdout.values.len() == before + 3)
    });
}

#[test]
fn a_problem_is_found_and_goes_with_its_edit() {
    let folder = tempfile::tempdir().unwrap();
    let mut workbench = with_long_series(folder.path());
    edit(&mut workbench, |recipe| recipe.window.lookback = 2 * ROWS);
    wait_until(&mut workbench, "the problem", |state| {
        !state.document.open.as_ref().unwrap().derived.problems.is_empty()
    });
    workbench.dispatch(Command::Undo);
    assert!(workbench.state().train_blocker().is_some(), "it is checked first");
    wait_until(&mut workbench, "the check", |state| state.train_blocker().is_none());
}

#[test]
fn what_is_to_be_trained_instead_waits_for_its_check() {
    let folder = tempfile::tempdir().unwrap();
    let mut workbench = with_long_series(folder.path());
    edit(&mut workbench, |recipe| recipe.train.epochs = 1_000);
    wait_until(&mut workbench, "the check", |state| state.train_blocker().is_none());
    workbench.dispatch(Command::Train);
    let mut recipe = workbench.state().document.recipe.clone();
    recipe.train.epochs = 2_000;
    workbench.dispatch(Command::TrainInstead(Box::new(recipe)));
    wait_until(&mut workbench, "the other training", |state| {
        let learning = state.learning();
        learning.is_some_and(|learning| learning.assignment.recipe.train.epochs == 2_000)
    });
    workbench.dispatch(Command::Discard);
    wait_until(&mut workbench, "the end", |state| state.learning().is_none());
}

//! Training that is paused where it is, not only between batches.

use super::*;

/// A network of this many units about to learn a wave, on 120 rows to be tried on the others.
fn learning(folder: &Path, rows: u32, units: usize) -> Workbench {
    let row = |row: u32| format!("{}\n", (f64::from(row) * 0.3).sin());
    let text = (0..rows).map(row).fold("wave\n".to_owned(), |text, row| text + &row);
    let mut workbench = workbench();
    workbench.dispatch(Command::OpenFile(write(folder, "wave.csv", &text)));
    wait_until(&mut workbench, "the file", |state| state.document.open.is_some());
    edit(&mut workbench, |recipe| {
        recipe.window.lookback = 40;
        recipe.window.horizon = 4;
        recipe.window.test = 4;
        recipe.window.validation = rows as usize - 124;
        recipe.model.hidden_size = units;
        recipe.train.batch_size = 64;
        (recipe.train.epochs, recipe.train.patience) = (10_000, 10_000);
    });
    wait_until(&mut workbench, "the check", |state| state.train_blocker().is_none());
    workbench.dispatch(Command::Train);
    workbench
}

fn phase(state: &AppState) -> Option<Phase> {
    state.learning().map(|learning| learning.phase)
}

fn epochs(state: &AppState) -> usize {
    state.learning().map_or(0, |learning| learning.curve.len())
}

/// Pauses, and sees that nothing moves on.
fn pause(workbench: &mut Workbench) {
    workbench.dispatch(Command::Pause);
    wait_until(workbench, "the pause", |state| phase(state) == Some(Phase::Paused));
    let (place, done) = (workbench.state().training.progress, epochs(workbench.state()));
    for _ in 0..20 {
        std::thread::sleep(Duration::from_millis(5));
        workbench.drain_events();
    }
    assert_eq!((workbench.state().training.progress, epochs(workbench.state())), (place, done));
    assert_eq!(phase(workbench.state()), Some(Phase::Paused));
}

#[test]
fn a_pause_is_heard_before_a_batch_is_done_and_as_often_as_it_is_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let mut workbench = learning(folder.path(), 160, 256);
    pause(&mut workbench);
    assert_eq!(workbench.state().training.progress, None, "no batch is done");
    for _ in 0..50 {
        workbench.dispatch(Command::Resume);
        assert_eq!(phase(workbench.state()), Some(Phase::Learns));
        workbench.dispatch(Command::Pause);
        assert_eq!(phase(workbench.state()), Some(Phase::Pausing));
        wait_until(&mut workbench, "the pause", |state| phase(state) == Some(Phase::Paused));
    }
    workbench.dispatch(Command::Resume);
    wait_until(&mut workbench, "a batch", |state| state.training.progress.is_some());
    pause(&mut workbench);
    workbench.dispatch(Command::Discard);
    wait_until(&mut workbench, "the end", |state| state.learning().is_none());
}

#[test]
fn a_pause_is_heard_in_the_middle_of_a_validation() {
    let folder = tempfile::tempdir().unwrap();
    let mut workbench = learning(folder.path(), 4_000, 128);
    wait_until(&mut workbench, "the last batch of an epoch", |state| {
        state.training.progress.is_some_and(|progress| progress.batch == progress.batches)
    });
    pause(&mut workbench);
    assert_eq!(epochs(workbench.state()), 0, "the network has not been tried out");
    workbench.dispatch(Command::Resume);
    wait_until(&mut workbench, "the epoch", |state| epochs(state) == 1);
    workbench.dispatch(Command::Stop);
    wait_until(&mut workbench, "the end", |state| state.learning().is_none());
}

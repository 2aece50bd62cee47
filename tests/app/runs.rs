//! Runs that the window keeps on disk.

use tidegate::app::{RunId, ScoredRun};
use tidegate::project::runs::{Registry, RunState, RunStatus, StoredForecasts};

use super::*;

/// A folder of runs, and workbenches that keep theirs there.
struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn registry(&self) -> Registry {
        Registry::at(self.folder.path().join("runs"))
    }

    fn workbench(&self) -> Workbench {
        Workbench::new(Arc::new(|| {}), None).keeping_runs_in(self.registry())
    }

    /// The airline series open, and a small network set that learns for so many epochs.
    fn with_airline(&self, epochs: usize) -> Workbench {
        let mut workbench = self.workbench();
        workbench.dispatch(Command::OpenSample(Sample::Airline));
        wait_until(&mut workbench, "the file", |state| state.document.open.is_some());
        edit(&mut workbench, |recipe| {
            recipe.model.hidden_size = 6;
            recipe.train.epochs = epochs;
            recipe.train.patience = epochs;
        });
        workbench
    }

    fn folders(&self) -> usize {
        fs::read_dir(self.registry().folder()).map_or(0, Iterator::count)
    }

    fn only_run(&self) -> tidegate::project::runs::Run {
        let mut runs = self.registry().list().unwrap().runs;
        assert_eq!((runs.len(), self.folders()), (1, 1));
        runs.remove(0)
    }

    fn tidegate(&self, arguments: &[&str]) -> String {
        let mut command = assert_cmd::Command::cargo_bin("tidegate").unwrap();
        command.env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY");
        command.env("TIDEGATE_RUNS", self.registry().folder()).args(arguments);
        let output = command.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }
}

fn networks(workbench: &Workbench) -> Vec<&ScoredRun> {
    workbench.state().runs.list.iter().filter(|run| run.model.is_network()).collect()
}

fn train(workbench: &mut Workbench) -> RunId {
    let before = networks(workbench).len();
    workbench.dispatch(Command::Train);
    trained(workbench, before + 1)
}

fn trained(workbench: &mut Workbench, networks_then: usize) -> RunId {
    wait_until(workbench, "training", |state| {
        let networks = state.runs.list.iter().filter(|run| run.model.is_network()).count();
        state.learning().is_none() && networks == networks_then
    });
    networks(workbench).last().unwrap().id
}

fn wait_for_epochs(workbench: &mut Workbench, epochs: usize) {
    wait_until(workbench, "epochs", |state| {
        state.learning().is_some_and(|learning| learning.curve.len() >= epochs)
    });
}

fn rate(rate: f64) -> Command {
    Command::Steer(Change { learning_rate: Some(rate), ..Change::default() })
}

#[test]
fn a_network_that_was_steered_is_kept_and_reproduced() {
    let place = Place::new();
    let mut workbench = place.with_airline(200);
    workbench.dispatch(Command::Train);
    wait_for_epochs(&mut workbench, 2);
    workbench.dispatch(rate(0.02));
    wait_until(&mut workbench, "the change", |state| {
        state.learning().is_none_or(|learning| !learning.changes.is_empty())
    });
    trained(&mut workbench, 1);
    let shown = networks(&workbench)[0];
    let run = place.only_run();
    assert_eq!(shown.kept.as_ref().unwrap().name, run.name);
    assert_eq!(run.record.state, RunState::Finished);
    let lines = shown.curve.iter().map(|epoch| serde_json::to_string(epoch).unwrap());
    let lines: Vec<String> = lines.collect();
    assert_eq!(run.epoch_texts().unwrap(), lines);
    let changes: Vec<_> = run.changes().unwrap().iter().map(|change| change.changed).collect();
    assert_eq!(changes, shown.changes);
    let forecasts = StoredForecasts::of(&shown.report).to_json().unwrap();
    assert_eq!(run.forecasts_text().unwrap(), Some(forecasts));
    let text = place.tidegate(&["runs", "reproduce", "--quiet", &run.name]);
    assert!(text.contains("identical: 200 epochs, weights, forecasts and scores"), "{text}");
}

#[test]
fn what_is_discarded_or_stopped_too_soon_leaves_no_folder() {
    let place = Place::new();
    let mut workbench = place.with_airline(100_000);
    workbench.dispatch(Command::Train);
    wait_for_epochs(&mut workbench, 2);
    assert_eq!(place.folders(), 1);
    workbench.dispatch(Command::Discard);
    wait_until(&mut workbench, "the end", |state| state.learning().is_none());
    assert_eq!(place.folders(), 0);
    edit(&mut workbench, |recipe| recipe.model.hidden_size = 256);
    workbench.dispatch(Command::Train);
    workbench.dispatch(Command::Stop);
    wait_until(&mut workbench, "the end", |state| state.learning().is_none());
    assert_eq!((place.folders(), networks(&workbench).len()), (0, 0));
}

#[test]
fn a_network_stopped_by_hand_is_kept_as_far_as_it_got() {
    let place = Place::new();
    let mut workbench = place.with_airline(100_000);
    workbench.dispatch(Command::Train);
    wait_for_epochs(&mut workbench, 3);
    workbench.dispatch(Command::Stop);
    trained(&mut workbench, 1);
    let run = place.only_run();
    assert_eq!((&run.record.state, run.status()), (&RunState::Stopped, RunStatus::Ended));
    let text = place.tidegate(&["runs", "reproduce", "--quiet", &run.name]);
    assert!(text.contains("weights, forecasts and scores, to the last bit"), "{text}");
}

#[test]
fn closing_the_window_leaves_a_run_that_goes_on_from_where_it_was() {
    let whole = Place::new();
    train(&mut whole.with_airline(600));
    let expected = whole.only_run();
    let place = Place::new();
    let mut workbench = place.with_airline(600);
    workbench.dispatch(Command::Train);
    wait_for_epochs(&mut workbench, 20);
    workbench.shut_down();
    let run = place.only_run();
    assert_eq!(run.status(), RunStatus::Interrupted);
    // Sooner than any that comes by itself: it was written as the window closed.
    assert!(run.checkpoint().unwrap().unwrap().state.epochs_done() >= 19);
    place.tidegate(&["resume", "--quiet"]);
    let run = place.only_run();
    assert_eq!(run.record.weights_digest, expected.record.weights_digest);
    assert_eq!(run.epoch_texts().unwrap(), expected.epoch_texts().unwrap());
    assert_eq!(run.forecasts_text().unwrap(), expected.forecasts_text().unwrap());
}

#[test]
fn a_network_trained_further_is_a_run_of_its_own_and_reproduced() {
    let place = Place::new();
    let mut workbench = place.with_airline(6);
    let run = train(&mut workbench);
    let parent = networks(&workbench)[0].kept.clone().unwrap().name;
    workbench.dispatch(Command::GoOn { run, epoch: 6, more: 5 });
    trained(&mut workbench, 2);
    let shown = networks(&workbench)[1];
    let kept = place.registry().get(&shown.kept.as_ref().unwrap().name).unwrap();
    let continues = kept.record.continues.as_ref().unwrap();
    assert_eq!(continues.run.as_deref(), Some(parent.as_str()));
    assert_eq!(kept.epochs().unwrap().len(), shown.curve.len());
    let text = place.tidegate(&["runs", "reproduce", "--quiet", &kept.name]);
    assert!(text.contains("where it went on from another run"), "{text}");
    // A branch with another rate changes it at the same place whenever it is made.
    edit(&mut workbench, |recipe| recipe.train.learning_rate = 0.001);
    for networks_then in [3, 4] {
        workbench.dispatch(Command::GoOn { run, epoch: 1, more: 3 });
        trained(&mut workbench, networks_then);
    }
    let runs = networks(&workbench);
    assert_eq!(runs[2].report.future.values, runs[3].report.future.values);
    let name = &runs[3].kept.as_ref().unwrap().name;
    assert_eq!(place.registry().get(name).unwrap().changes().unwrap().len(), 1);
    place.tidegate(&["runs", "reproduce", "--quiet", name]);
}

#[test]
fn a_folder_that_cannot_be_written_is_told_once_and_costs_only_the_run() {
    let place = Place::new();
    fs::write(place.registry().folder(), "a file").unwrap();
    let mut workbench = place.with_airline(2);
    train(&mut workbench);
    let Some(Notice::Error(why)) = &workbench.state().notice else { panic!("nothing was said") };
    assert!(why.contains("no run is kept") && why.contains("TIDEGATE_RUNS"), "{why}");
    assert_eq!(networks(&workbench)[0].kept, None);
    workbench.dispatch(Command::DismissNotice);
    train(&mut workbench);
    assert!(!matches!(workbench.state().notice, Some(Notice::Error(_))), "it was said before");
}

#[test]
fn a_checkpoint_that_cannot_be_written_is_said_and_costs_nothing_else() {
    let place = Place::new();
    let mut workbench = place.with_airline(40);
    workbench.dispatch(Command::Train);
    wait_until(&mut workbench, "the folder", |state| {
        state.learning().is_none_or(|learning| learning.kept.is_some())
    });
    let run = place.only_run();
    // Before the first checkpoint, which is five seconds or the last epoch away.
    fs::create_dir(run.path.join("checkpoint.safetensors")).unwrap();
    trained(&mut workbench, 1);
    let Some(Notice::Error(why)) = &workbench.state().notice else { panic!("nothing was said") };
    assert!(why.contains("is not whole") && why.contains("checkpoint.safetensors"), "{why}");
    let run = place.registry().get(&run.name).unwrap();
    assert_eq!((&run.record.state, run.epochs().unwrap().len()), (&RunState::Finished, 40));
    assert!(run.weights().unwrap().is_some() && run.forecasts().unwrap().is_some());
    assert!(networks(&workbench)[0].kept.is_some());
}

#[test]
fn no_run_is_kept_where_none_is_wanted() {
    let place = Place::new();
    let mut workbench = place.with_airline(2);
    workbench.dispatch(Command::KeepRuns(false));
    train(&mut workbench);
    assert_eq!((place.folders(), networks(&workbench)[0].kept.clone()), (0, None));
}

#[test]
fn a_run_taken_off_the_list_keeps_its_folder_and_can_be_put_back() {
    let place = Place::new();
    let mut workbench = place.with_airline(2);
    let id = train(&mut workbench);
    workbench.dispatch(Command::RemoveRun(id));
    assert!(networks(&workbench).is_empty() && place.folders() == 1);
    let Some(Notice::Undoable { text, undo }) = workbench.state().notice.clone() else {
        panic!("no way back")
    };
    assert!(text.contains("its folder stays"), "{text}");
    workbench.dispatch(*undo);
    assert_eq!(networks(&workbench)[0].id, id);
}

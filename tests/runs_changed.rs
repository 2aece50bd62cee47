//! Runs that were steered while they learned: kept, interrupted, resumed and reproduced.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::fs;
use std::time::Duration;
use tidegate::cancellation::Cancellation;

use assert_cmd::Command;
use tidegate::evaluate::ModelReport;
use tidegate::forecast::{FitCheckpoint, FitEvent, Fits, Flow, ForecastError, ModelChoice};
use tidegate::import::Sample;
use tidegate::nn::Cell;
use tidegate::project::Recipe;
use tidegate::project::runs::{
    DataSource, EpochRecord, Keeper, NewRun, Registry, Run, RunState, Start,
};
use tidegate::series::Series;
use tidegate::train::Change;

/// What a person answers to an event; `None` leaves the answer to the run.
type Person<'a> = &'a mut dyn FnMut(&FitEvent) -> Option<Flow>;

/// A folder of runs, and what is trained.
struct Place {
    folder: tempfile::TempDir,
    data: DataSource,
    series: Series,
    recipe: Recipe,
}

impl Place {
    fn new(set: impl FnOnce(&mut Recipe)) -> Self {
        let series = Sample::Airline.read().unwrap().target().clone();
        let mut recipe = Recipe::for_series(&series);
        recipe.model.cell = Cell::Gru;
        recipe.model.hidden_size = 6;
        recipe.model.dropout = 0.1;
        recipe.train.epochs = 8;
        recipe.train.batch_size = 16;
        set(&mut recipe);
        let data = DataSource::sample(Sample::Airline);
        Self { folder: tempfile::tempdir().unwrap(), data, series, recipe }
    }

    fn registry(&self) -> Registry {
        Registry::at(self.folder.path())
    }

    fn begin(&self, start: Option<Start<'_>>) -> (String, Keeper) {
        let Self { data, series, recipe, .. } = self;
        let new = NewRun { model: recipe.model.cell.name(), data, series, recipe, start };
        let writer = self.registry().begin(&new).unwrap();
        (writer.run().name.clone(), Keeper::new(writer).with_checkpoint_every(Duration::ZERO))
    }

    /// Trains to the end, and ends the run; or until the person discards it, which leaves it interrupted.
    fn train(&self, mut keeper: Keeper, from: Option<FitCheckpoint>, person: Person<'_>) {
        let task = self.recipe.task(&self.series);
        let model = ModelChoice::Network(self.recipe.model.cell);
        let fits = Fits::default();
        let forecaster = self.recipe.forecaster_from(model, &self.series, &fits, from);
        let mut listen = |event: FitEvent| {
            let answer = keeper.hear(&event);
            person(&event).unwrap_or(answer)
        };
        let (series, never) = (self.series.clone().into(), Cancellation::never());
        match ModelReport::fit(&*forecaster, &series, &task, &never, &mut listen, &mut |_| {}) {
            Ok((report, fitted)) => {
                keeper.end(&report, &*fitted).run.expect("the run was kept");
            }
            Err(ForecastError::StoppedEarly) => drop(keeper),
            Err(error) => panic!("{error}"),
        }
    }

    /// A run from its beginning to its end.
    fn whole(&self, person: Person<'_>) -> Run {
        let (name, keeper) = self.begin(None);
        self.train(keeper, None, person);
        self.registry().get(&name).unwrap()
    }

    fn go_on(&self, name: &str, person: Person<'_>) {
        let resumed =
            self.registry().get(name).unwrap().resume(&self.recipe, &self.series).unwrap();
        let from = resumed.from.clone();
        let keeper = Keeper::resumed(resumed).with_checkpoint_every(Duration::ZERO);
        self.train(keeper, from, person);
    }

    fn tidegate(&self, arguments: &[&str]) -> (bool, String) {
        let mut command = Command::cargo_bin("tidegate").expect("built with its tests");
        command.env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY").env_remove("RUST_LOG");
        let output = command.env("TIDEGATE_RUNS", self.folder.path()).args(arguments).output();
        let output = output.unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        (output.status.success(), text + &String::from_utf8_lossy(&output.stderr))
    }

    fn assert_reproduced(&self, run: &Run, words: &str) {
        let (is_success, text) = self.tidegate(&["runs", "reproduce", "--quiet", &run.name]);
        assert!(is_success && text.contains(words), "{text}");
    }
}

fn rate(rate: f64) -> Flow {
    Flow::Change(Change { learning_rate: Some(rate), ..Change::default() })
}

/// Changes the rate within an epoch, and two other settings after another.
fn steer(event: &FitEvent) -> Option<Flow> {
    match event {
        FitEvent::Batch { epoch: 3, batch: 2, .. } => Some(rate(0.02)),
        FitEvent::Epoch(report) if report.epoch == 5 => Some(Flow::Change(Change {
            gradient_clip: Some(0.3),
            batch_size: Some(8),
            ..Change::default()
        })),
        _ => None,
    }
}

/// Files that are the same for two runs that came to the same end.
fn end(run: &Run) -> [Vec<u8>; 3] {
    ["losses.jsonl", "forecasts.json", "weights.safetensors"]
        .map(|file| fs::read(run.path.join(file)).unwrap())
}

fn ways() -> [fn(&mut Recipe); 2] {
    [|_| {}, |recipe| recipe.train.ensemble = 2]
}

#[test]
fn what_was_changed_is_shown_and_reproduced() {
    for way in ways() {
        let place = Place::new(way);
        let plain = place.whole(&mut |_| None);
        let run = place.whole(&mut steer);
        assert_ne!(end(&run), end(&plain));
        assert_eq!(run.changes().unwrap().len(), 2);
        let (_, text) = place.tidegate(&["runs", "show", &run.name]);
        let expected = "changed to gradient clip 0.3 and batches of 8 in epoch 6";
        assert!(text.contains("changed to learning rate 0.02 in epoch"), "{text}");
        assert!(text.contains(expected), "{text}");
        place.assert_reproduced(&run, "identical: 8 epochs, weights, forecasts and scores");
        // Without one of the changes it does not come out the same: the comparison can fail.
        let events = run.path.join("events.jsonl");
        let text = fs::read_to_string(&events).unwrap();
        let lines: Vec<&str> = text.lines().filter(|line| !line.contains("0.02")).collect();
        fs::write(&events, lines.join("\n") + "\n").unwrap();
        let (is_success, text) = place.tidegate(&["runs", "reproduce", "--quiet", &run.name]);
        assert!(!is_success && text.contains("differs from epoch"), "{text}");
    }
}

#[test]
fn a_steered_run_interrupted_anywhere_ends_as_one_that_never_was() {
    for way in ways() {
        let place = Place::new(way);
        let whole = end(&place.whole(&mut steer));
        // Before, between and after the changes; the last checkpoint is one of an epoch.
        for cut in [1, 3, 4, 6] {
            let (name, keeper) = place.begin(None);
            place.train(keeper, None, &mut |event| match event {
                FitEvent::Batch { epoch, batch: 3, .. } if *epoch > cut => Some(Flow::Discard),
                _ => steer(event),
            });
            assert!(place.registry().interrupted().unwrap().iter().any(|run| run.name == name));
            // What was changed already is not to be changed by hand again.
            let after = |event: &FitEvent| match event {
                FitEvent::Batch { epoch, .. } if *epoch < cut + 1 => None,
                FitEvent::Epoch(report) if report.epoch < cut + 1 => None,
                event => steer(event),
            };
            let is_steered = place.registry().get(&name).unwrap().changes().unwrap().len();
            place.go_on(&name, &mut |event| if is_steered == 2 { None } else { after(event) });
            let run = place.registry().get(&name).unwrap();
            assert_eq!(end(&run), whole, "interrupted after epoch {cut}");
            assert_eq!(run.changes().unwrap().len(), 2);
        }
    }
}

#[test]
fn a_change_made_before_those_of_then_takes_their_place() {
    let place = Place::new(|_| {});
    let (name, keeper) = place.begin(None);
    place.train(keeper, None, &mut |event| match event {
        FitEvent::Batch { epoch: 6, batch: 2, .. } => Some(rate(0.03)),
        FitEvent::Batch { epoch: 6, batch: 4, .. } => Some(Flow::Discard),
        _ => None,
    });
    place.go_on(&name, &mut |event| match event {
        FitEvent::Batch { epoch: 6, batch: 1, .. } => Some(rate(0.001)),
        _ => None,
    });
    let run = place.registry().get(&name).unwrap();
    let changes = run.changes().unwrap();
    assert_eq!(changes.len(), 1, "{changes:?}");
    assert_eq!(changes[0].changed.change().learning_rate, Some(0.001));
    place.assert_reproduced(&run, "identical: 8 epochs");
}

#[test]
fn a_run_that_was_told_how_to_go_on_after_a_batch_without_a_number_comes_out_the_same() {
    for way in ways() {
        let place = Place::new(way);
        // A step so large that the next forecast is no number; the way back is to before it.
        let person = |cut: usize| {
            let mut is_new = true;
            move |event: &FitEvent| match event {
                FitEvent::Batch { epoch: 3, batch: 2, .. } if std::mem::take(&mut is_new) => {
                    Some(rate(1e30))
                }
                FitEvent::Diverged(_) => Some(rate(0.004)),
                FitEvent::Batch { epoch, batch: 3, .. } if *epoch > cut => Some(Flow::Discard),
                _ => None,
            }
        };
        let run = place.whole(&mut person(usize::MAX));
        let changes = run.changes().unwrap();
        assert_eq!(changes.iter().map(|change| change.diverged).collect::<Vec<_>>(), [false, true]);
        let (_, text) = place.tidegate(&["runs", "show", &run.name]);
        assert!(text.contains("where training had diverged"), "{text}");
        place.assert_reproduced(&run, "identical: 8 epochs, weights, forecasts and scores");
        // Interrupted with no checkpoint: all of it comes again, the batch without a number too.
        let (name, keeper) = place.begin(None);
        let keeper = keeper.with_checkpoint_every(Duration::from_hours(1));
        place.train(keeper, None, &mut person(5));
        place.go_on(&name, &mut |_| None);
        assert_eq!(end(&place.registry().get(&name).unwrap()), end(&run));
    }
}

#[test]
fn a_run_that_went_on_from_another_is_reproduced_from_there_and_taken_up_again() {
    let mut place = Place::new(|_| {});
    let mut kept = None;
    let (parent, keeper) = place.begin(None);
    place.train(keeper, None, &mut |event| {
        if let FitEvent::Checkpoint(checkpoint) = event {
            kept = Some(checkpoint.clone());
        }
        steer(event)
    });
    let parent = place.registry().get(&parent).unwrap();
    let checkpoint = kept.expect("a checkpoint each epoch");
    let done = checkpoint.state.epochs_done();
    place.recipe.train.epochs = 12;
    place.recipe.train.patience = 12;
    let epochs: Vec<EpochRecord> =
        parent.epochs().unwrap().into_iter().filter(|line| line.epoch <= done).collect();
    let begin = |place: &Place| {
        let start = Start { run: Some(&parent.name), checkpoint: &checkpoint, epochs: &epochs };
        place.begin(Some(start))
    };
    let lower = |event: &FitEvent| match event {
        FitEvent::Batch { epoch: 10, batch: 2, .. } => Some(rate(0.001)),
        _ => None,
    };
    let (name, keeper) = begin(&place);
    place.train(keeper, Some(*checkpoint.clone()), &mut { lower });
    let whole = place.registry().get(&name).unwrap();
    assert_eq!((whole.epochs().unwrap().len(), whole.changes().unwrap().len()), (12, 1));
    let words = format!("{} epochs after epoch {done}, where it went on", 12 - done);
    place.assert_reproduced(&whole, &words);
    let (_, text) = place.tidegate(&["runs", "show", &name]);
    assert!(text.contains(&format!("from {} after epoch {done}", parent.name)), "{text}");
    // Interrupted before its first checkpoint, and after the change.
    for cut in [done + 1, 11] {
        let (name, keeper) = begin(&place);
        place.train(keeper, Some(*checkpoint.clone()), &mut |event| match event {
            FitEvent::Batch { epoch, batch: 1, .. } if *epoch == cut => Some(Flow::Discard),
            _ => lower(event),
        });
        place.go_on(&name, &mut |event| if cut == 11 { None } else { lower(event) });
        assert_eq!(end(&place.registry().get(&name).unwrap()), end(&whole), "cut in {cut}");
    }
}

#[test]
fn a_run_ended_by_hand_is_reproduced_as_far_as_it_got() {
    // Of an ensemble on one thread the first network has done the epoch by the ninth batch.
    let ensemble = |recipe: &mut Recipe| {
        (recipe.train.ensemble, recipe.train.threads) = (2, Some(1));
    };
    for (place, last) in [(Place::new(|_| {}), 2), (Place::new(ensemble), 9)] {
        let mut batches = 0;
        let run = place.whole(&mut |event| match event {
            FitEvent::Batch { epoch: 5, .. } => {
                batches += 1;
                (batches == last).then_some(Flow::Stop)
            }
            _ => steer(event),
        });
        assert_eq!((&run.record.state, run.epochs().unwrap().len()), (&RunState::Stopped, 4));
        place.assert_reproduced(&run, "identical: 4 epochs, weights, forecasts and scores");
    }
    let place = Place::new(|_| {});
    // Ended while it was trained once more on all rows: the future is forecast by the first network.
    let run = place.whole(&mut |event| match event {
        FitEvent::Refit { .. } => Some(Flow::Stop),
        _ => None,
    });
    assert_eq!(run.record.state, RunState::Stopped);
    assert_eq!(run.forecasts().unwrap().unwrap().refitted, Some(false));
    place.assert_reproduced(&run, "identical: 8 epochs, weights, forecasts and scores");
    // Another forecast is a difference, though epochs and weights are the same.
    let file = run.path.join("forecasts.json");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, text.replacen("\"values\": [\n      4", "\"values\": [\n      5", 1)).unwrap();
    let (is_success, text) = place.tidegate(&["runs", "reproduce", "--quiet", &run.name]);
    assert!(!is_success && text.contains("the forecasts are not"), "{text}");
}

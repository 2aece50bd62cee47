//! The program without a window: commands in, state out, jobs that always end.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

#[path = "app/checks.rs"]
mod checks;
#[path = "app/panel.rs"]
mod panel;
#[path = "app/pause.rs"]
mod pause;
#[path = "app/runs.rs"]
mod runs;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use tidegate::app::{AppState, Command, Notice, Phase, ReadFile, Workbench, read};
use tidegate::import::{
    ColumnRole, DateOrder, HEAD_ROWS, ImportConfig, ImportError, Progress, Sample, Stage, TimeStyle,
};
use tidegate::project::Recipe;
use tidegate::series::MissingPolicy;
use tidegate::train::Change;
use tidegate::transform::{Power, Scaling, TransformConfig};

fn workbench() -> Workbench {
    Workbench::new(Arc::new(|| {}), None)
}

fn wait_until(workbench: &mut Workbench, what: &str, done: impl Fn(&AppState) -> bool) {
    let deadline = Instant::now() + Duration::from_mins(1);
    while !done(workbench.state()) {
        assert!(Instant::now() < deadline, "waited a minute for {what}");
        std::thread::sleep(Duration::from_millis(2));
        workbench.drain_events();
    }
}

fn with_airline() -> Workbench {
    let mut workbench = workbench();
    workbench.dispatch(Command::OpenSample(Sample::Airline));
    wait_until(&mut workbench, "baselines", |state| state.scorecard().len() == 7);
    workbench
}

fn edit(workbench: &mut Workbench, change: impl FnOnce(&mut Recipe)) {
    let mut recipe = workbench.state().document.recipe.clone();
    change(&mut recipe);
    workbench.dispatch(Command::EditRecipe(Box::new(recipe)));
}

fn write(folder: &Path, name: &str, text: &str) -> PathBuf {
    let path = folder.join(name);
    fs::write(&path, text).unwrap();
    path
}

#[test]
fn the_last_file_asked_for_is_the_one_that_opens() {
    let folder = tempfile::tempdir().unwrap();
    let rows = |name: &str| {
        (0..60).map(|row| format!("{row}\n")).fold(format!("{name}\n"), |text, row| text + &row)
    };
    let first = write(folder.path(), "first.csv", &rows("first"));
    let second = write(folder.path(), "second.csv", &rows("second"));
    let mut workbench = workbench();
    workbench.dispatch(Command::OpenFile(first));
    workbench.dispatch(Command::OpenFile(second));
    wait_until(&mut workbench, "baselines", |state| state.scorecard().len() == 7);
    let document = workbench.state().document.open.as_ref().unwrap();
    assert_eq!(document.data.series.name, "second");
    assert!(workbench.state().document.opening.is_none());
}

#[test]
fn a_broken_file_leaves_the_open_one_alone() {
    let folder = tempfile::tempdir().unwrap();
    let mut workbench = with_airline();
    let empty = write(folder.path(), "empty.csv", "");
    workbench.dispatch(Command::OpenFile(empty));
    wait_until(
        &mut workbench,
        "the error",
        |state| matches!(&state.notice, Some(Notice::Error(text)) if text.contains("empty.csv")),
    );
    assert_eq!(workbench.state().document.open.as_ref().unwrap().data.series.name, "Passengers");
    assert_eq!(workbench.state().scorecard().len(), 7);
}

#[test]
fn a_changed_hold_out_sets_runs_aside_and_brings_new_baselines() {
    let mut workbench = with_airline();
    edit(&mut workbench, |recipe| recipe.train.epochs = 2);
    workbench.dispatch(Command::Train);
    wait_until(&mut workbench, "training", |state| state.scorecard().len() == 8);
    edit(&mut workbench, |recipe| {
        recipe.window.horizon = 6;
        recipe.window.test = 6;
    });
    wait_until(&mut workbench, "new baselines", |state| {
        let runs = state.scorecard();
        runs.len() == 7 && runs.iter().all(|run| run.report.holdout.values.len() == 6)
    });
    let earlier = workbench.state().earlier_runs();
    assert_eq!(earlier.len(), 1);
    let id = earlier[0].id;
    workbench.dispatch(Command::UseRecipeOf(id));
    wait_until(&mut workbench, "the old rows", |state| state.scorecard().len() == 8);
    assert!(workbench.state().earlier_runs().is_empty(), "the run is comparable again");
}

#[test]
fn runs_of_one_network_keep_labels_apart() {
    let mut workbench = with_airline();
    edit(&mut workbench, |recipe| recipe.train.epochs = 1);
    for (rows, name) in [(8, "lstm"), (9, "lstm 2")] {
        workbench.dispatch(Command::Train);
        let learning = workbench.state().learning().expect("it learns");
        assert_eq!(learning.label, name, "it learns under the name of its row");
        wait_until(&mut workbench, "training", |state| state.scorecard().len() == rows);
    }
    let last = workbench.state().runs.list.iter().rev().find(|run| run.model.is_network()).unwrap();
    let further = Command::GoOn { run: last.id, epoch: 1, more: 1 };
    workbench.dispatch(further);
    wait_until(&mut workbench, "training further", |state| state.scorecard().len() == 10);
    let networks = workbench.state().runs.list.iter().filter(|run| run.model.is_network());
    let mut labels: Vec<&str> = networks.map(|run| run.label.as_str()).collect();
    labels.sort_unstable();
    assert_eq!(labels, ["lstm", "lstm 2", "lstm 3"], "each is numbered once");
    assert!(workbench.state().verdict().is_some());
}

#[test]
fn an_infinite_loss_halts_says_where_and_goes_on_as_told() {
    let folder = tempfile::tempdir().unwrap();
    let mut text = "y\n".to_owned();
    for row in 0..60 {
        text += &format!("{}e100\n", row % 7);
    }
    let mut workbench = workbench();
    workbench.dispatch(Command::OpenFile(write(folder.path(), "huge.csv", &text)));
    wait_until(&mut workbench, "the file", |state| state.document.open.is_some());
    edit(&mut workbench, |recipe| recipe.transform.scaling = Scaling::None);
    workbench.dispatch(Command::Train);
    let halted = |state: &AppState| {
        state.learning().is_some_and(|learning| learning.phase == Phase::Diverged)
    };
    wait_until(&mut workbench, "the halt", halted);
    let learning = workbench.state().learning().unwrap();
    let batch = learning.diverged.as_ref().unwrap();
    assert_eq!((batch.account.epoch, batch.account.batch), (1, 1));
    assert!(batch.rows[0].values.contains(&6e100), "{batch}");
    // Told only to go on, it goes on waiting; told of a change, it tries again.
    workbench.dispatch(Command::Resume);
    let clip = Change { gradient_clip: Some(0.5), ..Change::default() };
    workbench.dispatch(Command::Steer(clip));
    wait_until(&mut workbench, "the next halt", |state| {
        halted(state) && state.learning().is_some_and(|learning| learning.changes.len() == 1)
    });
    let recipe = Recipe {
        transform: TransformConfig { power: Power::Log1p, ..TransformConfig::default() },
        ..workbench.state().document.recipe.clone()
    };
    workbench.dispatch(Command::TrainInstead(Box::new(recipe)));
    wait_until(&mut workbench, "a network", |state| {
        state.learning().is_none() && state.runs.list.iter().any(|run| run.model.is_network())
    });
    let run = workbench.state().runs.list.iter().find(|run| run.model.is_network()).unwrap();
    assert_eq!(run.recipe.transform.power, Power::Log1p);
}

#[test]
fn a_gap_before_the_forecast_is_a_problem_before_training_not_after() {
    let folder = tempfile::tempdir().unwrap();
    let mut text = "day,y\n".to_owned();
    // Longer than a week, so that nothing stands in for it.
    for day in (1..=120).filter(|day| !(108..=118).contains(day)) {
        let date = jiff::civil::date(2024, 1, 1) + jiff::Span::new().days(day - 1);
        text += &format!("{date},{}\n", day % 7);
    }
    let mut workbench = workbench();
    workbench.dispatch(Command::OpenFile(write(folder.path(), "gap.csv", &text)));
    wait_until(&mut workbench, "baselines", |state| state.scorecard().len() == 7);
    edit(&mut workbench, |recipe| recipe.import.missing = MissingPolicy::Leave);
    wait_until(&mut workbench, "the reading", |state| state.document.opening.is_none());
    let lookback = workbench.state().document.recipe.window.lookback;
    assert_eq!(lookback, 14, "a gap in the hold-out decides no default");
    edit(&mut workbench, |recipe| recipe.window.lookback = 20);
    let problems = &workbench.state().document.open.as_ref().unwrap().derived.problems;
    assert_eq!(problems.len(), 1, "{problems:?}");
    let fix = problems[0].fix.clone().expect("a shorter lookback fixes it");
    assert_eq!(fix.recipe.window.lookback, 2);
    workbench.dispatch(Command::EditRecipe(fix.recipe));
    edit(&mut workbench, |recipe| recipe.train.epochs = 1);
    workbench.dispatch(Command::Train);
    wait_until(&mut workbench, "training", |state| state.learning().is_none());
    assert_eq!(workbench.state().scorecard().len(), 8, "the network beside the baselines");
}

#[test]
fn another_column_brings_its_own_defaults_until_a_setting_is_touched() {
    let folder = tempfile::tempdir().unwrap();
    let rows: Vec<String> = (0..300).map(|row| format!("{},{}", row % 12, row % 30)).collect();
    let file = write(folder.path(), "two.csv", &format!("a,b\n{}\n", rows.join("\n")));
    let mut workbench = workbench();
    workbench.dispatch(Command::OpenFile(file));
    wait_until(&mut workbench, "the file", |state| state.document.open.is_some());
    assert_eq!(workbench.state().document.open.as_ref().unwrap().derived.task.season_length, 12);
    let choose = |workbench: &mut Workbench, name: &str| {
        workbench.dispatch(Command::SetTarget(name.to_owned()));
        wait_until(workbench, "the column", |state| {
            state.document.open.as_ref().is_some_and(|document| document.data.series.name == name)
        });
    };
    choose(&mut workbench, "b");
    assert_eq!(workbench.state().document.recipe.window.horizon, 30);
    assert_eq!(workbench.state().document.recipe.import.target.as_deref(), Some("b"));
    edit(&mut workbench, |recipe| recipe.window.horizon = 7);
    choose(&mut workbench, "a");
    assert_eq!(workbench.state().document.recipe.window.horizon, 7, "what was set stays set");
    for command in [Command::Undo, Command::UseDefaults] {
        workbench.dispatch(command);
        let target = workbench.state().document.recipe.import.target.as_deref();
        assert_eq!(target, Some("a"), "settings come and go, the column stays");
    }
}

#[test]
fn an_export_never_replaces_the_open_file() {
    let folder = tempfile::tempdir().unwrap();
    let text = format!("y\n{}", "1\n2\n3\n".repeat(20));
    let file = write(folder.path(), "data.csv", &text);
    let mut workbench = workbench();
    workbench.dispatch(Command::OpenFile(file.clone()));
    wait_until(&mut workbench, "baselines", |state| state.scorecard().len() == 7);
    workbench.dispatch(Command::ExportForecast(file.clone()));
    assert!(
        matches!(&workbench.state().notice, Some(Notice::Error(text)) if text.contains("open"))
    );
    assert_eq!(fs::read_to_string(file).unwrap(), text);
}

#[test]
fn closing_while_a_network_learns_ends_within_a_moment() {
    let mut workbench = with_airline();
    edit(&mut workbench, |recipe| {
        recipe.train.epochs = 100_000;
        recipe.train.patience = 100_000;
        recipe.model.hidden_size = 128;
    });
    workbench.dispatch(Command::Train);
    wait_until(&mut workbench, "an epoch", |state| {
        state.learning().is_some_and(|learning| !learning.curve.is_empty())
    });
    // Returns only once the thread has ended; 100,000 epochs would take hours.
    workbench.shut_down();
}

#[test]
fn recent_files_and_theme_are_remembered() {
    let folder = tempfile::tempdir().unwrap();
    let preferences = folder.path().join("preferences.toml");
    let file = write(folder.path(), "a.csv", "y\n1\n2\n3\n4\n5\n6\n");
    let mut workbench = Workbench::new(Arc::new(|| {}), Some(preferences.clone()));
    let missing = folder.path().join("missing.csv");
    workbench.dispatch(Command::OpenFile(missing));
    wait_until(&mut workbench, "the error", |state| state.notice.is_some());
    workbench.dispatch(Command::DismissNotice);
    workbench.dispatch(Command::OpenFile(file.clone()));
    wait_until(&mut workbench, "the file", |state| state.document.open.is_some());
    workbench.shut_down();
    let again = Workbench::new(Arc::new(|| {}), Some(preferences));
    assert_eq!(again.state().preferences.recent_files, [file]);
}

/// Reads as ever, but the whole of a file only once the flag is raised.
fn reader_that_waits(raised: &Arc<AtomicBool>) -> ReadFile {
    let raised = Arc::clone(raised);
    Arc::new(move |source, config, on_progress| {
        let progress = Progress { stage: Stage::Loading, share: 0.0 };
        while !raised.load(Ordering::Relaxed) {
            if on_progress(progress).is_break() {
                return Err(ImportError::Stopped { file: source.title() });
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        read(source, config, on_progress)
    })
}

/// A file long enough for its head to be shown first: dates that both orders fit.
fn long_file(folder: &Path) -> PathBuf {
    let rows =
        (0..400_000).map(|row| format!("{:02}/{:02}/2024,{row}\n", row % 12 + 1, row % 7 + 1));
    write(folder, "long.csv", &rows.fold("day,y\n".to_owned(), |text, row| text + &row))
}

#[test]
fn a_long_file_shows_its_head_by_the_new_settings_and_a_stop_brings_the_old_ones_back() {
    let folder = tempfile::tempdir().unwrap();
    let raised = Arc::new(AtomicBool::new(true));
    let mut workbench = Workbench::with_reader(Arc::new(|| {}), None, reader_that_waits(&raised));
    workbench.dispatch(Command::OpenFile(long_file(folder.path())));
    wait_until(&mut workbench, "the file", |state| state.document.open.is_some());
    raised.store(false, Ordering::Relaxed);
    edit(&mut workbench, |recipe| recipe.import.date_order = Some(DateOrder::MonthFirst));
    wait_until(&mut workbench, "the head", |state| {
        state.looked_at().is_some_and(|document| document.data.reading.ledger.rows_read < HEAD_ROWS)
    });
    let head = workbench.state().looked_at().unwrap();
    assert_eq!(head.data.reading.time_style, Some(TimeStyle::MonthFirst));
    assert!(workbench.state().train_blocker().is_some(), "a head is not trained on");
    let open = workbench.state().document.open.as_ref().unwrap();
    assert_eq!(open.data.reading.ledger.rows_read, 400_000, "the whole file stays open meanwhile");
    workbench.dispatch(Command::StopReading);
    wait_until(&mut workbench, "the stop", |state| state.document.opening.is_none());
    assert_eq!(workbench.state().document.recipe.import, ImportConfig::default());
    assert!(
        matches!(&workbench.state().notice, Some(Notice::Done(text)) if text.contains("Stopped"))
    );
    raised.store(true, Ordering::Relaxed);
    workbench.dispatch(Command::Undo);
    wait_until(&mut workbench, "the settings again", |state| {
        let document = state.document.open.as_ref().unwrap();
        document.data.reading.time_style == Some(TimeStyle::MonthFirst)
    });
}

#[test]
fn a_file_that_is_asked_for_stops_the_one_being_read() {
    let folder = tempfile::tempdir().unwrap();
    let raised = Arc::new(AtomicBool::new(false));
    let mut workbench = Workbench::with_reader(Arc::new(|| {}), None, reader_that_waits(&raised));
    let first = write(folder.path(), "first.csv", "first\n1\n2\n3\n4\n5\n6\n");
    workbench.dispatch(Command::OpenFile(first));
    wait_until(&mut workbench, "the reading", |state| {
        state.document.opening.as_ref().is_some_and(|opening| opening.progress.is_some())
    });
    workbench.dispatch(Command::OpenSample(Sample::Airline));
    raised.store(true, Ordering::Relaxed);
    wait_until(&mut workbench, "baselines", |state| state.scorecard().len() == 7);
    assert_eq!(workbench.state().document.open.as_ref().unwrap().data.series.name, "Passengers");
    let found = Notice::Found("144 rows, monthly, none missing".to_owned());
    assert_eq!(workbench.state().notice, Some(found), "the first says nothing any more");
}

#[test]
fn roles_make_several_targets_and_the_open_one_stays_where_it_can() {
    let folder = tempfile::tempdir().unwrap();
    let rows: Vec<String> = (0..60).map(|row| format!("{row},{},{}", row % 12, row % 7)).collect();
    let text = format!("t,sold,temperature\n{}\n", rows.join("\n"));
    let mut workbench = workbench();
    workbench.dispatch(Command::OpenFile(write(folder.path(), "two.csv", &text)));
    wait_until(&mut workbench, "the file", |state| state.document.open.is_some());
    let set = |workbench: &mut Workbench, name: &str, role| {
        edit(workbench, |recipe| {
            recipe.import.roles.insert(name.to_owned(), role);
        });
        wait_until(workbench, "the reading", |state| state.document.opening.is_none());
    };
    set(&mut workbench, "sold", ColumnRole::Target);
    set(&mut workbench, "temperature", ColumnRole::Target);
    workbench.dispatch(Command::SetTarget("temperature".to_owned()));
    wait_until(&mut workbench, "the series", |state| state.document.opening.is_none());
    set(&mut workbench, "t", ColumnRole::Time);
    let document = workbench.state().document.open.as_ref().unwrap();
    assert_eq!(
        (document.data.series.name.as_str(), document.data.candidates.len()),
        ("temperature", 2)
    );
}

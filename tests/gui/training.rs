//! Training in the window: held, stopped, steered, looked back on.

use tidegate::app::{AppState, Learning, Phase};
use tidegate::series::number::compact;
use tidegate::train::{ClipBy, Loss, Optimizer, Schedule, StateMode, Supervision, TrainConfig};
use tidegate::transform::Power;

use super::*;

/// A window where a network learns that would go on for hours.
fn learning() -> Harness<'static, Window> {
    let mut harness = window(Scripted::default());
    harness.run_steps(3);
    open_airline(&mut harness);
    enter(&mut harness, "Epochs", "100000");
    click(&mut harness, Role::Link, "More settings");
    harness.get_by_role_and_label(Role::SpinButton, "Patience").scroll_to_me();
    harness.run_steps(20);
    enter(&mut harness, "Patience", "100000");
    harness.get_by_role_and_label(Role::Link, "Fewer settings").scroll_to_me();
    harness.run_steps(20);
    click(&mut harness, Role::Link, "Fewer settings");
    click(&mut harness, Role::Button, "Train");
    wait_for_epochs(&mut harness, 2);
    harness
}

fn of(state: &AppState) -> &Learning {
    state.learning().expect("a network learns")
}

fn wait_for_epochs(harness: &mut Harness<'static, Window>, more: usize) {
    let wanted = of(harness.state().state()).curve.len() + more;
    wait_until(harness, "epochs", |state| of(state).curve.len() >= wanted);
}

#[test]
fn pause_holds_training_and_resume_lets_it_go_on() {
    let mut harness = learning();
    click(&mut harness, Role::Button, "Pause");
    wait_until(&mut harness, "the pause", |state| of(state).phase == Phase::Paused);
    harness.get_by_label("lstm is paused");
    let epochs = of(harness.state().state()).curve.len();
    let place = harness.state().state().training.progress;
    for _ in 0..20 {
        harness.step();
        std::thread::sleep(Duration::from_millis(5));
    }
    assert_eq!(of(harness.state().state()).curve.len(), epochs);
    assert_eq!(harness.state().state().training.progress, place, "not a batch more");
    click(&mut harness, Role::Button, "Resume");
    wait_for_epochs(&mut harness, 2);
    assert_eq!(of(harness.state().state()).phase, Phase::Learns);
}

#[test]
fn a_paused_network_can_be_stopped_and_keeps_its_best() {
    let mut harness = learning();
    harness.key_press_modifiers(Modifiers::COMMAND, Key::P);
    wait_until(&mut harness, "the pause", |state| of(state).phase == Phase::Paused);
    click(&mut harness, Role::Button, "Stop");
    wait_until(&mut harness, "the stop", |state| state.learning().is_none());
    let run = harness.state().state().runs.list.iter().find(|run| run.label == "lstm").unwrap();
    assert!(run.report.stopped && run.report.future.values.len() == 12);
}

#[test]
fn a_discarded_network_leaves_nothing_on_the_scorecard() {
    let mut harness = learning();
    click(&mut harness, Role::Button, "Stop and discard");
    wait_until(&mut harness, "the end", |state| state.learning().is_none());
    let state = harness.state().state();
    assert!(state.runs.list.iter().all(|run| !run.model.is_network()));
    assert!(matches!(&state.notice, Some(Notice::Done(text)) if text.contains("nothing of it")));
    let stop = harness.get_by_role_and_label(Role::Button, "Stop and discard");
    assert!(stop.accesskit_node().is_disabled(), "there is nothing left to stop");
}

#[test]
fn a_slider_walks_back_through_the_epochs_on_both_tabs() {
    let mut harness = trained("40");
    let run = harness.state().state().runs.list.last().unwrap().clone();
    let epochs = run.curve.len();
    let told = |epoch: usize| {
        let error = run.curve[epoch - 1].validation;
        format!("{epoch} of {epochs} · error {}", compact(error))
    };
    let best = run.curve.iter().rev().find(|point| point.improved).unwrap().epoch;
    let said = format!(": {epochs} epochs, best {best}");
    harness.get_by_label_contains("LSTM trained in ");
    harness.get_by_label_contains(&said);
    // The forecast that is drawn is that of the best epoch, and so say words and slider.
    let frames = run.past_forecasts.frames();
    let place = run.past_forecasts.place(best).unwrap();
    let slider_at = |harness: &Harness<'static, Window>| {
        let slider = harness.get_by_role_and_label(Role::Slider, "epoch");
        slider.accesskit_node().numeric_value().unwrap()
    };
    let place_of = |place: usize| f64::from(u32::try_from(place).unwrap());
    let drawn = format!("best: {}", told(best));
    harness.get_by_label(&drawn);
    assert_eq!(slider_at(&harness), place_of(place));
    let is_off = |harness: &Harness<'static, Window>| {
        let button = harness.get_by_role_and_label(Role::Button, "Best");
        button.accesskit_node().is_disabled()
    };
    assert!(is_off(&harness), "there is nowhere to go back to");
    harness.get_by_role_and_label(Role::Slider, "epoch").focus();
    harness.run_steps(2);
    for frame in &frames[place + 1..] {
        harness.key_press(Key::ArrowRight);
        harness.run_steps(3);
        harness.get_by_label(&told(frame.epoch));
    }
    if best < epochs {
        assert!(!is_off(&harness), "the last epoch is not the best");
    }
    for _ in &frames[place + 1..] {
        harness.key_press(Key::ArrowLeft);
        harness.run_steps(3);
    }
    harness.get_by_label(&drawn);
    assert!(is_off(&harness));
    for frame in frames[..place].iter().rev() {
        harness.key_press(Key::ArrowLeft);
        harness.run_steps(3);
        harness.get_by_label(&told(frame.epoch));
        harness
            .get_by_label_contains(&format!("as after epoch {}; the scorecard stays", frame.epoch));
    }
    click(&mut harness, Role::Tab, "Training");
    harness.get_by_label(&told(1));
    click(&mut harness, Role::Button, "Best");
    harness.get_by_label(&drawn);
    assert_eq!(slider_at(&harness), place_of(place));
    assert!(is_off(&harness));
}

#[test]
fn only_what_forecasts_the_rows_that_are_shown_is_played_back_over_them() {
    let mut harness = trained("4");
    harness.get_by_role_and_label(Role::Slider, "epoch");
    enter(&mut harness, "Horizon", "6");
    wait_until(&mut harness, "baselines", |state| state.scorecard().len() == 7);
    let is_there = |harness: &Harness<'static, Window>| {
        harness.query_by_role_and_label(Role::Slider, "epoch").is_some()
    };
    assert!(!is_there(&harness), "its forecasts are of other rows");
    click(&mut harness, Role::Tab, "Training");
    assert!(is_there(&harness), "its training can be looked at");
    enter(&mut harness, "Epochs", "2");
    click(&mut harness, Role::Button, "Train");
    wait_until(&mut harness, "training", |state| state.scorecard().len() == 8);
    // The older one is chosen here, and has no place among the forecasts.
    choose(&mut harness, "Choose a run", "lstm");
    harness.get_by_label_contains(" of 4 · error");
    click(&mut harness, Role::Tab, "Forecast");
    harness.get_by_label_contains(" of 2 · error");
}

#[test]
fn settings_are_changed_while_a_network_learns_and_marked_on_its_curve() {
    let mut harness = learning();
    click(&mut harness, Role::Tab, "Training");
    enter(&mut harness, "rate now", "0.001");
    wait_until(&mut harness, "the rate", |state| {
        of(state).changes.iter().any(|it| it.learning_rate.is_some_and(|rate| rate.0 == 0.001))
    });
    enter(&mut harness, "batch now", "16");
    wait_until(&mut harness, "the batch size", |state| {
        of(state).changes.last().is_some_and(|it| it.batch_size == Some(16))
    });
    // A change is marked once the epoch that it was made in has ended.
    wait_until(&mut harness, "the end of its epoch", |state| {
        let learning = of(state);
        learning.changes.last().is_some_and(|it| learning.curve.len() >= it.epoch)
    });
    harness.run_steps(3);
    let changes = of(harness.state().state()).changes.len();
    harness.get_by_label(&format!("settings changed ({changes})"));
    click(&mut harness, Role::Button, "Stop");
    wait_until(&mut harness, "the stop", |state| state.learning().is_none());
    let run = harness.state().state().runs.list.last().unwrap();
    let [.., rate, batch] = &run.changes[..] else { panic!("{:?}", run.changes) };
    assert_eq!((rate.learning_rate.map(|rate| rate.0), rate.batch_size), (Some(0.001), None));
    assert_eq!((batch.learning_rate, batch.batch_size), (None, Some(16)));
    assert!(1 < rate.epoch && rate.epoch <= batch.epoch && batch.epoch <= run.curve.len() + 1);
    assert_eq!(run.recipe.train.batch_size, 32, "the recipe stays as it was");
}

/// A window whose network has learned the airline series for so many epochs.
fn trained(epochs: &str) -> Harness<'static, Window> {
    let mut harness = window(Scripted::default());
    harness.run_steps(3);
    open_airline(&mut harness);
    enter(&mut harness, "Epochs", epochs);
    click(&mut harness, Role::Button, "Train");
    wait_until(&mut harness, "training", |state| state.scorecard().len() == 8);
    harness
}

/// Chooses one of a menu among the folded settings.
fn choose(harness: &mut Harness<'static, Window>, menu: &str, option: &str) {
    harness.get_by_role_and_label(Role::ComboBox, menu).scroll_to_me();
    harness.run_steps(20);
    click(harness, Role::ComboBox, menu);
    click(harness, Role::Button, option);
}

#[test]
fn parameters_stand_beside_the_choice_that_reads_them_and_train() {
    let mut harness = window(Scripted::default());
    harness.run_steps(3);
    open_airline(&mut harness);
    enter(&mut harness, "Epochs", "3");
    click(&mut harness, Role::Link, "More settings");
    let is_there = |harness: &Harness<'static, Window>, name: &str| {
        harness.query_by_role_and_label(Role::SpinButton, name).is_some()
    };
    for (menu, option, parameters) in [
        ("Loss", "Pinball", &["Pinball level"][..]),
        ("Loss", "Huber", &["Huber delta"]),
        ("Optimiser", "SGD", &["Momentum"]),
        ("Schedule", "Cosine", &["Warm-up epochs"]),
        ("Schedule", "Step", &["Step epochs", "Fall to"]),
        ("Schedule", "Plateau", &["Plateau epochs", "Fall to"]),
        ("Schedule", "One cycle", &[]),
    ] {
        assert!(parameters.iter().all(|name| *name == "Fall to" || !is_there(&harness, name)));
        choose(&mut harness, menu, option);
        assert!(parameters.iter().all(|name| is_there(&harness, name)), "{menu} {option}");
    }
    for gone in ["Pinball level", "Fall to", "Warm-up epochs", "Plateau epochs"] {
        assert!(!is_there(&harness, gone), "{gone} is read by nothing any more");
    }
    choose(&mut harness, "Clip by", "Value");
    let train = harness.state().state().document.recipe.train.clone();
    assert_eq!(
        (train.loss, train.optimizer),
        (Loss::Huber { delta: 1.0 }, Optimizer::Sgd { momentum: 0.9 })
    );
    assert_eq!((train.schedule, train.clip_by), (Schedule::OneCycle, ClipBy::Value));
    click(&mut harness, Role::Button, "Train");
    wait_until(&mut harness, "the network", |state| state.scorecard().len() == 8);
}

#[test]
fn the_weights_of_an_earlier_epoch_forecast_beside_the_best() {
    let mut harness = trained("40");
    click(&mut harness, Role::Tab, "Training");
    let off = harness.get_by_role_and_label(Role::Button, "Use these weights");
    assert!(off.accesskit_node().is_disabled(), "no epoch is looked back on");
    harness.get_by_role_and_label(Role::Slider, "epoch").focus();
    harness.run_steps(2);
    harness.key_press(Key::ArrowLeft);
    harness.run_steps(3);
    click(&mut harness, Role::Button, "Use these weights");
    wait_until(&mut harness, "the run", |state| state.scorecard().len() == 9);
    let state = harness.state().state();
    let [.., trained, kept] = &state.runs.list[..] else { panic!("two runs") };
    let frames = trained.past_forecasts.frames();
    let best = trained.curve.iter().rev().find(|point| point.improved).unwrap().epoch;
    let frame = &frames[trained.past_forecasts.place(best).unwrap() - 1];
    assert_eq!(kept.label, format!("lstm epoch {}", frame.epoch));
    assert_eq!(kept.report.future.values, frame.forecast.future);
    assert_eq!(kept.report.holdout.model, kept.label);
    assert_eq!(kept.curve.len(), frame.epoch);
    let held_out = kept.task.split.holdout(12);
    let actual = &kept.series.target.values[held_out];
    let misses = actual.iter().zip(&frame.forecast.holdout).map(|(y, f)| (y - f).abs());
    let error = misses.sum::<f64>() / 12.0;
    assert!((kept.report.metrics.unwrap().mae - error).abs() < 1e-9);
}

#[test]
fn one_click_trains_both_ways_and_puts_both_on_the_scorecard() {
    let mut harness = window(Scripted::default());
    harness.run_steps(3);
    open_airline(&mut harness);
    enter(&mut harness, "Epochs", "3");
    click(&mut harness, Role::Button, "Train stateless and stateful");
    wait_until(&mut harness, "both", |state| {
        state.learning().is_none()
            && state.training.queued.is_empty()
            && state.scorecard().len() == 9
    });
    let state = harness.state().state();
    let [.., first, second] = &state.runs.list[..] else { panic!("two runs") };
    assert_eq!([&first.label, &second.label], ["lstm stateless", "lstm stateful"]);
    let ways = [StateMode::Stateless, StateMode::Stateful]
        .map(|way| TrainConfig { state_mode: way, ..state.document.recipe.train.clone() });
    assert_eq!([&first.recipe.train, &second.recipe.train], ways.each_ref());
    assert_ne!(first.report.holdout.values, second.report.holdout.values);
    let rows = [first, second].map(|run| run.recipe.train.supervision());
    assert_eq!(rows, [Supervision::Last, Supervision::Every], "each asks its own rows");
}

#[test]
fn a_finished_network_is_trained_further_and_from_an_earlier_epoch() {
    let mut harness = trained("6");
    click(&mut harness, Role::Tab, "Training");
    enter(&mut harness, "more epochs", "4");
    click(&mut harness, Role::Button, "Train further");
    wait_until(&mut harness, "more of it", |state| state.scorecard().len() == 9);
    enter(&mut harness, "Learning rate", "0.001");
    harness.get_by_role_and_label(Role::Slider, "epoch").focus();
    harness.run_steps(2);
    harness.key_press(Key::ArrowLeft);
    harness.run_steps(3);
    click(&mut harness, Role::Button, "Continue from here");
    wait_until(&mut harness, "the branch", |state| state.scorecard().len() == 10);
    let state = harness.state().state();
    let [.., first, further, branch] = &state.runs.list[..] else { panic!("three runs") };
    assert_eq!([first.curve.len(), further.curve.len()], [6, 10]);
    assert_eq!(further.curve[..6], first.curve[..], "it goes on from where it was");
    let frames = further.past_forecasts.frames();
    let best = further.curve.iter().rev().find(|point| point.improved).unwrap().epoch;
    let seen = frames[further.past_forecasts.place(best).unwrap() - 1].epoch;
    // Not every epoch's weights are kept: it goes on from the last one that has them.
    let from = further.checkpoint(seen).unwrap().state.epochs_done();
    assert_eq!(branch.label, format!("lstm 2 from {from}"));
    assert_eq!([&first.label, &further.label], ["lstm", "lstm 2"]);
    assert_eq!(branch.curve.len(), from + 4);
    assert_eq!(branch.curve[..from], further.curve[..from]);
    assert_eq!(branch.changes[0].learning_rate.map(|rate| rate.0), Some(0.001));
}

#[test]
fn a_batch_that_gives_no_number_is_shown_with_ways_on() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("huge.csv");
    let rows: Vec<String> = (0..60).map(|row| format!("{row},{}e100", row % 7)).collect();
    std::fs::write(&path, format!("t,y\n{}\n", rows.join("\n"))).unwrap();
    let mut harness = window(Scripted { open: Some(path), ..Scripted::default() });
    harness.run_steps(3);
    click(&mut harness, Role::Button, "Open a file…");
    wait_until(&mut harness, "the file", |state| state.document.open.is_some());
    enter(&mut harness, "Epochs", "3");
    click(&mut harness, Role::Link, "More settings");
    choose(&mut harness, "Scaling", "None");
    click(&mut harness, Role::Button, "Train");
    let halted = |state: &AppState| {
        state.learning().is_some_and(|learning| learning.phase == Phase::Diverged)
    };
    wait_until(&mut harness, "the halt", halted);
    harness.run_steps(3);
    harness.get_by_label_contains("Training diverged in epoch 1 (");
    harness.get_by_label_contains("Where: ");
    assert!(harness.query_all_by_label("6.000e100").count() > 0, "the raw value is shown");
    click(&mut harness, Role::Button, "Clip at 0.5 and go on");
    wait_until(&mut harness, "the next halt", |state| {
        halted(state) && state.learning().is_some_and(|learning| learning.changes.len() == 1)
    });
    harness.run_steps(3);
    click(&mut harness, Role::Button, "Log transform and train again");
    let trained = |state: &AppState| {
        state.runs.list.iter().any(|run| run.model.is_network() && !run.curve.is_empty())
    };
    wait_until(&mut harness, "a network", trained);
    let runs = &harness.state().state().runs.list;
    let run = runs.iter().find(|run| run.model.is_network()).unwrap();
    assert_eq!(run.recipe.transform.power, Power::Log1p);
    assert!(run.report.metrics.is_some());
}

#[test]
fn a_learning_rate_is_searched_for_used_and_taken_back() {
    let mut harness = window(Scripted::default());
    harness.run_steps(3);
    open_airline(&mut harness);
    let before = harness.state().state().document.recipe.clone();
    click(&mut harness, Role::Button, "Find a learning rate");
    wait_until(&mut harness, "a rate", |state| {
        state.training.rates.as_ref().is_some_and(|search| search.suggestion.is_some())
    });
    let points = &harness.state().state().training.rates.as_ref().unwrap().points;
    assert!(
        points.len() > 20 && points.windows(2).all(|p| p[0].learning_rate < p[1].learning_rate)
    );
    let suggestion = harness.state().state().training.rates.as_ref().unwrap().suggestion.unwrap();
    let use_it = harness.get_by_label_contains("Use ");
    use_it.click();
    harness.run_steps(3);
    let rate = harness.state().state().document.recipe.train.learning_rate;
    assert!((rate / suggestion - 1.0).abs() < 0.06, "{rate} for {suggestion}");
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    harness.run_steps(3);
    assert_eq!(harness.state().state().document.recipe, before);
    click(&mut harness, Role::Button, "Close the search");
    assert!(harness.state().state().training.rates.is_none());
}

#[test]
fn an_ensemble_keeps_every_networks_forecast() {
    let mut harness = window(Scripted::default());
    harness.run_steps(3);
    open_airline(&mut harness);
    enter(&mut harness, "Epochs", "3");
    enter(&mut harness, "Networks", "3");
    click(&mut harness, Role::Button, "Train");
    wait_until(&mut harness, "the networks", |state| state.scorecard().len() == 8);
    let report = &harness.state().state().runs.list.last().unwrap().report;
    assert_eq!([report.members.future.len(), report.members.holdout.len()], [3, 3]);
    assert!(report.refitted, "the future is forecast by networks of all rows");
}

//! Baselines over all series of a panel.

use std::fmt::Write as _;

use tidegate::app::{Command, PanelRow, Workbench};
use tidegate::baseline::Baseline;

use super::{edit, wait_until, workbench, write};

/// Three series of eighty days: one that repeats, one that wanders, one that ends early.
fn with_panel() -> Workbench {
    let folder = tempfile::tempdir().unwrap();
    let mut text = "day,even,odd,ended\n".to_owned();
    for row in 0..80 {
        let date = jiff::civil::date(2024, 1, 1) + jiff::Span::new().days(row);
        let ended = if row < 50 { (row * 3 % 5).to_string() } else { String::new() };
        writeln!(text, "{date},{},{},{ended}", row % 7, row * 37 % 11).unwrap();
    }
    let mut workbench = workbench();
    workbench.dispatch(Command::OpenFile(write(folder.path(), "panel.csv", &text)));
    wait_until(&mut workbench, "baselines", |state| state.scorecard().len() == 7);
    edit(&mut workbench, |recipe| {
        recipe.baselines.models =
            vec![Baseline::named("seasonal-naive").unwrap(), Baseline::named("mean").unwrap()];
    });
    workbench
}

fn score(workbench: &mut Workbench) {
    workbench.dispatch(Command::ScorePanel);
    wait_until(workbench, "the panel", |state| {
        state.scores.panel.as_ref().is_some_and(|panel| panel.job.is_none())
    });
}

fn row(workbench: &Workbench, baseline: Baseline) -> &PanelRow {
    let panel = workbench.state().scores.panel.as_ref().unwrap();
    panel.rows.iter().find(|row| row.baseline == baseline).unwrap()
}

/// Chooses a series and waits for its own scorecard.
fn choose(workbench: &mut Workbench, name: &str) {
    workbench.dispatch(Command::SetTarget(name.to_owned()));
    wait_until(workbench, "the series", |state| {
        state.document.open.as_ref().is_some_and(|document| document.data.series.name == name)
            && state.scorecard().len() == 2
    });
}

#[test]
fn every_series_scores_as_its_own_scorecard_does_and_choosing_one_keeps_the_rest() {
    let mut workbench = with_panel();
    score(&mut workbench);
    assert!(workbench.state().panel_due().is_empty());
    for (place, name) in ["even", "odd"].into_iter().enumerate() {
        choose(&mut workbench, name);
        for run in workbench.state().scorecard() {
            let baseline: Baseline = run.label.parse().unwrap();
            let score = row(&workbench, baseline).run.series[place].as_ref().unwrap();
            let score = score.as_ref().unwrap();
            assert_eq!(Some(score.metrics), run.report.metrics, "{name}, {baseline}");
            assert_eq!(score.intervals, run.report.interval_scores, "{name}, {baseline}");
        }
    }
    let mean = row(&workbench, Baseline::named("mean").unwrap());
    let mase = |place: usize| mean.run.series[place].clone().unwrap().unwrap().metrics.mase;
    let mean_of_both = [mase(0), mase(1)].iter().flatten().sum::<f64>() / 2.0;
    let only_odd = mase(0).is_none() && mean.run.score.mase == mase(1);
    assert!(only_odd || (mean.run.score.mase.unwrap() - mean_of_both).abs() < 1e-12);
}

#[test]
fn a_series_that_cannot_be_scored_is_told_with_the_reason() {
    let mut workbench = with_panel();
    score(&mut workbench);
    let run = &row(&workbench, Baseline::named("seasonal-naive").unwrap()).run;
    assert_eq!((run.score.series, run.score.failed), (2, 1));
    let (name, why) = run.score.first_failure.as_ref().unwrap();
    assert!(name == "ended" && why.contains("held-out values are missing"), "{name}: {why}");
}

#[test]
fn only_what_is_missing_is_scored_and_another_hold_out_drops_all() {
    let mut workbench = with_panel();
    score(&mut workbench);
    edit(&mut workbench, |recipe| recipe.baselines.models.push(Baseline::named("drift").unwrap()));
    assert_eq!(workbench.state().panel_due(), [Baseline::named("drift").unwrap()]);
    score(&mut workbench);
    assert_eq!(workbench.state().scores.panel.as_ref().unwrap().rows.len(), 3);
    edit(&mut workbench, |recipe| recipe.train.epochs += 1);
    assert!(workbench.state().scores.panel.is_some(), "networks have no part in it");
    edit(&mut workbench, |recipe| recipe.window.horizon = 3);
    assert!(workbench.state().scores.panel.is_none());
    assert_eq!(workbench.state().panel_due().len(), 3);
}

#[test]
fn a_stop_keeps_what_is_done_and_the_rest_can_follow() {
    let mut workbench = with_panel();
    edit(&mut workbench, |recipe| {
        recipe.baselines.models = vec![
            Baseline::named("naive").unwrap(),
            Baseline::named("tbats").unwrap(),
            Baseline::named("auto-arima").unwrap(),
        ];
    });
    workbench.dispatch(Command::ScorePanel);
    wait_until(&mut workbench, "the first model", |state| {
        state.scores.panel.as_ref().is_none_or(|panel| !panel.rows.is_empty())
    });
    workbench.dispatch(Command::StopPanel);
    wait_until(&mut workbench, "the stop", |state| {
        state.scores.panel.as_ref().is_some_and(|panel| panel.job.is_none())
    });
    assert!(!row(&workbench, Baseline::named("naive").unwrap()).run.is_cut_short());
    score(&mut workbench);
    assert!(workbench.state().panel_due().is_empty());
    workbench.dispatch(Command::CloseFile);
    assert!(workbench.state().scores.panel.is_none());
}

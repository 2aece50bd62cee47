//! Models side by side on the same held-out rows, best on top, with a verdict in words.

use super::ModelReport;
use crate::forecast::ModelChoice;

/// Order of the scorecard: smallest MASE first, by MAE where MASE cannot be taken, and models
/// without errors last.
pub fn rank(reports: &mut [ModelReport]) {
    reports.sort_by(|a, b| sort_key(a).total_cmp(&sort_key(b)));
}

/// The number models are ranked by: MAE, which orders models on one series as MASE does and is
/// never absent when MASE is present.
pub fn sort_key(report: &ModelReport) -> f64 {
    report.metrics.map_or(f64::INFINITY, |metrics| metrics.mae)
}

/// Share of the series' spread below which an error is as good as none.
const PRACTICALLY_EXACT: f64 = 1e-3;

/// How far apart the lowest and the highest value lie, missing values (NaN) passed over.
pub fn spread(values: &[f64]) -> f64 {
    let low = values.iter().copied().fold(f64::INFINITY, f64::min);
    let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    (high - low).max(0.0)
}

/// The line under the scorecard: whether the best network is worth its trouble on these rows.
///
/// It compares with the best baseline, so that a network is never praised for beating a weak one.
/// Where both errors are next to nothing of the `spread` of the series' values ([`spread`]) neither
/// wins. `is_network` tells networks from baselines by name. `None` until there is one of each.
pub fn verdict(
    reports: &[&ModelReport],
    spread: f64,
    is_network: impl Fn(&str) -> bool,
) -> Option<String> {
    let best = |network: bool| {
        reports
            .iter()
            .filter(|report| report.metrics.is_some() && is_network(&report.name) == network)
            .min_by(|a, b| sort_key(a).total_cmp(&sort_key(b)))
    };
    let (network, baseline) = (best(true)?, best(false)?);
    let (error, rival) = (sort_key(network), sort_key(baseline));
    let [net, simple] = [network, baseline].map(|report| ModelChoice::label_of_run(&report.name));
    let rows = network.holdout.values.len();
    let evidence = format!("on {rows} held-out row{}", if rows == 1 { "" } else { "s" });
    if error.max(rival) <= PRACTICALLY_EXACT * spread {
        return Some(format!(
            "{} and {} are both practically exact {evidence}: their errors are below {:.1} % of the \
             series' spread, so neither wins.",
            net,
            simple,
            100.0 * PRACTICALLY_EXACT
        ));
    }
    let stopped = if network.stopped {
        format!(" Training of {net} was stopped early; left to run, it may do better.")
    } else {
        String::new()
    };
    if error >= rival {
        let excess = if rival > 0.0 {
            format!("{:.0} % more error", 100.0 * (error / rival - 1.0))
        } else {
            "more error".to_owned()
        };
        return Some(format!("Use {simple} here: {net} had {excess} {evidence}.{stopped}"));
    }
    Some(format!(
        "{net} had {:.0} % less error than {simple}, the best baseline, {evidence}. One stretch of rows is thin evidence.{stopped}",
        100.0 * (1.0 - error / rival)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate::{Members, Metrics};
    use crate::forecast::Forecast;
    use crate::series::{Series, TimeAxis};

    fn report(name: &str, mae: f64) -> ModelReport {
        let series = Series::new("y", TimeAxis::row_numbers(), vec![1.0, 2.0]);
        ModelReport {
            name: name.to_owned(),
            seconds: 0.0,
            parameters: 0,
            metrics: Some(Metrics { mae, rmse: mae, smape: mae, mase: None }),
            interval_scores: Vec::new(),
            fit: None,
            residuals: None,
            holdout: Forecast::new(&series, name, 1, vec![2.0]),
            future: Forecast::new(&series, name, 2, vec![2.0]),
            shortfall: None,
            members: Members::default(),
            best_epochs: Vec::new(),
            past: Vec::new(),
            refitted: false,
            stopped: false,
        }
    }

    #[test]
    fn the_best_is_on_top_and_the_unscored_at_the_bottom() {
        let unscored = ModelReport { metrics: None, ..report("broken", 0.0) };
        let mut reports = [unscored, report("naive", 3.0), report("lstm", 1.0)];
        rank(&mut reports);
        assert_eq!(reports.map(|report| report.name), ["lstm", "naive", "broken"]);
    }

    #[test]
    fn a_network_is_measured_against_the_best_baseline() {
        let (lstm, naive, drift) =
            (report("lstm", 2.0), report("naive", 4.0), report("drift", 1.0));
        let is_network = |name: &str| name == "lstm";
        let line = verdict(&[&lstm, &naive], 10.0, is_network).unwrap();
        assert!(line.contains("50 % less error than Naive"), "{line}");
        let line = verdict(&[&lstm, &naive, &drift], 10.0, is_network).unwrap();
        assert!(line.starts_with("Use Drift here: ") && line.contains("100 % more"), "{line}");
        assert_eq!(verdict(&[&naive], 10.0, is_network), None);
        assert!(!line.contains("stopped"), "{line}");
        for mae in [2.0, 8.0] {
            let stopped = ModelReport { stopped: true, ..report("lstm", mae) };
            let line = verdict(&[&stopped, &naive], 10.0, is_network).unwrap();
            assert!(line.contains("Training of LSTM was stopped early"), "{line}");
        }
    }

    #[test]
    fn errors_that_are_next_to_nothing_have_no_winner() {
        let is_network = |name: &str| name == "lstm";
        let of = |network: f64, baseline: f64| {
            let (lstm, naive) = (report("lstm", network), report("naive", baseline));
            verdict(&[&lstm, &naive], spread(&[0.5, 1.0, f64::NAN, 1.5, 0.5]), is_network).unwrap()
        };
        for (network, baseline) in [(1e-4, 9e-4), (9e-4, 1e-4), (0.0, 0.0)] {
            let line = of(network, baseline);
            assert!(line.contains("both practically exact") && line.contains("neither"), "{line}");
        }
        // One of them has an error worth the name.
        assert!(of(1e-4, 0.5).contains("less error than Naive"));
        assert!(of(0.5, 1e-4).starts_with("Use Naive here: "));
    }
}

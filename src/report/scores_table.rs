//! Scores of models over the series of a panel as tables: their means, a row a model; or error by error,
//! a row a series and model.

use super::table::{ColumnCells, ReportTable};
use crate::evaluate::{IntervalScore, PanelScore, SeriesScore};
use crate::forecast::level_name;

/// A model's score on one series, or why there is none.
pub struct SeriesRow<'a> {
    /// The series' name.
    pub series: &'a str,
    /// The model's name.
    pub model: &'a str,
    /// How it came out.
    pub result: Result<&'a SeriesScore, &'a str>,
}

/// Means over the series, a row a model: `model,series,failed,smape,mase`, coverage and interval score
/// of each level, and seconds a series. What a model has not is empty.
pub fn mean_scores_table(scores: &[&PanelScore], levels: &[f64]) -> ReportTable {
    let count = |of: fn(&PanelScore) -> usize| {
        ColumnCells::Count(scores.iter().map(|score| of(score)).collect())
    };
    let mean = |of: fn(&PanelScore) -> Option<f64>| {
        ColumnCells::Number(scores.iter().map(|score| of(score)).collect())
    };
    let names = scores.iter().map(|score| Some(score.name.clone())).collect();
    let table = ReportTable::default()
        .with("model", ColumnCells::Text(names))
        .with("series", count(|score| score.series))
        .with("failed", count(|score| score.failed))
        .with("smape", mean(|score| score.smape))
        .with("mase", mean(|score| score.mase));
    let intervals: Vec<&[IntervalScore]> =
        scores.iter().map(|score| &score.intervals[..]).collect();
    with_levels(table, &intervals, levels)
        .with("seconds_per_series", mean(|score| Some(score.ms_per_series / 1e3)))
}

/// Error by error: `series,model,mae,rmse,smape,mase`, coverage and interval score of each level, seconds,
/// and why a series could not be scored.
pub fn series_scores_table(rows: &[SeriesRow<'_>], levels: &[f64]) -> ReportTable {
    let text =
        |of: fn(&SeriesRow<'_>) -> Option<String>| ColumnCells::Text(rows.iter().map(of).collect());
    let number = |of: fn(&SeriesScore) -> Option<f64>| {
        ColumnCells::Number(rows.iter().map(|row| row.result.ok().and_then(of)).collect())
    };
    let table = ReportTable::default()
        .with("series", text(|row| Some(row.series.to_owned())))
        .with("model", text(|row| Some(row.model.to_owned())))
        .with("mae", number(|score| Some(score.metrics.mae)))
        .with("rmse", number(|score| Some(score.metrics.rmse)))
        .with("smape", number(|score| Some(score.metrics.smape)))
        .with("mase", number(|score| score.metrics.mase));
    let intervals: Vec<&[IntervalScore]> =
        rows.iter().map(|row| row.result.map_or(&[][..], |score| &score.intervals[..])).collect();
    with_levels(table, &intervals, levels)
        .with("seconds", number(|score| Some(score.seconds)))
        .with("error", text(|row| row.result.err().map(str::to_owned)))
}

/// Two columns a level: the share of values inside, and the interval score.
fn with_levels(
    mut table: ReportTable,
    intervals: &[&[IntervalScore]],
    levels: &[f64],
) -> ReportTable {
    for &level in levels {
        let of = |value: fn(&IntervalScore) -> f64| {
            let at = |scores: &&[IntervalScore]| {
                scores.iter().find(|score| score.level.total_cmp(&level).is_eq()).map(value)
            };
            ColumnCells::Number(intervals.iter().map(at).collect())
        };
        let name = level_name(level);
        table = table
            .with(format!("coverage_{name}"), of(|score| score.coverage))
            .with(format!("interval_score_{name}"), of(|score| score.score));
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate::Metrics;
    use crate::report::TableFormat;

    fn csv(table: &ReportTable) -> String {
        let contents = TableFormat::of("f.csv".as_ref()).contents(table).unwrap();
        String::from_utf8(contents).unwrap()
    }

    fn interval() -> IntervalScore {
        IntervalScore { level: 0.8, coverage: 0.75, score: 12.5 }
    }

    #[test]
    fn means_stand_a_row_a_model_with_what_is_missing_left_empty() {
        let score = |name: &str, intervals| PanelScore {
            name: name.to_owned(),
            series: 3,
            failed: 1,
            first_failure: None,
            smape: Some(7.5),
            mase: None,
            ms_per_series: 2.0,
            intervals,
        };
        let (with, without) = (score("theta", vec![interval()]), score("naive", Vec::new()));
        assert_eq!(
            csv(&mean_scores_table(&[&with, &without], &[0.8])),
            "model,series,failed,smape,mase,coverage_80,interval_score_80,seconds_per_series\n\
             theta,3,1,7.5,,0.75,12.5,0.002\nnaive,3,1,7.5,,,,0.002\n"
        );
    }

    #[test]
    fn a_series_that_failed_says_why() {
        let metrics = Metrics { mae: 1.0, rmse: 2.0, smape: 3.0, mase: Some(0.5) };
        let score = SeriesScore { metrics, intervals: vec![interval()], seconds: 0.25 };
        let rows = [
            SeriesRow { series: "a, b", model: "theta", result: Ok(&score) },
            SeriesRow { series: "=c", model: "theta", result: Err("too short") },
        ];
        assert_eq!(
            csv(&series_scores_table(&rows, &[0.8])),
            "series,model,mae,rmse,smape,mase,coverage_80,interval_score_80,seconds,error\n\
             \"a, b\",theta,1.0,2.0,3.0,0.5,0.75,12.5,0.25,\n'=c,theta,,,,,,,,too short\n"
        );
    }
}

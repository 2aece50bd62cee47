//! Scores of models over the series of a panel as CSV: their means, a row a model; or error by error,
//! a row a series and model.

use std::borrow::Cow;

use polars::prelude::{Column, CsvWriter, DataFrame, PolarsError, SerWriter};

use crate::evaluate::{IntervalScore, PanelScore, SeriesScore};
use crate::forecast::level_name;
use crate::series::text::marked;

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
///
/// # Errors
/// Where the data frame library cannot write; there is no such input known.
pub fn mean_scores_csv(scores: &[&PanelScore], levels: &[f64]) -> Result<Vec<u8>, PolarsError> {
    let count = |of: fn(&PanelScore) -> usize| -> Vec<u64> {
        scores.iter().map(|score| of(score) as u64).collect()
    };
    let mean = |of: fn(&PanelScore) -> Option<f64>| -> Vec<Option<f64>> {
        scores.iter().map(|score| of(score)).collect()
    };
    let names: Vec<Cow<'_, str>> = scores.iter().map(|score| marked(&score.name)).collect();
    let mut columns = vec![
        Column::new("model".into(), names),
        Column::new("series".into(), count(|score| score.series)),
        Column::new("failed".into(), count(|score| score.failed)),
        Column::new("smape".into(), mean(|score| score.smape)),
        Column::new("mase".into(), mean(|score| score.mase)),
    ];
    let intervals = scores.iter().map(|score| &score.intervals[..]).collect::<Vec<_>>();
    columns.extend(level_columns(&intervals, levels));
    let seconds: Vec<f64> = scores.iter().map(|score| score.ms_per_series / 1e3).collect();
    columns.push(Column::new("seconds_per_series".into(), seconds));
    text_of(scores.len(), columns)
}

/// Error by error: `series,model,mae,rmse,smape,mase`, coverage and interval score of each level, seconds,
/// and why a series could not be scored.
///
/// # Errors
/// As [`mean_scores_csv`].
pub fn series_scores_csv(rows: &[SeriesRow<'_>], levels: &[f64]) -> Result<Vec<u8>, PolarsError> {
    let number = |of: fn(&SeriesScore) -> Option<f64>| -> Vec<Option<f64>> {
        rows.iter().map(|row| row.result.ok().and_then(of)).collect()
    };
    let mut columns = vec![
        Column::new("series".into(), rows.iter().map(|row| marked(row.series)).collect::<Vec<_>>()),
        Column::new("model".into(), rows.iter().map(|row| marked(row.model)).collect::<Vec<_>>()),
        Column::new("mae".into(), number(|score| Some(score.metrics.mae))),
        Column::new("rmse".into(), number(|score| Some(score.metrics.rmse))),
        Column::new("smape".into(), number(|score| Some(score.metrics.smape))),
        Column::new("mase".into(), number(|score| score.metrics.mase)),
    ];
    let intervals: Vec<&[IntervalScore]> =
        rows.iter().map(|row| row.result.map_or(&[][..], |score| &score.intervals[..])).collect();
    columns.extend(level_columns(&intervals, levels));
    columns.push(Column::new("seconds".into(), number(|score| Some(score.seconds))));
    let errors: Vec<Option<String>> =
        rows.iter().map(|row| row.result.err().map(|why| marked(why).into_owned())).collect();
    columns.push(Column::new("error".into(), errors));
    text_of(rows.len(), columns)
}

/// Two columns a level: the share of values inside, and the interval score.
fn level_columns(intervals: &[&[IntervalScore]], levels: &[f64]) -> Vec<Column> {
    let of = |level: f64, value: fn(&IntervalScore) -> f64| -> Vec<Option<f64>> {
        let at = |scores: &&[IntervalScore]| {
            scores.iter().find(|score| score.level.total_cmp(&level).is_eq()).map(value)
        };
        intervals.iter().map(at).collect()
    };
    let pair = |&level: &f64| {
        let name = level_name(level);
        [
            Column::new(format!("coverage_{name}").into(), of(level, |score| score.coverage)),
            Column::new(format!("interval_score_{name}").into(), of(level, |score| score.score)),
        ]
    };
    levels.iter().flat_map(pair).collect()
}

fn text_of(rows: usize, columns: Vec<Column>) -> Result<Vec<u8>, PolarsError> {
    let mut frame = DataFrame::new(rows, columns)?;
    let mut text = Vec::new();
    CsvWriter::new(&mut text).include_header(true).finish(&mut frame)?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate::Metrics;

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
        let text = mean_scores_csv(&[&with, &without], &[0.8]).unwrap();
        assert_eq!(
            String::from_utf8(text).unwrap(),
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
        let text = series_scores_csv(&rows, &[0.8]).unwrap();
        assert_eq!(
            String::from_utf8(text).unwrap(),
            "series,model,mae,rmse,smape,mase,coverage_80,interval_score_80,seconds,error\n\
             \"a, b\",theta,1.0,2.0,3.0,0.5,0.75,12.5,0.25,\n'=c,theta,,,,,,,,too short\n"
        );
    }
}

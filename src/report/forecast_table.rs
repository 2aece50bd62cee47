//! Forecasts as a table in the long form that every tool reads: `series,time,model,value`, and the bounds
//! of intervals behind: `lower_80,upper_80`.

use super::table::{ColumnCells, ReportTable};
use crate::forecast::{Forecast, Interval, level_name};

/// Lower and upper bounds of one level, one a row.
type Bounds = (Vec<Option<f64>>, Vec<Option<f64>>);

/// The forecasts model after model, in time order. Times are ISO 8601. Each of `levels` adds two
/// columns, empty for models without intervals of that level.
///
/// ```
/// use tidegate::forecast::Forecast;
/// use tidegate::report::{TableFormat, forecast_table};
/// use tidegate::series::{Series, TimeAxis};
///
/// let series = Series::new("load", TimeAxis::row_numbers(), [1.0, 2.0, 3.0]);
/// let forecast = Forecast::new(&series, "drift", 3, vec![4.0]);
/// let csv = TableFormat::of("load.csv".as_ref()).contents(&forecast_table([&forecast], &[]))?;
/// assert_eq!(String::from_utf8(csv)?, "series,time,model,value\nload,4,drift,4.0\n");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn forecast_table<'a>(
    forecasts: impl IntoIterator<Item = &'a Forecast>,
    levels: &[f64],
) -> ReportTable {
    let (mut series, mut times, mut models, mut values) = (vec![], vec![], vec![], vec![]);
    let mut bounds: Vec<Bounds> = vec![Default::default(); levels.len()];
    for forecast in forecasts {
        for (&level, (lower, upper)) in levels.iter().zip(&mut bounds) {
            let interval = forecast.interval(level);
            let bound = |row: usize, of: fn(&Interval) -> &[f64]| {
                interval.and_then(|interval| of(interval).get(row).copied())
            };
            let rows = 0..forecast.values.len();
            lower.extend(rows.clone().map(|row| bound(row, |interval| &interval.lower)));
            upper.extend(rows.map(|row| bound(row, |interval| &interval.upper)));
        }
        for (time, value) in forecast.points() {
            series.push(Some(forecast.series.clone()));
            times.push(Some(time));
            models.push(Some(forecast.model.clone()));
            values.push(Some(value));
        }
    }
    let mut table = ReportTable::default()
        .with("series", ColumnCells::Text(series))
        .with("time", ColumnCells::Text(times))
        .with("model", ColumnCells::Text(models))
        .with("value", ColumnCells::Number(values));
    for (&level, (lower, upper)) in levels.iter().zip(bounds) {
        let name = level_name(level);
        table = table
            .with(format!("lower_{name}"), ColumnCells::Number(lower))
            .with(format!("upper_{name}"), ColumnCells::Number(upper));
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::TableFormat;
    use crate::series::{Series, TimeAxis};

    fn csv<'a>(forecasts: impl IntoIterator<Item = &'a Forecast>, levels: &[f64]) -> String {
        let table = forecast_table(forecasts, levels);
        let contents = TableFormat::of("f.csv".as_ref()).contents(&table).unwrap();
        String::from_utf8(contents).unwrap()
    }

    #[test]
    fn every_value_stands_on_its_time_and_reads_back_exactly() {
        let series = Series::new("a, \"b\"", TimeAxis::row_numbers(), vec![1.0, 2.0]);
        let forecast = Forecast::new(&series, "naive", 2, vec![0.1 + 0.2, 1e-300]);
        let text = csv([&forecast], &[]);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[0], "series,time,model,value");
        assert_eq!(lines[1], "\"a, \"\"b\"\"\",3,naive,0.30000000000000004");
        let value: f64 = lines[2].rsplit(',').next().unwrap().parse().unwrap();
        assert_eq!(value.to_bits(), 1e-300_f64.to_bits());
    }

    #[test]
    fn a_name_is_no_formula_and_no_field_of_another_file() {
        for (name, field) in [
            ("=1+1", "'=1+1"),
            ("=cmd|'/C calc'!A0", "\"'=cmd|'/C calc'!A0\""),
            ("a;b", "\"a;b\""),
            ("two\nlines", "\"two\nlines\""),
            ("Zürich", "Zürich"),
        ] {
            let series = Series::new(name, TimeAxis::row_numbers(), vec![1.0]);
            let forecast = Forecast::new(&series, "naive", 1, vec![2.0]);
            let text = csv([&forecast], &[]);
            assert_eq!(text, format!("series,time,model,value\n{field},2,naive,2.0\n"));
        }
    }

    #[test]
    fn bounds_stand_beside_their_values() {
        let series = Series::new("y", TimeAxis::row_numbers(), vec![1.0]);
        let interval = Interval { level: 0.8, lower: vec![1.5], upper: vec![2.5] };
        let with = Forecast::new(&series, "ets", 1, vec![2.0]).with_intervals(vec![interval]);
        let without = Forecast::new(&series, "lstm", 1, vec![3.0]);
        assert_eq!(
            csv([&with, &without], &[0.8]),
            "series,time,model,value,lower_80,upper_80\ny,2,ets,2.0,1.5,2.5\ny,2,lstm,3.0,,\n"
        );
    }
}

//! Forecasts as CSV in the long form that every tool reads: `series,time,model,value`.

use polars::prelude::{Column, CsvWriter, DataFrame, PolarsError, SerWriter};

use crate::forecast::Forecast;

/// The forecasts as CSV text, model after model, in time order. Times are ISO 8601; values carry
/// as many digits as it takes to read them back exactly.
///
/// # Errors
/// Where the data frame library cannot write; there is no such input known.
pub fn forecast_csv<'a>(
    forecasts: impl IntoIterator<Item = &'a Forecast>,
) -> Result<Vec<u8>, PolarsError> {
    let (mut series, mut times, mut models, mut values) = (vec![], vec![], vec![], vec![]);
    for forecast in forecasts {
        for (time, value) in forecast.points() {
            series.push(forecast.series.as_str());
            times.push(time);
            models.push(forecast.model.as_str());
            values.push(value);
        }
    }
    let rows = series.len();
    let mut frame = DataFrame::new(
        rows,
        vec![
            Column::new("series".into(), series),
            Column::new("time".into(), times),
            Column::new("model".into(), models),
            Column::new("value".into(), values),
        ],
    )?;
    let mut text = Vec::new();
    CsvWriter::new(&mut text).include_header(true).finish(&mut frame)?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::series::{Series, TimeAxis};

    #[test]
    fn every_value_stands_on_its_time_and_reads_back_exactly() {
        let series = Series::new("a, \"b\"", TimeAxis::row_numbers(), vec![1.0, 2.0]);
        let forecast = Forecast::new(&series, "naive", 2, vec![0.1 + 0.2, 1e-300]);
        let text = String::from_utf8(forecast_csv([&forecast]).unwrap()).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[0], "series,time,model,value");
        assert_eq!(lines[1], "\"a, \"\"b\"\"\",3,naive,0.30000000000000004");
        let value: f64 = lines[2].rsplit(',').next().unwrap().parse().unwrap();
        assert_eq!(value.to_bits(), 1e-300_f64.to_bits());
    }
}

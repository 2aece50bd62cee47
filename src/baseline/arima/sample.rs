//! The rows an ARIMA model is fitted to: trimmed, filled where the search needs it, with their
//! constant and regressors.
//!
//! Not for differencing (`difference`).

use super::fourier::Fourier;
use super::order::ArimaOrder;
use crate::baseline::BaselineError;
use crate::stats::number;

/// A history from its first known value to its last.
#[derive(Debug, Clone)]
pub(super) struct ArmaSample {
    /// Values, NaN where missing inside; the first and the last are known.
    pub(super) values: Vec<f64>,
    /// Rows before the first known value.
    pub(super) leading: usize,
    /// Rows after the last known value.
    pub(super) trailing: usize,
    /// Regressors from the first known row on, into the future as far as they are given.
    pub(super) regressors: Vec<Vec<f64>>,
    /// Waves that stand for seasons, after the regressors.
    pub(super) fourier: Vec<Fourier>,
}

impl ArmaSample {
    /// # Errors
    /// Where no value is known, or a regressor does not cover the history.
    pub(super) fn new(
        model: &str,
        history: &[f64],
        regressors: &[Vec<f64>],
    ) -> Result<Self, BaselineError> {
        let rows = history.len();
        if let Some(short) = regressors.iter().position(|column| column.len() < rows) {
            return Err(BaselineError::Unsuitable {
                model: model.to_owned(),
                rows,
                found: format!("regressor {} has {} rows only", short + 1, regressors[short].len()),
                fix: "give every regressor a value for each row of the history".to_owned(),
            });
        }
        let known = |row: &usize| {
            let row = *row;
            history[row].is_finite() && regressors.iter().all(|column| column[row].is_finite())
        };
        let (Some(first), Some(last)) = ((0..rows).find(known), (0..rows).rfind(known)) else {
            return Err(BaselineError::NoValues { model: model.to_owned(), rows });
        };
        let plain = |row| if known(&row) { history[row] } else { f64::NAN };
        let values: Vec<f64> = (first..=last).map(plain).collect();
        let regressors: Vec<Vec<f64>> =
            regressors.iter().map(|column| column[first..].to_vec()).collect();
        Ok(Self {
            values,
            leading: first,
            trailing: rows - 1 - last,
            regressors,
            fourier: Vec::new(),
        })
    }

    /// Known values.
    pub(super) fn known(&self) -> usize {
        self.values.iter().filter(|value| !value.is_nan()).count()
    }

    pub(super) fn has_gaps(&self) -> bool {
        self.values.iter().any(|value| value.is_nan())
    }

    /// The value of a regressor at a row; past its end its last known value stays.
    pub(super) fn regressor(&self, column: usize, row: usize) -> f64 {
        let column = &self.regressors[column];
        let known = |value: &&f64| value.is_finite();
        let at = column.get(row).filter(known);
        at.or_else(|| column.iter().take(row).rev().find(known)).copied().unwrap_or(0.0)
    }

    /// Columns of the regression over `rows` rows from `from` on, the constant first: ones for a
    /// mean, row numbers for a drift.
    pub(super) fn regression_columns(
        &self,
        order: &ArimaOrder,
        from: usize,
        rows: usize,
    ) -> Vec<Vec<f64>> {
        let mut columns = Vec::new();
        if order.constant {
            let slope = if order.differences() == 0 { 0.0 } else { 1.0 };
            let mut next = if slope > 0.0 { row_number(from) } else { 1.0 };
            columns.push(
                (0..rows)
                    .map(|_| {
                        let here = next;
                        next += slope;
                        here
                    })
                    .collect(),
            );
        }
        columns
            .extend((0..self.regressors.len()).map(|column| {
                (from..from + rows).map(|row| self.regressor(column, row)).collect()
            }));
        columns.extend(self.fourier.iter().flat_map(|waves| {
            let column = move |column| (from..from + rows).map(move |row| waves.value(column, row));
            (0..waves.columns()).map(move |place| column(place).collect())
        }));
        columns
    }
}

fn row_number(row: usize) -> f64 {
    number(row) + 1.0
}

/// `values` with each gap filled from the same place in the seasons before and after it, and where
/// these are missing too, from the line between its neighbours. The first and the last value must
/// be known. Fits start from these: as a seasonal difference takes one season from the next, only the
/// two beside the gap take part, unlike in `seasonal_fill`.
pub(super) fn filled(values: &[f64], season_length: usize) -> Vec<f64> {
    if values.iter().all(|value| !value.is_nan()) {
        return values.to_vec();
    }
    let line = interpolated(values);
    if season_length < 2 {
        return line;
    }
    let mut result = line.clone();
    for row in (0..values.len()).filter(|&row| values[row].is_nan()) {
        let before = row.checked_sub(season_length).map(|at| result[at]);
        let after = values.get(row + season_length).copied().filter(|value| !value.is_nan());
        result[row] = match (before, after) {
            (Some(before), Some(after)) => f64::midpoint(before, after),
            (Some(only), None) | (None, Some(only)) => only,
            (None, None) => line[row],
        };
    }
    result
}

fn interpolated(values: &[f64]) -> Vec<f64> {
    let mut result = values.to_vec();
    let mut last = 0;
    for row in 1..values.len() {
        if values[row].is_nan() {
            continue;
        }
        let slope = (values[row] - values[last]) / number(row - last);
        for (step, between) in result[last..row].iter_mut().enumerate() {
            *between = values[last] + slope * number(step);
        }
        last = row;
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    const GAP: f64 = f64::NAN;

    #[test]
    fn a_history_is_trimmed_to_its_known_values() {
        let sample = ArmaSample::new("ARIMA", &[GAP, 1.0, GAP, 3.0, GAP, GAP], &[]).unwrap();
        assert_eq!((sample.leading, sample.trailing, sample.known()), (1, 2, 2));
        assert!(sample.has_gaps());
        assert!(ArmaSample::new("ARIMA", &[GAP, f64::INFINITY], &[]).is_err());
    }

    #[test]
    fn gaps_are_filled_by_season_and_by_line() {
        assert_eq!(filled(&[1.0, GAP, GAP, 4.0], 1), [1.0, 2.0, 3.0, 4.0]);
        assert_eq!(filled(&[1.0, 9.0, 3.0, GAP, 5.0, 11.0], 2), [1.0, 9.0, 3.0, 10.0, 5.0, 11.0]);
        assert_eq!(filled(&[1.0, GAP, 3.0], 2), [1.0, 2.0, 3.0]);
    }

    #[test]
    fn rows_without_a_regressor_count_as_missing_and_the_future_keeps_the_last() {
        let sample =
            ArmaSample::new("ARIMA", &[1.0, 2.0, 3.0], &[vec![5.0, GAP, 7.0, 8.0]]).unwrap();
        assert!(sample.values[1].is_nan());
        assert_eq!((sample.regressor(0, 3), sample.regressor(0, 9)), (8.0, 8.0));
        assert!(ArmaSample::new("ARIMA", &[1.0, 2.0, 3.0], &[vec![5.0]]).is_err());
    }
}

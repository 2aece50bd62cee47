//! Forecasts that were made while networks learned, kept so that a stop need not wait for them to be
//! made again.
//!
//! Not for drawing (`reporter`).

use std::sync::Arc;

use crate::series::Series;
use crate::window::Split;

/// What one network forecast from both origins, the whole horizon each, in the series' units; empty
/// where it could not.
#[derive(Debug, Clone, PartialEq)]
pub struct Origins {
    /// From the row before the hold-out.
    pub holdout: Vec<f64>,
    /// From the last row.
    pub future: Vec<f64>,
}

/// Forecasts of every member of a fit after some histories.
#[derive(Debug)]
pub struct Ready {
    values: Arc<[f64]>,
    /// Rows of the history, and the forecasts after it.
    forecasts: Vec<(usize, Vec<Vec<f64>>)>,
}

impl Ready {
    /// Those of the weights that every member has now.
    pub fn new(series: &Series, split: &Split, horizon: usize, members: Vec<Origins>) -> Self {
        let (holdout, future) =
            members.into_iter().map(|member| (member.holdout, member.future)).unzip();
        let forecasts = vec![(split.holdout(horizon).start, holdout), (series.len(), future)];
        Self { values: Arc::clone(&series.values), forecasts }
    }

    /// Those of the future alone.
    pub fn of_all(series: &Series, future: Vec<Vec<f64>>) -> Self {
        Self { values: Arc::clone(&series.values), forecasts: vec![(series.len(), future)] }
    }

    /// The forecasts of `horizon` rows after this very history, where they are known.
    pub fn get(&self, history: &[f64], horizon: usize) -> Option<Vec<Vec<f64>>> {
        let (rows, members) = self.forecasts.iter().find(|(rows, _)| *rows == history.len())?;
        let known = self.values.get(..*rows)?.iter();
        let is_same = known.zip(history).all(|(a, b)| a.to_bits() == b.to_bits());
        let cut = |member: &Vec<f64>| member.get(..horizon).map(<[f64]>::to_vec);
        if is_same { members.iter().map(cut).collect() } else { None }
    }
}

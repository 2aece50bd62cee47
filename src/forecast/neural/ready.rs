//! Forecasts that were made while networks learned, kept so that a stop need not wait for them to be
//! made again.
//!
//! Not for drawing (`reporter`).

use super::{Context, Watched};

/// What one network forecast from both origins, the whole horizon each, in the series' units; empty
/// where it could not.
#[derive(Debug, Clone, PartialEq)]
pub struct Origins {
    /// From the row before the hold-out.
    pub holdout: Vec<f64>,
    /// From the last row.
    pub future: Vec<f64>,
}

/// Forecasts of every member of a fit from some contexts.
#[derive(Debug)]
pub struct Ready {
    forecasts: Vec<(Context, Vec<Vec<f64>>)>,
}

impl Ready {
    /// Those of the weights that every member has now.
    pub fn new(watched: &Watched, members: Vec<Origins>) -> Self {
        let (holdout, future) =
            members.into_iter().map(|member| (member.holdout, member.future)).unzip();
        let Watched { holdout: before, future: after } = watched.clone();
        Self { forecasts: vec![(before, holdout), (after, future)] }
    }

    /// Those of the future alone.
    pub fn of_all(context: &Context, future: Vec<Vec<f64>>) -> Self {
        Self { forecasts: vec![(context.clone(), future)] }
    }

    /// The forecasts of `horizon` rows from this very context, where they are known.
    pub fn get(&self, context: &Context, horizon: usize) -> Option<Vec<Vec<f64>>> {
        let is_same = |(known, _): &&(Context, _)| known.has_target_of(context);
        let (_, members) = self.forecasts.iter().find(is_same)?;
        members.iter().map(|member| member.get(..horizon).map(<[f64]>::to_vec)).collect()
    }
}

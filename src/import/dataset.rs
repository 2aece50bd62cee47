//! The roles of a reading as a dataset: targets with the covariates and static values of their own key.

use crate::series::{Covariate, DatasetSeries};

use super::config::Role;
use super::reading::Reading;

impl Reading {
    /// The series at a place of the panel, with what the file knows beside it.
    pub fn dataset_series(&self, place: usize) -> DatasetSeries {
        let first = place - place % self.series_per_key();
        let of_role = |role: Role| {
            let columns = self.columns.iter().filter(move |column| column.role == role);
            columns.filter_map(|column| {
                let at = first + column.series?;
                let series = self.panel.series.get(at).filter(|_| at != place)?;
                Some(Covariate { name: column.name.clone(), values: series.values.clone() })
            })
        };
        DatasetSeries {
            target: self.panel.series[place].clone(),
            past: of_role(Role::PastCovariate).collect(),
            future: of_role(Role::FutureCovariate).collect(),
            statics: Vec::new(),
        }
    }

    /// The target with what the file knows beside it.
    pub fn target_with_covariates(&self) -> DatasetSeries {
        self.dataset_series(self.target)
    }
}

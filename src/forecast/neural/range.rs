//! The learning-rate range test on a series: the network about to be trained, on what it would be
//! trained on.

use super::basis::{Basis, Cuts};
use super::{Flow, ForecastError, NeuralForecaster, TrainingSeries};
use crate::cancellation::Cancellation;
use crate::train::{RangePoint, RangeTest, range_test};

impl NeuralForecaster {
    /// Runs the test on the training part; `on_point` hears of every point and may end it, as `cancel`
    /// does. Nothing of it stays.
    ///
    /// # Errors
    /// As fitting, where the parts are too short or the values do not suit the transform.
    pub fn range_test(
        &self,
        training: &TrainingSeries,
        cancel: &Cancellation<'_>,
        on_point: &mut dyn FnMut(RangePoint) -> Flow,
    ) -> Result<RangeTest, ForecastError> {
        let TrainingSeries { context, split, .. } = training;
        let basis = Basis::fit(self, context, split)?;
        let cuts = Cuts::new(self, context.target(), split, &basis)?;
        let (known, seed) = (basis.features.width(), self.train.seed);
        let network = match self.network(known, seed, cancel) {
            Err(ForecastError::StoppedEarly) => return Ok(RangeTest::default()),
            network => network?,
        };
        let dropout = self.model.dropout_of_seed(seed);
        range_test(&network, &cuts.data(), &self.train, dropout, cancel, on_point)
            .map_err(|error| self.training_error(error, split))
    }
}

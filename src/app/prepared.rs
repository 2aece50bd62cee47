//! A series made ready to look at: everything that takes a pass over its values, made in a job so
//! that no frame waits for it.

use std::sync::Arc;

use crate::import::Reading;
use crate::series::{Marks, Pyramid, Series};

/// A reading with its target made ready.
#[derive(Debug)]
pub struct Prepared {
    /// The file as read.
    pub reading: Reading,
    /// The series to forecast.
    pub series: Arc<Series>,
    /// Places in the panel of the series that can be chosen.
    pub candidates: Vec<usize>,
    /// Its outline for plots.
    pub pyramid: Arc<Pyramid>,
    /// Slots that are drawn differently from the others.
    pub marks: Arc<Marks>,
    /// Its fingerprint.
    pub fingerprint: u64,
}

impl Prepared {
    /// Makes the target of a reading ready.
    pub fn new(reading: Reading) -> Self {
        let series = Arc::new(reading.target().clone());
        let (repeated, imputed) = (reading.repeated_slots().to_vec(), reading.imputed_slots());
        Self {
            candidates: reading.candidates(),
            pyramid: Arc::new(Pyramid::new(Arc::clone(&series.values))),
            marks: Arc::new(Marks { repeated, imputed, ..Marks::of_values(&series.values) }),
            fingerprint: series.fingerprint(),
            reading,
            series,
        }
    }
}

//! What a network is trained behind and on: the fitted transform, time features, and the windows or
//! lanes of each part.

use crate::series::Filler;
use crate::train::{Material, StateMode, Supervision, TrainConfig, TrainingData};
use crate::transform::{TimeFeatures, Transform};
use crate::window::{
    BatchSource, KnownInputs, LanePlan, LaneRules, Part, Reference, Rows, Split, Windows,
};

use super::{Context, ForecastError, NeuralForecaster};

/// What is fitted on the training part before any network is.
#[derive(Debug, Clone)]
pub struct Basis {
    pub transform: Transform,
    pub features: TimeFeatures,
}

impl Basis {
    /// Fits to the rows of the training part alone.
    pub fn fit(
        forecaster: &NeuralForecaster,
        context: &Context,
        split: &Split,
    ) -> Result<Self, ForecastError> {
        let rows = context.target();
        let training = &rows[..split.train.end.min(rows.len())];
        let transform = Transform::fit(&forecaster.transform, forecaster.season_length, training)?;
        let features = TimeFeatures::new(&forecaster.transform, context.axis(), training.len())?;
        Ok(Self { transform, features })
    }
}

/// What inputs and targets are relative to.
pub fn reference(train: &TrainConfig, subtract_last: bool) -> Reference {
    if train.state_mode == StateMode::Stateful || train.supervision() == Supervision::Every {
        Reference::of_rows(subtract_last)
    } else {
        Reference::of_windows(subtract_last)
    }
}

/// Rows of a series behind a transform, cut into what is learned from and what chooses the epoch.
#[derive(Debug)]
pub struct Cuts<'a> {
    rows: Rows<'a>,
    known: KnownInputs,
    train: TrainingCut,
    validation: TrainingCut,
    reference: Reference,
    zero: f64,
}

#[derive(Debug)]
enum TrainingCut {
    Windows(Windows),
    Lanes(LanePlan),
}

impl TrainingCut {
    const fn material(&self) -> Material<'_> {
        match self {
            Self::Windows(windows) => Material::Windows(windows),
            Self::Lanes(plan) => Material::Lanes(plan),
        }
    }
}

impl<'a> Cuts<'a> {
    /// Cuts `values`, which are those before the test part.
    pub fn new(
        forecaster: &NeuralForecaster,
        values: &'a [f64],
        split: &Split,
        basis: &'a Basis,
    ) -> Result<Self, ForecastError> {
        let filler: Filler = forecaster.filler();
        let rows = Rows::new(values, Some(&basis.transform), filler);
        let train = forecaster.cut(&rows, split, Part::Train, 0)?;
        let warm_up = match &train {
            TrainingCut::Lanes(plan) => plan.lane_rows(),
            TrainingCut::Windows(_) => 0,
        };
        let validation = forecaster.cut(&rows, split, Part::Validation, warm_up)?;
        Ok(Self {
            known: KnownInputs::of_rows(&basis.features, 0..values.len()),
            rows,
            train,
            validation,
            reference: reference(&forecaster.train, forecaster.transform.subtract_last),
            zero: basis.transform.zero().unwrap_or(0.0),
        })
    }

    /// Rows that a forecast is warmed up over at the most; 0 for windows.
    pub fn warm_up(&self) -> usize {
        match &self.train {
            TrainingCut::Lanes(plan) => plan.lane_rows().max(plan.chunk()),
            TrainingCut::Windows(_) => 0,
        }
    }

    /// What the engine takes.
    pub const fn data(&self) -> TrainingData<'_> {
        TrainingData {
            source: BatchSource { rows: &self.rows, known: &self.known, reference: self.reference },
            train: self.train.material(),
            validation: self.validation.material(),
            zero: self.zero,
        }
    }
}

impl NeuralForecaster {
    /// Windows or lanes of a part to learn from or be tried on; a validation part of no rows may have
    /// none.
    fn cut(
        &self,
        rows: &Rows<'_>,
        split: &Split,
        part: Part,
        warm_up: usize,
    ) -> Result<TrainingCut, ForecastError> {
        let train = &self.train;
        let rules =
            LaneRules { chunk: train.chunk, lane_rows: train.lane_rows, batch: train.batch_size };
        let cut = match (train.state_mode, part) {
            (StateMode::Stateless, _) => {
                TrainingCut::Windows(Windows::new(rows, split, &self.window, part))
            }
            (StateMode::Stateful, Part::Train) => {
                TrainingCut::Lanes(LanePlan::new(rows, split, &self.window, rules))
            }
            (StateMode::Stateful, _) => TrainingCut::Lanes(LanePlan::of_part(
                rows,
                split,
                &self.window,
                part,
                warm_up,
                rules,
            )),
        };
        let (name, count) = match part {
            Part::Train => ("training", split.train.len()),
            Part::Validation => ("validation", split.validation.len()),
            Part::Test => ("test", split.test.len()),
        };
        if cut.material().is_empty() && (count > 0 || part == Part::Train) {
            return Err(self.no_windows(name, count));
        }
        Ok(cut)
    }
}

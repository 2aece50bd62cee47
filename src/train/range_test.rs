//! The learning-rate range test (Smith 2017): a short run whose rate rises from batch to batch; where
//! the loss falls most steeply is a good rate, a tenth of where it is lowest a safe one.
//!
//! As fastai's `lr_find` does it, but for slopes over many points. Not a part of a run: the network is
//! as before afterwards.

use super::config::TrainConfig;
use super::engine::{BatchFeed, LastGood, Learner, TrainingData};
use super::event::{Flow, TrainError};
use crate::cancellation::Cancellation;
use crate::nn::kernels::with_threads;
use crate::nn::{Dropout, Network, NetworkError};

/// Lowest and highest rate.
const RATES: [f64; 2] = [1e-7, 10.0];
/// Share of the mean so far that goes into the smoothed loss.
const SMOOTHING: f64 = 0.9;
/// The test ends where the loss is this many times the lowest.
const DIVERGED: f64 = 4.0;
/// The first points are of a mean of few losses: no rate is suggested by them.
const SETTLING: usize = 10;

/// Points on either side of one that its slope is taken over. From one to the next the loss moves with
/// the batches more than with the rate: by single steps, a third of 24 tests (four series, both ways,
/// three seeds) suggested a millionth or so, where the loss is flat; over these, none did.
const SLOPE_REACH: usize = 8;

/// A rate and the smoothed loss after a step of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RangePoint {
    pub learning_rate: f64,
    /// The loss in scaled units, smoothed over the steps before.
    pub loss: f64,
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct RangeTest {
    /// The curve, rates rising.
    pub points: Vec<RangePoint>,
    /// The rate where the loss fell most steeply, against the rate's logarithm.
    pub steepest: Option<f64>,
    /// A tenth of the rate where the loss was lowest.
    pub tenth_of_lowest: Option<f64>,
}

impl RangeTest {
    /// Batches from the lowest rate to the highest.
    pub const STEPS: usize = 100;

    /// The rate to begin with: the smaller of the two, in two figures, for no rate is known better.
    pub fn suggestion(&self) -> Option<f64> {
        let rate = match (self.steepest, self.tenth_of_lowest) {
            (Some(steepest), Some(lowest)) => Some(steepest.min(lowest)),
            (steepest, lowest) => steepest.or(lowest),
        };
        rate.map(|rate| format!("{rate:.1e}").parse().unwrap_or(rate))
    }

    fn of(points: Vec<RangePoint>) -> Self {
        let settled = points.get(SETTLING..).unwrap_or(&[]);
        let lowest = settled.iter().min_by(|a, b| a.loss.total_cmp(&b.loss));
        let slopes = settled.iter().enumerate().filter_map(|(place, point)| {
            let end = settled.len().min(place + SLOPE_REACH + 1);
            let around = &settled[place.saturating_sub(SLOPE_REACH)..end];
            (around.len() > SLOPE_REACH).then(|| (slope(around), point))
        });
        let steepest = slopes.filter(|(slope, _)| *slope < 0.0).min_by(|a, b| a.0.total_cmp(&b.0));
        Self {
            tenth_of_lowest: lowest.map(|point| point.learning_rate / 10.0),
            steepest: steepest.map(|(_, point)| point.learning_rate),
            points,
        }
    }
}

/// Least-squares slope of the losses, a step of the rate's logarithm the unit.
fn slope(points: &[RangePoint]) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a hundred steps")]
    let middle = (points.len() as f64 - 1.0) / 2.0;
    let (mut across, mut both, mut step) = (0.0, 0.0, -middle);
    for point in points {
        across += step * step;
        both += step * point.loss;
        step += 1.0;
    }
    if across > 0.0 { both / across } else { 0.0 }
}

/// Runs the test on a network about to be trained; `on_point` receives every point, and may end it. Where
/// it is cancelled, the points until then are the answer.
///
/// # Errors
/// Where there is nothing to learn from, or the tensor library fails.
pub fn range_test(
    network: &Network,
    data: &TrainingData<'_>,
    config: &TrainConfig,
    dropout: Dropout,
    cancel: &Cancellation<'_>,
    on_point: &mut dyn FnMut(RangePoint) -> Flow,
) -> Result<RangeTest, TrainError> {
    if data.train.is_empty() {
        return Err(TrainError::NoWindows);
    }
    let mut weights = Vec::new();
    network.copy_weights(&mut weights)?;
    let rise = || rise(network, data, config, dropout, cancel, on_point);
    let points = with_threads(config.threads, rise);
    network.exchange(&mut weights)?;
    Ok(RangeTest::of(points?))
}

fn rise(
    network: &Network,
    data: &TrainingData<'_>,
    config: &TrainConfig,
    dropout: Dropout,
    cancel: &Cancellation<'_>,
    on_point: &mut dyn FnMut(RangePoint) -> Flow,
) -> Result<Vec<RangePoint>, TrainError> {
    let mut feed = BatchFeed::new(data.train, config.supervision(), config.seed);
    let mut learner = Learner::new(network, config, dropout, data.zero);
    let mut last_good = LastGood::default();
    let (mut epoch, mut batch) = (1, 0);
    feed.open(epoch, config.batch_size, 0);
    let mut points: Vec<RangePoint> = Vec::with_capacity(RangeTest::STEPS);
    let (mut sum, mut weight, mut lowest) = (0.0, 0.0, f64::INFINITY);
    for step in 0..RangeTest::STEPS {
        if batch == feed.batches() {
            (epoch, batch) = (epoch + 1, 0);
            feed.open(epoch, config.batch_size, 0);
            learner.states.hidden.clear();
            learner.states.memory.clear();
        }
        let learning_rate = rate_of(step);
        feed.gather(batch, &data.source, &mut learner.batch);
        batch += 1;
        let found = match learner.learn(network, &feed, learning_rate, &mut last_good, cancel) {
            Err(NetworkError::Cancelled(_)) => break,
            found => found?,
        };
        if !found.is_good() {
            break;
        }
        // A mean whose weights fall off, without the pull of its beginning at 0.
        (sum, weight) = (SMOOTHING * sum + found.loss, SMOOTHING * weight + 1.0);
        let loss = sum / weight;
        lowest = f64::min(lowest, loss);
        points.push(RangePoint { learning_rate, loss });
        let flow = on_point(RangePoint { learning_rate, loss });
        if flow.ends() || (step > SETTLING && loss > DIVERGED * lowest) {
            break;
        }
    }
    Ok(points)
}

/// The rate of a step, even steps of its logarithm.
fn rate_of(step: usize) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a hundred steps")]
    let share = step as f64 / (RangeTest::STEPS - 1) as f64;
    RATES[0] * (RATES[1] / RATES[0]).powf(share)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nn::network_tests::weights_of;
    use crate::nn::{Cell, ModelConfig};
    use crate::train::{Material, fit};
    use crate::window::{
        BatchSource, KnownInputs, Part, Reference, Rows, Split, WindowConfig, Windows,
    };

    #[test]
    fn what_moves_with_the_batches_is_not_taken_for_a_slope() {
        let point = |step: usize| {
            let learning_rate = rate_of(step);
            // The loss falls around a hundredth and rises from 1 on; batches of five kinds take turns.
            let fall = 0.5 / (1.0 + (-3.0 * (learning_rate.log10() + 2.0)).exp());
            let turn = 0.05 * [0.0, 1.0, 0.5, -0.5, -1.0][step % 5];
            RangePoint { learning_rate, loss: 1.0 - fall + learning_rate.min(1.0) / 4.0 + turn }
        };
        let found = RangeTest::of((0..RangeTest::STEPS).map(point).collect());
        let steepest = found.steepest.unwrap();
        assert!((3e-3..3e-2).contains(&steepest), "{steepest}");
        assert_eq!(RangeTest::of((0..12).map(point).collect()).steepest, None, "too few to tell");
    }

    #[test]
    fn the_suggested_rate_learns_and_the_network_is_as_before() {
        let values: Vec<f64> = (0..200).map(|row| (f64::from(row) * 0.5).sin()).collect();
        let window = WindowConfig { lookback: 8, horizon: 2, validation: 20, test: 0 };
        let split = Split::new(values.len(), &window);
        let rows = Rows::unfilled(&values);
        let of = |part| Windows::new(&rows, &split, &window, part);
        let (train, validation) = (of(Part::Train), of(Part::Validation));
        let known = KnownInputs::default();
        let data = TrainingData {
            source: BatchSource { rows: &rows, known: &known, reference: Reference::WindowEnd },
            train: Material::Windows(&train),
            validation: Material::Windows(&validation),
            zero: 0.0,
        };
        let model = ModelConfig { cell: Cell::Gru, hidden_size: 8, ..ModelConfig::default() };
        let network = Network::new(&model, 1, 2, 1).unwrap();
        let before = weights_of(&network);
        let config = TrainConfig { epochs: 10, ..TrainConfig::default() };
        let dropout = || model.dropout_of_seed(1);
        let mut heard = 0;
        let found =
            range_test(&network, &data, &config, dropout(), &Cancellation::never(), &mut |_| {
                heard += 1;
                Flow::Continue
            })
            .unwrap();
        assert_eq!((weights_of(&network), heard), (before, found.points.len()));
        assert!(found.points.is_sorted_by(|a, b| a.learning_rate < b.learning_rate));
        let learning_rate = found.suggestion().unwrap();
        eprintln!("suggested {learning_rate:.4}: {:?} {:?}", found.steepest, found.tenth_of_lowest);
        assert!((1e-4..1.0).contains(&learning_rate), "{learning_rate}");
        let config = TrainConfig { learning_rate, ..config };
        let mut losses = Vec::new();
        fit(&network, &data, &config, dropout(), &mut |event| {
            if let crate::train::TrainEvent::Epoch(summary) = event {
                losses.push(summary.validation_loss);
            }
            Flow::Continue
        })
        .unwrap();
        assert!(losses[losses.len() - 1] < 0.5 * losses[0], "{losses:?}");
        let stopped = {
            let never = Cancellation::never();
            range_test(&network, &data, &config, dropout(), &never, &mut |_| Flow::Stop).unwrap()
        };
        assert_eq!((stopped.points.len(), stopped.suggestion()), (1, None));
    }
}

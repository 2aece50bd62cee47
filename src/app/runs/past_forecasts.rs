//! Forecasts of past epochs, to replay training: spread over all of it, and few enough to
//! keep however long it goes on.

use crate::forecast::LiveForecast;

/// Frames kept: as many as a slider can show.
const MOST_FRAMES: usize = 256;
/// Values kept in all frames, 4 MiB; a long horizon has fewer frames.
const MOST_VALUES: usize = 1 << 19;
/// Frames kept however long the horizon.
const FEWEST_FRAMES: usize = 16;

/// The frames, in order of their epochs. Of those shown to it every so many are kept, and the latest;
/// where they become too many, every second one goes.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PastForecasts {
    frames: Vec<Frame>,
    /// Frames shown to it.
    seen: usize,
    /// Those whose number is a multiple of 2 to this power are kept.
    halvings: u32,
}

/// Forecasts with the weights of one epoch.
#[derive(Debug, Clone, PartialEq)]
pub struct Frame {
    /// The epoch, from 1.
    pub epoch: usize,
    /// What its weights forecast.
    pub forecast: LiveForecast,
    /// How many were shown before it.
    number: usize,
}

impl PastForecasts {
    /// Takes in the forecast of an epoch later than those before.
    pub fn add(&mut self, epoch: usize, forecast: LiveForecast) {
        // The latest stays only until the next one comes, unless it is its turn to be kept.
        self.frames.pop_if(|last| !is_turn(last.number, self.halvings));
        let values = forecast.holdout.len() + forecast.future.len();
        let most = (MOST_VALUES / values.max(1)).clamp(FEWEST_FRAMES, MOST_FRAMES);
        self.frames.push(Frame { epoch, forecast, number: self.seen });
        if self.frames.len() > most {
            self.halvings += 1;
            let (latest, halvings) = (self.seen, self.halvings);
            self.frames.retain(|frame| is_turn(frame.number, halvings) || frame.number == latest);
        }
        self.seen += 1;
    }

    /// Those until an epoch, as if nothing had come after it.
    pub(super) fn until(&self, epoch: usize) -> Self {
        let kept = self.frames.iter().take_while(|frame| frame.epoch <= epoch).cloned();
        let frames: Vec<Frame> = kept.collect();
        let seen = frames.last().map_or(0, |last| last.number + 1);
        Self { frames, seen, halvings: self.halvings }
    }

    /// The frames, in order of their epochs.
    pub fn frames(&self) -> &[Frame] {
        &self.frames
    }

    /// Place of the last frame that is not after an epoch.
    pub fn place(&self, epoch: usize) -> Option<usize> {
        self.frames.partition_point(|frame| frame.epoch <= epoch).checked_sub(1)
    }
}

/// Whether a frame of this number is among those kept after so many halvings.
const fn is_turn(number: usize, halvings: u32) -> bool {
    number.trailing_zeros() >= halvings
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn forecast(horizon: usize, epoch: usize) -> LiveForecast {
        #[expect(clippy::cast_precision_loss, reason = "a small number of a test")]
        let values = vec![epoch as f64; horizon];
        LiveForecast { holdout: values.clone(), future: values }
    }

    proptest! {
        #[test]
        fn frames_are_bounded_and_spread_over_all_epochs(
            epochs in 1_usize..3_000, horizon in prop_oneof![Just(3_usize), Just(9_000)]
        ) {
            let mut past_forecasts = PastForecasts::default();
            for epoch in 1..=epochs {
                past_forecasts.add(epoch, forecast(horizon, epoch));
                let frames = past_forecasts.frames();
                prop_assert!(frames.len() * 2 * horizon <= MOST_VALUES);
                prop_assert!(frames.len() <= MOST_FRAMES);
                prop_assert_eq!(frames.first().map(|frame| frame.epoch), Some(1));
                prop_assert_eq!(frames.last().map(|frame| frame.epoch), Some(epoch));
            }
            let frames = past_forecasts.frames();
            let gap = |pair: &[Frame]| pair[1].epoch - pair[0].epoch;
            let widest = frames.windows(2).map(gap).max().unwrap_or(1);
            let most = (MOST_VALUES / (2 * horizon)).min(MOST_FRAMES);
            prop_assert!(widest <= (2 * epochs).div_ceil(most).next_power_of_two());
            for frame in frames {
                prop_assert_eq!(&frame.forecast, &forecast(horizon, frame.epoch));
            }
        }
    }

    #[test]
    fn an_epoch_without_a_frame_shows_the_one_before() {
        let mut past_forecasts = PastForecasts::default();
        assert_eq!(past_forecasts.place(5), None);
        for epoch in [2, 6] {
            past_forecasts.add(epoch, forecast(1, epoch));
        }
        assert_eq!(
            [1, 2, 5, 6, 9].map(|epoch| past_forecasts.place(epoch)),
            [None, Some(0), Some(0), Some(1), Some(1)]
        );
    }
}

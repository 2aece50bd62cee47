//! What training makes small: the losses, each declared in one block and listed once.
//!
//! The loss of a batch and its gradient are taken in one pass over plain slices. A missing target has no
//! part in the loss, and so none in any gradient. Not for scores: those are taken in the series' units
//! (`evaluate`).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Makes the setting of the losses that are listed: `title` and help as attributes, the parameter with
/// its default. Each has a struct of its name that is a [`PointLoss`].
macro_rules! losses {
    ($($(#[$attribute:meta])* $loss:ident $({ $(#[$of_field:meta])* $field:ident = $default:ident })?,)+) => {
        /// What training makes small, over all known targets of a batch.
        #[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
        #[serde(rename_all = "kebab-case", deny_unknown_fields)]
        pub enum Loss {
            $($(#[$attribute])* $loss $({ $(#[$of_field])* $field: f64 })?,)+
        }

        impl Loss {
            /// All of them, the default first.
            pub const ALL: [Self; [$(stringify!($loss)),+].len()] =
                [$(Self::$loss $({ $field: $default() })?),+];

            fn with<R>(self, work: impl FnOnce(&dyn PointLoss) -> R) -> R {
                match self {
                    $(Self::$loss $({ $field })? => work(&$loss $({ $field })?),)+
                }
            }
        }
    };
}

losses! {
    /// Mean squared error, large errors count most: `nn.MSELoss` in PyTorch, `mse` in Keras.
    #[default]
    #[schemars(title = "MSE")]
    Mse,
    /// Mean absolute error, less sensitive to outliers: `nn.L1Loss` in PyTorch, `mae` in Keras.
    #[schemars(title = "MAE")]
    Mae,
    /// Squared up to `delta` and straight beyond (Huber 1964): `nn.HuberLoss` in PyTorch,
    /// `huber` in Keras.
    #[schemars(title = "Huber")]
    Huber {
        /// Where squares turn to a straight line, in deviations of the scaled series. Lower it where
        /// outliers still pull the forecast; raise it to come nearer to MSE. `delta` in PyTorch and
        /// Keras.
        #[serde(default = "default_delta")]
        #[schemars(title = "Huber delta", extend("exclusiveMinimum" = 0.0, "x-unit" = "deviations"))]
        delta = default_delta
    },
    /// Symmetric absolute percentage error of the values themselves (Makridakis 1993), so that every
    /// level of the series counts alike.
    #[schemars(title = "sMAPE")]
    Smape,
    /// The quantile at `level` instead of the middle (Koenker and Bassett 1978).
    #[schemars(title = "Pinball")]
    Pinball {
        /// The quantile that is forecast: 0.5 is the median, 0.9 a value that nine in ten stay below.
        /// Raise it where too little costs more than too much. `alpha` of `mean_pinball_loss` in
        /// scikit-learn; PyTorch and Keras have none.
        #[serde(default = "default_level")]
        #[schemars(
            title = "Pinball level",
            extend("exclusiveMinimum" = 0.0, "exclusiveMaximum" = 1.0)
        )]
        level = default_level
    },
}

trait PointLoss {
    /// Loss and its slope along the forecast.
    fn at(&self, forecast: f32, target: f32) -> (f32, f32);

    /// What the error of an epoch is, for an axis.
    fn measure(&self) -> &'static str;

    /// The error that has this mean loss.
    fn error_of(&self, loss: f64) -> f64 {
        loss
    }

    /// Whether it is a share of the values and not in their units. A share has a zero: the offsets of the
    /// targets are added to both sides, which exist only where values are scaled in a straight line.
    fn is_share(&self) -> bool {
        false
    }

    /// Mean over the known targets; `slopes` receives the gradient of that mean. A forecast that is masked
    /// is not looked at: it may be anything.
    fn over(&self, forecast: &[f32], targets: &Targets<'_>, mut slopes: Option<&mut [f32]>) -> f64 {
        let (mut sum, share) = (0.0, share_of(targets.known));
        let group = (targets.values.len() / targets.offsets.len().max(1)).max(1);
        let known = targets.values.iter().zip(targets.mask);
        for ((place, &forecast), (&target, &mask)) in forecast.iter().enumerate().zip(known) {
            let mut slope = 0.0;
            if mask > 0.0 {
                let (mut forecast, mut target) = (forecast, target);
                if self.is_share() {
                    let offset = targets.offsets.get(place / group).copied().unwrap_or(0.0);
                    (forecast, target) = (forecast + offset, target + offset);
                }
                let (loss, at) = self.at(forecast, target);
                sum += f64::from(loss);
                slope = at;
            }
            if let Some(slopes) = slopes.as_deref_mut() {
                slopes[place] = slope * share;
            }
        }
        #[expect(clippy::cast_precision_loss, reason = "a batch has far fewer than 2^53 targets")]
        let count = targets.known.max(1) as f64;
        sum / count
    }
}

/// Squared error.
struct Mse;

impl PointLoss for Mse {
    fn at(&self, forecast: f32, target: f32) -> (f32, f32) {
        let error = forecast - target;
        (error * error, 2.0 * error)
    }

    fn measure(&self) -> &'static str {
        "Root mean squared error"
    }

    fn error_of(&self, loss: f64) -> f64 {
        loss.sqrt()
    }
}

/// Absolute error; its slope at 0 is 0, as in PyTorch.
struct Mae;

impl PointLoss for Mae {
    fn at(&self, forecast: f32, target: f32) -> (f32, f32) {
        let error = forecast - target;
        (error.abs(), sign(error))
    }

    fn measure(&self) -> &'static str {
        "Mean absolute error"
    }
}

/// Half the square up to `delta`, a straight line of the same slope beyond.
struct Huber {
    delta: f64,
}

impl PointLoss for Huber {
    fn at(&self, forecast: f32, target: f32) -> (f32, f32) {
        let (error, delta) = (forecast - target, narrow(self.delta));
        if error.abs() <= delta {
            (0.5 * error * error, error)
        } else {
            (delta * (error.abs() - 0.5 * delta), delta * error.signum())
        }
    }

    fn measure(&self) -> &'static str {
        "Error that has the mean Huber loss"
    }

    fn error_of(&self, loss: f64) -> f64 {
        if loss <= 0.5 * self.delta.powi(2) {
            (2.0 * loss).sqrt()
        } else {
            loss / self.delta + 0.5 * self.delta
        }
    }
}

const fn default_delta() -> f64 {
    1.0
}

/// `2 |y - f| / (|y| + |f|)`, from 0 to 2 (Makridakis 1993; in the form of the M4 competition).
struct Smape;

impl PointLoss for Smape {
    fn at(&self, forecast: f32, target: f32) -> (f32, f32) {
        /// Where both values are smaller than this the error is divided by it, so that no step follows
        /// 0 / 0.
        const SMALLEST: f32 = 1e-6;
        let error = forecast - target;
        let size = forecast.abs() + target.abs();
        if size < SMALLEST {
            return (2.0 * error.abs() / SMALLEST, 2.0 * sign(error) / SMALLEST);
        }
        let loss = 2.0 * error.abs() / size;
        (loss, (2.0 * sign(error) - loss * sign(forecast)) / size)
    }

    fn measure(&self) -> &'static str {
        "Mean symmetric percentage error"
    }

    fn is_share(&self) -> bool {
        true
    }
}

/// Smallest where a share `level` of the targets lies below the forecast; at 0 the slope is 0.
struct Pinball {
    level: f64,
}

impl PointLoss for Pinball {
    fn at(&self, forecast: f32, target: f32) -> (f32, f32) {
        let (short, level) = (target - forecast, narrow(self.level));
        if short > 0.0 {
            (level * short, -level)
        } else if short == 0.0 {
            (0.0, 0.0)
        } else {
            ((level - 1.0) * short, 1.0 - level)
        }
    }

    fn measure(&self) -> &'static str {
        "Mean pinball loss"
    }
}

const fn default_level() -> f64 {
    0.5
}

/// What a batch should have been forecast as, `[batch, outputs, horizon]`, row-major.
#[derive(Debug, Clone, Copy)]
pub struct Targets<'a> {
    /// Values, anything where masked.
    pub values: &'a [f32],
    /// 1 for a known target, 0 for a missing one.
    pub mask: &'a [f32],
    pub known: usize,
    /// What is added to forecast and target before they are compared as shares of their size, one
    /// for each `horizon` of them; empty for 0.
    pub offsets: &'a [f32],
}

impl Loss {
    /// The mean loss over the known targets; 0 where there is none.
    pub fn mean(self, forecast: &[f32], targets: &Targets<'_>) -> f64 {
        self.with(|loss| loss.over(forecast, targets, None))
    }

    /// As [`Self::mean`], with its gradient with respect to each forecast, 0 where masked.
    pub fn gradient(self, forecast: &[f32], targets: &Targets<'_>, into: &mut [f32]) -> f64 {
        self.with(|loss| loss.over(forecast, targets, Some(into)))
    }

    /// The error that has this mean loss: its root for squares, and for Huber's loss the one error
    /// that would cost as much. In scaled units, for sMAPE a share from 0 to 2.
    pub fn error_of(self, loss: f64) -> f64 {
        self.with(|own| own.error_of(loss))
    }

    /// What the error of an epoch is, for an axis.
    pub fn measure(self) -> &'static str {
        self.with(|loss| loss.measure())
    }

    /// Whether that error is in the series' units; a percentage is not.
    pub fn is_in_units(self) -> bool {
        !self.with(|loss| loss.is_share())
    }
}

/// -1, 0 or 1; NaN for NaN.
fn sign(value: f32) -> f32 {
    if value == 0.0 { 0.0 } else { value.signum() }
}

#[expect(clippy::cast_possible_truncation, reason = "losses are taken in f32, as forecasts are")]
const fn narrow(parameter: f64) -> f32 {
    parameter as f32
}

#[expect(clippy::cast_precision_loss, reason = "a share of at most 2^24 targets is exact enough")]
fn share_of(known: usize) -> f32 {
    1.0 / known.max(1) as f32
}

#[cfg(test)]
#[path = "loss_tests.rs"]
mod tests;

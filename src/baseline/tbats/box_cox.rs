//! The Box-Cox transform of positive values, with its slope by the exponent (Box and Cox 1964).

/// Exponents below this are logarithms.
const LOGARITHM: f64 = 1e-6;

/// `(value^lambda - 1) / lambda`, from the logarithm of the value.
pub(super) fn bent(log: f64, lambda: f64) -> f64 {
    if lambda < LOGARITHM { log } else { (lambda * log).exp_m1() / lambda }
}

/// The slope of [`bent`] by `lambda`.
pub(super) fn slope_by_lambda(log: f64, lambda: f64) -> f64 {
    if lambda < LOGARITHM {
        return log * log / 2.0;
    }
    let power = (lambda * log).exp();
    (lambda * log * power - (lambda * log).exp_m1()) / (lambda * lambda)
}

/// The value that is [`bent`] to this; zero where none is.
pub(super) fn straight(bent: f64, lambda: f64) -> f64 {
    if lambda < LOGARITHM { bent.exp() } else { ((lambda * bent).max(-1.0).ln_1p() / lambda).exp() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back_and_its_slope() {
        for lambda in [0.0, 0.3, 1.0] {
            for value in [0.01_f64, 1.0, 7.5] {
                let there = bent(value.ln(), lambda);
                assert!((straight(there, lambda) - value).abs() < 1e-12 * value);
                let (low, high) =
                    (bent(value.ln(), lambda + 1e-5), bent(value.ln(), lambda + 3e-5));
                let slope = slope_by_lambda(value.ln(), lambda + 2e-5);
                assert!(((high - low) / 2e-5 - slope).abs() < 1e-4 * (1.0 + slope.abs()));
            }
        }
        assert_eq!(straight(-5.0, 0.5), 0.0);
    }
}

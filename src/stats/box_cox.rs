//! The Box-Cox transform of positive values, with its slope by the exponent (Box and Cox 1964).

/// Exponents nearer to 0 than this are taken as 0, which is the logarithm.
const LOGARITHM: f64 = 1e-6;

/// `(x^lambda - 1) / lambda` from `ln x`, `ln x` itself where lambda is 0, without cancellation near
/// either.
pub fn box_cox(log: f64, lambda: f64) -> f64 {
    if lambda.abs() < LOGARITHM { log } else { (lambda * log).exp_m1() / lambda }
}

/// The slope of [`box_cox`] by `lambda`.
pub fn slope_by_lambda(log: f64, lambda: f64) -> f64 {
    if lambda.abs() < LOGARITHM {
        return log * log / 2.0;
    }
    let power = (lambda * log).exp();
    (lambda * log * power - (lambda * log).exp_m1()) / (lambda * lambda)
}

/// `ln x` of what [`box_cox`] gave; negative infinity below all that it gives for a positive exponent.
pub fn inverse_log(transformed: f64, lambda: f64) -> f64 {
    if lambda.abs() < LOGARITHM {
        transformed
    } else {
        (lambda * transformed).max(-1.0).ln_1p() / lambda
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back_and_its_slope() {
        for lambda in [0.0, 0.3, 1.0] {
            for value in [0.01_f64, 1.0, 7.5] {
                let there = box_cox(value.ln(), lambda);
                assert!((inverse_log(there, lambda).exp() - value).abs() < 1e-12 * value);
                let (low, high) =
                    (box_cox(value.ln(), lambda + 1e-5), box_cox(value.ln(), lambda + 3e-5));
                let slope = slope_by_lambda(value.ln(), lambda + 2e-5);
                assert!(((high - low) / 2e-5 - slope).abs() < 1e-4 * (1.0 + slope.abs()));
            }
        }
        assert_eq!(inverse_log(-5.0, 0.5).exp(), 0.0);
    }
}

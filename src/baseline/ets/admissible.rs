//! Where smoothing parameters let the weight of old values die away.
//!
//! Hyndman, Akram and Archibald (2008), "The admissible parameter space for exponential smoothing
//! models": the roots of the characteristic equation lie in the unit circle, found here by Schur and
//! Cohn's recursion, which needs no roots.

use super::form::EtsForm;
use super::recursion::Smoothing;

/// How far outside the circle a root may seem to lie.
const ROUNDING: f64 = 1e-10;

/// Whether the weights of `form` with `season_length` rows a season are admissible, as R's
/// `admissible`.
pub(super) fn is_admissible(form: EtsForm, smoothing: &Smoothing, season_length: usize) -> bool {
    let Smoothing { alpha, beta, gamma, phi } = *smoothing;
    if !(0.0..=1.0).contains(&phi) || phi == 0.0 {
        return false;
    }
    let back = 1.0 - 1.0 / phi;
    let beyond = 1.0 + 1.0 / phi;
    if form.season.is_none() {
        let level = (back..=beyond).contains(&alpha);
        let trend = alpha * (phi - 1.0)..=(1.0 + phi) * (2.0 - alpha);
        return level && (form.trend.is_none() || trend.contains(&beta));
    }
    let places = crate::stats::number(season_length);
    let gamma_is_in = gamma >= (back - alpha).max(0.0) && gamma <= beyond - alpha;
    let share = gamma * (1.0 - places + phi + phi * places) / (2.0 * phi * places);
    let alpha_is_in = alpha >= back - share;
    let beta_is_in = beta >= -(1.0 - phi) * (gamma / places + alpha);
    gamma_is_in && alpha_is_in && beta_is_in && {
        let mut equation = vec![alpha + beta - alpha * phi; season_length + 2];
        equation[0] = phi * (1.0 - alpha - gamma);
        equation[1] = alpha + beta - alpha * phi + gamma - 1.0;
        equation[season_length] = alpha + beta - phi;
        equation[season_length + 1] = 1.0;
        roots_are_inside(&mut equation)
    }
}

/// Whether all roots of a polynomial (lowest power first) lie in the unit circle: at each turn the
/// constant is smaller than the leading coefficient, and the degree falls by one.
fn roots_are_inside(polynomial: &mut [f64]) -> bool {
    // A circle wider by the rounding.
    let mut power = 1.0;
    for coefficient in polynomial.iter_mut() {
        *coefficient *= power;
        power *= 1.0 + ROUNDING;
    }
    let mut degree = polynomial.len() - 1;
    while degree > 0 {
        let ratio = polynomial[0] / polynomial[degree];
        // Written so that NaN is outside.
        let inside = ratio.abs() < 1.0;
        if !inside {
            return false;
        }
        // Divides p(z) - ratio * reversed p(z) by z, both ends at once.
        for at in 0..=degree / 2 {
            let (low, high) = (polynomial[at], polynomial[degree - at]);
            polynomial[at] = low - ratio * high;
            polynomial[degree - at] = high - ratio * low;
        }
        polynomial.copy_within(1..=degree, 0);
        degree -= 1;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roots_of_known_polynomials() {
        let inside = |coefficients: &[f64]| roots_are_inside(&mut coefficients.to_vec());
        // (z - 0.5)(z + 0.9), (z - 0.5)(z - 1.1), z^2 + 0.81, z^2 + 1.21
        assert!(inside(&[-0.45, 0.4, 1.0]));
        assert!(!inside(&[0.55, -1.6, 1.0]));
        assert!(inside(&[0.81, 0.0, 1.0]));
        assert!(!inside(&[1.21, 0.0, 1.0]));
    }

    /// The weights of `statsforecast.ets.admissible(alpha, beta, gamma, phi, m)`, version 2.1.1,
    /// which follows R's `forecast:::admissible`.
    #[test]
    fn seasonal_weights_as_in_the_reference() {
        let seasonal: EtsForm = EtsForm {
            error: super::super::Component::Additive,
            trend: Some(super::super::Trend {
                component: super::super::Component::Additive,
                damped: true,
            }),
            season: Some(super::super::Component::Additive),
        };
        let cases = [
            (24, 0.5, 0.269_117_842_278_317_2, 0.164_932_885_077_896_05, 0.881_629_620_106_507_2),
            (7, 0.776_627_777_719_429_5, 0.712_407_148_208_412_9, 0.008_939_989_559_297_114, 1.0),
            (24, 0.9999, 0.562_039_161_779_689_5, 0.0001, 1.0),
        ];
        for (m, alpha, beta, gamma, phi) in cases {
            let smoothing = Smoothing { alpha, beta, gamma, phi };
            assert!(!is_admissible(seasonal, &smoothing, m), "{smoothing:?}");
            let smaller = Smoothing { beta: 0.001, ..smoothing };
            assert!(is_admissible(seasonal, &smaller, m), "{smaller:?}");
        }
    }
}

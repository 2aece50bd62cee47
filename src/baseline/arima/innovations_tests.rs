//! The fast filter against the Cholesky factor of the whole covariance matrix.

use super::*;

/// Whitened column and log-determinant by the covariance matrix of all rows.
fn by_cholesky(arma: &Arma, column: &[f64]) -> (Vec<f64>, f64) {
    let rows = column.len();
    let mut covariances = Vec::new();
    assert!(Autocovariance::default().compute(&arma.ar, &arma.ma, rows, &mut covariances));
    let mut factor = vec![vec![0.0; rows]; rows];
    for i in 0..rows {
        for j in 0..=i {
            let sum: f64 = (0..j).map(|k| factor[i][k] * factor[j][k]).sum();
            let rest = covariances[i - j] - sum;
            factor[i][j] = if i == j { rest.sqrt() } else { rest / factor[j][j] };
        }
    }
    let mut white: Vec<f64> = Vec::new();
    for i in 0..rows {
        let sum: f64 = white.iter().zip(&factor[i]).map(|(w, f)| w * f).sum();
        white.push((column[i] - sum) / factor[i][i]);
    }
    (white, (0..rows).map(|i| 2.0 * factor[i][i].ln()).sum())
}

fn bumpy(rows: u32) -> Vec<f64> {
    (0..rows).map(|row| (f64::from(row) * 1.7).sin() + (f64::from(row * row) * 0.3).cos()).collect()
}

fn processes() -> Vec<Arma> {
    let arma = |ar: &[Term], ma: &[Term]| Arma { ar: ar.to_vec(), ma: ma.to_vec() };
    vec![
        arma(&[], &[]),
        arma(&[(1, 0.9)], &[]),
        arma(&[], &[(1, 0.6)]),
        arma(&[(1, 1.2), (2, -0.5)], &[(1, -0.4), (2, 0.2)]),
        arma(&[(1, 0.3)], &[(1, 0.4), (6, 0.8), (7, -0.32)]),
        arma(&[(1, 0.5), (6, 0.7), (7, -0.35)], &[(6, 0.99)]),
        arma(&[], &[(1, 0.9999)]),
    ]
}

#[test]
fn the_filter_whitens_as_the_cholesky_factor_does() {
    let (first, second) = (bumpy(120), bumpy(121)[1..].to_vec());
    for arma in processes() {
        let mut out = vec![vec![0.0; 120]; 2];
        let columns = [&first[..], &second[..]];
        let filtered = InnovationsFilter::default()
            .run(&arma, &columns, Settle::Within(SETTLED), &mut out)
            .unwrap();
        for (column, out) in columns.iter().zip(&out) {
            let (white, log_determinant) = by_cholesky(&arma, column);
            // Holding the settled gain moves forecasts by 1e-5 standard deviations at most.
            assert!((filtered.log_variances - log_determinant).abs() < 1e-7, "{arma:?}");
            for (found, expected) in out.iter().zip(white) {
                assert!((found - expected).abs() < 3e-5, "{found} for {expected}: {arma:?}");
            }
        }
    }
}

#[test]
fn the_last_state_predicts_as_the_covariances_do() {
    let arma = Arma { ar: vec![(1, 0.6), (4, 0.3), (5, -0.18)], ma: vec![(1, 0.5)] };
    let column = bumpy(40);
    let mut filter = InnovationsFilter::default();
    let state = filter.last_state(&arma, &column, &mut Vec::new()).unwrap().to_vec();
    // The first unseen row, whitened at zero, is minus its prediction over its deviation.
    let mut longer = column.clone();
    longer.push(0.0);
    let white = by_cholesky(&arma, &longer).0;
    assert!((white[40] + state[0]).abs() < 1e-6);
}

#[test]
fn a_held_gain_gives_what_a_settled_one_gives() {
    let arma = Arma { ar: vec![(1, 0.5)], ma: vec![(1, 0.3)] };
    let column = bumpy(200);
    let run = |settle| {
        let mut out = vec![vec![0.0; 200]];
        let filtered = InnovationsFilter::default().run(&arma, &[&column], settle, &mut out);
        (out, filtered.unwrap())
    };
    let (free, told) = run(Settle::Within(SETTLED));
    assert!(told.settled < 40);
    assert_eq!(run(Settle::At(told.settled)), (free, told));
}

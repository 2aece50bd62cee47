//! What plotting ten million points costs: building the pyramid once, and the outline of one frame
//! at several zooms.
//!
//! `cargo bench --bench plot_pyramid` prints one JSON line a measurement, medians in milliseconds.

#![allow(clippy::print_stdout, reason = "the result of a benchmark")]

use std::hint::black_box;
use std::time::Instant;

use tidegate::series::Pyramid;

const POINTS: usize = 10_000_000;
const COLUMNS: usize = 1_900;
const FRAMES: usize = 101;

fn main() {
    let mut state = 1_u64;
    let values: Vec<f64> = (0..POINTS)
        .map(|_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            f64::from(u32::try_from(state >> 40).unwrap_or(0))
        })
        .collect();
    let values: std::sync::Arc<[f64]> = values.into();
    let start = Instant::now();
    let pyramid = Pyramid::new(std::sync::Arc::clone(&values));
    let build = start.elapsed().as_secs_f64() * 1e3;
    let data = POINTS * size_of::<f64>();
    println!(
        "{{\"what\":\"build\",\"points\":{POINTS},\"ms\":{build:.2},\"overhead_bytes\":{},\"data_bytes\":{data}}}",
        pyramid.overhead_bytes()
    );
    for visible in [POINTS, POINTS / 10, POINTS / 100, 100_000, 10_000] {
        let mut times: Vec<f64> = (0..FRAMES)
            .map(|frame| {
                let first = frame * (POINTS - visible) / FRAMES;
                let start = Instant::now();
                black_box(pyramid.outline(first..first + visible, COLUMNS));
                start.elapsed().as_secs_f64() * 1e3
            })
            .collect();
        times.sort_by(f64::total_cmp);
        println!(
            "{{\"what\":\"frame\",\"visible\":{visible},\"median_ms\":{:.4},\"worst_ms\":{:.4}}}",
            times[FRAMES / 2],
            times[FRAMES - 1]
        );
    }
}

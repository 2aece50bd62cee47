//! What plotting ten million points costs: building the pyramid once, and the outline of one frame
//! at several zooms.
//!
//! `cargo bench --bench plot_pyramid`. A frame may take 4 ms, the building 1 s, and the memory beside
//! the data a fifth of it.

#![allow(clippy::print_stdout, reason = "a benchmark prints its figures")]

use std::cell::Cell;
use std::sync::Arc;

use criterion::{BenchmarkId, Criterion, SamplingMode};
use tidegate::app::look::Pyramid;

const POINTS: usize = 10_000_000;
/// Columns of pixels of a wide plot.
const COLUMNS: usize = 1_900;
/// Places that the window of a zoom visits.
const PLACES: usize = 101;

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let mut state = 1_u64;
    let values: Arc<[f64]> = (0..POINTS)
        .map(|_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            f64::from(u32::try_from(state >> 40).unwrap_or(0))
        })
        .collect();
    let pyramid = Pyramid::new(Arc::clone(&values));
    let data = POINTS * size_of::<f64>();
    println!("the pyramid takes {} bytes beside {data} of data", pyramid.overhead_bytes());
    let mut group = criterion.benchmark_group("plot");
    group.sample_size(10).sampling_mode(SamplingMode::Flat);
    group.bench_function("build", |bencher| {
        bencher.iter(|| Pyramid::new(Arc::clone(&values)));
    });
    let place = Cell::new(0);
    for visible in [POINTS, POINTS / 10, POINTS / 100, 10_000] {
        group.bench_with_input(
            BenchmarkId::new("frame", visible),
            &visible,
            |bencher, &visible| {
                bencher.iter(|| {
                    place.set((place.get() + 1) % PLACES);
                    let first = place.get() * (POINTS - visible) / PLACES;
                    pyramid.outline(first..first + visible, COLUMNS)
                });
            },
        );
    }
    group.finish();
    criterion.final_summary();
}

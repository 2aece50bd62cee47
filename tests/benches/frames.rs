//! What a frame of the whole window costs, drawn without a display: ten thousand series in the list
//! and in small plots, and ten million points in a plot.
//!
//! `cargo bench --bench frames` prints one JSON line a measurement, in milliseconds: the median and
//! the worst frame of `ui` (panels and plots) and of `tessellate` (their triangles).

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::cast_precision_loss,
    reason = "the result of a benchmark"
)]

use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use eframe::egui::{
    Context, Event, Modifiers, MouseWheelSource, MouseWheelUnit, Role, TouchPhase, Vec2, pos2, vec2,
};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use tidegate::gui::Window;
use tidegate::gui::dialogs::{DialogAnswer, DialogRequest, Dialogs};

const FRAMES: usize = 120;
const SERIES: usize = 10_000;
const ROWS: usize = 100;
const POINTS: usize = 10_000_000;

struct NoDialogs;

impl Dialogs for NoDialogs {
    fn ask(&mut self, _asked: DialogRequest, _wake: &Context) {}
    fn take_answer(&mut self) -> Option<DialogAnswer> {
        None
    }
}

fn open(path: &Path) -> Harness<'static, Window> {
    let path = path.to_owned();
    let builder = Harness::builder().with_size([1280.0, 800.0]);
    let mut harness = builder.build_eframe(move |creation| {
        Window::new(&creation.egui_ctx, Box::new(NoDialogs), None, Some(path))
    });
    let start = Instant::now();
    let ready = |harness: &Harness<'static, Window>| {
        let state = harness.state().state();
        state.document.open.as_ref().is_some_and(|document| document.study.is_some())
            && state.scores.baselines_job.is_none()
    };
    while !ready(&harness) {
        harness.step();
        std::thread::sleep(Duration::from_millis(20));
    }
    let seconds = start.elapsed().as_secs_f64();
    println!("{{\"what\":\"open, study and baselines\",\"seconds\":{seconds:.2}}}");
    click(&mut harness, Role::Tab, "Data");
    harness
}

fn click(harness: &mut Harness<'static, Window>, role: Role, name: &str) {
    harness.get_by_role_and_label(role, name).click();
    harness.run_steps(10);
}

/// Frames under a wheel that turns at a place.
fn measure(
    harness: &mut Harness<'static, Window>,
    what: &str,
    at: [f32; 2],
    wheel: Vec2,
    modifiers: Modifiers,
) {
    harness.event(Event::PointerMoved(pos2(at[0], at[1])));
    harness.run_steps(3);
    let (mut ui, mut triangles) = (Vec::new(), Vec::new());
    for _ in 0..FRAMES {
        if wheel != Vec2::ZERO {
            let (unit, phase) = (MouseWheelUnit::Point, TouchPhase::Move);
            let source = MouseWheelSource::Unknown;
            harness.event(Event::MouseWheel { unit, delta: wheel, phase, source, modifiers });
        }
        let start = Instant::now();
        harness.step();
        ui.push(start.elapsed().as_secs_f64() * 1e3);
        let shapes = harness.output().shapes.clone();
        let start = Instant::now();
        std::hint::black_box(harness.ctx.tessellate(shapes, 1.0));
        triangles.push(start.elapsed().as_secs_f64() * 1e3);
    }
    for (part, times) in [("ui", &mut ui), ("tessellate", &mut triangles)] {
        times.sort_by(f64::total_cmp);
        let (median, worst) = (times[FRAMES / 2], times[FRAMES - 1]);
        println!(
            "{{\"what\":\"{what}\",\"part\":\"{part}\",\"median_ms\":{median:.2},\"worst_ms\":{worst:.2}}}"
        );
    }
}

fn many_series(folder: &Path) -> PathBuf {
    let path = folder.join("panel.csv");
    let mut file = BufWriter::new(std::fs::File::create(&path).unwrap());
    writeln!(file, "id,day,value").unwrap();
    for series in 0..SERIES {
        for row in 0..ROWS {
            let (month, day) = (row / 28 + 1, row % 28 + 1);
            let value = (row * 7 + series * 13) % 97;
            writeln!(file, "item {series},2024-{month:02}-{day:02},{value}").unwrap();
        }
    }
    path
}

/// One long series with a gap every thousand rows.
fn many_points(folder: &Path) -> PathBuf {
    let path = folder.join("long.csv");
    let mut file = BufWriter::new(std::fs::File::create(&path).unwrap());
    writeln!(file, "t,y").unwrap();
    let mut state = 1_u64;
    for row in 0..POINTS {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        if row % 1_000 == 500 {
            writeln!(file, "{row},").unwrap();
        } else {
            writeln!(file, "{row},{}", (state >> 44) + 1).unwrap();
        }
    }
    path
}

fn main() {
    let folder = tempfile::tempdir().unwrap();
    let (still, ctrl) = (Modifiers::NONE, Modifiers::COMMAND);
    let down = vec2(0.0, -400.0);
    let mut harness = open(&many_series(folder.path()));
    measure(&mut harness, "10,000 series: at rest", [600.0, 20.0], Vec2::ZERO, still);
    measure(&mut harness, "10,000 series: list scrolled", [150.0, 200.0], down, still);
    click(&mut harness, Role::RadioButton, "Panel");
    measure(&mut harness, "10,000 series: small plots scrolled", [600.0, 500.0], down, still);
    click(&mut harness, Role::CheckBox, "Same scale");
    measure(&mut harness, "10,000 series: on one scale", [600.0, 500.0], down, still);
    drop(harness);
    let mut harness = open(&many_points(folder.path()));
    measure(&mut harness, "10 M points: at rest", [600.0, 20.0], Vec2::ZERO, still);
    measure(&mut harness, "10 M points: zoomed", [600.0, 350.0], vec2(0.0, 12.0), ctrl);
    measure(&mut harness, "10 M points: panned", [600.0, 350.0], vec2(-3.0, 0.0), still);
    for view in ["Season", "Distribution", "Autocorrelation"] {
        click(&mut harness, Role::RadioButton, view);
        measure(&mut harness, &format!("10 M points: {view}"), [600.0, 20.0], Vec2::ZERO, still);
    }
}

//! Moving about in plots over time and reading them, by mouse and by keyboard.

use eframe::egui::{Event, Key, Modifiers, MouseWheelUnit, PointerButton, Pos2, Rect, Role, Vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};
use tidegate::gui::Window;

use super::{Scripted, click, open_airline, press, wait_until, window};

/// The airline sample in the Forecast tab, all of it in view.
fn forecast() -> Harness<'static, Window> {
    let mut harness = window(Scripted::default());
    harness.run_steps(3);
    open_airline(&mut harness);
    click(&mut harness, Role::Button, "All");
    harness
}

/// What the plot says is in view.
fn in_view(harness: &Harness<'static, Window>) -> String {
    let plot = harness.get_by_role_and_label(Role::Figure, "Plot of Passengers");
    plot.accesskit_node().value().unwrap()
}

/// Years that the view begins and ends in, and the lowest and highest value on the axis.
fn ends(harness: &Harness<'static, Window>) -> ([i32; 2], [f64; 2]) {
    let text = in_view(harness);
    let (dates, values) = text.split_once(", values from ").unwrap();
    let year = |date: &str| date.rsplit(' ').next().unwrap().parse().unwrap();
    let number = |text: &str| text.replace('\u{2009}', "").parse().unwrap();
    let (from, to) = dates.split_once(" to ").unwrap();
    let (low, high) = values.split_once(" to ").unwrap();
    ([year(from), year(to)], [number(low), number(high)])
}

fn frame(harness: &Harness<'static, Window>) -> Rect {
    harness.get_by_role_and_label(Role::Figure, "Plot of Passengers").rect()
}

/// A place in the plot, as shares of its width and height.
fn at(harness: &Harness<'static, Window>, across: f32, down: f32) -> Pos2 {
    let frame = frame(harness);
    frame.min + Vec2::new(frame.width() * across, frame.height() * down)
}

fn wheel(harness: &mut Harness<'static, Window>, place: Pos2, lines: f32, modifiers: Modifiers) {
    harness.event(Event::PointerMoved(place));
    harness.event(Event::MouseWheel {
        unit: MouseWheelUnit::Line,
        delta: Vec2::new(0.0, lines),
        phase: eframe::egui::TouchPhase::Move,
        source: eframe::egui::MouseWheelSource::Wheel,
        modifiers,
    });
    harness.run_steps(30);
}

fn drag(
    harness: &mut Harness<'static, Window>,
    (from, to): (Pos2, Pos2),
    button: PointerButton,
    modifiers: Modifiers,
) {
    let pressed = |pos, pressed| Event::PointerButton { pos, button, pressed, modifiers };
    harness.event(Event::ModifiersChanged(modifiers));
    harness.event(Event::PointerMoved(from));
    harness.event(pressed(from, true));
    harness.step();
    for share in [0.3, 0.6, 1.0] {
        harness.event(Event::PointerMoved(from.lerp(to, share)));
        harness.step();
    }
    harness.event(pressed(to, false));
    harness.event(Event::ModifiersChanged(Modifiers::NONE));
    harness.event(Event::PointerGone);
    harness.run_steps(4);
}

fn click_at(harness: &mut Harness<'static, Window>, place: Pos2, times: usize) {
    harness.event(Event::PointerMoved(place));
    harness.step();
    // Within one frame, however long the harness says that one takes.
    let (button, modifiers) = (PointerButton::Primary, Modifiers::NONE);
    let events = [true, false].map(|pressed| Event::PointerButton {
        pos: place,
        button,
        pressed,
        modifiers,
    });
    for _ in 0..times {
        harness.input_mut().events.extend(events.clone());
    }
    harness.step();
    harness.event(Event::PointerGone);
    harness.run_steps(4);
}

#[test]
fn the_wheel_zooms_time_under_the_pointer_and_the_value_axis_fits_what_is_in_view() {
    let mut harness = forecast();
    let all = in_view(&harness);
    assert!(all.starts_with("Jan 1949 to Dec 1961"), "{all}");
    // Near the left end, where there are the fewest passengers.
    let place = at(&harness, 0.1, 0.5);
    wheel(&mut harness, place, 8.0, Modifiers::NONE);
    let ([from, to], [low, high]) = ends(&harness);
    assert!(from <= 1950 && to < 1954, "{}", in_view(&harness));
    assert!(high < 250.0 && low > 90.0, "values fit: {}", in_view(&harness));
    wheel(&mut harness, place, -400.0, Modifiers::NONE);
    assert_eq!(in_view(&harness), all, "zooming out ends at all of it");
}

#[test]
fn no_wheel_with_ctrl_and_no_drag_loses_the_series() {
    let mut harness = forecast();
    for (across, lines) in [(0.9, 40.0), (0.1, -300.0), (0.99, 200.0), (0.01, -500.0)] {
        let place = at(&harness, across, 0.1);
        wheel(&mut harness, place, lines, Modifiers::COMMAND);
        let ([from, to], [low, high]) = ends(&harness);
        assert!(from <= to && (1949..=1961).contains(&from) && low < high);
        // What is in view is fitted, so it is in view.
        assert!(low < 700.0 && high > 100.0, "{}", in_view(&harness));
    }
    for _ in 0..6 {
        let ends = (at(&harness, 0.1, 0.9), at(&harness, 0.95, 0.05));
        drag(&mut harness, ends, PointerButton::Primary, Modifiers::NONE);
    }
    let ([from, _], _) = ends(&harness);
    assert_eq!(from, 1949, "the beginning stays in view: {}", in_view(&harness));
}

#[test]
fn a_drag_pans_a_drag_on_an_axis_scales_it_a_box_zooms_and_a_double_click_resets() {
    let mut harness = forecast();
    let all = in_view(&harness);
    let middle = at(&harness, 0.5, 0.5);
    wheel(&mut harness, middle, 6.0, Modifiers::NONE);
    let ([before, _], _) = ends(&harness);
    let pan = (at(&harness, 0.2, 0.5), at(&harness, 0.7, 0.5));
    drag(&mut harness, pan, PointerButton::Primary, Modifiers::NONE);
    assert!(ends(&harness).0[0] < before, "to the right is back in time");
    click_at(&mut harness, middle, 2);
    assert_eq!(in_view(&harness), all);
    // A box, by the right button and with Shift.
    for (button, modifiers) in
        [(PointerButton::Secondary, Modifiers::NONE), (PointerButton::Primary, Modifiers::SHIFT)]
    {
        let corners = (at(&harness, 0.25, 0.25), at(&harness, 0.5, 0.75));
        drag(&mut harness, corners, button, modifiers);
        let ([from, to], [low, high]) = ends(&harness);
        assert!(from > 1950 && to < 1957, "{}", in_view(&harness));
        assert!(low > 150.0 && high < 600.0, "{}", in_view(&harness));
        click_at(&mut harness, middle, 2);
        assert_eq!(in_view(&harness), all);
    }
    // The value axis, then the axis of time.
    let frame = frame(&harness);
    let beside = |down: f32| Pos2::new(frame.left() - 20.0, frame.top() + frame.height() * down);
    drag(&mut harness, (beside(0.3), beside(0.7)), PointerButton::Primary, Modifiers::NONE);
    let ([from, to], [low, high]) = ends(&harness);
    assert!((from, to) == (1949, 1961) && low < 0.0 && high > 700.0, "{}", in_view(&harness));
    click_at(&mut harness, beside(0.5), 2);
    assert_eq!(in_view(&harness), all, "a double click on an axis fits it");
    let below =
        |across: f32| Pos2::new(frame.left() + frame.width() * across, frame.bottom() + 8.0);
    drag(&mut harness, (below(0.3), below(0.7)), PointerButton::Primary, Modifiers::NONE);
    assert!(ends(&harness).0[0] > 1949, "{}", in_view(&harness));
}

#[test]
fn the_keyboard_pans_zooms_scales_reads_and_resets() {
    let mut harness = forecast();
    let all = in_view(&harness);
    harness.get_by_role_and_label(Role::Figure, "Plot of Passengers").focus();
    harness.run_steps(3);
    let key = |harness: &mut Harness<'static, Window>, modifiers, key| {
        harness.key_press_modifiers(modifiers, key);
        harness.run_steps(3);
    };
    for _ in 0..6 {
        key(&mut harness, Modifiers::NONE, Key::Plus);
    }
    let ([from, to], _) = ends(&harness);
    assert!(from > 1950 && to < 1960, "{}", in_view(&harness));
    key(&mut harness, Modifiers::NONE, Key::ArrowLeft);
    key(&mut harness, Modifiers::NONE, Key::ArrowLeft);
    key(&mut harness, Modifiers::NONE, Key::ArrowLeft);
    assert!(ends(&harness).0[0] < from, "{}", in_view(&harness));
    key(&mut harness, Modifiers::SHIFT, Key::ArrowDown);
    let ([..], [low, high]) = ends(&harness);
    key(&mut harness, Modifiers::NONE, Key::ArrowUp);
    let ([..], [lifted, _]) = ends(&harness);
    assert!(lifted > low && high > low);
    key(&mut harness, Modifiers::NONE, Key::Home);
    assert_eq!(in_view(&harness), all);
    // The last row, and the one before it.
    key(&mut harness, Modifiers::SHIFT, Key::ArrowLeft);
    harness.get_by_label("Dec 1961");
    key(&mut harness, Modifiers::SHIFT, Key::ArrowLeft);
    harness.get_by_label("Nov 1961");
    // What it can do is said to those who cannot see the help.
    let plot = harness.get_by_role_and_label(Role::Figure, "Plot of Passengers");
    assert!(plot.accesskit_node().description().unwrap().contains("Home or 0 shows all"));
}

#[test]
fn the_device_that_was_used_last_says_which_row_is_read() {
    let mut harness = forecast();
    let place = at(&harness, 0.3, 0.4);
    harness.event(Event::PointerMoved(place));
    harness.run_steps(4);
    harness.get_by_role_and_label(Role::Figure, "Plot of Passengers").focus();
    harness.run_steps(3);
    // The pointer rests on the plot meanwhile.
    for _ in 0..200 {
        harness.key_press_modifiers(Modifiers::SHIFT, Key::ArrowRight);
    }
    harness.run_steps(30);
    harness.get_by_label("Dec 1961");
    harness.event(Event::PointerMoved(place + Vec2::new(3.0, 0.0)));
    harness.run_steps(4);
    assert!(harness.query_by_label("Dec 1961").is_none(), "the mouse was used last");
}

#[test]
fn under_the_pointer_stand_the_actual_value_and_every_ticked_model_with_its_bounds() {
    let mut harness = forecast();
    wait_until(&mut harness, "all baselines", |state| state.scores.baselines_job.is_none());
    click(&mut harness, Role::Button, "Recent");
    let ticked: Vec<String> = {
        let state = harness.state().state();
        let drawn = state.scorecard().into_iter().filter(|run| run.visible);
        drawn.map(|run| run.label.clone()).collect()
    };
    assert!(ticked.len() > 3);
    // The keyboard reads a row whatever the size of the window.
    harness.get_by_role_and_label(Role::Figure, "Plot of Passengers").focus();
    harness.run_steps(3);
    for _ in 0..14 {
        harness.key_press_modifiers(Modifiers::SHIFT, Key::ArrowLeft);
        harness.run_steps(3);
    }
    harness.get_by_label("Nov 1960");
    harness.get_by_label("390.0");
    for name in ticked {
        let count = harness.get_all_by_label(&name).count();
        assert!(count > 0, "{name} is listed");
        let run = |run: &&tidegate::app::ScoredRun| run.label == name;
        let state = harness.state().state();
        let report = &state.runs.list.iter().find(run).unwrap().report;
        let Some(interval) = report.holdout.intervals.first() else { continue };
        let ahead = report.holdout.values.len() - 2;
        let value = tidegate::series::number::compact(interval.lower[ahead]);
        assert!(
            harness.query_all_by_label_contains(&format!(" %: {value} to ")).next().is_some(),
            "the bounds of {name}: {value}"
        );
    }
    // The mouse does the same.
    let place = at(&harness, 0.3, 0.4);
    harness.event(Event::PointerMoved(place));
    harness.run_steps(4);
    assert!(harness.query_by_label("Nov 1960").is_none());
    let dates = harness.query_all_by_label_contains("195").count();
    assert!(dates > 0, "a date of the years in view is named");
    press(&mut harness, Role::Button, "All");
}

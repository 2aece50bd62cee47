//! The Windows page: what feeds the network, in words, as a picture, and under the pointer.

use super::*;

/// Brings the pointer to a share of the picture's width and height, and returns what is told there.
fn point_at(harness: &mut Harness<'static, Window>, across: f32, down: f32) -> String {
    let picture = harness.query_all_by_role(Role::Image).next().unwrap().rect();
    let at = picture.lerp_inside([across, down]);
    harness.event(Event::PointerMoved(at));
    // A tooltip waits until the pointer rests.
    harness.run_steps(60);
    let told = harness.query_all_by_label_contains("\nreads ").last().map(|node| {
        let node = node.accesskit_node();
        node.label().or_else(|| node.value())
    });
    told.flatten().unwrap_or_default()
}

#[test]
fn windows_are_counted_drawn_and_told_with_their_dates() {
    let mut harness = window(Scripted::default());
    harness.run_steps(3);
    open_airline(&mut harness);
    click(&mut harness, Role::Tab, "Windows");
    let windows = harness.state().state().document.open.as_ref().unwrap().derived.windows.train;
    harness.get_by_label(&format!(
        "{windows} windows, 32 at a time, {} updates an epoch",
        windows.div_ceil(32)
    ));
    let told = point_at(&mut harness, 0.5, 0.1);
    assert!(told.starts_with("Training window ") && told.contains(&format!(" of {windows}")));
    let recipe = &harness.state().state().document.recipe.window;
    assert!(told.contains(&format!("({} rows)\npredicts", recipe.lookback)), "{told}");
    let told = point_at(&mut harness, 0.9, 0.96);
    assert!(told.starts_with("Test\n") && told.contains("predicts Jan 1960 to Dec 1960"), "{told}");
    // Fewer rows in a window make more windows, at once.
    enter(&mut harness, "Lookback", "6");
    harness.get_by_label("91 windows, 32 at a time, 3 updates an epoch");
}

#[test]
fn lanes_are_set_counted_drawn_and_told() {
    let mut harness = window(Scripted::default());
    harness.run_steps(3);
    open_airline(&mut harness);
    click(&mut harness, Role::Tab, "Windows");
    assert!(harness.query_by_label("Chunk").is_none(), "windows have no chunks");
    click(&mut harness, Role::ComboBox, "State mode");
    click(&mut harness, Role::Button, "Stateful");
    enter(&mut harness, "Chunk", "10");
    harness.get_by_label("3 lanes of up to 40 rows, up to 4 chunks each, 4 updates an epoch");
    let told = point_at(&mut harness, 0.1, 0.1);
    assert!(told.starts_with("Lane 1 of 3, chunk "), "{told}");
    let told = point_at(&mut harness, 0.87, 0.81);
    assert!(told.starts_with("Validation forecast\n"), "{told}");
    // A chunk that no lane is as long as is told where it stands, and fixed with a click.
    enter(&mut harness, "Chunk", "500");
    let problem = "a chunk of 500 rows is longer than every lane";
    assert!(harness.query_all_by_label_contains(problem).count() > 0);
    press(&mut harness, Role::Button, "Use 26");
    assert_eq!(harness.state().state().document.recipe.train.chunk, 26);
}

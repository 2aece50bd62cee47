//! What the program says of itself.

use super::*;

#[test]
fn help_names_the_version_and_what_others_wrote() {
    let mut harness = window(Scripted::default());
    click(&mut harness, Role::Button, "Help");
    click(&mut harness, Role::Button, "About Tidegate");
    let version = concat!("Tidegate ", env!("CARGO_PKG_VERSION"));
    let close = |harness: &Harness<'static, Window>| {
        harness.query_by_role_and_label(Role::Button, "Close").map(|button| button.rect())
    };
    let first = harness.get_by_label(version).rect();
    harness.get_by_label_contains("MIT OR Apache-2.0");
    // Fonts and crates with their versions and licences, as people read them.
    harness.get_by_label_contains("Roboto ");
    harness.get_by_label_contains("Crate ");
    for mark in ["| ", "# ", "```", "---"] {
        assert!(harness.query_all_by_label_contains(mark).count() == 0, "{mark} is Markdown");
    }
    // In the middle of the window, and all of it inside.
    let last = close(&harness).expect("it can be closed");
    let middle = f32::midpoint(first.top(), last.bottom());
    assert!((middle - 400.0).abs() < 24.0, "{first:?} to {last:?}");
    harness.key_press(Key::Escape);
    harness.run_steps(3);
    assert!(close(&harness).is_none() && harness.query_by_label(version).is_none());
}

//! What the program says of itself.

use super::*;

#[test]
fn help_names_the_version_and_what_others_wrote() {
    let mut harness = window(Scripted::default());
    click(&mut harness, Role::Button, "Help");
    click(&mut harness, Role::Button, "About Tidegate");
    harness.get_by_label(concat!("Tidegate ", env!("CARGO_PKG_VERSION")));
    harness.get_by_label_contains("MIT OR Apache-2.0");
    // Fonts and crates with their versions and licences.
    harness.get_by_label_contains("| Roboto");
    harness.get_by_label_contains("| Crate ");
}

//! Check boxes whose empty square stands out from any ground. Not for what they tick.

use eframe::egui::{Checkbox, IntoAtoms, Response, Stroke, Ui};

/// Adds a check box with `text` beside it; greyed out and deaf unless `enabled`.
///
/// Its square has an edge, as an empty one is nearly of the colour of the panel behind it; buttons
/// are told by their words and need none.
pub fn check_box<'a>(
    ui: &mut Ui,
    enabled: bool,
    ticked: &'a mut bool,
    text: impl IntoAtoms<'a>,
) -> Response {
    let edge = Stroke::new(1.0, ui.visuals().weak_text_color());
    let without = ui.visuals().widgets.inactive.bg_stroke;
    ui.visuals_mut().widgets.inactive.bg_stroke = edge;
    let response = ui.add_enabled(enabled, Checkbox::new(ticked, text));
    ui.visuals_mut().widgets.inactive.bg_stroke = without;
    response
}

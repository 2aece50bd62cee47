//! Settings changed while a network learns: fields above the loss curve, and words for what was
//! changed.

use eframe::egui::{Ui, vec2};

use crate::app::{Command, Learning};
use crate::gui::draft;
use crate::gui::draft_field::DraftField;
use crate::gui::setting::{steps, whole_steps};
use crate::gui::typed_number::plain;
use crate::gui::{number_field, theme};
use crate::project::setting;
use crate::train::{Change, Changed};

/// Width of a field, in points.
const FIELD: f32 = 64.0;

/// Draws the fields; what is typed and applied, or dragged and let go of, is asked for.
pub fn steer_ui(ui: &mut Ui, learning: &Learning, commands: &mut Vec<Command>) {
    let (set, wished) = (&learning.assignment.recipe.train, learning.requested);
    let on = !learning.phase.is_ending();
    let mut asked = Change::default();
    let mut rate = wished.learning_rate.unwrap_or(set.learning_rate);
    let words = (
        "rate now",
        "The learning rate from the next batch on; a schedule moves it from there. Lower it where the loss jumps about, raise it where it creeps",
    );
    if field_ui(
        ui,
        on,
        words,
        number_field::fraction_within(&mut rate, steps(setting!(train.learning_rate))),
    ) {
        asked.learning_rate = Some(rate);
    }
    let mut clip = wished.gradient_clip.unwrap_or(set.gradient_clip);
    let words = (
        "clip now",
        "The gradient clip from the next batch on; 0 for none. Lower it where the loss leaps",
    );
    if field_ui(
        ui,
        on,
        words,
        number_field::fraction_within(&mut clip, steps(setting!(train.gradient_clip))),
    ) {
        asked.gradient_clip = Some(clip);
    }
    let mut size = wished.batch_size.unwrap_or(set.batch_size);
    let words = (
        "batch now",
        "Windows in one step from the next epoch on. Raise it for smoother steps, lower it for more of them",
    );
    if field_ui(
        ui,
        on,
        words,
        number_field::whole_within(&mut size, whole_steps(setting!(train.batch_size))),
    ) {
        asked.batch_size = Some(size);
    }
    if asked != Change::default() {
        commands.push(Command::Steer(asked));
    }
}

/// Draws a field with its name; whether it was changed.
fn field_ui<T: PartialEq + Clone>(
    ui: &mut Ui,
    enabled: bool,
    (name, tooltip): (&str, &str),
    field: DraftField<'_, T>,
) -> bool {
    let label = ui.label(theme::fine_print(name)).on_hover_text(tooltip);
    let size = vec2(FIELD, ui.spacing().interact_size.y);
    let response = ui.add_enabled_ui(enabled, |ui| field.show(ui, name, size)).inner;
    let response = response.labelled_by(label.id).on_hover_text(tooltip);
    draft::complaint_ui(ui, response.id);
    response.changed()
}

/// What was changed, in words.
pub fn words_of(changed: &Changed) -> String {
    let number =
        |name: &str, value: Option<f64>| value.map(|value| format!("{name} {}", plain(value)));
    let parts = [
        number("rate", changed.learning_rate.map(|rate| rate.0)),
        number("clip", changed.gradient_clip.map(|clip| clip.0)),
        changed.batch_size.map(|size| format!("batch {size}")),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

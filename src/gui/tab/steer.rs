//! Settings changed while a network learns: fields above the loss curve, and words for what was
//! changed.

use eframe::egui::{DragValue, Response, Ui};

use crate::app::{Command, Learning};
use crate::gui::setting::plain;
use crate::gui::theme;
use crate::train::{Change, Changed};

/// Width of a field, in points.
const FIELD: f32 = 64.0;

/// Draws the fields. A number that is being dragged or typed is kept in `draft`; what is let go of is
/// asked for.
pub fn steer_ui(ui: &mut Ui, learning: &Learning, draft: &mut Change, commands: &mut Vec<Command>) {
    let (set, wished) = (&learning.assignment.recipe.train, learning.wished);
    let on = !learning.phase.is_ending();
    let rate = wished.learning_rate.unwrap_or(set.learning_rate);
    let words = (
        "rate now",
        "The learning rate from the next batch on; a schedule moves it from there. Lower it where the loss jumps about, raise it where it creeps",
    );
    if let Some(rate) = number_ui(ui, on, words, (rate, &mut draft.learning_rate), (1e-6, 1.0)) {
        commands.push(Command::Steer(Change { learning_rate: Some(rate), ..Change::default() }));
    }
    let clip = wished.gradient_clip.unwrap_or(set.gradient_clip);
    let words = (
        "clip now",
        "The gradient clip from the next batch on; 0 for none. Lower it where the loss leaps",
    );
    if let Some(clip) = number_ui(ui, on, words, (clip, &mut draft.gradient_clip), (0.0, 1e3)) {
        commands.push(Command::Steer(Change { gradient_clip: Some(clip), ..Change::default() }));
    }
    let before = wished.batch_size.unwrap_or(set.batch_size);
    let mut size = draft.batch_size.unwrap_or(before);
    let words = (
        "batch now",
        "Windows in one step from the next epoch on. Raise it for smoother steps, lower it for more of them",
    );
    let drag = DragValue::new(&mut size).range(1..=65_536).speed(0.5).update_while_editing(false);
    let response = field_ui(ui, on, words, drag);
    if let Some(size) = let_go(&response, size, before, &mut draft.batch_size) {
        commands.push(Command::Steer(Change { batch_size: Some(size), ..Change::default() }));
    }
}

/// A number with a fraction; what it was changed to, once it is let go of.
fn number_ui(
    ui: &mut Ui,
    enabled: bool,
    words: (&str, &str),
    (before, draft): (f64, &mut Option<f64>),
    (least, most): (f64, f64),
) -> Option<f64> {
    let mut value = draft.unwrap_or(before);
    let speed = (value.abs() / 100.0).clamp(1e-5, 0.1);
    let drag = DragValue::new(&mut value)
        .range(least..=most)
        .speed(speed)
        .max_decimals(6)
        .custom_formatter(|value, _| plain(value))
        .update_while_editing(false);
    let response = field_ui(ui, enabled, words, drag);
    let_go(&response, value, before, draft)
}

fn field_ui(
    ui: &mut Ui,
    enabled: bool,
    (name, tooltip): (&str, &str),
    drag: DragValue<'_>,
) -> Response {
    let label = ui.label(theme::fine_print(name)).on_hover_text(tooltip);
    let size = [FIELD, ui.spacing().interact_size.y];
    let response = ui.add_enabled_ui(enabled, |ui| ui.add_sized(size, drag)).inner;
    response.labelled_by(label.id).on_hover_text(tooltip)
}

/// The value of a field that was let go of, where it is another than before.
fn let_go<T: PartialEq + Copy>(
    response: &Response,
    value: T,
    before: T,
    draft: &mut Option<T>,
) -> Option<T> {
    if value != before {
        *draft = Some(value);
    }
    let is_over = !response.dragged() && !response.has_focus();
    draft.take_if(|_| is_over).filter(|value| *value != before)
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

//! The text that is typed into a field and not yet its value: kept from frame to frame, applied when the
//! field is left.
//!
//! Not for the field itself, which is `draft_field`.

use eframe::egui::text::{CCursor, CCursorRange};
use eframe::egui::{Context, Event, Id, Key, TextEdit, Ui};

use super::typed_number::Complaint;
use super::{icon, theme};

/// What is typed and not yet applied.
#[derive(Debug, Clone, Default)]
pub(super) struct Draft {
    pub text: String,
    /// The value as it was written when the draft was begun: where it is another now, something else
    /// has changed it, and the draft is of the past.
    pub of: String,
    pub complaint: Option<Complaint>,
    /// Where a drag has come to.
    pub dragged: Option<f64>,
}

impl Draft {
    pub fn of(written: &str) -> Self {
        Self { text: written.to_owned(), of: written.to_owned(), ..Self::default() }
    }

    pub fn is_changed(&self) -> bool {
        self.text != self.of
    }
}

/// Why the text in this field is not its value, if it is not.
pub fn complaint(ui: &Ui, field: Id) -> Option<Complaint> {
    ui.data(|data| data.get_temp::<Draft>(field)).and_then(|draft| draft.complaint)
}

/// Takes back what is typed into this field.
pub fn forget(ui: &Ui, field: Id) {
    ui.data_mut(|data| data.remove::<Draft>(field));
}

/// Draws, in small print, why the text in a field is not its value.
pub fn complaint_ui(ui: &mut Ui, field: Id) {
    if let Some(complaint) = complaint(ui, field) {
        let text = format!("{} {complaint}", icon::WARNING);
        ui.label(theme::fine_print(text).color(ui.visuals().error_fg_color));
    }
}

/// The field that has the focus, with its draft.
fn focused_draft(context: &Context) -> Option<(Id, Draft)> {
    let focused = context.memory(eframe::egui::Memory::focused)?;
    Some((focused, context.data(|data| data.get_temp(focused))?))
}

/// Whether text is typed into a field and not applied: undo is that of the text then.
pub fn is_typed_into(context: &Context) -> bool {
    focused_draft(context).is_some_and(|(_, draft)| draft.is_changed())
}

/// Leaves the field that has the focus, so that its text is applied in this frame, with what is typed in
/// this frame too.
pub fn leave(context: &Context) {
    if let Some((field, _)) = focused_draft(context) {
        context.memory_mut(|memory| memory.surrender_focus(field));
    }
}

pub(super) fn refused_id() -> Id {
    Id::unique("a draft was refused")
}

/// Whether a field was left in this frame with text that cannot be read.
pub fn was_refused(context: &Context) -> bool {
    let frame: Option<u64> = context.data(|data| data.get_temp(refused_id()));
    frame == Some(context.cumulative_frame_nr())
}

/// Takes in what was typed in the frame in which a field got the focus or lost it, which no text field
/// heard: at a low frame rate it would be lost.
pub(super) fn take_last_keys(ui: &Ui, id: Id, text: &mut String) {
    let Some(mut state) = TextEdit::load_state(ui.ctx(), id) else { return };
    let Some(range) = state.cursor.char_range() else { return };
    let place = |index: usize, text: &str| {
        text.char_indices().nth(index).map_or(text.len(), |(place, _)| place)
    };
    let range = range.as_sorted_char_range();
    let (mut start, mut end) = (place(range.start.0, text), place(range.end.0, text));
    let mut is_typed = false;
    ui.input(|input| {
        for event in &input.events {
            let typed = match event {
                Event::Text(typed) | Event::Paste(typed) => typed.as_str(),
                Event::Key { key: Key::Backspace, pressed: true, .. } if start == end => {
                    start = text[..end].char_indices().next_back().map_or(0, |(place, _)| place);
                    ""
                }
                Event::Key { key: Key::Backspace | Key::Delete, pressed: true, .. } => "",
                Event::Key { key: Key::A, pressed: true, modifiers, .. } if modifiers.command => {
                    (start, end) = (0, text.len());
                    continue;
                }
                Event::Key { key: Key::Tab, pressed: true, .. } => break,
                _ => continue,
            };
            is_typed = true;
            text.replace_range(start..end, typed);
            (start, end) = (start + typed.len(), start + typed.len());
        }
    });
    if is_typed {
        let cursor = CCursor::new(text[..end].chars().count());
        state.cursor.set_char_range(Some(CCursorRange::one(cursor)));
        state.store(ui.ctx(), id);
    }
}

/// Selects all of a field's text, as a field that got the focus has it.
pub(super) fn select_all(context: &Context, id: Id, text: &str) {
    let mut state = TextEdit::load_state(context, id).unwrap_or_default();
    let all = CCursorRange::two(CCursor::default(), CCursor::new(text.chars().count()));
    state.cursor.set_char_range(Some(all));
    state.store(context, id);
}

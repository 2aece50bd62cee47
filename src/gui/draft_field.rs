//! A field whose text is a draft until Enter is pressed or the field is left. Text that cannot be read
//! stays in the field, marked, and changes nothing; Escape takes the draft back.
//!
//! Not for what a text means: whoever shows the field reads it.

use eframe::egui::accesskit::{Action, ActionData, Invalid};
use eframe::egui::emath::Numeric as _;
use eframe::egui::text::{CCursor, CCursorRange};
use eframe::egui::{
    Align2, Color32, Context, CursorIcon, Event, Id, InputState, Key, KeyboardShortcut, Margin,
    Modifiers, Rect, Response, Role, Sense, StrokeKind, TextEdit, TextStyle, Ui, Vec2, WidgetInfo,
    emath, vec2,
};

use super::number_text::{Complaint, plain};
use super::theme;
use super::widgets::icon;

/// What a value is read by from the text that was typed.
type ReadText<'a, T> = Box<dyn Fn(&str) -> Result<T, Complaint> + 'a>;
type Stepped<'a, T> = Box<dyn Fn(&T, f64) -> T + 'a>;

/// What arrows and a drag do to a value.
pub struct Stepping<'a, T> {
    pub number: fn(&T) -> f64,
    /// The value so many steps on.
    pub stepped: Stepped<'a, T>,
    /// The value at a number that was dragged to.
    pub at: Box<dyn Fn(f64) -> T + 'a>,
    pub speed: f64,
    /// Lowest and highest number that steps lead to.
    pub range: [f64; 2],
}

pub struct DraftField<'a, T> {
    value: &'a mut T,
    written: Box<dyn Fn(&T) -> String + 'a>,
    read: ReadText<'a, T>,
    stepping: Option<Stepping<'a, T>>,
    suffix: &'a str,
}

impl<'a, T: PartialEq + Clone> DraftField<'a, T> {
    /// A field of a value; `written` says how it is shown and `read` what a text means.
    pub fn new(
        value: &'a mut T,
        written: impl Fn(&T) -> String + 'a,
        read: impl Fn(&str) -> Result<T, Complaint> + 'a,
    ) -> Self {
        let (written, read) = (Box::new(written), Box::new(read));
        Self { value, written, read, stepping: None, suffix: "" }
    }

    /// With arrow keys and a drag that step the value.
    pub fn stepping(self, stepping: Stepping<'a, T>) -> Self {
        Self { stepping: Some(stepping), ..self }
    }

    /// With words behind the value where it is not being edited.
    pub fn suffix(self, suffix: &'a str) -> Self {
        Self { suffix, ..self }
    }

    pub fn show(mut self, ui: &mut Ui, name: &str, size: Vec2) -> Response {
        let id = ui.make_persistent_id(("draft", name));
        let (_, rect) = ui.allocate_space(size);
        let before = self.value.clone();
        // Asked first, so that a field that gets the focus with Tab is edited in this frame.
        let layer = ui.layer_id();
        let is_edited = ui.is_enabled()
            && ui.memory_mut(|memory| {
                memory.interested_in_focus(id, layer);
                memory.has_focus(id)
            });
        let mut draft = self.draft_of_before(ui, id, is_edited);
        let mut response = if is_edited {
            self.take_arrows(ui, id, &mut draft);
            let response = self.edit_ui(ui, id, rect, &mut draft);
            self.take_enter(ui, &response, &mut draft);
            response
        } else {
            self.rest_ui(ui, id, rect, &mut draft)
        };
        let has_left = is_edited && !ui.memory(|memory| memory.has_focus(id));
        if has_left {
            self.apply(&mut draft, &response);
        }
        self.take_actions(ui, id, &mut draft);
        self.describe(ui, &response, draft.as_ref(), is_edited);
        ui.data_mut(|data| match draft {
            Some(draft) => {
                data.insert_temp(id, draft);
            }
            None => data.remove::<Draft>(id),
        });
        if *self.value != before {
            response.mark_changed();
        }
        response
    }

    fn written(&self) -> String {
        (self.written)(self.value)
    }

    /// The draft from the frame before, if it is one still: applied where the field was left
    /// meanwhile, forgotten where Escape was pressed or the value was changed by something else.
    fn draft_of_before(&mut self, ui: &Ui, id: Id, is_edited: bool) -> Option<Draft> {
        let written = self.written();
        let draft: Option<Draft> = ui.data(|data| data.get_temp(id));
        let mut draft = draft.filter(|draft| draft.of == written);
        let had_focus = ui.memory(|memory| memory.had_focus_last_frame(id));
        if had_focus && !is_edited {
            if ui.input(|input| input.key_pressed(Key::Escape)) {
                return None;
            }
            if let (Some(response), Some(draft)) = (ui.ctx().read_response(id), draft.as_mut()) {
                take_last_keys(ui, id, &mut draft.text);
                let mut left = Some(std::mem::take(draft));
                self.apply(&mut left, &response);
                return left;
            }
        }
        let is_kept = |draft: &Draft| {
            is_edited
                || draft.complaint.is_some()
                || ui.ctx().is_being_dragged(id)
                || ui.ctx().drag_stopped_id() == Some(id)
        };
        let draft = draft.filter(is_kept);
        if !is_edited || draft.is_some() {
            return draft;
        }
        let draft = Draft::of(&written);
        select_all(ui.ctx(), id, &draft.text);
        Some(draft)
    }

    fn take_arrows(&mut self, ui: &Ui, id: Id, draft: &mut Option<Draft>) {
        let (Some(stepping), Some(draft)) = (&self.stepping, draft.as_mut()) else { return };
        let count =
            |key| ui.input_mut(|input| input.count_and_consume_key(Modifiers::NONE, key)).to_f64();
        let steps = count(Key::ArrowUp) - count(Key::ArrowDown);
        if steps != 0.0 {
            let from = (self.read)(&draft.text).unwrap_or_else(|_| self.value.clone());
            draft.text = (self.written)(&(stepping.stepped)(&from, steps));
            draft.complaint = None;
            select_all(ui.ctx(), id, &draft.text);
        }
    }

    /// Enter applies and leaves the focus where it is. What was typed in the same frame is in the draft
    /// by then.
    fn take_enter(&mut self, ui: &Ui, response: &Response, draft: &mut Option<Draft>) {
        if !ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Enter)) {
            return;
        }
        self.apply(draft, response);
        if draft.is_none() {
            let fresh = Draft::of(&self.written());
            select_all(ui.ctx(), response.id, &fresh.text);
            *draft = Some(fresh);
        }
    }

    /// Makes what is typed the value, and ends the draft; or marks it where it cannot be read.
    fn apply(&mut self, draft: &mut Option<Draft>, response: &Response) {
        let Some(typed) = draft.as_mut() else { return };
        if !typed.is_changed() {
            *draft = None;
            return;
        }
        match (self.read)(&typed.text) {
            Ok(value) => {
                *self.value = value;
                *draft = None;
            }
            Err(complaint) => {
                if typed.complaint.as_ref() != Some(&complaint) {
                    response.scroll_to_me(None);
                }
                typed.complaint = Some(complaint);
                let frame = response.ctx.cumulative_frame_nr();
                response.ctx.data_mut(|data| data.insert_temp(refused_id(), frame));
            }
        }
    }

    fn edit_ui(&self, ui: &mut Ui, id: Id, rect: Rect, draft: &mut Option<Draft>) -> Response {
        let draft = draft.get_or_insert_with(|| Draft::of(&self.written()));
        let typed = draft.text.clone();
        let error = ui.visuals().error_fg_color;
        let is_marked = draft.complaint.is_some();
        let edit = TextEdit::singleline(&mut draft.text)
            .id(id)
            .margin(Margin::symmetric(4, 0))
            .align(Align2::CENTER_CENTER)
            .desired_width(rect.width() - 8.0)
            .min_size(rect.size())
            .return_key(None::<KeyboardShortcut>);
        let edit = if is_marked { edit.text_color(error) } else { edit };
        let response = ui.put(rect, edit);
        if draft.text != typed {
            draft.complaint = None;
        }
        response
    }

    /// The value, or the draft that is marked, as a button that is clicked to edit and dragged to step.
    fn rest_ui(&mut self, ui: &Ui, id: Id, rect: Rect, draft: &mut Option<Draft>) -> Response {
        let sense = if self.stepping.is_some() { Sense::click_and_drag() } else { Sense::click() };
        let cursor =
            if self.stepping.is_some() { CursorIcon::ResizeHorizontal } else { CursorIcon::Text };
        let response = ui.interact(rect, id, sense).on_hover_cursor(cursor);
        if response.clicked() {
            let written = self.written();
            let begun = draft.get_or_insert_with(|| Draft::of(&written));
            select_all(ui.ctx(), id, &begun.text);
            take_last_keys(ui, id, &mut begun.text);
            response.request_focus();
        }
        self.drag(ui, &response, draft);
        let marked = draft.as_ref().filter(|draft| draft.complaint.is_some());
        let shown = match draft.as_ref() {
            Some(draft) => draft.text.clone(),
            None => self.written() + self.suffix,
        };
        paint(ui, &response, shown, marked.map(|_| ui.visuals().error_fg_color));
        response
    }

    /// What is dragged to is a draft until it is let go of, so that a drag is one edit.
    fn drag(&mut self, ui: &Ui, response: &Response, draft: &mut Option<Draft>) {
        let Some(stepping) = &self.stepping else { return };
        if response.dragged() {
            let moved = response.drag_delta();
            let speed = if ui.input(|input| input.modifiers.shift) {
                stepping.speed / 10.0
            } else {
                stepping.speed
            };
            let now = (stepping.number)(self.value);
            let written = self.written();
            let draft = draft.get_or_insert_with(|| Draft::of(&written));
            let [low, high] = stepping.range;
            let (low, high) = (low.min(now), high.max(now));
            let exact = draft.dragged.unwrap_or(now) + f64::from(moved.x - moved.y) * speed;
            let exact = exact.clamp(low, high);
            let aim = f64::from(ui.input(InputState::aim_radius)) * speed;
            let round = emath::smart_aim::best_in_range_f64(exact - aim, exact + aim);
            draft.dragged = Some(exact);
            draft.text = (self.written)(&(stepping.at)(round.clamp(low, high)));
            draft.complaint = None;
        }
        if response.drag_stopped() {
            self.apply(draft, response);
        }
    }

    /// What assistive programs ask for: a step, or a value; each is an edit of its own.
    fn take_actions(&mut self, ui: &Ui, id: Id, draft: &mut Option<Draft>) {
        let mut asked = None;
        let mut steps = 0.0;
        ui.input(|input| {
            let count = |action| input.num_accesskit_action_requests(id, action).to_f64();
            steps = count(Action::Increment) - count(Action::Decrement);
            for request in input.accesskit_action_requests(id, Action::SetValue) {
                match &request.data {
                    Some(ActionData::NumericValue(number)) => asked = Some(plain(*number)),
                    Some(ActionData::Value(text)) => asked = Some(text.to_string()),
                    _ => {}
                }
            }
        });
        if let (Some(stepping), true) = (&self.stepping, steps != 0.0) {
            *self.value = (stepping.stepped)(self.value, steps);
            *draft = None;
        }
        if let (Some(text), Some(response)) = (asked, ui.ctx().read_response(id)) {
            *draft = Some(Draft { text, ..Draft::of(&self.written()) });
            self.apply(draft, &response);
        }
    }

    /// Tells assistive programs what the field is, what stands in it, and what is wrong with that.
    fn describe(&self, ui: &Ui, response: &Response, draft: Option<&Draft>, is_edited: bool) {
        let enabled = ui.is_enabled();
        let number = self.stepping.as_ref().map(|stepping| (stepping.number)(self.value));
        response.widget_info(|| match number {
            Some(number) => WidgetInfo::drag_value(enabled, number),
            None => WidgetInfo::new(Role::TextInput),
        });
        ui.ctx().accesskit_node_builder(response.id, |node| {
            if let Some(stepping) = &self.stepping {
                let [low, high] = stepping.range;
                node.set_min_numeric_value(low);
                node.set_max_numeric_value(high);
                node.add_action(Action::Increment);
                node.add_action(Action::Decrement);
            }
            node.add_action(Action::SetValue);
            node.clear_label();
            if !is_edited {
                let shown =
                    draft.map_or_else(|| self.written() + self.suffix, |draft| draft.text.clone());
                node.set_value(shown);
            }
            if let Some(complaint) = draft.and_then(|draft| draft.complaint.as_deref()) {
                node.set_description(complaint);
                node.set_invalid(Invalid::True);
            }
        });
    }
}

/// Paints a field at rest: its text in the middle, cut where it is too long.
fn paint(ui: &Ui, response: &Response, text: String, marked: Option<Color32>) {
    if !ui.is_rect_visible(response.rect) {
        return;
    }
    let visuals = ui.style().interact(response);
    let rect = response.rect.expand(visuals.expansion);
    let stroke = marked.map_or(visuals.bg_stroke, |color| (1.0, color).into());
    ui.painter().rect(
        rect,
        visuals.corner_radius,
        visuals.weak_bg_fill,
        stroke,
        StrokeKind::Inside,
    );
    let color = marked.unwrap_or_else(|| visuals.text_color());
    let font = TextStyle::Body.resolve(ui.style());
    let room = response.rect.shrink2(vec2(4.0, 0.0));
    let painter = ui.painter().with_clip_rect(room.intersect(ui.clip_rect()));
    let galley = painter.layout_no_wrap(text, font, color);
    // The beginning of a text that is too long tells more than its middle.
    let anchor =
        if galley.size().x > room.width() { Align2::LEFT_CENTER } else { Align2::CENTER_CENTER };
    let place = anchor.anchor_size(anchor.pos_in_rect(&room), galley.size());
    painter.galley(place.min, galley, color);
}

/// What is typed and not yet applied.
#[derive(Debug, Clone, Default)]
pub(super) struct Draft {
    pub text: String,
    /// The value as it was written when the draft was begun: where it is another now, something else
    /// has changed it, and the draft is of the past.
    pub of: String,
    pub complaint: Option<Complaint>,
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

pub(super) fn select_all(context: &Context, id: Id, text: &str) {
    let mut state = TextEdit::load_state(context, id).unwrap_or_default();
    let all = CCursorRange::two(CCursor::default(), CCursor::new(text.chars().count()));
    state.cursor.set_char_range(Some(all));
    state.store(context, id);
}

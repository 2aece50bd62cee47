//! Looking back on training: whose it is, and a slider through its epochs that loss curve and
//! forecast both follow.

use eframe::egui::{
    Align, ComboBox, Event, Label, Layout, PointerButton, Pos2, Response, Role, Slider, Ui, Vec2,
    WidgetInfo, style::HandleShape,
};

use crate::app::{AppState, CurvePoint, Film, Frame, Run, Training};
use crate::evaluate::Task;
use crate::forecast::Model;
use crate::project::Recipe;
use crate::series::Series;
use crate::series::number::compact_grouped;
use crate::train::Changed;

use super::button::IconButton;
use super::theme;
use super::view::View;

/// Height of the row of the slider with the space above it, in points.
pub const ROW: f32 = 24.0 + theme::GRID;
/// Width of the menu of networks, in points.
const MENU: f32 = 112.0;
/// Width of the words beside the slider, in points; in a narrow window they are fewer.
const WORDS: f32 = 160.0;
const FEW_WORDS: f32 = 96.0;
/// Width of the slider at least, in points.
const SLIDER: f32 = 60.0;
/// Width of the button behind them, in points.
const BACK: f32 = 60.0;

/// A network whose training is looked at.
pub struct Past<'a> {
    /// The network's name.
    pub name: String,
    /// Which network it is.
    pub model: Model,
    /// Errors, an epoch each.
    pub curve: &'a [CurvePoint],
    /// Errors of the first epoch, a batch each, where it learns.
    pub batches: &'a [[f64; 2]],
    /// Forecasts of its epochs.
    pub film: &'a Film,
    /// The settings it was started with.
    pub recipe: &'a Recipe,
    /// Parts and horizon it was started with.
    pub task: &'a Task,
    /// What it learns.
    pub series: &'a Series,
    /// Its fingerprint.
    pub fingerprint: u64,
    /// Settings changed on the way.
    pub changes: &'a [Changed],
    /// Its place on the scorecard; `None` while it learns.
    pub run: Option<&'a Run>,
}

impl<'a> Past<'a> {
    /// The one that was chosen, else what learns or has failed, else the newest network.
    pub fn of(state: &'a AppState, view: &View) -> Option<Self> {
        if let Some(run) = view.looked_at.and_then(|id| state.run(id)) {
            return Some(Self::of_run(run));
        }
        match &state.training {
            Training::Running(learning) | Training::Failed { learning, .. } => Some(Self {
                name: learning.label.clone(),
                model: learning.assignment.model,
                task: &learning.assignment.task,
                curve: &learning.curve,
                batches: learning.batches.points(),
                film: &learning.film,
                changes: &learning.changes,
                recipe: &learning.assignment.recipe,
                series: &learning.assignment.series,
                fingerprint: learning.assignment.fingerprint,
                run: None,
            }),
            Training::Idle => {
                state.runs.iter().rev().find(|run| run.model.is_network()).map(Self::of_run)
            }
        }
    }

    fn of_run(run: &'a Run) -> Self {
        Self {
            name: run.label.clone(),
            model: run.model,
            task: &run.task,
            curve: &run.curve,
            batches: &[],
            film: &run.film,
            changes: &run.changes,
            recipe: &run.recipe,
            series: &run.series,
            fingerprint: run.fingerprint,
            run: Some(run),
        }
    }

    /// Whether there are rows to validate on. Without them the best epoch is that of the lowest training
    /// error, and there is no other error to show.
    pub fn has_validation(&self) -> bool {
        !self.task.split.validation.is_empty()
    }

    /// Which error chooses the best epoch.
    pub fn deciding_error(&self) -> &'static str {
        if self.has_validation() { "validation error" } else { "training error" }
    }

    /// The frame that is looked back on, if one is.
    pub fn frame(&self, view: &View) -> Option<&'a Frame> {
        let place = self.film.place(view.looked_back?)?;
        self.film.frames().get(place)
    }
}

/// Draws the row: whose epochs, the slider, and what the epoch brought.
pub fn past_ui(ui: &mut Ui, state: &AppState, past: &Past<'_>, view: &mut View) {
    ui.add_space(theme::GRID / 4.0);
    ui.horizontal(|ui| {
        ui.scope(|ui| {
            // A long name is cut, so that the slider stays where it is.
            ui.set_max_width(MENU);
            menu_ui(ui, state, past, view);
        });
        slider_ui(ui, past, view);
    });
}

fn menu_ui(ui: &mut Ui, state: &AppState, past: &Past<'_>, view: &mut View) {
    let menu = ComboBox::from_id_salt("looked at").width(MENU).truncate();
    let menu = menu.selected_text(past.name.as_str()).show_ui(ui, |ui| {
        let mut chosen = view.looked_at;
        if !matches!(state.training, Training::Idle) {
            ui.selectable_value(&mut chosen, None, "the latest");
        }
        for run in state.runs.iter().rev().filter(|run| run.model.is_network()) {
            ui.selectable_value(&mut chosen, Some(run.id), &run.label);
        }
        if chosen != view.looked_at {
            (view.looked_at, view.looked_back) = (chosen, None);
        }
    });
    let response = menu.response.on_hover_text("Whose training is looked back on");
    response.widget_info(|| WidgetInfo::labeled(Role::ComboBox, true, "Looked back on"));
}

fn slider_ui(ui: &mut Ui, past: &Past<'_>, view: &mut View) {
    let label = ui.label("epoch");
    let last = past.film.frames().len().saturating_sub(1);
    let mut place = view.looked_back.and_then(|epoch| past.film.place(epoch)).unwrap_or(last);
    let gaps = 2.0 * ui.spacing().item_spacing.x;
    let room = ui.available_width() - BACK - gaps;
    let narrow = room < WORDS + SLIDER;
    let width = if narrow { FEW_WORDS } else { WORDS };
    ui.spacing_mut().slider_width = (room - width).max(SLIDER);
    let slider = Slider::new(&mut place, 0..=last.max(1)).show_value(false);
    let slider = ui.add_enabled(last > 0, slider);
    let clicked = place_clicked(ui, &slider, last);
    let slider = slider.labelled_by(label.id).on_hover_text(
        "Walk back through the epochs: the forecast that each one's weights made, and its place on \
         the loss curve. Long trainings keep every so many epochs",
    );
    let slider = slider.on_disabled_hover_text("There is no epoch to walk back to yet");
    if let Some(clicked) = clicked {
        place = clicked;
    }
    if slider.changed() || clicked.is_some() {
        let frame = past.film.frames().get(place).filter(|_| place < last);
        view.looked_back = frame.map(|frame| frame.epoch);
    }
    let words = Vec2::new(width, ui.spacing().interact_size.y);
    ui.allocate_ui_with_layout(words, Layout::left_to_right(Align::Center), |ui| {
        ui.set_min_width(width);
        let text = theme::fine_print(words_of(past, view, narrow));
        ui.add(Label::new(text).truncate())
            .on_hover_text(format!("Epoch and its {}", past.deciding_error()));
    });
    let back = IconButton::new("", "Latest").min_size(BACK, 24.0);
    let back = back.enabled(view.looked_back.is_some()).show(ui);
    if back.on_hover_text("Back to the weights that forecast now").clicked() {
        view.looked_back = None;
    }
}

/// The place of a press and a release within one frame. The slider itself follows a pointer that is held
/// down from one frame to the next, and so misses them.
fn place_clicked(ui: &Ui, slider: &Response, last: usize) -> Option<usize> {
    let pressed = ui.input(|input| {
        let of_primary = |event: &Event, down: bool| match *event {
            Event::PointerButton { pos, button: PointerButton::Primary, pressed, .. } => {
                (pressed == down).then_some(pos)
            }
            _ => None,
        };
        let mut events = input.events.iter();
        let place = events.find_map(|event| of_primary(event, true));
        place.filter(|_| events.any(|event| of_primary(event, false).is_some()))
    });
    let is_here = |place: &Pos2| slider.rect.contains(*place) && slider.contains_pointer();
    let pressed = pressed.filter(|place| slider.enabled() && is_here(place))?;
    // As egui places its handle, half of which sticks out at both ends.
    let radius = slider.rect.height() / 2.5;
    let half = match ui.visuals().handle_shape {
        HandleShape::Circle => radius,
        HandleShape::Rect { aspect_ratio } => radius * aspect_ratio,
    };
    let range = slider.rect.x_range().shrink(half);
    let share = ((pressed.x - range.min) / range.span().max(1.0)).clamp(0.0, 1.0);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "a place among a few hundred frames"
    )]
    let place = (share * last as f32).round() as usize;
    Some(place.min(last))
}

/// The epoch looked at and its error; where there is little room, in numbers alone.
fn words_of(past: &Past<'_>, view: &View, narrow: bool) -> String {
    let epochs = past.curve.last().map_or(0, |point| point.epoch);
    let epoch = past.frame(view).map_or(epochs, |frame| frame.epoch);
    let point = past.curve.iter().find(|point| point.epoch == epoch);
    match point {
        Some(point) if narrow => {
            format!("{epoch}/{epochs} · {}", compact_grouped(point.validation))
        }
        Some(point) => format!("{epoch} of {epochs} · error {}", compact_grouped(point.validation)),
        None => "none yet".to_owned(),
    }
}

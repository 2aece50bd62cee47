//! Looking back on training: whose it is, and a slider through its epochs that loss curve and
//! forecast both follow.

use eframe::egui::style::HandleShape;
use eframe::egui::{
    Align, ComboBox, Event, Label, Layout, PointerButton, Pos2, Response, Role, Slider, Ui, Vec2,
    WidgetInfo,
};

use crate::app::{AppState, Frame, PastForecasts, ScoredRun, Training};
use crate::evaluate::ScoringTask;
use crate::forecast::ModelChoice;
use crate::project::Recipe;
use crate::project::runs::EpochRecord;
use crate::series::Series;
use crate::series::number::compact_grouped;
use crate::stats::{number, whole};
use crate::train::Changed;

use super::theme;
use super::view::View;
use super::widgets::IconButton;

/// Height of the row of the slider with the space above it, in points.
pub const ROW: f32 = 24.0 + theme::GRID;
const MENU: f32 = 112.0;
/// Width of the words beside the slider, in points; in a narrow window they are fewer.
const WORDS: f32 = 160.0;
const FEW_WORDS: f32 = 96.0;
const SLIDER: f32 = 60.0;
const BACK: f32 = 60.0;

/// A network whose training is looked at.
pub struct PastTraining<'a> {
    pub name: String,
    pub model: ModelChoice,
    /// Errors, an epoch each.
    pub curve: &'a [EpochRecord],
    /// Errors of the first epoch, a batch each, where it learns.
    pub batches: &'a [[f64; 2]],
    pub past_forecasts: &'a PastForecasts,
    /// The settings it was started with.
    pub recipe: &'a Recipe,
    /// Parts and horizon it was started with.
    pub task: &'a ScoringTask,
    pub series: &'a Series,
    pub changes: &'a [Changed],
    /// Its place on the scorecard; `None` while it learns.
    pub run: Option<&'a ScoredRun>,
    /// The selected epoch, where one was chosen.
    epoch: Option<usize>,
}

/// Which networks have past epochs to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunScope {
    All,
    /// Those that forecast the rows that are shown: the others' forecasts stand on other rows.
    ShownRows,
}

impl RunScope {
    fn holds(self, state: &AppState, fingerprint: u64, task: &ScoringTask) -> bool {
        self == Self::All || state.is_on_shown_rows(fingerprint, task)
    }

    fn holds_run(self, state: &AppState, run: &ScoredRun) -> bool {
        run.model.is_network() && self.holds(state, run.fingerprint, &run.task)
    }
}

impl<'a> PastTraining<'a> {
    /// The one that was chosen, else what learns or has failed, else the newest network.
    pub fn of(state: &'a AppState, view: &View, reach: RunScope) -> Option<Self> {
        let chosen = view.looked_at.and_then(|id| state.run(id));
        if let Some(run) = chosen.filter(|run| reach.holds_run(state, run)) {
            return Some(Self { epoch: view.looked_back, ..Self::of_run(run) });
        }
        let past = Self::of_learning(state, reach).or_else(|| {
            let mut runs = state.runs.list.iter().rev();
            runs.find(|run| reach.holds_run(state, run)).map(Self::of_run)
        })?;
        // An epoch of a run that is out of reach is no epoch of this one.
        Some(Self { epoch: view.looked_back.filter(|_| chosen.is_none()), ..past })
    }

    fn of_learning(state: &'a AppState, reach: RunScope) -> Option<Self> {
        let (Training::Running(learning) | Training::Failed { learning, .. }) =
            &state.training.status
        else {
            return None;
        };
        let assignment = &learning.assignment;
        reach.holds(state, assignment.fingerprint, &assignment.task).then(|| Self {
            name: learning.label.clone(),
            model: assignment.model,
            task: &assignment.task,
            curve: &learning.curve,
            batches: learning.batches.points(),
            past_forecasts: &learning.past_forecasts,
            changes: &learning.changes,
            recipe: &assignment.recipe,
            series: &assignment.series.target,
            run: None,
            epoch: None,
        })
    }

    fn of_run(run: &'a ScoredRun) -> Self {
        Self {
            name: run.label.clone(),
            model: run.model,
            task: &run.task,
            curve: &run.curve,
            batches: &[],
            past_forecasts: &run.past_forecasts,
            changes: &run.changes,
            recipe: &run.recipe,
            series: &run.series.target,
            run: Some(run),
            epoch: None,
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

    pub fn frame(&self) -> Option<&'a Frame> {
        let place = self.past_forecasts.place(self.epoch?)?;
        self.past_forecasts.frames().get(place)
    }

    /// The epoch whose weights forecast while none is selected: the best of a run, the latest
    /// of what learns.
    fn usual_epoch(&self) -> Option<usize> {
        let latest = self.curve.last();
        let best = self.curve.iter().rev().find(|point| point.improved);
        self.run.and(best).or(latest).map(|point| point.epoch)
    }

    /// Place of the frame that is drawn, as far as one was kept of its epoch.
    fn place(&self) -> usize {
        let last = self.past_forecasts.frames().len().saturating_sub(1);
        let drawn = self.epoch.or_else(|| self.usual_epoch());
        drawn.and_then(|epoch| self.past_forecasts.place(epoch)).unwrap_or(last)
    }
}

pub fn past_ui(
    ui: &mut Ui,
    state: &AppState,
    past: &PastTraining<'_>,
    reach: RunScope,
    view: &mut View,
) {
    ui.add_space(theme::GRID / 4.0);
    ui.horizontal(|ui| {
        ui.scope(|ui| {
            // A long name is cut, so that the slider stays where it is.
            ui.set_max_width(MENU);
            menu_ui(ui, state, past, reach, view);
        });
        slider_ui(ui, past, view);
    });
}

fn menu_ui(
    ui: &mut Ui,
    state: &AppState,
    past: &PastTraining<'_>,
    reach: RunScope,
    view: &mut View,
) {
    let menu = ComboBox::from_id_salt("looked at").width(MENU).truncate();
    let menu = menu.selected_text(past.name.as_str()).show_ui(ui, |ui| {
        let mut chosen = view.looked_at;
        if PastTraining::of_learning(state, reach).is_some() {
            ui.selectable_value(&mut chosen, None, "the latest");
        }
        for run in state.runs.list.iter().rev().filter(|run| reach.holds_run(state, run)) {
            ui.selectable_value(&mut chosen, Some(run.id), &run.label);
        }
        if chosen != view.looked_at {
            (view.looked_at, view.looked_back) = (chosen, None);
        }
    });
    let response = menu.response.on_hover_text("Choose a run: its epochs are walked through here");
    response.widget_info(|| WidgetInfo::labeled(Role::ComboBox, true, "Choose a run"));
}

fn slider_ui(ui: &mut Ui, past: &PastTraining<'_>, view: &mut View) {
    let label = ui.label("epoch");
    let last = past.past_forecasts.frames().len().saturating_sub(1);
    let mut place = past.place();
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
        let epoch = past.past_forecasts.frames().get(place).map(|frame| frame.epoch);
        look_back_on(epoch.filter(|epoch| past.usual_epoch() != Some(*epoch)), past, view);
    }
    let words = Vec2::new(width, ui.spacing().interact_size.y);
    ui.allocate_ui_with_layout(words, Layout::left_to_right(Align::Center), |ui| {
        ui.set_min_width(width);
        let text = theme::fine_print(words_of(past, narrow));
        ui.add(Label::new(text).truncate())
            .on_hover_text(format!("Epoch and its {}", past.deciding_error()));
    });
    let (name, tooltip) = match past.run {
        Some(_) => {
            ("Best", "Back to the best epoch, whose weights made the forecast of the scorecard")
        }
        None => ("Latest", "Back to the latest epoch"),
    };
    let back = IconButton::new("", name).min_size(BACK, 24.0);
    if back.enabled(past.epoch.is_some()).show(ui).on_hover_text(tooltip).clicked() {
        look_back_on(None, past, view);
    }
}

/// Another epoch of the network that is shown. It is the chosen one from then on where the one that was
/// chosen is out of reach here.
fn look_back_on(epoch: Option<usize>, past: &PastTraining<'_>, view: &mut View) {
    view.looked_at = view.looked_at.and(past.run).map(|run| run.id);
    view.looked_back = epoch;
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
    Some(whole((f64::from(share) * number(last)).round()).min(last))
}

/// The epoch that is drawn and its error; where there is little room, in numbers alone.
fn words_of(past: &PastTraining<'_>, narrow: bool) -> String {
    let epochs = past.curve.last().map_or(0, |point| point.epoch);
    let (looked_back, usual) = (past.frame().map(|frame| frame.epoch), past.usual_epoch());
    let drawn = looked_back.or(usual);
    let Some(point) = past.curve.iter().find(|point| Some(point.epoch) == drawn) else {
        return "none yet".to_owned();
    };
    let (epoch, error) = (point.epoch, compact_grouped(point.validation));
    let best = if past.run.is_some() && looked_back.is_none() { "best: " } else { "" };
    if narrow {
        format!("{epoch}/{epochs} · {error}")
    } else {
        format!("{best}{epoch} of {epochs} · error {error}")
    }
}

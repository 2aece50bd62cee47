//! The window: panels around the work in the middle, wishes and keys in, commands out.

use std::path::PathBuf;
use std::sync::Arc;

use eframe::egui::{
    CentralPanel, Context, Frame, Key, KeyboardShortcut, Margin, Panel, Popup, ThemePreference, Ui,
    ViewportCommand,
};

use crate::app::{AppState, Command, JobId, Phase, ReadFile, ScoresTable, Theme, Workbench};
use crate::project::runs::Registry;
use crate::report::TABLE_FORMATS;

use super::data_table::DataTable;
use super::data_view::DataLook;
use super::dialogs::{DialogAnswer, DialogRequest, Dialogs, PathDialog, PathOutcome};
use super::menu_bar::hold;
use super::start_page::SampleSparks;
use super::tab::evaluate::PanelLook;
use super::tab::middle_ui;
use super::view::{ForecastRange, NARROWEST_RUNS, SidePanel, Sides, Tab, View, within_ui};
use super::wish::Wish;
use super::wish::shortcuts::{
    BOTH_WAYS, CLOSE, DISCARD, EXPORT, FIND_RATE, OPEN, PAUSE, QUIT, REDO, STOP, STOP_READING,
    TRAIN, UNDO, command,
};
use super::{draft_field, menu_bar, recipe_panel, runs_panel, start_page, status_bar, theme};

/// The program in its window.
pub struct Window {
    workbench: Workbench,
    dialogs: Box<dyn Dialogs>,
    /// The path that is typed where the system shows no dialog.
    path_dialog: Option<PathDialog>,
    view: View,
    sparks: SampleSparks,
    theme: Option<Theme>,
    /// Wishes that wait for the next frame, in which what is being typed is applied first.
    waiting: Vec<Wish>,
}

impl Window {
    /// A window on an empty workbench, or on `file`.
    pub fn new(
        context: &Context,
        dialogs: Box<dyn Dialogs>,
        preferences_path: Option<PathBuf>,
        file: Option<PathBuf>,
    ) -> Self {
        Self::with_reader(context, dialogs, preferences_path, file, Arc::new(crate::app::read))
    }

    /// As [`Self::new`], with files read in another way.
    pub fn with_reader(
        context: &Context,
        dialogs: Box<dyn Dialogs>,
        preferences_path: Option<PathBuf>,
        file: Option<PathBuf>,
        read: ReadFile,
    ) -> Self {
        theme::install(context);
        let wake = context.clone();
        let wake = Arc::new(move || wake.request_repaint());
        let mut workbench = Workbench::with_reader(wake, preferences_path, read);
        if let Some(file) = file {
            workbench.dispatch(Command::OpenFile(file));
        }
        Self {
            workbench,
            dialogs,
            path_dialog: None,
            view: View::default(),
            sparks: SampleSparks::default(),
            theme: None,
            waiting: Vec::new(),
        }
    }

    /// The same, with the runs of networks kept in this folder.
    #[must_use]
    pub fn keeping_runs_in(self, registry: Registry) -> Self {
        Self { workbench: self.workbench.keeping_runs_in(registry), ..self }
    }

    /// What the program knows, for tests.
    pub fn state(&self) -> &AppState {
        self.workbench.state()
    }

    fn carry_out(&mut self, wishes: Vec<Wish>, context: &Context) {
        for wish in wishes {
            match wish {
                Wish::Do(command) => {
                    let trains = matches!(command, Command::Train | Command::TrainBothWays);
                    if trains && self.state().train_blocker().is_none() {
                        self.view.show_learning();
                        self.view.forecast_range = Some(ForecastRange::Recent);
                    }
                    if matches!(command, Command::ResumeRun(_)) {
                        self.view.show_learning();
                    }
                    if command == Command::FindRate {
                        self.view.tab = Tab::Training;
                    }
                    self.workbench.dispatch(command);
                }
                Wish::AskOpen => self.dialogs.ask(DialogRequest::Open, context),
                Wish::AskExport => {
                    let suggested = suggested_name(self.state(), "forecast");
                    self.dialogs.ask(DialogRequest::SaveForecast(suggested), context);
                }
                Wish::ShowAbout => self.view.about.open(),
                Wish::AskExportScores(table) => {
                    let what = match table {
                        ScoresTable::Models => "scores",
                        ScoresTable::Series => "scores-by-series",
                    };
                    let suggested = suggested_name(self.state(), what);
                    self.dialogs.ask(DialogRequest::SaveScores(table, suggested), context);
                }
                Wish::Quit => context.send_viewport_cmd(ViewportCommand::Close),
            }
            // The panels have already been drawn; show the change at once.
            context.request_repaint();
        }
    }

    /// Carries out what a dialog brought back, or asks in the window where the system shows none.
    fn take_answer(&mut self, answer: DialogAnswer, wishes: &mut Vec<Wish>) {
        match answer {
            DialogAnswer::Path(asked, path) => wishes.push(Wish::Do(match asked {
                DialogRequest::Open => Command::OpenFile(path),
                DialogRequest::SaveForecast(_) => Command::ExportForecast(path),
                DialogRequest::SaveScores(table, _) => Command::ExportScores(table, path),
            })),
            DialogAnswer::NoDialog(asked, why) => {
                let recent = self.state().preferences.recent_files.first();
                let folder = recent.and_then(|file| file.parent());
                self.path_dialog = Some(PathDialog::new(asked, why, folder));
            }
        }
    }

    fn path_dialog_ui(&mut self, context: &Context, wishes: &mut Vec<Wish>) {
        match self.path_dialog.as_mut().map(|dialog| dialog.show(context)) {
            Some(PathOutcome::Cancelled) => self.path_dialog = None,
            Some(PathOutcome::Answered(answer)) => {
                self.path_dialog = None;
                self.take_answer(answer, wishes);
            }
            Some(PathOutcome::Open) | None => {}
        }
    }

    /// What reads the settings waits a frame where a field got the focus and its text in this one: the
    /// field applies the text when it is left in the next.
    fn hold_back(&mut self, wishes: &mut Vec<Wish>, context: &Context) {
        if wishes.iter().any(Wish::reads_settings) && draft_field::is_typed_into(context) {
            self.waiting = wishes.extract_if(.., |wish| wish.reads_settings()).collect();
            context.request_repaint();
        }
    }

    /// A file that has just been opened is shown from its recent end.
    fn follow_document(&mut self) {
        let document = self.workbench.state().document.open.as_ref();
        let shown = document.map(|document| (document.read_by, document.data.series.name.clone()));
        if shown != self.view.shown {
            let reading = |shown: &Option<(JobId, String)>| shown.as_ref().map(|(job, _)| *job);
            let same_reading = reading(&shown) == reading(&self.view.shown);
            tracing::info!("shows {shown:?}");
            self.view.shown = shown;
            self.view.forecast_range = Some(ForecastRange::Recent);
            self.view.example_window = 0;
            self.view.pointed = None;
            if !same_reading {
                self.view.series.clear();
                self.view.look = DataLook::default();
                self.view.panel = PanelLook::default();
                self.view.table = DataTable::default();
            }
        }
        if document.is_some_and(|document| !self.view.tab.is_of_use(document)) {
            self.view.tab = Tab::default();
        }
        // A horizon or a hold-out that has changed is brought into view.
        let ends = document.map(|document| {
            let task = &document.derived.task;
            (task.horizon, task.split.holdout(task.horizon).start)
        });
        if ends != self.view.shown_ends {
            self.view.shown_ends = ends;
            self.view.forecast_range = Some(ForecastRange::Recent);
        }
    }

    /// What begins to learn is looked at, and what waits for an answer is brought to the front.
    fn follow_training(&mut self) {
        let learning = self.workbench.state().learning();
        let learns = learning.map(|learning| learning.job);
        let halted = learning.filter(|learning| learning.phase == Phase::Diverged);
        let halted = halted.map(|learning| learning.job);
        if learns != self.view.learns {
            self.view.learns = learns;
            if learns.is_some() {
                (self.view.looked_at, self.view.looked_back) = (None, None);
            }
        }
        if halted != self.view.halted {
            self.view.halted = halted;
            if halted.is_some() {
                (self.view.looked_at, self.view.looked_back) = (None, None);
                self.view.tab = Tab::Training;
            }
        }
    }

    fn apply_theme(&mut self, context: &Context) {
        let wanted = self.workbench.state().preferences.theme;
        if self.theme != Some(wanted) {
            self.theme = Some(wanted);
            context.set_theme(match wanted {
                Theme::System => ThemePreference::System,
                Theme::Light => ThemePreference::Light,
                Theme::Dark => ThemePreference::Dark,
            });
        }
    }

    fn panels(&mut self, ui: &mut Ui, wishes: &mut Vec<Wish>) {
        let state = self.workbench.state();
        let bar = Frame::side_top_panel(ui.style()).inner_margin(Margin::symmetric(12, 6));
        Panel::top("menu").frame(bar).show(ui, |ui| menu_bar::menu_ui(ui, state, wishes));
        let mut commands = Vec::new();
        Panel::bottom("status")
            .frame(bar)
            .show(ui, |ui| status_bar::status_ui(ui, state, &mut self.view, &mut commands));
        if let Some(document) = &state.document.open {
            let side = Frame::side_top_panel(ui.style()).inner_margin(Margin::same(12));
            let sides = Sides::of(ui.available_width());
            // Marks of the settings stand in the margin left of them, within what scrolls.
            let margin = Margin { left: 0, ..side.inner_margin };
            if !SidePanel::Settings.is_folded(&state.preferences) {
                Panel::left(sides.name("recipe"))
                    .frame(side.inner_margin(margin))
                    .default_size(sides.recipe)
                    .size_range(268.0..=360.0)
                    .show(ui, |ui| {
                        within_ui(ui, |ui| {
                            recipe_panel::recipe_ui(ui, state, &mut self.view, &mut commands);
                        });
                    });
            }
            if !SidePanel::Scorecard.is_folded(&state.preferences) {
                Panel::right(sides.name("runs"))
                    .frame(side)
                    .default_size(sides.runs)
                    .size_range(NARROWEST_RUNS..=560.0)
                    .show(ui, |ui| within_ui(ui, |ui| runs_panel::runs_ui(ui, state, wishes)));
            }
            let middle = Frame::central_panel(ui.style()).inner_margin(Margin::same(12));
            CentralPanel::default_margins()
                .frame(middle)
                .show(ui, |ui| middle_ui(ui, state, document, &mut self.view, wishes));
        } else {
            CentralPanel::default_margins().frame(start_page::page_frame(ui)).show(ui, |ui| {
                start_page::start_ui(ui, state, &mut self.view, &self.sparks, wishes);
            });
        }
        wishes.extend(commands.into_iter().map(Wish::Do));
    }
}

impl eframe::App for Window {
    fn logic(&mut self, context: &Context, _frame: &mut eframe::Frame) {
        self.workbench.drain_events();
        self.apply_theme(context);
        self.follow_document();
        self.follow_training();
    }

    fn ui(&mut self, ui: &mut Ui, _frame: &mut eframe::Frame) {
        let context = ui.ctx().clone();
        let mut wishes = std::mem::take(&mut self.waiting);
        if let Some(answer) = self.dialogs.take_answer() {
            self.take_answer(answer, &mut wishes);
        }
        self.path_dialog_ui(&context, &mut wishes);
        let dropped = context
            .input(|input| input.raw.dropped_files.first().map(|file| file.path().to_owned()));
        if let Some(path) = dropped {
            wishes.push(Wish::Do(Command::OpenFile(path)));
        }
        self.view.about.about_ui(&context);
        if !self.view.about.is_open() && self.path_dialog.is_none() {
            read_keys(&context, self.workbench.state(), &mut self.view, &mut wishes);
        }
        if wishes.iter().any(Wish::reads_settings) {
            // What is being typed is a setting too.
            draft_field::leave(&context);
        }
        self.panels(ui, &mut wishes);
        self.hold_back(&mut wishes, &context);
        // A field that was left in this frame changes a setting before that is used.
        wishes.sort_by_key(|wish| !matches!(wish, Wish::Do(Command::EditRecipe(_))));
        if draft_field::was_refused(&context) {
            // Not by a setting other than the one that stands in the field.
            wishes.retain(|wish| !wish.reads_settings());
        }
        if context.input(|input| !input.raw.hovered_files.is_empty()) {
            start_page::drop_hint_ui(ui, context.content_rect());
        }
        self.carry_out(wishes, &context);
    }

    fn on_exit(&mut self, _gl: Option<&eframe::glow::Context>) {
        self.workbench.shut_down();
    }
}

/// `passengers-forecast.csv` for the forecast of a series named Passengers.
fn suggested_name(state: &AppState, what: &str) -> String {
    let name = state
        .document
        .open
        .as_ref()
        .map_or("series", |document| document.data.series.name.as_str());
    let plain: String = name
        .chars()
        .map(|letter| if letter.is_alphanumeric() { letter.to_ascii_lowercase() } else { '-' })
        .collect();
    format!("{}-{what}.{}", plain.trim_matches('-'), TABLE_FORMATS[0].extension)
}

/// Turns keys pressed in this frame into wishes. A key typed into a number is left to it, and so is
/// undo while a number is being typed: it takes back what was typed there.
fn read_keys(context: &Context, state: &AppState, view: &mut View, wishes: &mut Vec<Wish>) {
    let is_typed_into = draft_field::is_typed_into(context);
    let pressed = |shortcut: &KeyboardShortcut| {
        let is_of_text = is_typed_into && [&UNDO, &REDO].contains(&shortcut);
        !is_of_text && context.input_mut(|input| input.consume_shortcut(shortcut))
    };
    // The longer combination first, or its shorter part would take the key.
    for (shortcut, wish) in [
        (REDO, Wish::Do(Command::Redo)),
        (UNDO, Wish::Do(Command::Undo)),
        (OPEN, Wish::AskOpen),
        (TRAIN, Wish::Do(Command::Train)),
        (BOTH_WAYS, Wish::Do(Command::TrainBothWays)),
        (FIND_RATE, Wish::Do(Command::FindRate)),
        (PAUSE, Wish::Do(hold(state))),
        (STOP, Wish::Do(Command::Stop)),
        (DISCARD, Wish::Do(Command::Discard)),
        (QUIT, Wish::Quit),
    ] {
        if pressed(&shortcut) {
            wishes.push(wish);
        }
    }
    // Escape first closes a menu or leaves a field.
    let elsewhere = Popup::is_any_open(context) || context.egui_wants_keyboard_input();
    if state.document.opening.is_some() && !elsewhere && pressed(&STOP_READING) {
        wishes.push(Wish::Do(Command::StopReading));
    }
    let Some(document) = &state.document.open else { return };
    for panel in SidePanel::ALL {
        if pressed(panel.shortcut()) {
            wishes.push(Wish::Do(panel.toggle(&state.preferences)));
        }
    }
    if pressed(&EXPORT) {
        wishes.push(Wish::AskExport);
    }
    if pressed(&CLOSE) {
        wishes.push(Wish::Do(Command::CloseFile));
    }
    let keys = [Key::Num1, Key::Num2, Key::Num3, Key::Num4, Key::Num5, Key::Num6];
    for (key, tab) in keys.into_iter().zip(Tab::ALL) {
        if pressed(&command(key)) && tab.is_of_use(document) {
            view.tab = tab;
        }
    }
}

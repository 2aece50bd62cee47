//! The top of the window: menus on the left; on the right the buttons of training, which keep their
//! places and sizes, with the time that training would take.

use std::path::Path;

use eframe::egui::containers::menu;
use eframe::egui::{
    Align, Button, KeyboardShortcut, Label, Layout, Response, Role, TextStyle, Ui, WidgetInfo,
};

use crate::app::{AppState, Command, Phase, Theme};
use crate::series::visible;

use super::start_page::resume_menu;
use super::status_bar::estimate;
use super::theme;
use super::view::SidePanel;
use super::widgets::{IconButton, check_box, icon, without_its_middle};
use super::wish::{Wish, shortcuts};

const RECENT_NAME: f32 = 320.0;

pub fn menu_ui(ui: &mut Ui, state: &AppState, wishes: &mut Vec<Wish>) {
    menu::MenuBar::new().ui(ui, |ui| {
        ui.menu_button("File", |ui| file_menu(ui, state, wishes));
        ui.menu_button("Edit", |ui| edit_menu(ui, state, wishes));
        ui.menu_button("View", |ui| view_menu(ui, state, wishes));
        ui.menu_button("Training", |ui| training_menu(ui, state, wishes));
        ui.menu_button("Help", |ui| {
            menu_item(ui, "About Tidegate", (true, None), Wish::ShowAbout, wishes);
        });
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            train_buttons_ui(ui, state, wishes);
            // The name has the room that the buttons leave.
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| name_ui(ui, state));
        });
    });
}

/// The name of the open file, its middle left out where it is too long; the whole of it is a tooltip.
fn name_ui(ui: &mut Ui, state: &AppState) {
    let Some(document) = &state.document.open else { return };
    ui.add_space(theme::GRID);
    let source = document.data.reading.source.as_str();
    let name = Path::new(source).file_name().map_or(source.into(), |name| name.to_string_lossy());
    let room = ui.available_width() - theme::GRID;
    let shown = without_its_middle(ui, &name, &theme::strong_font(ui), room);
    let label = ui.add(Label::new(theme::strong(shown)).truncate());
    label.widget_info(|| WidgetInfo::labeled(Role::Label, true, visible(&name)));
    label.on_hover_text(visible(source));
}

fn file_menu(ui: &mut Ui, state: &AppState, wishes: &mut Vec<Wish>) {
    menu_item(ui, "Open…", (true, Some(&shortcuts::OPEN)), Wish::AskOpen, wishes);
    for path in &state.preferences.recent_files {
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
        let font = TextStyle::Button.resolve(ui.style());
        let name = without_its_middle(ui, &name, &font, RECENT_NAME);
        let open = Wish::Do(Command::OpenFile(path.clone()));
        let item = menu_item(ui, &format!("    {name}"), (true, None), open, wishes);
        item.on_hover_text(visible(&path.display().to_string()));
    }
    resume_menu(ui, state, wishes);
    let reads = state.document.opening.as_ref().is_some_and(|opening| !opening.stopping);
    let stop = Wish::Do(Command::StopReading);
    menu_item(ui, "Stop reading", (reads, Some(&shortcuts::STOP_READING)), stop, wishes);
    ui.separator();
    let open = state.document.open.is_some();
    let export = (open, Some(&shortcuts::EXPORT));
    menu_item(ui, "Export forecast…", export, Wish::AskExport, wishes);
    let close = Wish::Do(Command::CloseFile);
    menu_item(ui, "Close file", (open, Some(&shortcuts::CLOSE)), close, wishes);
    ui.separator();
    menu_item(ui, "Quit", (true, Some(&shortcuts::QUIT)), Wish::Quit, wishes);
}

fn menu_item(
    ui: &mut Ui,
    text: &str,
    (enabled, shortcut): (bool, Option<&KeyboardShortcut>),
    wish: Wish,
    wishes: &mut Vec<Wish>,
) -> Response {
    let mut button = Button::new(text);
    if let Some(shortcut) = shortcut {
        button = button.shortcut_text(ui.ctx().format_shortcut(shortcut));
    }
    let item = ui.add_enabled(enabled, button);
    if item.clicked() {
        wishes.push(wish);
        ui.close();
    }
    item
}

fn edit_menu(ui: &mut Ui, state: &AppState, wishes: &mut Vec<Wish>) {
    let history = &state.document.history;
    let undo = (history.can_undo(), Some(&shortcuts::UNDO));
    menu_item(ui, "Undo setting", undo, Wish::Do(Command::Undo), wishes);
    let redo = (history.can_redo(), Some(&shortcuts::REDO));
    menu_item(ui, "Redo setting", redo, Wish::Do(Command::Redo), wishes);
}

fn training_menu(ui: &mut Ui, state: &AppState, wishes: &mut Vec<Wish>) {
    for control in training_controls(state) {
        let shown = (control.is_on(state), Some(control.shortcut));
        let item = menu_item(ui, control.menu, shown, Wish::Do(control.command), wishes);
        item.on_hover_text(control.tooltip);
    }
    ui.separator();
    keep_runs_ui(ui, state, wishes);
}

fn keep_runs_ui(ui: &mut Ui, state: &AppState, wishes: &mut Vec<Wish>) {
    let mut keep = state.preferences.keep_runs && state.runs.folder().is_some();
    let check = check_box(ui, state.runs.folder().is_some(), &mut keep, "Keep runs");
    let tooltip = match state.runs.folder() {
        Some(folder) => format!(
            "Keep every network that is trained as a folder in {}: settings, losses, weights, and a checkpoint to go on from after a crash",
            folder.display()
        ),
        None => "This system names no folder for data; set TIDEGATE_RUNS to one".to_owned(),
    };
    if check.on_hover_text(&tooltip).on_disabled_hover_text(tooltip).clicked() {
        wishes.push(Wish::Do(Command::KeepRuns(keep)));
    }
}

fn view_menu(ui: &mut Ui, state: &AppState, wishes: &mut Vec<Wish>) {
    let themes = [(Theme::System, "As the system"), (Theme::Light, "Light"), (Theme::Dark, "Dark")];
    for (theme, name) in themes {
        if ui.radio(state.preferences.theme == theme, name).clicked() {
            wishes.push(Wish::Do(Command::SetTheme(theme)));
            ui.close();
        }
    }
    ui.separator();
    for panel in SidePanel::ALL {
        let mut shown = !panel.is_folded(&state.preferences);
        let keys = ui.ctx().format_shortcut(panel.shortcut());
        let check = check_box(ui, state.document.open.is_some(), &mut shown, panel.name());
        let tooltip = format!("Show the panel, or fold it away ({keys})");
        if check.on_hover_text(tooltip).clicked() {
            wishes.push(Wish::Do(panel.toggle(&state.preferences)));
            ui.close();
        }
    }
}

/// Something that can be done to training, in the menu and as a button.
struct TrainingControl {
    command: Command,
    menu: &'static str,
    tooltip: &'static str,
    shortcut: &'static KeyboardShortcut,
    icon: &'static str,
    /// Words of the button beside the icon; one without any is called as in the menu.
    text: &'static str,
    width: f32,
}

/// Pause, or Resume where training waits.
pub fn hold(state: &AppState) -> Command {
    let held = state.learning().is_some_and(|learning| learning.phase.is_held());
    if held { Command::Resume } else { Command::Pause }
}

/// In the order of the menu; buttons stand in it from the right.
fn training_controls(state: &AppState) -> [TrainingControl; 6] {
    let hold = if hold(state) == Command::Resume {
        TrainingControl {
            command: Command::Resume,
            menu: "Resume",
            tooltip: "Go on where training waits",
            shortcut: &shortcuts::PAUSE,
            icon: icon::PLAY,
            text: "Resume",
            width: 96.0,
        }
    } else {
        TrainingControl {
            command: Command::Pause,
            menu: "Pause",
            tooltip: "Wait, in the middle of a batch too; nothing is lost and the clock stands still",
            shortcut: &shortcuts::PAUSE,
            icon: icon::PAUSE,
            text: "Pause",
            width: 96.0,
        }
    };
    [
        TrainingControl {
            command: Command::Train,
            menu: "Train",
            tooltip: "Train the network and forecast",
            shortcut: &shortcuts::TRAIN,
            icon: icon::PLAY,
            text: "Train",
            width: 88.0,
        },
        TrainingControl {
            command: Command::TrainBothWays,
            menu: "Train stateless and stateful",
            tooltip: "Train both ways, one after the other, and put both on the scorecard. Seed, epochs, patience and all other settings are the same; with Forecasts at on Auto each way asks its own rows. An epoch of lanes reads each row once, so it has fewer steps than one of windows and is over sooner",
            shortcut: &shortcuts::BOTH_WAYS,
            icon: icon::SCALES,
            text: "",
            width: 32.0,
        },
        TrainingControl {
            command: Command::FindRate,
            menu: "Find a learning rate",
            tooltip: "Try rising learning rates for a hundred batches, draw the loss over them and suggest one",
            shortcut: &shortcuts::FIND_RATE,
            icon: icon::CHART_LINE_DOWN,
            text: "",
            width: 32.0,
        },
        hold,
        TrainingControl {
            command: Command::Stop,
            menu: "Stop and keep the best",
            tooltip: "Stop, keep the best weights so far and forecast with them",
            shortcut: &shortcuts::STOP,
            icon: icon::STOP,
            text: "Stop",
            width: 88.0,
        },
        TrainingControl {
            command: Command::Discard,
            menu: "Stop and discard",
            tooltip: "Stop and keep nothing of this run",
            shortcut: &shortcuts::DISCARD,
            icon: icon::TRASH,
            text: "",
            width: 32.0,
        },
    ]
}

impl TrainingControl {
    fn begins(&self) -> bool {
        matches!(self.command, Command::Train | Command::TrainBothWays | Command::FindRate)
    }

    fn is_on(&self, state: &AppState) -> bool {
        let is_in = |phases: fn(Phase) -> bool| {
            state.learning().is_some_and(|learning| phases(learning.phase))
        };
        match self.command {
            _ if self.begins() => state.train_blocker().is_none(),
            Command::Pause | Command::Resume => {
                is_in(|phase| phase == Phase::Learns || phase.is_held())
            }
            _ => is_in(|phase| !phase.is_ending()),
        }
    }

    fn button_ui(self, ui: &mut Ui, state: &AppState, wishes: &mut Vec<Wish>) {
        let Self { menu, tooltip, text, .. } = self;
        let button = IconButton::new(self.icon, text).min_size(self.width, 28.0);
        let is_next = matches!(self.command, Command::Train | Command::Resume);
        let button = if is_next { button.accent() } else { button };
        let name = if text.is_empty() { menu } else { text };
        let response = button.enabled(self.is_on(state)).show_as(ui, name);
        let keys = ui.ctx().format_shortcut(self.shortcut);
        let time = (self.command == Command::Train).then(|| estimate(state)).flatten();
        let time = time.map_or_else(String::new, |time| format!("\nTakes {time}"));
        let blocker = self.begins().then(|| state.train_blocker()).flatten();
        let blocker = blocker.unwrap_or_else(|| format!("{tooltip}; no network is learning"));
        let response = response.on_hover_text(format!("{tooltip} ({keys}){time}"));
        if response.on_disabled_hover_text(blocker).clicked() {
            wishes.push(Wish::Do(self.command));
        }
    }
}

fn train_buttons_ui(ui: &mut Ui, state: &AppState, wishes: &mut Vec<Wish>) {
    if state.document.open.is_some() {
        for control in training_controls(state).into_iter().rev() {
            control.button_ui(ui, state, wishes);
        }
    }
}

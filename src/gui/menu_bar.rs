//! The top of the window: menus on the left, the buttons of training on the right.

use std::path::Path;

use eframe::egui::{
    Align, Button, KeyboardShortcut, Label, Layout, Response, Role, TextStyle, Ui, WidgetInfo,
    containers::menu,
};

use crate::app::{AppState, Command, Theme};
use crate::series::visible;

use super::check_box::check_box;
use super::cut_off::resume_menu;
use super::folding::SidePanel;
use super::short_name::without_its_middle;
use super::train_buttons::{Control, train_buttons_ui};
use super::wish::Wish;
use super::{shortcuts, theme};

/// Most width of the name of a recent file in the menu, in points.
const RECENT_NAME: f32 = 320.0;

/// Draws the bar.
pub fn menu_ui(ui: &mut Ui, state: &AppState, wishes: &mut Vec<Wish>) {
    menu::MenuBar::new().ui(ui, |ui| {
        ui.menu_button("File", |ui| file_menu(ui, state, wishes));
        ui.menu_button("Edit", |ui| edit_menu(ui, state, wishes));
        ui.menu_button("View", |ui| view_menu(ui, state, wishes));
        ui.menu_button("Training", |ui| training_menu(ui, state, wishes));
        ui.menu_button("Help", |ui| {
            file_item(ui, "About Tidegate", (true, None), Wish::ShowAbout, wishes);
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
    file_item(ui, "Open…", (true, Some(&shortcuts::OPEN)), Wish::AskOpen, wishes);
    for path in &state.preferences.recent_files {
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
        let font = TextStyle::Button.resolve(ui.style());
        let name = without_its_middle(ui, &name, &font, RECENT_NAME);
        let open = Wish::Do(Command::OpenFile(path.clone()));
        let item = file_item(ui, &format!("    {name}"), (true, None), open, wishes);
        item.on_hover_text(visible(&path.display().to_string()));
    }
    resume_menu(ui, state, wishes);
    let reads = state.document.opening.as_ref().is_some_and(|opening| !opening.stopping);
    let stop = Wish::Do(Command::StopReading);
    file_item(ui, "Stop reading", (reads, Some(&shortcuts::STOP_READING)), stop, wishes);
    ui.separator();
    let open = state.document.open.is_some();
    let export = (open, Some(&shortcuts::EXPORT));
    file_item(ui, "Export forecast…", export, Wish::AskExport, wishes);
    let close = Wish::Do(Command::CloseFile);
    file_item(ui, "Close file", (open, Some(&shortcuts::CLOSE)), close, wishes);
    ui.separator();
    file_item(ui, "Quit", (true, Some(&shortcuts::QUIT)), Wish::Quit, wishes);
}

fn file_item(
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
    let mut item = |ui: &mut Ui, enabled: bool, text: &str, shortcut, command: Command| {
        let button = Button::new(text).shortcut_text(ui.ctx().format_shortcut(shortcut));
        if ui.add_enabled(enabled, button).clicked() {
            wishes.push(Wish::Do(command));
            ui.close();
        }
    };
    let history = &state.document.history;
    item(ui, history.can_undo(), "Undo setting", &shortcuts::UNDO, Command::Undo);
    item(ui, history.can_redo(), "Redo setting", &shortcuts::REDO, Command::Redo);
}

/// What the buttons do, in words and with keys.
fn training_menu(ui: &mut Ui, state: &AppState, wishes: &mut Vec<Wish>) {
    let hold = Control::hold(state);
    let (both, rate) = (Control::BothWays, Control::FindRate);
    for control in [Control::Train, both, rate, hold, Control::Stop, Control::Discard] {
        let words = control.words();
        let button =
            Button::new(words.menu).shortcut_text(ui.ctx().format_shortcut(words.shortcut));
        if ui.add_enabled(control.is_on(state), button).on_hover_text(words.tooltip).clicked() {
            wishes.push(Wish::Do(control.command()));
            ui.close();
        }
    }
    ui.separator();
    keep_runs_ui(ui, state, wishes);
}

/// Whether runs are kept, and where.
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

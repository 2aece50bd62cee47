//! Runs that were cut off, offered on the start page and in the menu, and those that cannot be read.

use std::time::SystemTime;

use eframe::egui::{Align, Frame, Label, Layout, Margin, RichText, Stroke, Ui, Vec2};

use crate::app::{AppState, Command, CutOff};
use crate::project::runs::BrokenRun;
use crate::series::number::grouped;

use super::button::IconButton;
use super::wish::Wish;
use super::{icon, theme};

/// Cards shown before the rest is asked for.
const SHOWN: usize = 3;
/// Runs in the menu.
const LISTED: usize = 8;
/// Height of the two lines of a card, in points.
const WORDS: f32 = 34.0;
/// Height of its buttons, in points.
const BUTTON: f32 = 28.0;

/// Draws a card for each run, the newest first; nothing where there is none.
pub fn cut_off_ui(ui: &mut Ui, state: &AppState, show_all: &mut bool, wishes: &mut Vec<Wish>) {
    let runs = &state.runs.waiting.cut_off;
    if runs.is_empty() {
        return;
    }
    ui.add_space(theme::GRID * 4.0);
    ui.label(theme::strong("Interrupted training")).on_hover_text(
        "The program ended before these networks had; each can go on from its last checkpoint",
    );
    ui.add_space(theme::GRID / 2.0);
    let shown = if *show_all { runs.len() } else { SHOWN };
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing.y = theme::GRID;
        for offered in runs.iter().take(shown) {
            card_ui(ui, state, offered, wishes);
        }
    });
    more_ui(ui, runs.len(), show_all);
}

/// A link to the rest of so many cards, or back.
fn more_ui(ui: &mut Ui, cards: usize, show_all: &mut bool) {
    if let Some(more @ 1..) = cards.checked_sub(SHOWN) {
        let text = if *show_all { "Fewer".to_owned() } else { format!("{more} more") };
        if ui.link(RichText::new(text).small()).clicked() {
            *show_all = !*show_all;
        }
    }
}

/// Draws a card for each run that cannot be read, with the reason and a way to delete it.
pub fn broken_runs_ui(ui: &mut Ui, state: &AppState, show_all: &mut bool, wishes: &mut Vec<Wish>) {
    let runs = &state.runs.waiting.broken;
    if runs.is_empty() {
        return;
    }
    ui.add_space(theme::GRID * 4.0);
    ui.label(theme::strong("Runs that cannot be read"))
        .on_hover_text("A file of each is missing or is not what was written");
    ui.add_space(theme::GRID / 2.0);
    let shown = if *show_all { runs.len() } else { SHOWN };
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing.y = theme::GRID;
        for run in runs.iter().take(shown) {
            broken_card_ui(ui, run, wishes);
        }
    });
    more_ui(ui, runs.len(), show_all);
}

fn broken_card_ui(ui: &mut Ui, run: &BrokenRun, wishes: &mut Vec<Wish>) {
    frame_ui(ui, |ui| {
        forget_ui(ui, &run.name, &run.name, wishes);
        ui.with_layout(Layout::top_down(Align::Min), |ui| {
            ui.spacing_mut().item_spacing.y = 2.0;
            let folder = run.path.display().to_string();
            ui.add(Label::new(theme::strong(run.name.as_str())).truncate()).on_hover_text(folder);
            problem_ui(ui, &run.why);
        });
    });
}

fn card_ui(ui: &mut Ui, state: &AppState, offered: &CutOff, wishes: &mut Vec<Wish>) {
    frame_ui(ui, |ui| {
        buttons_ui(ui, state, offered, wishes);
        ui.with_layout(Layout::top_down(Align::Min), |ui| words_ui(ui, offered));
    });
}

/// A card, filled from the right.
fn frame_ui(ui: &mut Ui, fill: impl FnOnce(&mut Ui)) {
    let visuals = ui.visuals();
    let line = Stroke::new(1.0, visuals.widgets.noninteractive.bg_stroke.color);
    let frame = Frame::new().fill(visuals.extreme_bg_color).stroke(line).corner_radius(8.0);
    frame.inner_margin(Margin::symmetric(12, 8)).show(ui, |ui| {
        ui.horizontal(|ui| {
            ui.set_min_size(Vec2::new(ui.available_width(), WORDS));
            ui.with_layout(Layout::right_to_left(Align::Center), fill);
        });
    });
}

fn buttons_ui(ui: &mut Ui, state: &AppState, offered: &CutOff, wishes: &mut Vec<Wish>) {
    let title = offered.title();
    let name = offered.run.name.clone();
    forget_ui(ui, &title, &name, wishes);
    let why = why_not(state, offered);
    let resume = IconButton::new(icon::PLAY, "Resume").min_size(96.0, BUTTON);
    let resume = resume.enabled(why.is_none()).show_as(ui, &format!("Resume {title}"));
    let resume = resume
        .on_hover_text("Open its data with its settings, and train on from its last checkpoint")
        .on_disabled_hover_text(why.unwrap_or_default());
    if resume.clicked() {
        wishes.push(Wish::Do(Command::ResumeRun(name)));
    }
}

fn forget_ui(ui: &mut Ui, title: &str, name: &str, wishes: &mut Vec<Wish>) {
    let forget = IconButton::new(icon::TRASH, "Forget").bare().min_size(0.0, BUTTON);
    let forget = forget.show_as(ui, &format!("Forget {title}"));
    if forget.on_hover_text("Delete the folder of this run; it can be undone").clicked() {
        wishes.push(Wish::Do(Command::ForgetRun(name.to_owned())));
    }
}

/// Why a run is of no use as it is.
fn problem_ui(ui: &mut Ui, problem: &str) {
    let color = theme::palette(ui.visuals()).error;
    let text = RichText::new(format!("{} {problem}", icon::WARNING)).small().color(color);
    ui.add(Label::new(text).wrap());
}

fn words_ui(ui: &mut Ui, offered: &CutOff) {
    ui.spacing_mut().item_spacing.y = 2.0;
    let folder = offered.run.path.display().to_string();
    ui.add(Label::new(theme::strong(offered.title())).truncate()).on_hover_text(folder);
    if let Some(problem) = &offered.problem {
        problem_ui(ui, problem);
    } else {
        let text = theme::fine_print(about(offered));
        ui.add(Label::new(text).truncate()).on_hover_text(offered.run.record.data.to_string());
    }
}

/// `Passengers, 12 of 50 epochs, 3 min ago`
fn about(offered: &CutOff) -> String {
    let CutOff { run, epochs_done, epochs, last, .. } = offered;
    let age = last.and_then(|last| SystemTime::now().duration_since(last).ok());
    let age = age.map_or_else(String::new, |age| format!(", {}", ago(age.as_secs())));
    let (done, all) = (grouped(*epochs_done), grouped(*epochs));
    format!("{}, {done} of {all} epochs{age}", run.record.target)
}

/// How long ago, in the largest unit of which there is one.
fn ago(seconds: u64) -> String {
    const MINUTE: u64 = 60;
    const HOUR: u64 = 60 * MINUTE;
    const DAY: u64 = 24 * HOUR;
    match seconds {
        ..MINUTE => "just now".to_owned(),
        MINUTE..HOUR => format!("{} min ago", seconds / MINUTE),
        HOUR..DAY => format!("{} h ago", seconds / HOUR),
        DAY.. if seconds < 2 * DAY => "a day ago".to_owned(),
        DAY.. => format!("{} days ago", seconds / DAY),
    }
}

/// Why a run cannot be resumed now.
fn why_not(state: &AppState, offered: &CutOff) -> Option<String> {
    if state.learning().is_some() {
        return Some("A network is learning; stop it first.".to_owned());
    }
    if state.document.opening.is_some() {
        return Some("A file is being read.".to_owned());
    }
    offered.problem.clone()
}

/// The same runs as a menu.
pub fn resume_menu(ui: &mut Ui, state: &AppState, wishes: &mut Vec<Wish>) {
    let runs = &state.runs.waiting.cut_off;
    ui.add_enabled_ui(!runs.is_empty(), |ui| {
        let menu = ui.menu_button("Resume a run", |ui| {
            for offered in runs.iter().take(LISTED) {
                let why = why_not(state, offered);
                let text = format!("{}: {}", offered.title(), about(offered));
                let item = ui.add_enabled(why.is_none(), eframe::egui::Button::new(text));
                if item.on_disabled_hover_text(why.unwrap_or_default()).clicked() {
                    wishes.push(Wish::Do(Command::ResumeRun(offered.run.name.clone())));
                    ui.close();
                }
            }
        });
        menu.response.on_disabled_hover_text("No run was cut off");
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_told_in_their_largest_unit() {
        let told = [0, 59, 60, 3_599, 3_600, 86_399, 86_400, 172_799, 172_800].map(ago);
        let expected = [
            "just now",
            "just now",
            "1 min ago",
            "59 min ago",
            "1 h ago",
            "23 h ago",
            "a day ago",
            "a day ago",
            "2 days ago",
        ];
        assert_eq!(told, expected);
    }
}

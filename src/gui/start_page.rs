//! Nothing is open: what to do, interrupted runs, the samples as cards, and recent files.

use std::path::Path;
use std::time::SystemTime;

use eframe::egui::{
    Align, Align2, Color32, CursorIcon, Frame, Id, Label, LayerId, Layout, Margin, Order, Rect,
    Response, RichText, Role, ScrollArea, Sense, Stroke, StrokeKind, TextStyle, Ui, UiBuilder,
    Vec2, WidgetInfo, pos2,
};

use crate::app::{AppState, Command, InterruptedRun};
use crate::import::{Sample, samples};
use crate::series::number::grouped;
use crate::series::visible;
use crate::stats::ratio;

use super::status_bar::{long_reading, progress_ui};
use super::theme;
use super::view::View;
use super::widgets::{IconButton, icon, narrow, without_its_middle};
use super::wish::Wish;

const PAGE_WIDTH: f32 = 720.0;
const CARD: Vec2 = Vec2::new(174.0, 148.0);

pub fn start_ui(
    ui: &mut Ui,
    state: &AppState,
    view: &mut View,
    sparks: &SampleSparks,
    wishes: &mut Vec<Wish>,
) {
    ScrollArea::vertical().auto_shrink([false, false]).show(ui, |ui| {
        let width = PAGE_WIDTH.min(ui.available_width());
        let page = Vec2::new(width, 0.0);
        ui.vertical_centered(|ui| {
            ui.allocate_ui_with_layout(page, Layout::top_down(Align::Min), |ui| {
                ui.set_width(width);
                ui.add_space((ui.ctx().content_rect().height() * 0.10).max(theme::GRID * 3.0));
                head_ui(ui, state, wishes);
                interrupted_ui(ui, state, &mut view.start_lists.all_interrupted, wishes);
                broken_runs_ui(ui, state, &mut view.start_lists.all_broken_runs, wishes);
                ui.add_space(theme::GRID * 4.0);
                ui.label(theme::strong("Or try a sample"));
                ui.add_space(theme::GRID / 2.0);
                ui.horizontal_wrapped(|ui| {
                    for sample in samples() {
                        if card_ui(ui, sample, sparks).clicked() {
                            wishes.push(Wish::Do(Command::OpenSample(sample)));
                        }
                    }
                });
                recent_ui(ui, state, wishes);
            });
        });
    });
}

fn head_ui(ui: &mut Ui, state: &AppState, wishes: &mut Vec<Wish>) {
    ui.heading("Forecast a series");
    ui.add_space(theme::GRID / 2.0);
    ui.label(
        "Drop a CSV file anywhere on this window. Baselines appear at once; Train teaches a \
         network, and the scorecard says honestly whether it was worth it.",
    );
    ui.add_space(theme::GRID * 1.5);
    ui.horizontal(|ui| {
        let open =
            IconButton::new(icon::FOLDER_OPEN, "Open a file…").accent().min_size(144.0, 32.0);
        if open.show(ui).clicked() {
            wishes.push(Wish::AskOpen);
        }
        if let Some(opening) = long_reading(ui, state) {
            let mut commands = Vec::new();
            ui.add_space(theme::GRID);
            progress_ui(ui, opening, &mut commands);
            wishes.extend(commands.into_iter().map(Wish::Do));
        }
    });
}

fn recent_ui(ui: &mut Ui, state: &AppState, wishes: &mut Vec<Wish>) {
    let files = &state.preferences.recent_files;
    if files.is_empty() {
        return;
    }
    ui.add_space(theme::GRID * 4.0);
    ui.horizontal(|ui| {
        ui.label(theme::strong("Recent files"));
        if ui.link(RichText::new("Forget").small()).on_hover_text("Empty this list").clicked() {
            wishes.push(Wish::Do(Command::ForgetRecentFiles));
        }
    });
    for path in files {
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
        let font = TextStyle::Button.resolve(ui.style());
        let shown = without_its_middle(ui, &name, &font, ui.available_width() - theme::GRID * 6.0);
        let button = IconButton::new(icon::CLOCK_COUNTER_CLOCKWISE, &shown).bare();
        let button = button.show_as(ui, &visible(&name));
        let button = button.on_hover_text(visible(&path.display().to_string()));
        if button.clicked() {
            wishes.push(Wish::Do(Command::OpenFile(path.clone())));
        }
    }
}

pub struct SampleSparks(Vec<(Sample, Vec<f32>)>);

const SPARK_POINTS: usize = 144;

impl Default for SampleSparks {
    fn default() -> Self {
        let shapes = samples().into_iter().map(|sample| (sample, shape_of(sample.csv())));
        Self(shapes.collect())
    }
}

/// A short sample whole, or the last values of a long one, 0 at the bottom and 1 at the top.
fn shape_of(text: &str) -> Vec<f32> {
    let values: Vec<f32> =
        text.lines().filter_map(|line| line.rsplit(',').next()?.trim().parse().ok()).collect();
    let points = if values.len() <= 2 * SPARK_POINTS { values.len() } else { SPARK_POINTS };
    let tail = &values[values.len() - points..];
    let low = tail.iter().copied().fold(f32::INFINITY, f32::min);
    let high = tail.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let span = (high - low).max(f32::MIN_POSITIVE);
    tail.iter().map(|value| (value - low) / span).collect()
}

/// A card: shape, title, one line. The whole of it is one button.
fn card_ui(ui: &mut Ui, sample: Sample, sparks: &SampleSparks) -> Response {
    let (rect, response) = ui.allocate_exact_size(CARD, Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, sample.title()));
    let visuals = ui.visuals();
    let palette = theme::palette(visuals);
    let lively = response.hovered() || response.has_focus();
    let border =
        if lively { palette.accent } else { visuals.widgets.noninteractive.bg_stroke.color };
    let border = Stroke::new(1.0, border);
    ui.painter().rect(rect, 8.0, visuals.extreme_bg_color, border, StrokeKind::Inside);
    let inner = rect.shrink(12.0);
    let picture = Rect::from_min_size(inner.min, Vec2::new(inner.width(), 52.0));
    paint_spark(ui, picture, sample, sparks, palette.accent);
    let words = Rect::from_min_max(pos2(inner.left(), picture.bottom() + 8.0), inner.max);
    // A child of its own, so that the row of cards goes on where this card ends.
    let layout = Layout::top_down(Align::Min);
    let mut text = ui.new_child(UiBuilder::new().max_rect(words).layout(layout));
    text.spacing_mut().item_spacing.y = 2.0;
    text.add(Label::new(theme::strong(sample.title())).selectable(false).truncate());
    text.add(Label::new(theme::fine_print(sample.description())).selectable(false));
    response.on_hover_cursor(CursorIcon::PointingHand)
}

fn paint_spark(ui: &Ui, rect: Rect, sample: Sample, sparks: &SampleSparks, color: Color32) {
    let Some((_, shape)) = sparks.0.iter().find(|(known, _)| *known == sample) else { return };
    let steps = shape.len().saturating_sub(1);
    let points = shape.iter().enumerate().map(|(step, height)| {
        let x = rect.left() + rect.width() * narrow(ratio(step, steps));
        pos2(x, rect.bottom() - rect.height() * height)
    });
    ui.painter().line(points.collect(), Stroke::new(1.4, color));
}

/// What is drawn over everything while a file hovers above the window.
pub fn drop_hint_ui(ui: &Ui, rect: Rect) {
    let accent = theme::palette(ui.visuals()).accent;
    let painter = ui.ctx().layer_painter(LayerId::new(Order::Foreground, Id::unique("drop hint")));
    painter.rect_filled(rect, 0.0, ui.visuals().panel_fill.gamma_multiply(0.85));
    let stroke = Stroke::new(2.0, accent);
    painter.rect_stroke(rect.shrink(16.0), 12.0, stroke, StrokeKind::Inside);
    let font = TextStyle::Heading.resolve(ui.style());
    painter.text(rect.center(), Align2::CENTER_CENTER, "Drop to open", font, accent);
}

pub fn page_frame(ui: &Ui) -> Frame {
    Frame::central_panel(ui.style()).inner_margin(Margin::same(24))
}

/// Cards shown before the rest is asked for.
const SHOWN: usize = 3;
const LISTED: usize = 8;
/// Height of the two lines of a card, in points.
const WORDS: f32 = 34.0;
/// Height of its buttons, in points.
const BUTTON: f32 = 28.0;

/// Draws a card for each interrupted run, the newest first.
fn interrupted_ui(ui: &mut Ui, state: &AppState, show_all: &mut bool, wishes: &mut Vec<Wish>) {
    let runs = &state.runs.waiting.interrupted;
    let help =
        "The program ended before these networks had; each can go on from its last checkpoint";
    run_cards_ui(ui, ("Interrupted training", help), runs, show_all, |ui, offered| {
        let (title, name) = (offered.title(), &offered.run.name);
        forget_ui(ui, &title, name, wishes);
        resume_ui(ui, state, offered, wishes);
        let problem = offered.problem.as_deref();
        words_ui(ui, &title, &offered.run.path, problem, |ui| {
            let text = theme::fine_print(about(offered));
            ui.add(Label::new(text).truncate()).on_hover_text(offered.run.record.data.to_string());
        });
    });
}

/// Draws a card for each run that cannot be read, with the reason and a way to delete it.
fn broken_runs_ui(ui: &mut Ui, state: &AppState, show_all: &mut bool, wishes: &mut Vec<Wish>) {
    let runs = &state.runs.waiting.broken;
    let help = "A file of each is missing or is not what was written";
    run_cards_ui(ui, ("Runs that cannot be read", help), runs, show_all, |ui, run| {
        forget_ui(ui, &run.name, &run.name, wishes);
        words_ui(ui, &run.name, &run.path, Some(&run.why), |_| {});
    });
}

/// Cards under a heading, filled from the right, with a link to those that are not shown; nothing where there
/// is none.
fn run_cards_ui<T>(
    ui: &mut Ui,
    (heading, help): (&str, &str),
    runs: &[T],
    show_all: &mut bool,
    mut fill: impl FnMut(&mut Ui, &T),
) {
    if runs.is_empty() {
        return;
    }
    ui.add_space(theme::GRID * 4.0);
    ui.label(theme::strong(heading)).on_hover_text(help);
    ui.add_space(theme::GRID / 2.0);
    let shown = if *show_all { runs.len() } else { SHOWN };
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing.y = theme::GRID;
        for run in runs.iter().take(shown) {
            let (fill_color, line) = {
                let visuals = ui.visuals();
                (visuals.extreme_bg_color, visuals.widgets.noninteractive.bg_stroke)
            };
            let frame = Frame::new().fill(fill_color).stroke(line).corner_radius(8.0);
            frame.inner_margin(Margin::symmetric(12, 8)).show(ui, |ui| {
                ui.horizontal(|ui| {
                    ui.set_min_size(Vec2::new(ui.available_width(), WORDS));
                    let from_right = Layout::right_to_left(Align::Center);
                    ui.with_layout(from_right, |ui| fill(ui, run));
                });
            });
        }
    });
    if let Some(more @ 1..) = runs.len().checked_sub(SHOWN) {
        let text = if *show_all { "Fewer".to_owned() } else { format!("{more} more") };
        if ui.link(RichText::new(text).small()).clicked() {
            *show_all = !*show_all;
        }
    }
}

fn resume_ui(ui: &mut Ui, state: &AppState, offered: &InterruptedRun, wishes: &mut Vec<Wish>) {
    let why = why_not(state, offered);
    let resume = IconButton::new(icon::PLAY, "Resume").min_size(96.0, BUTTON);
    let resume = resume.enabled(why.is_none()).show_as(ui, &format!("Resume {}", offered.title()));
    let resume = resume
        .on_hover_text("Open its data with its settings, and train on from its last checkpoint")
        .on_disabled_hover_text(why.unwrap_or_default());
    if resume.clicked() {
        wishes.push(Wish::Do(Command::ResumeRun(offered.run.name.clone())));
    }
}

fn forget_ui(ui: &mut Ui, title: &str, name: &str, wishes: &mut Vec<Wish>) {
    let forget = IconButton::new(icon::TRASH, "Forget").bare().min_size(0.0, BUTTON);
    let forget = forget.show_as(ui, &format!("Forget {title}"));
    if forget.on_hover_text("Delete the folder of this run; it can be undone").clicked() {
        wishes.push(Wish::Do(Command::ForgetRun(name.to_owned())));
    }
}

/// The title of a card over what is known of its run, or over why the run is of no use as it is.
fn words_ui(
    ui: &mut Ui,
    title: &str,
    folder: &Path,
    problem: Option<&str>,
    about_ui: impl FnOnce(&mut Ui),
) {
    ui.with_layout(Layout::top_down(Align::Min), |ui| {
        ui.spacing_mut().item_spacing.y = 2.0;
        let title = ui.add(Label::new(theme::strong(title)).truncate());
        title.on_hover_text(folder.display().to_string());
        let Some(problem) = problem else { return about_ui(ui) };
        let color = theme::palette(ui.visuals()).error;
        let text = RichText::new(format!("{} {problem}", icon::WARNING)).small().color(color);
        ui.add(Label::new(text).wrap());
    });
}

/// `Passengers, 12 of 50 epochs, 3 min ago`
fn about(offered: &InterruptedRun) -> String {
    let InterruptedRun { run, epochs_done, epochs, last, .. } = offered;
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

fn why_not(state: &AppState, offered: &InterruptedRun) -> Option<String> {
    if state.learning().is_some() {
        return Some("A network is learning; stop it first.".to_owned());
    }
    if state.document.opening.is_some() {
        return Some("A file is being read.".to_owned());
    }
    offered.problem.clone()
}

pub fn resume_menu(ui: &mut Ui, state: &AppState, wishes: &mut Vec<Wish>) {
    let runs = &state.runs.waiting.interrupted;
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
        menu.response.on_disabled_hover_text("No run was interrupted");
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

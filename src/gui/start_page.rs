//! Nothing is open: what to do, the samples as cards, and recent files.

use eframe::egui::{
    Align, Color32, CornerRadius, Frame, Label, Layout, Margin, Rect, RichText, Role, ScrollArea,
    Sense, Stroke, StrokeKind, TextStyle, Ui, UiBuilder, Vec2, WidgetInfo, pos2,
};

use crate::app::{AppState, Command};
use crate::import::{Sample, samples};
use crate::series::visible;

use super::button::IconButton;
use super::cut_off::{broken_runs_ui, cut_off_ui};
use super::reading_bar::{long_reading, progress_ui};
use super::short_name::without_its_middle;
use super::view::View;
use super::wish::Wish;
use super::{icon, theme};

/// Width of the page, in points.
const PAGE_WIDTH: f32 = 720.0;
/// Size of a sample's card, in points.
const CARD: Vec2 = Vec2::new(174.0, 148.0);

/// Draws the page.
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
                cut_off_ui(ui, state, &mut view.start_lists.all_cut_off, wishes);
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

/// The shapes of the samples, read once.
pub struct SampleSparks {
    shapes: Vec<(Sample, Vec<f32>)>,
}

/// Points of a card's shape.
const SPARK_POINTS: usize = 144;

impl SampleSparks {
    /// Reads every sample.
    pub fn new() -> Self {
        let shapes = samples().into_iter().map(|sample| (sample, shape_of(sample.csv())));
        Self { shapes: shapes.collect() }
    }
}

impl Default for SampleSparks {
    fn default() -> Self {
        Self::new()
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
fn card_ui(ui: &mut Ui, sample: Sample, sparks: &SampleSparks) -> eframe::egui::Response {
    let (rect, response) = ui.allocate_exact_size(CARD, Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, sample.title()));
    let visuals = ui.visuals();
    let palette = theme::palette(visuals);
    let lively = response.hovered() || response.has_focus();
    let border =
        if lively { palette.accent } else { visuals.widgets.noninteractive.bg_stroke.color };
    ui.painter().rect(
        rect,
        CornerRadius::same(8),
        visuals.extreme_bg_color,
        Stroke::new(1.0, border),
        StrokeKind::Inside,
    );
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
    response.on_hover_cursor(eframe::egui::CursorIcon::PointingHand)
}

fn paint_spark(ui: &Ui, rect: Rect, sample: Sample, sparks: &SampleSparks, color: Color32) {
    let Some((_, shape)) = sparks.shapes.iter().find(|(known, _)| *known == sample) else { return };
    let steps = shape.len().saturating_sub(1).max(1);
    let points = shape.iter().enumerate().map(|(step, height)| {
        #[expect(clippy::cast_precision_loss, reason = "a hundred points on a card")]
        let x = rect.left() + rect.width() * step as f32 / steps as f32;
        pos2(x, rect.bottom() - rect.height() * height)
    });
    ui.painter().line(points.collect(), Stroke::new(1.4, color));
}

/// What is drawn over everything while a file hovers above the window.
pub fn drop_hint_ui(ui: &Ui, rect: Rect) {
    let palette = theme::palette(ui.visuals());
    let layer = eframe::egui::LayerId::new(
        eframe::egui::Order::Foreground,
        eframe::egui::Id::unique("drop hint"),
    );
    let painter = ui.ctx().layer_painter(layer);
    painter.rect_filled(rect, 0.0, ui.visuals().panel_fill.gamma_multiply(0.85));
    let frame = rect.shrink(16.0);
    painter.rect_stroke(frame, 12.0, Stroke::new(2.0, palette.accent), StrokeKind::Inside);
    painter.text(
        rect.center(),
        eframe::egui::Align2::CENTER_CENTER,
        "Drop to open",
        eframe::egui::TextStyle::Heading.resolve(ui.style()),
        palette.accent,
    );
}

/// The frame of the page.
pub fn page_frame(ui: &Ui) -> Frame {
    Frame::central_panel(ui.style()).inner_margin(Margin::same(24))
}

//! Colours, fonts and spacing: an 8-point grid, three text sizes, two weights, one accent; and what each
//! model looks like in plots, lists and tables: a colour, and a marker where colours repeat.

use std::sync::Arc;

use eframe::egui;
use eframe::egui::{
    Color32, Context, CornerRadius, FontData, FontDefinitions, FontFamily, FontId, Margin, Painter,
    Rect, RichText, Shape, Stroke, Style, TextStyle, Theme, Vec2, Visuals, pos2,
};
use egui_plot::MarkerShape;

use crate::baseline::BaselineLook;
use crate::forecast::ModelChoice;

/// Text sizes in points: small print, text, headings.
const SMALL: f32 = 12.0;
const TEXT: f32 = 14.0;
const HEADING: f32 = 20.0;
/// The grid everything sits on, in points.
pub const GRID: f32 = 8.0;

/// Name of the medium weight's font family.
const MEDIUM: &str = "medium";

/// Colours with a meaning of their own, in one theme.
#[derive(Debug, Clone, Copy)]
pub struct Palette {
    pub accent: Color32,
    pub on_accent: Color32,
    pub data: Color32,
    /// Behind the hold-out. Without a colour, so that it is nobody's.
    pub holdout: Color32,
    /// Behind the future, and the validation part.
    pub future: Color32,
    pub error: Color32,
    pub good: Color32,
    /// Behind stretches without a value.
    pub missing: Color32,
    /// Times for which the file has more than one row.
    pub repeated: Color32,
    /// Values that stand in for missing ones.
    pub imputed: Color32,
    /// Values far from what is expected.
    pub outlier: Color32,
    pub mean: Color32,
}

const LIGHT_PALETTE: Palette = Palette {
    accent: Color32::from_rgb(11, 118, 114),
    on_accent: Color32::WHITE,
    data: Color32::from_rgb(38, 50, 56),
    holdout: Color32::from_black_alpha(26),
    future: Color32::from_black_alpha(12),
    error: Color32::from_rgb(178, 60, 0),
    good: Color32::from_rgb(0, 118, 86),
    missing: ORANGE,
    repeated: BLUE,
    imputed: Color32::from_rgb(170, 70, 130),
    outlier: VERMILION,
    mean: VERMILION,
};

const DARK_PALETTE: Palette = Palette {
    accent: Color32::from_rgb(47, 184, 173),
    on_accent: Color32::from_rgb(6, 28, 27),
    data: Color32::from_rgb(214, 222, 228),
    holdout: Color32::from_rgba_premultiplied(30, 30, 30, 30),
    future: Color32::from_rgba_premultiplied(14, 14, 14, 14),
    error: Color32::from_rgb(255, 140, 82),
    good: Color32::from_rgb(72, 199, 160),
    missing: ORANGE,
    repeated: SKY,
    imputed: PURPLE,
    outlier: VERMILION,
    mean: ORANGE,
};

/// Okabe and Ito's palette (2008), told apart by colour-blind eyes too; blue is lightened on dark.
const ORANGE: Color32 = Color32::from_rgb(230, 159, 0);
const SKY: Color32 = Color32::from_rgb(86, 180, 233);
const BLUE: Color32 = Color32::from_rgb(0, 114, 178);
const VERMILION: Color32 = Color32::from_rgb(213, 94, 0);
const PURPLE: Color32 = Color32::from_rgb(204, 121, 167);

pub fn palette(visuals: &Visuals) -> &'static Palette {
    if visuals.dark_mode { &DARK_PALETTE } else { &LIGHT_PALETTE }
}

/// Series that can be told apart beside the target.
pub const MOST_COMPARED: usize = 7;

/// The colour of a series compared with the target, by its place among them.
pub const fn compare_color(place: usize, dark: bool) -> Color32 {
    color(place % MOST_COMPARED, dark)
}

/// Medium-weight text of the ordinary size.
pub fn strong(text: impl Into<String>) -> RichText {
    RichText::new(text).family(FontFamily::Name(MEDIUM.into()))
}

/// The font of [`strong`], to measure by.
pub fn strong_font(ui: &egui::Ui) -> FontId {
    let size = TextStyle::Body.resolve(ui.style()).size;
    FontId::new(size, FontFamily::Name(MEDIUM.into()))
}

/// The font of a name in a list, to measure by: the chosen one is strong.
pub fn name_font(ui: &egui::Ui, is_chosen: bool) -> FontId {
    if is_chosen { strong_font(ui) } else { TextStyle::Body.resolve(ui.style()) }
}

/// Small, muted text.
pub fn fine_print(text: impl Into<String>) -> RichText {
    RichText::new(text).small().weak()
}

pub fn install(context: &Context) {
    context.set_fonts(fonts());
    context.set_style_of(Theme::Light, style(light_visuals()));
    context.set_style_of(Theme::Dark, style(dark_visuals()));
}

fn fonts() -> FontDefinitions {
    let mut fonts = FontDefinitions::default();
    let mut add = |name: &str, bytes: &'static [u8]| {
        fonts.font_data.insert(name.to_owned(), Arc::new(FontData::from_static(bytes)));
    };
    add("roboto", include_bytes!("../../assets/fonts/roboto-regular.ttf"));
    add("roboto-medium", include_bytes!("../../assets/fonts/roboto-medium.ttf"));
    add("phosphor", include_bytes!("../../assets/fonts/phosphor-subset.ttf"));
    let fallbacks = fonts.families.get(&FontFamily::Proportional).cloned().unwrap_or_default();
    let family = |first: &str| {
        let mut names = vec![first.to_owned(), "phosphor".to_owned()];
        names.extend(fallbacks.iter().cloned());
        names
    };
    let (regular, medium) = (family("roboto"), family("roboto-medium"));
    fonts.families.insert(FontFamily::Proportional, regular);
    fonts.families.insert(FontFamily::Name(MEDIUM.into()), medium);
    fonts
}

fn style(visuals: Visuals) -> Style {
    let mut style = Style { visuals, ..Style::default() };
    style.text_styles = [
        (TextStyle::Small, FontId::proportional(SMALL)),
        (TextStyle::Body, FontId::proportional(TEXT)),
        (TextStyle::Button, FontId::proportional(TEXT)),
        (TextStyle::Monospace, FontId::monospace(SMALL)),
        (TextStyle::Heading, FontId::new(HEADING, FontFamily::Name(MEDIUM.into()))),
    ]
    .into();
    style.spacing.item_spacing = Vec2::new(GRID, GRID * 0.75);
    style.spacing.button_padding = Vec2::new(10.0, 4.0);
    style.spacing.interact_size.y = 24.0;
    style.spacing.menu_margin = Margin::same(6);
    style.spacing.tooltip_width = 360.0;
    style.spacing.combo_width = 120.0;
    style.interaction.tooltip_delay = 0.35;
    style
}

pub(super) fn light_visuals() -> Visuals {
    let mut visuals = Visuals::light();
    visuals.panel_fill = Color32::from_rgb(246, 248, 249);
    visuals.window_fill = Color32::WHITE;
    visuals.extreme_bg_color = Color32::WHITE;
    visuals.faint_bg_color = Color32::from_rgb(238, 242, 244);
    let text = Color32::from_rgb(27, 39, 46);
    let widget = Color32::from_rgb(229, 235, 238);
    let line = Color32::from_rgb(208, 217, 221);
    visuals.weak_text_color = Some(Color32::from_rgb(92, 107, 115));
    shape(&mut visuals, &LIGHT_PALETTE, text, widget, line);
    visuals
}

pub(super) fn dark_visuals() -> Visuals {
    let mut visuals = Visuals::dark();
    visuals.panel_fill = Color32::from_rgb(24, 29, 34);
    visuals.window_fill = Color32::from_rgb(30, 36, 42);
    visuals.extreme_bg_color = Color32::from_rgb(16, 20, 24);
    visuals.faint_bg_color = Color32::from_rgb(30, 36, 41);
    let text = Color32::from_rgb(218, 226, 231);
    let widget = Color32::from_rgb(42, 50, 57);
    let line = Color32::from_rgb(54, 63, 70);
    visuals.weak_text_color = Some(Color32::from_rgb(148, 162, 171));
    shape(&mut visuals, &DARK_PALETTE, text, widget, line);
    visuals
}

/// What both themes share: corners, strokes and where the accent goes.
fn shape(visuals: &mut Visuals, palette: &Palette, text: Color32, widget: Color32, line: Color32) {
    let radius = CornerRadius::same(5);
    let widgets = &mut visuals.widgets;
    widgets.noninteractive.bg_stroke = Stroke::new(1.0, line);
    widgets.noninteractive.fg_stroke = Stroke::new(1.0, text);
    widgets.inactive.weak_bg_fill = widget;
    widgets.inactive.bg_fill = widget;
    widgets.inactive.fg_stroke = Stroke::new(1.0, text);
    // What has the focus is told by its edge, as what the pointer is over; the fill stays.
    widgets.hovered.weak_bg_fill = widget;
    widgets.active.weak_bg_fill = widget;
    widgets.hovered.bg_fill = widget;
    widgets.active.bg_fill = widget;
    widgets.active.fg_stroke = Stroke::new(1.0, text);
    widgets.hovered.bg_stroke = Stroke::new(1.0, palette.accent);
    widgets.active.bg_stroke = Stroke::new(1.5, palette.accent);
    for state in [
        &mut widgets.noninteractive,
        &mut widgets.inactive,
        &mut widgets.hovered,
        &mut widgets.active,
        &mut widgets.open,
    ] {
        state.corner_radius = radius;
        state.expansion = 0.0;
    }
    visuals.selection.bg_fill = palette.accent;
    visuals.selection.stroke = Stroke::new(1.0, palette.on_accent);
    visuals.hyperlink_color = palette.accent;
    visuals.error_fg_color = palette.error;
    visuals.warn_fg_color = palette.error;
    visuals.window_corner_radius = CornerRadius::same(8);
    visuals.window_stroke = Stroke::new(1.0, line);
    visuals.slider_trailing_fill = true;
}

/// Rows that are chosen are tinted; their text stays as it is.
pub fn tint_selection(ui: &mut egui::Ui) {
    let (tint, text) = (palette(ui.visuals()).accent, ui.visuals().text_color());
    let selection = &mut ui.visuals_mut().selection;
    selection.bg_fill = tint.gamma_multiply(0.3);
    selection.stroke.color = text;
    ui.visuals_mut().widgets.hovered.bg_fill = tint.gamma_multiply(0.15);
}

/// A button in the accent colour: the one thing to click next.
pub fn accent_button(visuals: &Visuals, text: impl Into<String>) -> egui::Button<'static> {
    let palette = palette(visuals);
    egui::Button::new(strong(text).color(palette.on_accent)).fill(palette.accent)
}

/// A ring around what has the focus, where an edge in the accent colour would not be seen.
pub fn focus_ring(ui: &egui::Ui, around: egui::Rect) {
    let stroke = Stroke::new(1.5, palette(ui.visuals()).accent);
    let corners = CornerRadius::same(7);
    ui.painter().rect_stroke(around.expand(2.0), corners, stroke, egui::StrokeKind::Outside);
}

/// Colours in the order in which models take them, made from Okabe and Ito's palette (2008): spread
/// in lightness so that they stay apart in simulated deuteranopia and protanopia too, and dark or
/// light enough for lines on either ground.
const LIGHT: [Color32; 9] = [
    Color32::from_rgb(208, 80, 20),
    Color32::from_rgb(0, 114, 178),
    Color32::from_rgb(176, 156, 56),
    Color32::from_rgb(67, 152, 128),
    Color32::from_rgb(54, 159, 230),
    Color32::from_rgb(223, 122, 179),
    Color32::from_rgb(142, 88, 117),
    Color32::from_rgb(10, 89, 55),
    Color32::from_rgb(31, 77, 123),
];
const DARK: [Color32; 9] = [
    Color32::from_rgb(232, 110, 40),
    Color32::from_rgb(86, 180, 233),
    Color32::from_rgb(243, 213, 40),
    Color32::from_rgb(0, 158, 115),
    Color32::from_rgb(65, 111, 160),
    Color32::from_rgb(238, 131, 178),
    Color32::from_rgb(166, 67, 114),
    Color32::from_rgb(91, 229, 161),
    Color32::from_rgb(152, 98, 20),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ModelLook {
    pub color: Color32,
    /// What stands on its line, where another model has its colour.
    pub marker: Option<Marker>,
}

/// The markers of baselines, in the order in which looks count them.
const MARKERS: [Marker; 5] =
    [Marker::Dot, Marker::Up, Marker::Down, Marker::Diamond, Marker::Cross];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Marker {
    Dot,
    Diamond,
    /// A triangle on its base.
    Up,
    /// A triangle on its tip.
    Down,
    Cross,
}

impl Marker {
    pub const fn shape(self) -> MarkerShape {
        match self {
            Self::Dot => MarkerShape::Circle,
            Self::Diamond => MarkerShape::Diamond,
            Self::Up => MarkerShape::Up,
            Self::Down => MarkerShape::Down,
            Self::Cross => MarkerShape::Cross,
        }
    }
}

/// Markers of further runs and forms of a model; the dot is left to other models of its colour.
const FURTHER: [Marker; 4] = [Marker::Diamond, Marker::Up, Marker::Down, Marker::Cross];

/// The look of a model; `number` tells apart what [`shares_look`] says looks the same, from 0.
pub fn model_look(model: ModelChoice, number: usize, dark: bool) -> ModelLook {
    let (place, own) = base(model);
    let marker = match (own, number) {
        (own, 0) => own,
        (_, number) => Some(FURTHER[(number - 1) % FURTHER.len()]),
    };
    ModelLook { color: color(place, dark), marker }
}

/// The colour at a place, for what is no model but drawn as if it were one.
pub const fn color(place: usize, dark: bool) -> Color32 {
    let colors = if dark { DARK } else { LIGHT };
    colors[place % colors.len()]
}

/// Whether two models would look the same without a number.
pub fn shares_look(a: ModelChoice, b: ModelChoice) -> bool {
    base(a) == base(b)
}

/// Place of a model's colour, and its marker.
fn base(model: ModelChoice) -> (usize, Option<Marker>) {
    match model {
        ModelChoice::Network(cell) => {
            let (color, is_dotted) = cell.look();
            (color, is_dotted.then_some(Marker::Dot))
        }
        ModelChoice::Baseline(baseline) => {
            let BaselineLook { color, marker } = baseline.look();
            (color, marker.checked_sub(1).map(|place| MARKERS[place % MARKERS.len()]))
        }
    }
}

/// Draws a look as small as a letter: a square in its colour, or its marker on a line.
pub fn paint_look(painter: &Painter, space: Rect, look: ModelLook) {
    let ModelLook { color, marker } = look;
    let center = space.center();
    let Some(marker) = marker else {
        painter.rect_filled(Rect::from_center_size(center, Vec2::splat(10.0)), 2.0, color);
        return;
    };
    painter.hline(center.x - 6.0..=center.x + 6.0, center.y, Stroke::new(1.5, color));
    let corners = |corners: &[(f32, f32)]| {
        let at = |&(x, y): &(f32, f32)| pos2(center.x + 4.5 * x, center.y + 4.5 * y);
        Shape::convex_polygon(corners.iter().map(at).collect(), color, Stroke::NONE)
    };
    match marker {
        Marker::Dot => {
            painter.circle_filled(center, 4.0, color);
        }
        Marker::Diamond => {
            painter.add(corners(&[(0.0, -1.0), (1.0, 0.0), (0.0, 1.0), (-1.0, 0.0)]));
        }
        Marker::Up => {
            painter.add(corners(&[(0.0, -1.0), (1.0, 0.8), (-1.0, 0.8)]));
        }
        Marker::Down => {
            painter.add(corners(&[(-1.0, -0.8), (1.0, -0.8), (0.0, 1.0)]));
        }
        Marker::Cross => {
            for (from, to) in [(-1.0, 1.0), (1.0, -1.0)] {
                let ends = [
                    pos2(center.x - 4.0, center.y + 4.0 * from),
                    pos2(center.x + 4.0, center.y + 4.0 * to),
                ];
                painter.line_segment(ends, Stroke::new(2.0, color));
            }
        }
    }
}

#[cfg(test)]
#[path = "theme_tests.rs"]
mod tests;

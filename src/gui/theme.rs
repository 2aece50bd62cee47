//! Colours, fonts and spacing: an 8-point grid, three text sizes, two weights, one accent.

use std::sync::Arc;

use eframe::egui::{
    self, Color32, Context, CornerRadius, FontData, FontDefinitions, FontFamily, FontId, Margin,
    RichText, Stroke, Style, TextStyle, Theme, Vec2, Visuals,
};

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
    /// The one thing to click next, and whatever is chosen.
    pub accent: Color32,
    /// Text on the accent.
    pub on_accent: Color32,
    /// The data itself.
    pub data: Color32,
    /// Behind the hold-out. Without a colour, so that it is nobody's.
    pub holdout: Color32,
    /// Behind the future, and the validation part.
    pub future: Color32,
    /// Something is wrong.
    pub error: Color32,
    /// Something was done.
    pub good: Color32,
    /// Behind stretches without a value.
    pub missing: Color32,
    /// Times for which the file has more than one row.
    pub repeated: Color32,
    /// Values that stand in for missing ones.
    pub imputed: Color32,
    /// Values far from what is expected.
    pub outlier: Color32,
    /// A mean.
    pub mean: Color32,
}

const LIGHT: Palette = Palette {
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

const DARK: Palette = Palette {
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

/// The palette of the theme in use.
pub fn palette(visuals: &Visuals) -> &'static Palette {
    if visuals.dark_mode { &DARK } else { &LIGHT }
}

/// Series that can be told apart beside the target.
pub const MOST_COMPARED: usize = 7;

/// The colour of a series compared with the target, by its place among them.
pub const fn compare_color(place: usize, dark: bool) -> Color32 {
    super::model_look::color(place % MOST_COMPARED, dark)
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

/// Puts fonts and both themes' styles in place.
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
    shape(&mut visuals, &LIGHT, text, widget, line);
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
    shape(&mut visuals, &DARK, text, widget, line);
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

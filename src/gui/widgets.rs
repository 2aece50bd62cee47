//! Small widgets of our own: buttons with icons, check boxes with an edge, the search field, the words of
//! a page without content, and names cut to fit. Not for what they are used for.

use eframe::egui::{
    Button, Checkbox, FontId, IntoAtoms, Key, Response, RichText, Role, Stroke, TextEdit, Ui, Vec2,
    WidgetInfo,
};

use crate::series::visible;

use super::theme;

pub struct IconButton<'a> {
    icon: &'a str,
    text: &'a str,
    enabled: bool,
    accent: bool,
    frame: bool,
    size: Vec2,
}

impl<'a> IconButton<'a> {
    /// An icon and words. Words that are empty leave the icon alone, and a tooltip has to speak; an
    /// icon that is empty leaves the words.
    pub const fn new(icon: &'a str, text: &'a str) -> Self {
        Self { icon, text, enabled: true, accent: false, frame: true, size: Vec2::ZERO }
    }

    pub const fn accent(mut self) -> Self {
        self.accent = true;
        self
    }

    /// Greyed out and deaf unless `enabled`.
    pub const fn enabled(mut self, enabled: bool) -> Self {
        self.enabled = enabled;
        self
    }

    pub const fn bare(mut self) -> Self {
        self.frame = false;
        self
    }

    /// At least this large, in points.
    pub const fn min_size(mut self, width: f32, height: f32) -> Self {
        self.size = Vec2::new(width, height);
        self
    }

    /// Draws it under a name of its own for screen readers and tests.
    pub fn show_as(self, ui: &mut Ui, name: &str) -> Response {
        let text = match (self.icon, self.text) {
            (icon, "") => icon.to_owned(),
            ("", text) => text.to_owned(),
            (icon, text) => format!("{icon} {text}"),
        };
        let button = if self.accent {
            theme::accent_button(ui.visuals(), text)
        } else {
            Button::new(text).frame(self.frame)
        };
        let response = ui.add_enabled(self.enabled, button.min_size(self.size));
        if self.accent && response.has_focus() {
            theme::focus_ring(ui, response.rect);
        }
        response.widget_info(|| WidgetInfo::labeled(Role::Button, self.enabled, name));
        response
    }

    pub fn show(self, ui: &mut Ui) -> Response {
        let name = self.text;
        self.show_as(ui, name)
    }
}

/// Adds a check box with `text` beside it; greyed out and deaf unless `enabled`.
///
/// Its square has an edge, as an empty one is nearly of the colour of the panel behind it; buttons
/// are told by their words and need none.
pub fn check_box<'a>(
    ui: &mut Ui,
    enabled: bool,
    ticked: &'a mut bool,
    text: impl IntoAtoms<'a>,
) -> Response {
    let edge = Stroke::new(1.0, ui.visuals().weak_text_color());
    let without = ui.visuals().widgets.inactive.bg_stroke;
    ui.visuals_mut().widgets.inactive.bg_stroke = edge;
    let response = ui.add_enabled(enabled, Checkbox::new(ticked, text));
    ui.visuals_mut().widgets.inactive.bg_stroke = without;
    response
}

pub mod icon {
    //! The icons in `assets/fonts/phosphor-subset.ttf`. An icon stands beside words or has a tooltip.

    pub const PLAY: &str = "\u{E3D0}"; // start training
    pub const STOP: &str = "\u{E46C}"; // stop training
    pub const FOLDER_OPEN: &str = "\u{E256}"; // open a file
    pub const DOWNLOAD_SIMPLE: &str = "\u{E20C}"; // save to a file
    pub const X: &str = "\u{E4F6}"; // close or dismiss
    pub const ARROW_COUNTER_CLOCKWISE: &str = "\u{E038}"; // back to the defaults
    pub const WARNING: &str = "\u{E4E0}"; // something is wrong here
    pub const CHECK_CIRCLE: &str = "\u{E184}"; // something was done
    pub const TRASH: &str = "\u{E4A6}"; // remove
    pub const CLOCK_COUNTER_CLOCKWISE: &str = "\u{E1A0}"; // a recent file
    pub const WRENCH: &str = "\u{E5D4}"; // a fix for a problem
    pub const INFO: &str = "\u{E2CE}"; // something worth knowing
    pub const PAUSE: &str = "\u{E39E}"; // hold training
    pub const FAST_FORWARD: &str = "\u{E6A6}"; // train a finished run further
    pub const GIT_BRANCH: &str = "\u{E278}"; // go on from an earlier epoch as a run of its own
    pub const SCALES: &str = "\u{E750}"; // two ways beside each other
    pub const CHART_LINE_DOWN: &str = "\u{E8B6}"; // look for a learning rate
}

/// Words that a name has to hold, each anywhere in it, upper and lower case alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameSearch {
    words: Vec<String>,
}

impl NameSearch {
    /// The words of a text; a text without any finds everything.
    pub fn of(text: &str) -> Self {
        Self { words: text.to_lowercase().split_whitespace().map(str::to_owned).collect() }
    }

    pub fn finds(&self, name: &str) -> bool {
        if self.words.is_empty() {
            return true;
        }
        let name = name.to_lowercase();
        self.words.iter().all(|word| name.contains(word))
    }
}

/// Draws the field for the words, called `name`. Escape clears it, and leaves it where it is empty.
pub fn search_ui(ui: &mut Ui, text: &mut String, hint: &str, name: &str, width: f32) {
    let field = ui.add(TextEdit::singleline(text).hint_text(hint).desired_width(width));
    if field.lost_focus() && !text.is_empty() && ui.input(|input| input.key_pressed(Key::Escape)) {
        text.clear();
        field.request_focus();
    }
    field.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, name));
}

const ABOVE: f32 = 0.45;

pub fn hint_ui(ui: &mut Ui, text: &str) {
    let above = ui.available_height() * ABOVE;
    ui.vertical_centered(|ui| {
        ui.add_space(above);
        ui.label(RichText::new(text).weak());
    });
}

/// What joins the parts of a key.
const SEPARATOR: &str = " / ";

/// The name as it is where it fits `width` points of small or ordinary text; else its first and last
/// part, `Adelaide / … / Business`; else its two ends with an ellipsis between.
pub fn short_name(ui: &Ui, name: &str, font: &FontId, width: f32) -> String {
    let name = &*visible(name);
    let fits = |text: &str| text_width(ui, font, text) <= width;
    if fits(name) {
        return name.to_owned();
    }
    let ends = without_middle(name).filter(|ends| fits(ends));
    ends.unwrap_or_else(|| without_its_middle(ui, name, font, width))
}

/// The text as it is where it fits `width` points; else its beginning and its end with an ellipsis
/// between: what tells file names apart stands at both ends.
pub fn without_its_middle(ui: &Ui, text: &str, font: &FontId, width: f32) -> String {
    let text = &*visible(text);
    if text_width(ui, font, text) <= width {
        return text.to_owned();
    }
    let letters: Vec<char> = text.chars().collect();
    let kept = |count: usize| {
        let (first, last) = (count.div_ceil(2), count / 2);
        let ends = [&letters[..first], &letters[letters.len() - last..]];
        let [first, last] = ends.map(|end| end.iter().collect::<String>());
        format!("{}…{}", first.trim_end(), last.trim_start())
    };
    let counts: Vec<usize> = (0..letters.len()).collect();
    let fitting = counts.partition_point(|&count| text_width(ui, font, &kept(count)) <= width);
    kept(fitting.saturating_sub(1))
}

/// A number in the precision of lengths and of shares of a picture.
#[expect(clippy::cast_possible_truncation, reason = "a picture needs no more")]
pub const fn narrow(number: f64) -> f32 {
    number as f32
}

/// Width of a text in one line, in points.
pub fn text_width(ui: &Ui, font: &FontId, text: &str) -> f32 {
    let color = eframe::egui::Color32::PLACEHOLDER;
    ui.painter().layout_no_wrap(text.to_owned(), font.clone(), color).size().x
}

fn without_middle(name: &str) -> Option<String> {
    let (first, rest) = name.split_once(SEPARATOR)?;
    let (_, last) = rest.rsplit_once(SEPARATOR)?;
    Some(format!("{first}{SEPARATOR}…{SEPARATOR}{last}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use eframe::egui::TextStyle;

    #[test]
    fn every_word_is_found_anywhere_and_none_finds_all() {
        let search = NameSearch::of(" West  bus ");
        assert!(search.finds("West / Business") && !search.finds("West / Holiday"));
        assert!(
            NameSearch::of("").finds("anything") && NameSearch::of("ÜBER").finds("Übernachtung")
        );
    }

    #[test]
    fn the_middle_of_a_key_gives_way_to_its_ends() {
        let short = without_middle("Adelaide / South Australia / Business");
        assert_eq!(short.as_deref(), Some("Adelaide / … / Business"));
        assert_eq!(without_middle("North / Holiday"), None);
        assert_eq!(without_middle("W1"), None);
    }

    #[test]
    fn a_text_that_is_too_long_loses_its_middle() {
        let cut = |text: &'static str, width: f32| {
            let mut cut = String::new();
            let mut harness = egui_kittest::Harness::new_ui(|ui| {
                let font = TextStyle::Body.resolve(ui.style());
                cut = without_its_middle(ui, text, &font, width);
                assert!(cut == "…" || text_width(ui, &font, &cut) <= width, "{cut}");
            });
            harness.run();
            drop(harness);
            cut
        };
        let name = "Übernachtungen in allen Gegenden des Südens 2024 endgültig.csv";
        assert_eq!(cut(name, 2000.0), name);
        let short = cut(name, 160.0);
        let (first, last) = short.split_once('…').expect("it is cut");
        assert!(name.starts_with(first) && name.ends_with(last), "{short}");
        assert!(first.chars().count() >= 6 && last.ends_with("ig.csv"), "{short}");
        assert_eq!(cut(name, 0.0), "…");
    }

    #[test]
    fn a_name_is_cut_to_its_width_and_no_further() {
        let cut = |name: &'static str, width: f32| {
            let mut cut = String::new();
            let mut harness = egui_kittest::Harness::new_ui(|ui| {
                let font = TextStyle::Body.resolve(ui.style());
                cut = short_name(ui, name, &font, width);
                assert!(cut == "…" || text_width(ui, &font, &cut) <= width, "{cut}");
            });
            harness.run();
            drop(harness);
            cut
        };
        assert_eq!(cut("Adelaide / South Australia / Business", 1000.0).len(), 37);
        assert_eq!(cut("Adelaide / South Australia / Business", 200.0), "Adelaide / … / Business");
        let ends = cut("Adelaide / South Australia / Business", 90.0);
        let (first, last) = ends.split_once('…').expect("it is cut");
        assert!("Adelaide".starts_with(first) && "Business".ends_with(last), "{ends}");
        // Names that differ at their ends still do.
        let [one, other] =
            ["Temperature of the hall 17 in Celsius", "Temperature of the hall 17 in Kelvin"]
                .map(|name| cut(name, 110.0));
        assert_ne!(one, other);
        assert_eq!(cut("Süden", 0.0), "…");
    }
}

//! Names of a panel's series made short: the parts of a key that tell series apart stand at its ends.

use eframe::egui::{FontId, TextStyle, Ui};

/// What joins the parts of a key.
const SEPARATOR: &str = " / ";

/// The name as it is where it fits `width` points of small or ordinary text; else its first and last
/// part, `Adelaide / … / Business`. What is still too wide is for the label to cut.
pub fn short_name(ui: &Ui, name: &str, style: &TextStyle, width: f32) -> String {
    if text_width(ui, &style.resolve(ui.style()), name) <= width {
        return name.to_owned();
    }
    without_middle(name).unwrap_or_else(|| name.to_owned())
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

    #[test]
    fn the_middle_of_a_key_gives_way_to_its_ends() {
        let short = without_middle("Adelaide / South Australia / Business");
        assert_eq!(short.as_deref(), Some("Adelaide / … / Business"));
        assert_eq!(without_middle("North / Holiday"), None);
        assert_eq!(without_middle("W1"), None);
    }
}

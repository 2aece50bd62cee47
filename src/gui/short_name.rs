//! Names of a panel's series made short: the parts of a key that tell series apart stand at its ends.

use eframe::egui::{FontId, Ui};

use crate::series::visible;

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
    use eframe::egui::TextStyle;

    use super::*;

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

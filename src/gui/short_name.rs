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

/// The name made short, and cut where it is still wider than `width` points: for an axis, which a
/// name that is too long would leave at both ends.
pub fn cut_name(ui: &Ui, name: &str, style: &TextStyle, width: f32) -> String {
    let font = style.resolve(ui.style());
    let short = short_name(ui, name, style, width);
    if text_width(ui, &font, &short) <= width {
        return short;
    }
    let cut = |at: usize| {
        let kept = short[..at].trim_end_matches(|sign: char| sign == '…' || sign.is_whitespace());
        format!("{kept}…")
    };
    let ends: Vec<usize> = short.char_indices().map(|(at, _)| at).collect();
    let kept = ends.partition_point(|&at| text_width(ui, &font, &cut(at)) <= width);
    cut(ends[..kept].last().copied().unwrap_or(0))
}

/// The text as it is where it fits `width` points; else its beginning and its end with an ellipsis
/// between: what tells file names apart stands at both ends.
pub fn without_its_middle(ui: &Ui, text: &str, font: &FontId, width: f32) -> String {
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
                cut = cut_name(ui, name, &TextStyle::Body, width);
                let font = TextStyle::Body.resolve(ui.style());
                assert!(cut == "…" || text_width(ui, &font, &cut) <= width, "{cut}");
            });
            harness.run();
            drop(harness);
            cut
        };
        assert_eq!(cut("Adelaide / South Australia / Business", 1000.0).len(), 37);
        assert_eq!(cut("Adelaide / South Australia / Business", 200.0), "Adelaide / … / Business");
        let name = "Übernachtungen in allen Gegenden des Südens";
        let long = cut(name, 100.0);
        let kept = long.strip_suffix('…').expect("it is cut");
        assert!(name.starts_with(kept) && kept.len() > 8, "{long}");
        // A little more room has a letter more.
        assert!(cut(name, 112.0).len() > long.len(), "{long}");
        assert!(!cut("Adelaide / South Australia / Business", 90.0).contains("……"));
        assert_eq!(cut("Süden", 0.0), "…");
    }
}

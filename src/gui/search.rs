//! Finding series by their names, and the field for the words.

use eframe::egui::{Key, Role, TextEdit, Ui, WidgetInfo};

/// Words that a name has to hold, each anywhere in it, upper and lower case alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Search {
    words: Vec<String>,
}

impl Search {
    /// The words of a text; a text without any finds everything.
    pub fn of(text: &str) -> Self {
        Self { words: text.to_lowercase().split_whitespace().map(str::to_owned).collect() }
    }

    /// Whether a name holds all of them.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_found_anywhere_and_none_finds_all() {
        let search = Search::of(" West  bus ");
        assert!(search.finds("West / Business") && !search.finds("West / Holiday"));
        assert!(Search::of("").finds("anything") && Search::of("ÜBER").finds("Übernachtung"));
    }
}

//! Finding series by their names.

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

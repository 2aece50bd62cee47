//! Cells that were not text, as comma-separated text that is read like any other.

/// Text that grows by cells and rows.
#[derive(Default)]
pub(crate) struct TextRows {
    pub text: String,
    is_row_begun: bool,
}

impl TextRows {
    /// Adds a cell. Line endings inside would make two rows of one, and a `#` before it a comment.
    pub fn push(&mut self, cell: &str) {
        if std::mem::replace(&mut self.is_row_begun, true) {
            self.text.push(',');
        }
        let cell = cell.trim();
        if cell.contains(char::is_control) {
            self.push_clean(&cell.replace(char::is_control, " "));
        } else {
            self.push_clean(cell);
        }
    }

    fn push_clean(&mut self, cell: &str) {
        if cell.starts_with('#') {
            self.text.push('"');
            self.text.push_str(&cell.replace('"', "\"\""));
            self.text.push('"');
        } else {
            push_quoted(cell, &mut self.text);
        }
    }

    pub fn end_row(&mut self) {
        self.text.push('\n');
        self.is_row_begun = false;
    }
}

/// Adds a cell, in quotes where it holds what may cut cells.
pub(crate) fn push_quoted(cell: &str, text: &mut String) {
    if cell.contains([',', '"', ';', '\t', '|']) {
        text.push('"');
        text.push_str(&cell.replace('"', "\"\""));
        text.push('"');
    } else {
        text.push_str(cell);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_one_cell_on_one_line() {
        let mut text = TextRows::default();
        for cell in ["a\nb", "c,d", "#e", " f\" "] {
            text.push(cell);
        }
        text.end_row();
        text.push("");
        text.end_row();
        assert_eq!(text.text, "a b,\"c,d\",\"#e\",\"f\"\"\"\n\n");
    }
}

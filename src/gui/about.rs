//! What the program is, and what others wrote of it, with their licences.

use std::sync::LazyLock;

use eframe::egui::{Context, Id, Label, Modal, RichText, ScrollArea, TextStyle, Ui, Vec2};

use super::theme;
use super::widgets::IconButton;

/// Fonts and crates with their versions, licences, and the texts of these.
const THIRD_PARTY: &str = include_str!("../../THIRD-PARTY.md");
/// Size of the list at most, in points; a smaller window has less.
const SIZE: Vec2 = Vec2::new(680.0, 420.0);
/// What the window and the rest of the dialog take of the height, in points.
const AROUND: f32 = 240.0;

#[derive(Debug, PartialEq, Eq)]
enum NoticeLine {
    Title(String),
    Text(String),
}

static NOTICES: LazyLock<Vec<NoticeLine>> = LazyLock::new(|| readable(THIRD_PARTY));

#[derive(Debug, Default)]
pub struct About {
    is_open: bool,
}

impl About {
    pub const fn open(&mut self) {
        self.is_open = true;
    }

    /// Whether it is open: what is pressed is meant for it then.
    pub const fn is_open(&self) -> bool {
        self.is_open
    }

    pub fn about_ui(&mut self, context: &Context) {
        if !self.is_open {
            return;
        }
        let room = context.content_rect().size() - Vec2::new(theme::GRID * 8.0, AROUND);
        let shown =
            Modal::new(Id::unique("about")).show(context, |ui| about_ui(ui, SIZE.min(room)));
        // Escape and a click beside the dialog close it too.
        if shown.inner || shown.should_close() {
            self.is_open = false;
        }
    }
}

fn about_ui(ui: &mut Ui, size: Vec2) -> bool {
    ui.set_width(size.x);
    ui.label(theme::strong(concat!("Tidegate ", env!("CARGO_PKG_VERSION"))));
    ui.label(env!("CARGO_PKG_DESCRIPTION"));
    ui.label(concat!("Licence: ", env!("CARGO_PKG_LICENSE")));
    ui.separator();
    let height = ui.text_style_height(&TextStyle::Monospace);
    let list = ScrollArea::both().auto_shrink(false).max_height(size.y);
    list.show_rows(ui, height, NOTICES.len(), |ui, shown| {
        for line in &NOTICES[shown] {
            match line {
                NoticeLine::Title(text) => ui.label(theme::strong(text)),
                NoticeLine::Text(text) => {
                    ui.add(Label::new(RichText::new(text).monospace()).extend())
                }
            };
        }
    });
    ui.add_space(theme::GRID / 2.0);
    IconButton::new("", "Close").min_size(88.0, 28.0).show(ui).clicked()
}

/// The lines as people read them: headings without their signs, tables without their rules, texts
/// without their fences and otherwise as they are.
fn readable(markdown: &str) -> Vec<NoticeLine> {
    let mut lines = Vec::new();
    let mut is_fenced = false;
    for line in markdown.lines() {
        if line.starts_with("```") {
            is_fenced = !is_fenced;
        } else if is_fenced {
            lines.push(NoticeLine::Text(line.to_owned()));
        } else if line.starts_with('#') {
            lines.push(NoticeLine::Title(line.trim_start_matches('#').trim().to_owned()));
        } else if let Some(row) = line.strip_prefix('|') {
            if !row.chars().all(|sign| matches!(sign, '|' | '-' | ' ')) {
                let cells = row.trim_end_matches('|').split('|');
                let cells: Vec<&str> =
                    cells.map(|cell| cell.strip_prefix(' ').unwrap_or(cell)).collect();
                lines.push(NoticeLine::Text(cells.join(" ").trim_end().to_owned()));
            }
        } else {
            lines.push(NoticeLine::Text(line.to_owned()));
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_of_markdown_are_not_shown_and_texts_stay() {
        let markdown = "# Title\n\n| Crate | Version |\n| ----- | ------- |\n| a     | 1       |\n\n\
                        ## MIT: a 1\n\n```text\n# kept | as it is\n```\n";
        let title = |text: &str| NoticeLine::Title(text.to_owned());
        let text = |text: &str| NoticeLine::Text(text.to_owned());
        let expected = [
            title("Title"),
            text(""),
            text("Crate  Version"),
            text("a      1"),
            text(""),
            title("MIT: a 1"),
            text(""),
            text("# kept | as it is"),
        ];
        assert_eq!(readable(markdown), expected);
    }
}

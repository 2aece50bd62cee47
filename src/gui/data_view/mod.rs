//! Ways of looking at the data, one a file: each with a sentence that tells how to read it.
//!
//! Not for computing: what takes longer than a blink comes from the study of the document or from
//! its outlines.

pub mod multiples;
pub mod season;
pub mod series;
pub mod study;

use eframe::egui::{Button, Color32, ComboBox, Response, RichText, Role, Stroke, Ui, WidgetInfo};

use crate::app::{AppState, Command, DataView, Document};
use crate::import::Place;

use super::theme;
use super::widgets::check_box;

/// Width that the row of views needs, in points; where there is less they are a menu.
const ROW_WIDTH: f32 = 516.0;

#[derive(Debug, Clone, Default, PartialEq)]
pub struct DataLook {
    pub log: bool,
    /// Compared series are drawn on their own ranges.
    pub scaled: bool,
    pub same_scale: bool,
    pub focus: Option<Focus>,
}

/// A row of the file that is shown in table and plot.
#[derive(Debug, Clone, PartialEq)]
pub struct Focus {
    /// Its line in the file, counted from 1.
    pub line: usize,
    /// Where it stands in the series, if it stands anywhere.
    pub place: Option<Place>,
    pub plot_moves: bool,
    pub table_moves: bool,
}

/// Name, tooltip and how to read it.
const fn words(view: DataView) -> [&'static str; 3] {
    match view {
        DataView::Series => [
            "Series",
            "The series over time, and what became of every row of the file",
            "Look for a trend, a season and a level that shifts; then for what breaks them: gaps and odd values.",
        ],
        DataView::Table => [
            "Table",
            "Rows as the file writes them, and what each column is for",
            "Under each name stands what the column is read as; a click there changes it.",
        ],
        DataView::Columns => [
            "Columns",
            "The value columns of the file over one time axis",
            "One time axis for all: a column that moves before another helps to forecast it.",
        ],
        DataView::Panel => [
            "Panel",
            "Every series of the file, small",
            "Look for shapes that repeat and for those that stand apart. A click makes a series the target; a tick compares it.",
        ],
        DataView::Season => [
            "Season",
            "Seasons laid over each other",
            "Lines that rise and fall together are a season. Lines that climb with age are a trend; lines that fan out ask for a log.",
        ],
        DataView::Distribution => [
            "Distribution",
            "How often values occur",
            "A long tail to the right asks for a log; two humps are two regimes; a lone bar far out is worth a look.",
        ],
        DataView::Autocorrelation => [
            "Autocorrelation",
            "How alike values are some rows apart",
            "Bars beyond the band are hardly chance. Peaks at whole seasons are a season, a slow fall is a trend.",
        ],
    }
}

/// Why a view has nothing to show of this file, if it has nothing.
fn blocker(view: DataView, document: &Document, compared: usize) -> Option<&'static str> {
    match view {
        DataView::Columns if columns_of(document).len() + compared < 2 => {
            Some("The file has one value column")
        }
        DataView::Panel if document.data.candidates.len() < 2 => Some("The file holds one series"),
        _ => None,
    }
}

/// Places in the panel of the value columns beside the target, itself included: all of its key.
pub fn columns_of(document: &Document) -> Vec<usize> {
    let per_key = document.data.reading.series_per_key();
    let first = document.data.reading.target - document.data.reading.target % per_key;
    // Categories are codes, not amounts.
    let key = first..first + per_key;
    document.data.candidates.iter().copied().filter(|place| key.contains(place)).collect()
}

/// The view to draw: the one last chosen, or the series itself where that has nothing to show.
pub fn shown(state: &AppState, document: &Document, compared: usize) -> DataView {
    let wanted = state.preferences.data_view;
    blocker(wanted, document, compared).map_or(wanted, |_| DataView::Series)
}

pub fn views_ui(
    ui: &mut Ui,
    front: DataView,
    document: &Document,
    compared: usize,
    commands: &mut Vec<Command>,
) {
    let mut chosen = front;
    let [front_name, _, how_to_read] = words(front);
    let mut choices = |ui: &mut Ui| {
        for view in DataView::ALL {
            let [name, tooltip, _] = words(view);
            let why = blocker(view, document, compared);
            let response = choice_ui(ui, name, view == front, why.is_none());
            let response = match why {
                Some(why) => response.on_disabled_hover_text(why),
                None => response.on_hover_text(tooltip),
            };
            if response.clicked() {
                chosen = view;
            }
        }
    };
    if ui.available_width() < ROW_WIDTH {
        ui.horizontal(|ui| {
            let label = ui.label("Look at");
            let menu = ComboBox::from_id_salt("data view").selected_text(front_name);
            menu.show_ui(ui, choices).response.labelled_by(label.id);
        });
    } else {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = theme::GRID / 2.0;
            ui.spacing_mut().button_padding.x = theme::GRID;
            choices(ui);
        });
    }
    if chosen != front {
        commands.push(Command::SetDataView(chosen));
    }
    ui.label(theme::fine_print(how_to_read));
}

/// One of a row of choices; the chosen one stands on a tinted ground.
fn choice_ui(ui: &mut Ui, name: &str, chosen: bool, enabled: bool) -> Response {
    let text = if chosen { theme::strong(name) } else { RichText::new(name) };
    let mut button = Button::new(text).stroke(Stroke::NONE);
    if !chosen {
        button = button.fill(Color32::TRANSPARENT);
    }
    let response = ui.add_enabled(enabled, button);
    response.widget_info(|| WidgetInfo::selected(Role::RadioButton, enabled, chosen, name));
    response
}

/// A switch that is off, with a reason, where it makes no sense.
pub fn switch_ui(
    ui: &mut Ui,
    on: &mut bool,
    name: &str,
    tooltip: &str,
    why_not: Option<&str>,
) -> bool {
    let mut shown = *on && why_not.is_none();
    let response = check_box(ui, why_not.is_none(), &mut shown, name);
    let response = match why_not {
        Some(why) => response.on_disabled_hover_text(why),
        None => response.on_hover_text(tooltip),
    };
    if response.changed() {
        *on = shown;
    }
    shown
}

/// Says that a picture is still being made, or why there is none.
pub fn waiting_ui(ui: &mut Ui, state: &AppState, why_none: &str) {
    let making = state.document.study_job.is_some() || state.document.opening.is_some();
    let text = if making { "Looking through the series…" } else { why_none };
    ui.add_space(theme::GRID * 4.0);
    ui.vertical_centered(|ui| {
        if making {
            ui.spinner();
        }
        ui.label(RichText::new(text).weak());
    });
}

//! What the window itself remembers: the tab in front, ranges to be shown next, and the panels at both
//! sides.

use eframe::egui::{
    Button, KeyboardShortcut, Rect, Response, Role, Stroke, StrokeKind, Ui, Vec2, WidgetInfo, pos2,
};

use crate::app::{Command, Document, JobId, Preferences, RunId};

use super::about::About;
use super::baseline_settings::BaselineDraft;
use super::data_table::DataTable;
use super::data_view::DataLook;
use super::series_list::SeriesList;
use super::tab::evaluate::PanelLook;
use super::tab::windows::Example;
use super::wish::shortcuts;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tab {
    /// The series, its table and what was read.
    Data,
    Windows,
    Training,
    #[default]
    Forecast,
    /// What baselines leave over.
    Residuals,
    /// Baselines over all series of a panel.
    Evaluate,
}

impl Tab {
    pub const ALL: [Tab; 6] =
        [Tab::Data, Tab::Windows, Tab::Training, Tab::Forecast, Tab::Residuals, Tab::Evaluate];

    /// Whether the tab has anything to show for a file: only a panel has many series to evaluate on.
    pub fn is_of_use(self, document: &Document) -> bool {
        !matches!(self, Self::Evaluate) || document.data.targets.len() > 1
    }

    /// The tab's name.
    pub const fn name(self) -> &'static str {
        match self {
            Tab::Data => "Data",
            Tab::Windows => "Windows",
            Tab::Training => "Training",
            Tab::Forecast => "Forecast",
            Tab::Residuals => "Residuals",
            Tab::Evaluate => "Evaluate",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ForecastRange {
    /// The last rows and the forecast.
    Recent,
    All,
}

/// Whose prediction intervals are drawn.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Fan {
    #[default]
    Best,
    /// Those of the run of this label.
    Of(String),
    None,
}

/// Lists of the start page that show all they have, not only the newest.
#[derive(Debug, Clone, Copy, Default)]
pub struct StartLists {
    pub all_interrupted: bool,
    /// Runs that cannot be read.
    pub all_broken_runs: bool,
}

/// View state that is no part of the program's state.
#[derive(Debug, Default)]
pub struct View {
    pub tab: Tab,
    pub about: About,
    pub start_lists: StartLists,
    /// A range to show in the next frame, then forgotten.
    pub forecast_range: Option<ForecastRange>,
    /// The reading and the series that the view was last set up for.
    pub shown: Option<(JobId, String)>,
    /// The horizon and the first held-out row that the view was last set up for.
    pub shown_ends: Option<(usize, usize)>,
    /// Which training window or chunk the Windows tab draws, from 0.
    pub example_window: usize,
    /// The window or chunk under the pointer there.
    pub pointed: Option<Example>,
    pub look: DataLook,
    pub series: SeriesList,
    pub table: DataTable,
    /// Settings of how the file is read are unfolded.
    pub reading_settings: bool,
    /// Rarely used settings are unfolded.
    pub more_settings: bool,
    /// The run whose residuals are looked at; the best where none is named.
    pub looked_through: Option<String>,
    /// Whose training is looked at; what learns, else the newest network, where none is chosen.
    pub looked_at: Option<RunId>,
    /// The epoch of it that is selected; the best of a run, the latest of what learns, where none
    /// is.
    pub looked_back: Option<usize>,
    /// Epochs that a run is trained further for, where they were set.
    pub more_epochs: Option<usize>,
    /// The training job that the view was last set up for.
    pub learns: Option<JobId>,
    /// The training job that waits for an answer, if one does.
    pub halted: Option<JobId>,
    pub fan: Fan,
    pub panel: PanelLook,
    /// Orders by hand that are being put together.
    pub baseline_draft: BaselineDraft,
}

impl View {
    /// Goes where a network that begins to learn is seen: its loss curve, where that was looked at,
    /// else its forecast.
    pub fn show_learning(&mut self) {
        if self.tab != Tab::Training {
            self.tab = Tab::Forecast;
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SidePanel {
    /// The settings, on the left.
    Settings,
    /// The scorecard, on the right.
    Scorecard,
}

impl SidePanel {
    /// Both, from left to right.
    pub const ALL: [Self; 2] = [Self::Settings, Self::Scorecard];

    /// What it holds.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Settings => "Settings",
            Self::Scorecard => "Scorecard",
        }
    }

    pub const fn shortcut(self) -> &'static KeyboardShortcut {
        match self {
            Self::Settings => &shortcuts::FOLD_SETTINGS,
            Self::Scorecard => &shortcuts::FOLD_SCORECARD,
        }
    }

    pub const fn is_folded(self, preferences: &Preferences) -> bool {
        match self {
            Self::Settings => preferences.settings_folded,
            Self::Scorecard => preferences.scorecard_folded,
        }
    }

    /// What folds it away where it is shown, and shows it where it is not.
    pub const fn toggle(self, preferences: &Preferences) -> Command {
        let folded = !self.is_folded(preferences);
        match self {
            Self::Settings => Command::FoldSettings(folded),
            Self::Scorecard => Command::FoldScorecard(folded),
        }
    }
}

/// Draws the button that folds a panel away or shows it: a window with that side filled.
pub fn fold_ui(
    ui: &mut Ui,
    panel: SidePanel,
    preferences: &Preferences,
    commands: &mut Vec<Command>,
) {
    let is_folded = panel.is_folded(preferences);
    let size = Vec2::new(28.0, ui.spacing().interact_size.y);
    let response = ui.add_sized(size, Button::new("").frame(false));
    picture(ui, &response, panel, is_folded);
    let does = if is_folded { "Show" } else { "Fold away" };
    let name = format!("{does} the {}", panel.name().to_lowercase());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &name));
    let keys = ui.ctx().format_shortcut(panel.shortcut());
    if response.on_hover_text(format!("{name} ({keys})")).clicked() {
        commands.push(panel.toggle(preferences));
    }
}

fn picture(ui: &Ui, response: &Response, panel: SidePanel, is_folded: bool) {
    let visuals = ui.style().interact(response);
    let stroke = Stroke::new(1.2, visuals.text_color());
    let window = Rect::from_center_size(response.rect.center(), Vec2::new(16.0, 12.0));
    ui.painter().rect_stroke(window, 2.0, stroke, StrokeKind::Inside);
    let (from, to) = match panel {
        SidePanel::Settings => (window.left(), window.left() + 5.5),
        SidePanel::Scorecard => (window.right() - 5.5, window.right()),
    };
    let side = Rect::from_min_max(pos2(from, window.top()), pos2(to, window.bottom()));
    if is_folded {
        ui.painter().rect_stroke(side, 2.0, stroke, StrokeKind::Inside);
    } else {
        ui.painter().rect_filled(side, 2.0, stroke.color);
    }
}

/// Draws contents that keep to the width of their panel: wider ones are cut, and make it no wider.
pub fn within_ui(ui: &mut Ui, contents: impl FnOnce(&mut Ui)) {
    let place = ui.available_rect_before_wrap();
    let mut inside = ui.new_child(eframe::egui::UiBuilder::new().max_rect(place));
    inside.shrink_clip_rect(place.expand2(Vec2::new(12.0, 0.0)));
    contents(&mut inside);
    ui.advance_cursor_after_rect(place);
}

/// Windows narrower than this leave the middle more room, in points.
const NARROW: f32 = 1180.0;
/// Width of the scorecard at least: a model, its MASE, its time.
pub const NARROWEST_RUNS: f32 = 268.0;

/// Widths of the panels at the sides, in points. In a narrow window they are others, and what they
/// were drawn to in a wide one is kept for it.
pub struct Sides {
    pub recipe: f32,
    pub runs: f32,
    narrow: bool,
}

impl Sides {
    /// The widths in a window as wide as this.
    pub fn of(width: f32) -> Self {
        let narrow = width < NARROW;
        let (recipe, runs) = if narrow { (268.0, NARROWEST_RUNS) } else { (284.0, 456.0) };
        Self { recipe, runs, narrow }
    }

    /// The name that a panel's width is kept by.
    pub fn name(&self, panel: &str) -> String {
        if self.narrow { format!("{panel}, narrow") } else { panel.to_owned() }
    }
}

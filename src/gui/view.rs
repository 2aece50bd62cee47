//! What the window itself remembers: the tab in front and ranges to be shown next.

use crate::app::JobId;
use crate::app::{Document, RunId};

use super::about::About;
use super::baseline_settings::BaselineDraft;
use super::data_table::DataTable;
use super::data_view::DataLook;
use super::panel_scores::PanelLook;
use super::series_list::SeriesList;
use super::tab::windows::Example;

/// The tabs of the middle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tab {
    /// The series, its table and what was read.
    Data,
    /// Parts and windows.
    Windows,
    /// Loss curves.
    Training,
    /// Forecasts beside the data.
    #[default]
    Forecast,
    /// What baselines leave over.
    Residuals,
    /// Baselines over all series of a panel.
    Evaluate,
}

impl Tab {
    /// All tabs, in the order of the work.
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

/// How much of the series a plot shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Range {
    /// The last rows and the forecast.
    Recent,
    /// Everything.
    All,
}

/// Whose prediction intervals are drawn.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Fan {
    /// Those of the best model that has any.
    #[default]
    Best,
    /// Those of the run of this label.
    Of(String),
    /// Nobody's.
    None,
}

/// Lists of the start page that show all they have, not only the newest.
#[derive(Debug, Clone, Copy, Default)]
pub struct StartLists {
    /// Runs that were interrupted.
    pub all_cut_off: bool,
    /// Runs that cannot be read.
    pub all_broken_runs: bool,
}

/// View state that is no part of the program's state.
#[derive(Debug, Default)]
pub struct View {
    /// The tab in front.
    pub tab: Tab,
    /// The window that says what the program is.
    pub about: About,
    /// Which lists of the start page are unfolded.
    pub start_lists: StartLists,
    /// A range to show in the next frame, then forgotten.
    pub forecast_range: Option<Range>,
    /// The reading and the series that the view was last set up for.
    pub shown: Option<(JobId, String)>,
    /// The horizon and the first held-out row that the view was last set up for.
    pub shown_ends: Option<(usize, usize)>,
    /// Which training window or chunk the Windows tab draws, from 0.
    pub example_window: usize,
    /// The window or chunk under the pointer there.
    pub pointed: Option<Example>,
    /// How the data are looked at.
    pub look: DataLook,
    /// The list of a panel's series.
    pub series: SeriesList,
    /// The table of the file's first rows.
    pub table: DataTable,
    /// Settings of how the file is read are unfolded.
    pub reading_settings: bool,
    /// Rarely used settings are unfolded.
    pub more_settings: bool,
    /// The run whose residuals are looked at; the best where none is named.
    pub looked_through: Option<String>,
    /// Whose training is looked at; what learns, else the newest network, where none is chosen.
    pub looked_at: Option<RunId>,
    /// The epoch of it that is looked back on; the best of a run, the latest of what learns, where none
    /// is.
    pub looked_back: Option<usize>,
    /// Epochs that a run is trained further for, where they were set.
    pub more_epochs: Option<usize>,
    /// The training job that the view was last set up for.
    pub learns: Option<JobId>,
    /// The training job that waits for an answer, if one does.
    pub halted: Option<JobId>,
    /// Whose intervals the forecast shows.
    pub fan: Fan,
    /// How the scores of a panel are looked at.
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

//! What the window itself remembers: the tab in front and ranges to be shown next.

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
}

impl Tab {
    /// All tabs, in the order of the work.
    pub const ALL: [Tab; 4] = [Tab::Data, Tab::Windows, Tab::Training, Tab::Forecast];

    /// The tab's name.
    pub const fn name(self) -> &'static str {
        match self {
            Tab::Data => "Data",
            Tab::Windows => "Windows",
            Tab::Training => "Training",
            Tab::Forecast => "Forecast",
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

/// View state that is no part of the program's state.
#[derive(Debug, Default)]
pub struct View {
    /// The tab in front.
    pub tab: Tab,
    /// A range to show in the next frame, then forgotten.
    pub forecast_range: Option<Range>,
    /// The file the view was last set up for.
    pub shown_source: Option<String>,
    /// Which training window the Windows tab draws, from 0.
    pub example_window: usize,
    /// Rarely used settings are unfolded.
    pub more_settings: bool,
}

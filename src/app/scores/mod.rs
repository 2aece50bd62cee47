//! Scores of statistical baselines: of the open series, and over all series of a panel.
//!
//! Not for networks, which are trained, nor for the list that scored runs stand on.

mod jobs;
mod state;

pub use jobs::{
    HoldOut, PanelJob, PanelRow, PanelScores, ScoresMessage, ScoresNews, ScoresTable, UnderWay,
};
pub use state::ScoresState;

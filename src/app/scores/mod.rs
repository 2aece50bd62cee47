//! Scores of statistical baselines: of the open series, and over all series of a panel.
//!
//! Not for networks, which are trained, nor for the list that scored runs stand on.

mod baselines;
mod message;
mod panel;
mod panel_job;
mod state;
mod table;

pub use message::{ScoresMessage, ScoresNews};
pub use panel::{HoldOut, PanelJob, PanelRow, PanelScores, UnderWay};
pub use state::ScoresState;
pub use table::ScoresTable;

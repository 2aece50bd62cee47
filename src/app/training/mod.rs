//! Training: the network that learns, those that wait their turn, and what is tried out beforehand.
//!
//! Not for how a network learns, which is `train`'s, nor for what becomes of it on the list of runs.

mod assignment;
mod keeping;
mod learning;
mod message;
mod meter;
mod pacing;
mod progress;
mod rate_search;
mod state;
mod steering;
mod train_job;
mod trained;
mod waiting;

pub use assignment::{Assignment, Before};
pub(super) use keeping::Keeping;
pub use learning::{Learning, Phase, Training};
pub use message::TrainingMessage;
pub use progress::BatchProgress;
pub use rate_search::RateSearch;
pub use state::TrainingState;
pub use trained::TrainingNews;

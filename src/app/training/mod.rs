//! Training: the network that learns, those that wait their turn, and what is tried out beforehand.
//!
//! Not for how a network learns, which is `train`'s, nor for what becomes of it on the list of runs.

mod assignment;
mod learning;
mod message;
mod meter;
mod pacing;
mod state;
mod train_job;
mod trained;

pub use assignment::{Assignment, Before};
pub use learning::{Learning, Phase, Training};
pub use message::{BatchProgress, TrainingMessage};
pub use pacing::RateSearch;
pub use state::TrainingState;
pub(super) use train_job::Keeping;
pub use trained::TrainingNews;

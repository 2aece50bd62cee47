//! A series prepared for looking at: its outline, its distribution, its seasons over each other.
//!
//! Made in jobs, so that no frame waits. Knows rows and values, not pixels.

mod histogram;
mod overlaid_seasons;
mod pyramid;

pub use histogram::{BinRule, Histogram};
pub use overlaid_seasons::{OverlaidSeasons, SeasonLine};
pub use pyramid::{Pyramid, row_outline};

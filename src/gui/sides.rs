//! How wide the panels at the sides are.

/// Windows narrower than this leave the middle more room, in points.
const NARROW: f32 = 1180.0;
/// Width of the scorecard at least: a model, its MASE, its time.
pub const NARROWEST_RUNS: f32 = 268.0;

/// Widths of the panels at the sides, in points. In a narrow window they are others, and what they
/// were drawn to in a wide one is kept for it.
pub struct Sides {
    /// Of the settings.
    pub recipe: f32,
    /// Of the scorecard.
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

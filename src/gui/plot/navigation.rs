//! What part of a plot is in view, and how it moves: pan, zoom, scale, box, reset. Whatever is asked
//! for, some of the data stay in view.
//!
//! Not for reading mouse and keyboard (`gestures`), nor for drawing (`series_plot`).

/// Share of the view, or of the data where they are shorter, that stays covered by data.
const KEPT: f64 = 0.25;
/// Share of the view that data keep away from its edges, however short they are.
const EDGE: f64 = 0.02;
/// How much more than all data a view may show.
const WIDEST: f64 = 1.5;
/// How much more than the values in view a value axis may show.
const TALLEST: f64 = 20.0;
/// How much less than the values in view a value axis may show.
const SHORTEST: f64 = 1e-4;
/// Margin beside all data, as a share of their span.
const TIME_MARGIN: f64 = 0.01;
/// Margin above and below the values in view, as a share of their span.
const VALUE_MARGIN: f64 = 0.05;
/// No end of a view lies beyond: its width is still a number.
const FARTHEST: f64 = 1e300;

/// A stretch of an axis, from `low` to `high`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AxisSpan {
    pub low: f64,
    pub high: f64,
}

impl AxisSpan {
    /// A stretch between two ends, in either order.
    pub fn new(a: f64, b: f64) -> Self {
        let (a, b) = (a.clamp(-FARTHEST, FARTHEST), b.clamp(-FARTHEST, FARTHEST));
        Self { low: a.min(b), high: a.max(b) }
    }

    pub fn width(self) -> f64 {
        self.high - self.low
    }

    /// The coordinate at a share of the way from its lower end.
    pub fn at(self, share: f64) -> f64 {
        self.low + share * self.width()
    }

    pub fn contains(self, at: f64) -> bool {
        (self.low..=self.high).contains(&at)
    }

    /// Whether the two have a part in common.
    pub fn meets(self, other: Self) -> bool {
        self.low <= other.high && other.low <= self.high
    }

    fn is_finite(self) -> bool {
        self.low.is_finite() && self.high.is_finite()
    }

    fn moved(self, share: f64) -> Self {
        Self::new(self.at(share), self.at(1.0 + share))
    }

    /// Made `factor` times narrower about a share of the way from its lower end.
    fn zoomed(self, factor: f64, about: f64) -> Self {
        let fixed = self.at(about);
        Self::new(fixed - (fixed - self.low) / factor, fixed + (self.high - fixed) / factor)
    }

    /// With a margin on both sides, as a share of its width; a point gets a width of its own.
    fn with_margin(self, share: f64) -> Self {
        let least = (self.low.abs().max(self.high.abs()) * 0.05).max(f64::MIN_POSITIVE * 1e10);
        let width = self.width();
        // Values that are as good as equal have no span to take a share of.
        let margin = if width > least * 1e-9 { width * share } else { least };
        let margin = if self.low == 0.0 && self.high == 0.0 { 1.0 } else { margin };
        Self::new(self.low - margin, self.high + margin)
    }

    /// The nearest stretch that is no narrower than `least`, no wider than `most`, and shows some of
    /// `data`.
    fn kept_on(self, data: Self, least: f64, most: f64) -> Self {
        if !self.is_finite() {
            return data;
        }
        let middle = self.low.midpoint(self.high);
        let width = self.width().clamp(least.min(most), most);
        let kept = (KEPT * width.min(data.width())).max(EDGE * width);
        let low = (middle - width / 2.0).max(data.low - width + kept).min(data.high - kept);
        Self::new(low, low + width)
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TimeExtent {
    pub time: AxisSpan,
    /// The narrowest view of it: a few rows.
    pub least: f64,
}

impl TimeExtent {
    /// All of it with a margin: what is shown at first.
    pub fn whole(&self) -> AxisSpan {
        self.time.with_margin(TIME_MARGIN)
    }
}

/// A movement of the view. Places and distances are shares of what is shown, from the left and from
/// the bottom.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Move {
    /// Later, and up where values are scaled by hand.
    Pan {
        time: f64,
        values: f64,
    },
    /// Values alone, which are scaled by hand from here on.
    Lift(f64),
    /// A shorter time (factors above 1) about a place.
    ZoomTime {
        factor: f64,
        /// What stays where it is.
        about: f64,
    },
    /// Fewer values (factors above 1) about the middle.
    ScaleValues(f64),
    /// What lies in a box; of values as well where it is more than a stroke.
    Box {
        time: [f64; 2],
        values: Option<[f64; 2]>,
    },
    Reset,
    ResetTime,
    FitValues,
}

/// The part of a plot that was asked for: nothing where it follows the data.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct InView {
    /// Time, or all of it.
    pub time: Option<AxisSpan>,
    /// Values as they were scaled by hand, or those that fit.
    pub values: Option<AxisSpan>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PlotView {
    pub time: AxisSpan,
    pub values: AxisSpan,
}

impl InView {
    pub fn apply(&mut self, step: Move, shown: PlotView, extent: &TimeExtent) {
        let PlotView { time, values } = shown;
        match step {
            Move::Pan { time: by, values: up } => {
                self.time = Some(time.moved(by));
                if self.values.is_some() {
                    self.values = Some(values.moved(up));
                }
            }
            Move::Lift(by) => self.values = Some(values.moved(by)),
            Move::ZoomTime { factor, about } => self.time = Some(time.zoomed(factor, about)),
            Move::ScaleValues(factor) => self.values = Some(values.zoomed(factor, 0.5)),
            Move::Box { time: across, values: up } => {
                self.time = Some(AxisSpan::new(time.at(across[0]), time.at(across[1])));
                if let Some(up) = up {
                    self.values = Some(AxisSpan::new(values.at(up[0]), values.at(up[1])));
                }
            }
            Move::Reset => *self = Self::default(),
            Move::ResetTime => self.time = None,
            Move::FitValues => self.values = None,
        }
        self.time = self.time.map(|time| kept_time(time, extent));
        // As wide as can be is all there is.
        if self.time.is_some_and(|time| time.width() >= extent.whole().width() * WIDEST) {
            self.time = None;
        }
    }

    pub fn time_shown(&self, extent: &TimeExtent) -> AxisSpan {
        self.time.map_or_else(|| extent.whole(), |time| kept_time(time, extent))
    }

    /// What to show of values, where `found` are those in view. Scaling by hand ends where it would
    /// leave none of them.
    pub fn values_shown(&mut self, found: Option<AxisSpan>, before: AxisSpan) -> AxisSpan {
        let Some(found) = found else { return self.values.unwrap_or(before) };
        let fitting = found.with_margin(VALUE_MARGIN);
        self.values = self.values.filter(|values| values.meets(found));
        let Some(values) = self.values else { return fitting };
        let (least, most) = (fitting.width() * SHORTEST, fitting.width() * TALLEST);
        let kept = values.kept_on(found, least, most);
        self.values = Some(kept);
        kept
    }
}

fn kept_time(time: AxisSpan, extent: &TimeExtent) -> AxisSpan {
    time.kept_on(extent.time, extent.least, extent.whole().width() * WIDEST)
}

#[cfg(test)]
#[path = "navigation_tests.rs"]
mod tests;

//! The icons in `assets/fonts/phosphor-subset.ttf`. An icon stands beside words or has a tooltip.

/// Start training.
pub const PLAY: &str = "\u{E3D0}";
/// Stop training.
pub const STOP: &str = "\u{E46C}";
/// Open a file.
pub const FOLDER_OPEN: &str = "\u{E256}";
/// Save to a file.
pub const DOWNLOAD_SIMPLE: &str = "\u{E20C}";
/// Close or dismiss.
pub const X: &str = "\u{E4F6}";
/// Back to the defaults.
pub const ARROW_COUNTER_CLOCKWISE: &str = "\u{E038}";
/// Something is wrong here.
pub const WARNING: &str = "\u{E4E0}";
/// Something was done.
pub const CHECK_CIRCLE: &str = "\u{E184}";
/// Remove.
pub const TRASH: &str = "\u{E4A6}";
/// A recent file.
pub const CLOCK_COUNTER_CLOCKWISE: &str = "\u{E1A0}";
/// A fix for a problem.
pub const WRENCH: &str = "\u{E5D4}";
/// Something worth knowing.
pub const INFO: &str = "\u{E2CE}";
/// Hold training.
pub const PAUSE: &str = "\u{E39E}";
/// Train a finished run further.
pub const FAST_FORWARD: &str = "\u{E6A6}";
/// Go on from an earlier epoch as a run of its own.
pub const GIT_BRANCH: &str = "\u{E278}";
/// Two ways beside each other.
pub const SCALES: &str = "\u{E750}";
/// Look for a learning rate.
pub const CHART_LINE_DOWN: &str = "\u{E8B6}";

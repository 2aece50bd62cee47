//! Which rows of a window or chunk are asked for a forecast while a network learns.

use serde::{Deserialize, Serialize};

/// Rows of a window or chunk that a network is corrected at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Supervision {
    /// The last row alone forecasts its next `horizon` values: `return_sequences=False` in Keras.
    #[default]
    Last,
    /// Every row forecasts its own next `horizon` values: `return_sequences=True` in Keras.
    Every,
}

impl Supervision {
    /// Both, the default first.
    pub const ALL: [Self; 2] = [Self::Last, Self::Every];

    /// The name in recipe files, flags and messages.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Last => "last",
            Self::Every => "every",
        }
    }
}

//! What a column is for.

use crate::series::CovariateRole;

/// What a column is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// The dates or positions of the rows.
    Time,
    /// A part of the name of the row's series.
    Id,
    /// A series that can be forecast; `Reading::target` says which one is.
    Target,
    /// A series known up to the forecast's origin.
    PastCovariate,
    /// A series known past the origin too.
    FutureCovariate,
    /// The same in every row of a series.
    Static,
    /// A series that only numbers the rows; never the target by default.
    RowNumber,
    /// Words, or dates beside the time column.
    Text,
    /// No cell holds anything.
    Empty,
    /// Left out by the settings.
    Ignored,
}

impl Role {
    /// Whether columns of this role are series of the panel.
    pub const fn is_series(self) -> bool {
        matches!(self, Self::Target | Self::PastCovariate | Self::FutureCovariate | Self::RowNumber)
    }

    /// When a column of this role is known beside a target; `None` for other roles.
    pub const fn covariate(self) -> Option<CovariateRole> {
        match self {
            Self::PastCovariate => Some(CovariateRole::Past),
            Self::FutureCovariate => Some(CovariateRole::Future),
            Self::Static => Some(CovariateRole::Static),
            _ => None,
        }
    }
}

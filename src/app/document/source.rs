//! Where the rows of the open series come from.

use std::path::PathBuf;

use crate::import::Sample;
use crate::project::runs::DataSource;
use crate::series::visible;

/// What is opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A file of the person's.
    File(PathBuf),
    /// A series built into the program.
    Sample(Sample),
}

impl Source {
    /// The file's name without its folder, or the sample's title, for a person.
    pub fn title(&self) -> String {
        match self {
            Self::File(path) => {
                visible(&path.file_name().unwrap_or(path.as_os_str()).to_string_lossy())
                    .into_owned()
            }
            Self::Sample(sample) => sample.title().to_owned(),
        }
    }

    /// The same as a run remembers it.
    pub fn data(&self) -> DataSource {
        match self {
            Self::File(path) => DataSource::file(path),
            Self::Sample(sample) => DataSource::sample(*sample),
        }
    }

    /// Where the rows of a run are; `None` for a sample that this program does not have.
    pub fn of_data(data: &DataSource) -> Option<Self> {
        match data {
            DataSource::File(path) => Some(Self::File(path.clone())),
            DataSource::Sample(name) => Sample::from_name(name).map(Self::Sample),
        }
    }
}

//! What the window asks for (commands), and what a person sees of what came of it (notices).

use std::path::PathBuf;

use super::preferences::{DataView, Theme};
use super::runs::RunId;
use super::scores::ScoresTable;
use crate::import::Sample;
use crate::project::Recipe;
use crate::train::Change;

/// One request.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    OpenFile(PathBuf),
    /// Open a series that is built into the program.
    OpenSample(Sample),
    /// Go back to the start page; runs stay listed.
    CloseFile,
    /// Forecast another column.
    SetTarget(String),
    /// Change settings.
    EditRecipe(Box<Recipe>),
    /// Settings as the data suggest.
    UseDefaults,
    /// Take the last edit back.
    Undo,
    /// Make it again.
    Redo,
    /// Train the network of the recipe.
    Train,
    /// Train the network of the recipe stateless, then stateful, with one seed and budget.
    TrainBothWays,
    /// Stop reading a file; what is open stays.
    StopReading,
    /// Look for a learning rate.
    FindRate,
    /// Put the search for a learning rate away.
    DropRates,
    /// End training, change the settings and train again.
    TrainInstead(Box<Recipe>),
    /// Train further from where a run was after an epoch, as a run of its own.
    GoOn {
        run: RunId,
        /// The epoch; the last one before it that can be resumed from where it cannot be itself.
        epoch: usize,
        /// Epochs more at the most.
        more: usize,
    },
    /// Go on learning with other settings.
    Steer(Change),
    /// Let training wait where it is.
    Pause,
    /// Let training go on.
    Resume,
    /// Stop training and keep the best weights.
    Stop,
    /// Stop training and keep nothing of it.
    Discard,
    /// Score the ticked baselines on all series of the panel.
    ScorePanel,
    /// Stop scoring all series; what is done is kept.
    StopPanel,
    /// Draw a run, or do not.
    SetVisible(RunId, bool),
    /// Forecast with the weights of an earlier epoch of a run, as a run of its own.
    KeepEpoch(RunId, usize),
    /// Take a run off the list; its folder on disk stays.
    RemoveRun(RunId),
    /// Put the run back that was taken off the list last.
    PutBackRun(RunId),
    /// Show a folder in the system's file manager.
    ShowFolder(PathBuf),
    /// Open the data of a run that was interrupted, by its name, and go on with it.
    ResumeRun(String),
    /// Delete the folder of a run that was interrupted, or that cannot be read.
    ForgetRun(String),
    /// Put a run back that was forgotten.
    RecallRun(String),
    /// Keep the runs of networks on disk, or do not.
    KeepRuns(bool),
    /// Settings as they were for a run.
    UseRecipeOf(RunId),
    /// Write the forecasts of all visible runs.
    ExportForecast(PathBuf),
    /// Write a table of the panel's scores.
    ExportScores(ScoresTable, PathBuf),
    /// The message has been read.
    DismissNotice,
    /// Change the theme.
    SetTheme(Theme),
    /// Fold the panel of the settings away, or show it.
    FoldSettings(bool),
    /// Fold the panel of the scorecard away, or show it.
    FoldScorecard(bool),
    /// Look at the data another way.
    SetDataView(DataView),
    /// Look at seasons of so many rows; `None` for those of the recipe.
    LookAtSeason(Option<usize>),
    /// Empty the list of recent files.
    ForgetRecentFiles,
}

/// A message for the status bar.
#[derive(Debug, Clone, PartialEq)]
pub enum Notice {
    /// Something was done.
    Done(String),
    /// What an opened file was found to hold; its Data tab shows it.
    Found(String),
    /// Something was done that can be undone.
    Undoable { text: String, undo: Box<Command> },
    /// Something could not be done: what was found, where, and what to do.
    Error(String),
}

/// Says what was done, unless an error has not been read yet.
pub(super) fn say_done(notice: &mut Option<Notice>, text: String) {
    if !matches!(notice, Some(Notice::Error(_))) {
        *notice = Some(Notice::Done(text));
    }
}

/// Says what could not be done.
pub(super) fn say_error(notice: &mut Option<Notice>, message: String) {
    *notice = Some(Notice::Error(message));
}

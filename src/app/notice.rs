//! The last thing worth saying, for the status bar.

use super::command::Command;

/// A message for the status bar.
#[derive(Debug, Clone, PartialEq)]
pub enum Notice {
    /// Something was done.
    Done(String),
    /// What an opened file was found to hold; its Data tab shows it.
    Found(String),
    /// Something was done that can be undone.
    #[expect(missing_docs, reason = "said above")]
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

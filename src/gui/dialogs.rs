//! File dialogs: those of the system, opened beside the window and never waited for, and a path typed by
//! hand where the system shows none.
//!
//! On Linux a dialog is the desktop portal's, asked over D-Bus, or else zenity's. Where there is neither,
//! rfd answers as if the dialog had been cancelled, so it is found out before it is asked.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use eframe::egui::{Context, Id, Key, Label, Modal, Modifiers, RichText, TextEdit, Ui};

use crate::app::ScoresTable;
use crate::report::{TABLE_FORMATS, TableFormat};

use super::theme;
use super::widgets::{IconButton, icon};

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DialogRequest {
    Open,
    SaveForecast(String),
    SaveScores(ScoresTable, String),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DialogAnswer {
    Path(DialogRequest, PathBuf),
    /// The system shows no dialog, and why: the path has to be typed.
    NoDialog(DialogRequest, String),
}

impl DialogRequest {
    /// The file name to begin with.
    fn suggested(&self) -> &str {
        match self {
            Self::Open => "",
            Self::SaveForecast(name) | Self::SaveScores(_, name) => name,
        }
    }
}

/// File dialogs. A test answers for the person.
pub trait Dialogs {
    fn ask(&mut self, asked: DialogRequest, wake: &eframe::egui::Context);
    /// The answer of a dialog that has been closed, once. Nothing where it was cancelled.
    fn take_answer(&mut self) -> Option<DialogAnswer>;
}

const TABLES: [&str; 12] =
    ["csv", "tsv", "txt", "tab", "psv", "gz", "zst", "xlsx", "xlsb", "xls", "ods", "parquet"];

/// A dialog that is gone sooner was never shown: nobody can cancel one so fast.
const BY_HAND: Duration = Duration::from_millis(150);

#[derive(Debug, Default)]
pub struct SystemDialogs {
    answer: Arc<Mutex<Option<DialogAnswer>>>,
}

impl SystemDialogs {
    /// Waits for `choice` in a thread of its own; the future itself is made on the window's thread,
    /// as macOS demands.
    fn wait(
        &self,
        wake: &eframe::egui::Context,
        choice: impl Future<Output = Option<rfd::FileHandle>> + Send + 'static,
        asked: DialogRequest,
    ) {
        let (slot, wake) = (Arc::clone(&self.answer), wake.clone());
        let waiting = move || {
            let answer = answer(choice, asked);
            if let Some(answer) = answer {
                *slot.lock().unwrap_or_else(PoisonError::into_inner) = Some(answer);
            }
            wake.request_repaint();
        };
        let started = std::thread::Builder::new().name("tidegate-dialog".to_owned()).spawn(waiting);
        if let Err(error) = started {
            tracing::error!("no thread for a file dialog: {error}");
        }
    }
}

/// What came of a dialog, or why none was shown; nothing where it was cancelled.
fn answer(
    choice: impl Future<Output = Option<rfd::FileHandle>>,
    asked: DialogRequest,
) -> Option<DialogAnswer> {
    if let Some(why) = no_dialog() {
        return Some(DialogAnswer::NoDialog(asked, why));
    }
    let shown = Instant::now();
    match pollster::block_on(choice) {
        Some(file) => Some(DialogAnswer::Path(asked, file.path().to_owned())),
        None if shown.elapsed() < BY_HAND => {
            let why = "The system's file dialog closed at once. Type the path here.".to_owned();
            Some(DialogAnswer::NoDialog(asked, why))
        }
        None => None,
    }
}

impl Dialogs for SystemDialogs {
    fn ask(&mut self, asked: DialogRequest, wake: &eframe::egui::Context) {
        let dialog = rfd::AsyncFileDialog::new();
        let title = match &asked {
            DialogRequest::Open => {
                let dialog = dialog.set_title("Open a series");
                let dialog = dialog.add_filter("Tables", &TABLES).add_filter("All files", &["*"]);
                return self.wait(wake, dialog.pick_file(), asked);
            }
            DialogRequest::SaveForecast(_) => "Save the forecast",
            DialogRequest::SaveScores(..) => "Save the scores",
        };
        let dialog = dialog.set_title(title).set_file_name(asked.suggested());
        let with_filter =
            |dialog: rfd::AsyncFileDialog, format: &TableFormat| -> rfd::AsyncFileDialog {
                dialog.add_filter(format.name, &[format.extension])
            };
        let dialog = TABLE_FORMATS.iter().fold(dialog, with_filter);
        self.wait(wake, dialog.save_file(), asked);
    }

    fn take_answer(&mut self) -> Option<DialogAnswer> {
        self.answer.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// Why no dialog can be shown, with what to install; `None` where one can be. May take a second, while
/// the desktop starts its portal.
fn no_dialog() -> Option<String> {
    if !cfg!(any(
        target_os = "linux",
        target_os = "freebsd",
        target_os = "netbsd",
        target_os = "openbsd"
    )) {
        return None;
    }
    if has_portal() { None } else { without_portal(std::env::var_os("PATH").as_deref()) }
}

/// As [`no_dialog`], where there is no portal and programs are looked for in `path`.
fn without_portal(path: Option<&OsStr>) -> Option<String> {
    let has_zenity = path.is_some_and(|path| {
        std::env::split_paths(path).any(|folder| folder.join("zenity").is_file())
    });
    (!has_zenity).then(|| {
        "This system shows no file dialog: it has neither a desktop portal for files \
         (xdg-desktop-portal with its part for your desktop, such as xdg-desktop-portal-gtk) nor \
         zenity. Install one of them, or type the path here."
            .to_owned()
    })
}

/// Whether the session has a desktop portal that chooses files.
#[cfg(target_os = "linux")]
fn has_portal() -> bool {
    use std::time::Duration;

    /// Starting the portal takes a moment; a session bus that does not answer is none.
    const PATIENCE: Duration = Duration::from_secs(3);
    let asked = async {
        let bus = zbus::connection::Builder::session()?.method_timeout(PATIENCE).build().await?;
        // A portal without a part that chooses files does not have this interface.
        let version = ("org.freedesktop.portal.FileChooser", "version");
        bus.call_method(
            Some("org.freedesktop.portal.Desktop"),
            "/org/freedesktop/portal/desktop",
            Some("org.freedesktop.DBus.Properties"),
            "Get",
            &version,
        )
        .await
    };
    match pollster::block_on(asked) {
        Ok(_) => true,
        Err(error) => {
            tracing::info!("no desktop portal for files: {error}");
            false
        }
    }
}

/// Other systems are not asked; zenity is looked for.
#[cfg(not(target_os = "linux"))]
const fn has_portal() -> bool {
    false
}

const WIDTH: f32 = 480.0;

enum PathCheck {
    Fine(PathBuf),
    /// There is a file that would be replaced.
    Exists(PathBuf),
    Wrong(String),
}

pub struct PathDialog {
    asked: DialogRequest,
    why: String,
    text: String,
    /// What was found wrong with the text, until it is changed.
    wrong: Option<String>,
    /// The file that was said to be replaced.
    replaces: Option<PathBuf>,
    checking: Option<Receiver<PathCheck>>,
    is_new: bool,
}

pub enum PathOutcome {
    Open,
    Cancelled,
    /// A path was typed that serves.
    Answered(DialogAnswer),
}

impl PathDialog {
    /// The dialog for what a person is asked for; `why` says why the system's own is not there, and
    /// `folder` is where to begin.
    pub fn new(asked: DialogRequest, why: String, folder: Option<&Path>) -> Self {
        let begin = folder.map(Path::to_owned).or_else(|| std::env::current_dir().ok());
        let begin = begin.unwrap_or_default();
        let text = begin.join(asked.suggested()).to_string_lossy().into_owned();
        Self { asked, why, text, wrong: None, replaces: None, checking: None, is_new: true }
    }

    pub fn show(&mut self, context: &Context) -> PathOutcome {
        // Taken before the field, which would only be left.
        let enters = context.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Enter));
        let escapes = context.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape));
        let modal = Modal::new(Id::unique("path dialog"));
        let [accepted, cancelled] = modal.show(context, |ui| self.dialog_ui(ui)).inner;
        if escapes || cancelled {
            return PathOutcome::Cancelled;
        }
        if (enters || accepted) && self.checking.is_none() {
            self.check(context);
        }
        self.take_checked()
    }

    /// Whether it was accepted or cancelled with a button.
    fn dialog_ui(&mut self, ui: &mut Ui) -> [bool; 2] {
        ui.set_width(WIDTH);
        let (title, accept) = match self.asked {
            DialogRequest::Open => ("Open a file", "Open"),
            DialogRequest::SaveForecast(_) => ("Export the forecast", "Export"),
            DialogRequest::SaveScores(..) => ("Export the scores", "Export"),
        };
        let accept = if self.replaces.is_some() { "Replace" } else { accept };
        ui.label(theme::strong(title));
        ui.add_space(theme::GRID / 2.0);
        ui.add(Label::new(theme::fine_print(&self.why)).wrap());
        ui.add_space(theme::GRID / 2.0);
        let label = ui.label("Path of the file");
        let field = TextEdit::singleline(&mut self.text).desired_width(WIDTH);
        let field = ui.add(field).labelled_by(label.id);
        if std::mem::take(&mut self.is_new) {
            field.request_focus();
        }
        if field.changed() {
            (self.wrong, self.replaces) = (None, None);
        }
        // A line is kept free for what is wrong, so that nothing moves.
        let wrong = self.wrong.as_deref().map(|wrong| format!("{} {wrong}", icon::WARNING));
        let wrong = RichText::new(wrong.unwrap_or_default()).small();
        ui.add(Label::new(wrong.color(ui.visuals().error_fg_color)).wrap());
        let buttons = ui.horizontal(|ui| {
            let accepted = IconButton::new("", accept).accent().min_size(88.0, 28.0).show(ui);
            let cancelled = IconButton::new("", "Cancel").min_size(88.0, 28.0).show(ui);
            [accepted.clicked(), cancelled.clicked()]
        });
        buttons.inner
    }

    fn check(&mut self, context: &Context) {
        let (sender, receiver) = channel();
        let (text, saves) = (self.text.clone(), !matches!(self.asked, DialogRequest::Open));
        let wake = context.clone();
        let work = move || {
            let path = in_full(text.trim(), std::env::home_dir().as_deref());
            // Nobody hears it where the dialog was cancelled.
            let _ = sender.send(if saves { check_save(path) } else { check_open(path) });
            wake.request_repaint();
        };
        match std::thread::Builder::new().name("tidegate-path".to_owned()).spawn(work) {
            Ok(_) => self.checking = Some(receiver),
            Err(error) => {
                self.wrong = Some(format!("the system would not start a thread: {error}"));
            }
        }
    }

    fn take_checked(&mut self) -> PathOutcome {
        let checked = self.checking.as_ref().and_then(|checking| checking.try_recv().ok());
        let Some(checked) = checked else { return PathOutcome::Open };
        self.checking = None;
        match checked {
            PathCheck::Fine(path) => return self.answered(path),
            PathCheck::Exists(path) if self.replaces.as_ref() == Some(&path) => {
                return self.answered(path);
            }
            PathCheck::Exists(path) => {
                let file = path.display();
                self.wrong =
                    Some(format!("{file} is there already; press Enter again to replace it"));
                self.replaces = Some(path);
            }
            PathCheck::Wrong(wrong) => self.wrong = Some(wrong),
        }
        PathOutcome::Open
    }

    fn answered(&self, path: PathBuf) -> PathOutcome {
        PathOutcome::Answered(DialogAnswer::Path(self.asked.clone(), path))
    }
}

/// The path as it was meant: `~` is the home folder, and quotes that a file manager copies are left
/// out.
fn in_full(text: &str, home: Option<&Path>) -> PathBuf {
    let text = text.strip_prefix("file://").unwrap_or(text);
    let bare = text.strip_prefix(['"', '\'']).and_then(|text| text.strip_suffix(['"', '\'']));
    let text = bare.unwrap_or(text);
    match (text.strip_prefix('~'), home) {
        (Some(""), Some(home)) => home.to_owned(),
        (Some(rest), Some(home)) if rest.starts_with('/') => {
            home.join(rest.trim_start_matches('/'))
        }
        _ => PathBuf::from(text),
    }
}

fn check_open(path: PathBuf) -> PathCheck {
    match std::fs::metadata(&path) {
        _ if path.as_os_str().is_empty() => PathCheck::Wrong("type the path of a file".to_owned()),
        Ok(found) if found.is_dir() => {
            PathCheck::Wrong(format!("{} is a folder; add the name of a file", path.display()))
        }
        Ok(_) => PathCheck::Fine(path),
        Err(error) => PathCheck::Wrong(format!("{} cannot be opened: {error}", path.display())),
    }
}

fn check_save(path: PathBuf) -> PathCheck {
    let folder = match path.parent() {
        Some(folder) if folder.as_os_str().is_empty() => Path::new("."),
        Some(folder) => folder,
        None => &path,
    };
    match std::fs::metadata(&path) {
        _ if path.as_os_str().is_empty() => PathCheck::Wrong("type the path of a file".to_owned()),
        Ok(found) if found.is_dir() => {
            PathCheck::Wrong(format!("{} is a folder; add a name for the file", path.display()))
        }
        Ok(_) => PathCheck::Exists(path),
        Err(_) if folder.is_dir() => PathCheck::Fine(path),
        Err(_) => PathCheck::Wrong(format!("there is no folder {}", folder.display())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_named_unless_zenity_is_there() {
        let folder = tempfile::tempdir().unwrap();
        let path = std::env::join_paths([folder.path()]).unwrap();
        let missing = without_portal(Some(&path)).unwrap();
        assert!(missing.contains("xdg-desktop-portal") && missing.contains("zenity"), "{missing}");
        assert!(without_portal(None).is_some());
        std::fs::write(folder.path().join("zenity"), "").unwrap();
        assert_eq!(without_portal(Some(&path)), None);
    }

    #[test]
    fn a_path_is_taken_as_it_is_meant() {
        let home = Some(Path::new("/home/ana"));
        assert_eq!(in_full("~/data/a.csv", home), Path::new("/home/ana/data/a.csv"));
        assert_eq!(in_full("~", home), Path::new("/home/ana"));
        assert_eq!(in_full("~bo/a.csv", home), Path::new("~bo/a.csv"));
        assert_eq!(in_full("'/data/my file.csv'", home), Path::new("/data/my file.csv"));
        assert_eq!(in_full("file:///data/a.csv", home), Path::new("/data/a.csv"));
        assert_eq!(in_full("~/a.csv", None), Path::new("~/a.csv"));
    }

    #[test]
    fn what_is_wrong_with_a_path_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let (file, none) = (folder.path().join("a.csv"), folder.path().join("none/a.csv"));
        std::fs::write(&file, "x").unwrap();
        let wrong = |checked| match checked {
            PathCheck::Wrong(why) => why,
            PathCheck::Fine(_) => "fine".to_owned(),
            PathCheck::Exists(_) => "exists".to_owned(),
        };
        assert_eq!(wrong(check_open(file.clone())), "fine");
        assert!(wrong(check_open(none.clone())).contains("cannot be opened"));
        assert!(wrong(check_open(folder.path().to_owned())).contains("is a folder"));
        assert!(wrong(check_open(PathBuf::new())).contains("type the path"));
        assert_eq!(wrong(check_save(file)), "exists");
        assert_eq!(wrong(check_save(folder.path().join("new.csv"))), "fine");
        assert!(wrong(check_save(none)).contains("there is no folder"));
        assert!(wrong(check_save(folder.path().to_owned())).contains("is a folder"));
    }
}

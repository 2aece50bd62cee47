//! What tests of the window share: a person who answers dialogs, waits and clicks.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use eframe::egui::{Context, Role};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use tidegate::app::AppState;
use tidegate::gui::Window;
use tidegate::gui::dialogs::{DialogAnswer, DialogRequest, Dialogs};

/// Answers file dialogs as it was told to.
#[derive(Clone, Default)]
pub struct Scripted {
    /// What was asked for last, until it is taken.
    pub answer: Arc<Mutex<Option<DialogAnswer>>>,
    /// The file that a person would choose to open.
    pub open: Option<PathBuf>,
    /// Where a person would choose to write.
    pub save: Option<PathBuf>,
    /// Why the system shows no dialog, where it shows none.
    pub missing: Option<String>,
}

impl Dialogs for Scripted {
    fn ask(&mut self, asked: DialogRequest, _wake: &Context) {
        let path = match &asked {
            DialogRequest::Open => self.open.clone(),
            DialogRequest::SaveForecast(suggested) => {
                assert!(suggested.ends_with("-forecast.csv"), "{suggested}");
                self.save.clone()
            }
            DialogRequest::SaveScores(_, suggested) => {
                assert!(suggested.contains("-scores"), "{suggested}");
                self.save.clone()
            }
        };
        *self.answer.lock().unwrap() = match &self.missing {
            Some(why) => Some(DialogAnswer::NoDialog(asked, why.clone())),
            None => path.map(|path| DialogAnswer::Path(asked, path)),
        };
    }

    fn take_answer(&mut self) -> Option<DialogAnswer> {
        self.answer.lock().unwrap().take()
    }
}

/// Draws frames until `done` holds; a minute is far more than any of these jobs needs.
pub fn wait_until(
    harness: &mut Harness<'static, Window>,
    what: &str,
    done: impl Fn(&AppState) -> bool,
) {
    let deadline = Instant::now() + Duration::from_mins(1);
    while !done(harness.state().state()) {
        let state = harness.state().state();
        assert!(
            Instant::now() < deadline,
            "waited a minute for {what}; {:?}, {:?}",
            state.training.status,
            state.notice
        );
        harness.step();
        std::thread::sleep(Duration::from_millis(5));
    }
    harness.run_steps(3);
}

/// Clicks what has this role and name.
pub fn click(harness: &mut Harness<'static, Window>, role: Role, name: &str) {
    harness.get_by_role_and_label(role, name).click();
    harness.run_steps(4);
}

//! The buttons of training: train, hold, stop, discard. They keep their places and sizes; only what
//! they can do changes.

use eframe::egui::{KeyboardShortcut, Ui};

use crate::app::{AppState, Command, Phase};

use super::button::IconButton;
use super::estimate::estimate;
use super::wish::Wish;
use super::{icon, shortcuts};

/// Something that can be done to training.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Control {
    /// Begin.
    Train,
    /// Begin, stateless and then stateful.
    BothWays,
    /// Look for a learning rate.
    FindRate,
    /// Wait.
    Pause,
    /// Go on.
    Resume,
    /// End and keep the best.
    Stop,
    /// End and keep nothing.
    Discard,
}

/// What a control is called.
pub struct Words {
    /// In the menu.
    pub menu: &'static str,
    /// What it does.
    pub tooltip: &'static str,
    /// Its key.
    pub shortcut: &'static KeyboardShortcut,
}

impl Control {
    /// Pause, or Resume where training waits.
    pub fn hold(state: &AppState) -> Self {
        let held = state.learning().is_some_and(|learning| learning.phase.is_held());
        if held { Self::Resume } else { Self::Pause }
    }

    /// What it asks for.
    pub const fn command(self) -> Command {
        match self {
            Self::Train => Command::Train,
            Self::BothWays => Command::TrainBothWays,
            Self::FindRate => Command::FindRate,
            Self::Pause => Command::Pause,
            Self::Resume => Command::Resume,
            Self::Stop => Command::Stop,
            Self::Discard => Command::Discard,
        }
    }

    /// Whether it can be done now.
    pub fn is_on(self, state: &AppState) -> bool {
        match self {
            Self::Train | Self::BothWays | Self::FindRate => state.train_blocker().is_none(),
            Self::Pause | Self::Resume => state.learning().is_some_and(|learning| {
                learning.phase == Phase::Learns || learning.phase.is_held()
            }),
            Self::Stop | Self::Discard => {
                state.learning().is_some_and(|learning| !learning.phase.is_ending())
            }
        }
    }

    /// Its words and its key.
    pub const fn words(self) -> Words {
        let (menu, tooltip, shortcut) = match self {
            Self::Train => ("Train", "Train the network and forecast", &shortcuts::TRAIN),
            Self::BothWays => (
                "Train stateless and stateful",
                "Train both ways, one after the other, and put both on the scorecard. Seed, epochs, patience and all other settings are the same; with Forecasts at on Auto each way asks its own rows. An epoch of lanes reads each row once, so it has fewer steps than one of windows and is over sooner",
                &shortcuts::BOTH_WAYS,
            ),
            Self::FindRate => (
                "Find a learning rate",
                "Try rising learning rates for a hundred batches, draw the loss over them and suggest one",
                &shortcuts::FIND_RATE,
            ),
            Self::Pause => (
                "Pause",
                "Wait, in the middle of a batch too; nothing is lost and the clock stands still",
                &shortcuts::PAUSE,
            ),
            Self::Resume => ("Resume", "Go on where training waits", &shortcuts::PAUSE),
            Self::Stop => (
                "Stop and keep the best",
                "Stop, keep the best weights so far and forecast with them",
                &shortcuts::STOP,
            ),
            Self::Discard => {
                ("Stop and discard", "Stop and keep nothing of this run", &shortcuts::DISCARD)
            }
        };
        Words { menu, tooltip, shortcut }
    }

    const fn button(self) -> IconButton<'static> {
        match self {
            Self::Train => IconButton::new(icon::PLAY, "Train").accent(),
            Self::BothWays => IconButton::new(icon::SCALES, ""),
            Self::FindRate => IconButton::new(icon::CHART_LINE_DOWN, ""),
            Self::Pause => IconButton::new(icon::PAUSE, "Pause"),
            Self::Resume => IconButton::new(icon::PLAY, "Resume").accent(),
            Self::Stop => IconButton::new(icon::STOP, "Stop"),
            Self::Discard => IconButton::new(icon::TRASH, ""),
        }
    }

    fn show(self, ui: &mut Ui, state: &AppState, wishes: &mut Vec<Wish>) {
        let (width, name) = match self {
            Self::Train => (88.0, "Train"),
            Self::BothWays => (32.0, "Train stateless and stateful"),
            Self::FindRate => (32.0, "Find a learning rate"),
            Self::Pause => (96.0, "Pause"),
            Self::Resume => (96.0, "Resume"),
            Self::Stop => (88.0, "Stop"),
            Self::Discard => (32.0, "Stop and discard"),
        };
        let button = self.button().min_size(width, 28.0).enabled(self.is_on(state));
        let response = button.show_as(ui, name);
        let Words { tooltip, shortcut, .. } = self.words();
        let keys = ui.ctx().format_shortcut(shortcut);
        let time = if self == Self::Train { estimate(state) } else { None };
        let time = time.map_or_else(String::new, |time| format!("\nTakes {time}"));
        let response = response.on_hover_text(format!("{tooltip} ({keys}){time}"));
        let begins = matches!(self, Self::Train | Self::BothWays | Self::FindRate);
        let blocker = if begins { state.train_blocker() } else { None };
        let response = match blocker {
            Some(why) => response.on_disabled_hover_text(why),
            None => response.on_disabled_hover_text(format!("{tooltip}; no network is learning")),
        };
        if response.clicked() {
            wishes.push(Wish::Do(self.command()));
        }
    }
}

/// Draws them from the right.
pub fn train_buttons_ui(ui: &mut Ui, state: &AppState, wishes: &mut Vec<Wish>) {
    if state.document.open.is_none() {
        return;
    }
    let hold = Control::hold(state);
    let (both, rate) = (Control::BothWays, Control::FindRate);
    for control in [Control::Discard, Control::Stop, hold, rate, both, Control::Train] {
        control.show(ui, state, wishes);
    }
}

//! How long training would take, said before it begins, with a cap on epochs where that is hours.

use eframe::egui::Ui;

use crate::app::{AppState, Command};
use crate::forecast::Pace;

use super::button::IconButton;

/// A training that may take longer is offered with fewer epochs.
const LONG: f64 = 3_600.0;
/// What the fewer epochs may take.
const CAPPED: f64 = 2_400.0;

/// The time in words, as close as an estimate is: `12 s`, `3 min`, `5 h`.
pub fn about(seconds: f64) -> String {
    match seconds {
        ..1.0 => "1 s".to_owned(),
        ..60.0 => format!("{seconds:.0} s"),
        ..3_600.0 => format!("{:.0} min", seconds / 60.0),
        ..36_000.0 => format!("{:.1} h", seconds / 3_600.0).replace(".0 h", " h"),
        ..259_200.0 => format!("{:.0} h", seconds / 3_600.0),
        _ if seconds.is_finite() => format!("{:.0} days", seconds / 86_400.0),
        _ => "longer than can be told".to_owned(),
    }
}

/// What training by the present settings would take at the most; `None` until that is known.
pub fn estimate(state: &AppState) -> Option<String> {
    let seconds = state.pace()?.seconds(state.document.recipe.train.epochs);
    Some(if seconds < 1.0 {
        "less than 1 s".to_owned()
    } else {
        format!("about {} at most", about(seconds))
    })
}

/// Fewer epochs, and what they would take, where all of them take long.
fn cap(pace: Pace, epochs: usize) -> Option<(usize, String)> {
    let fewer = pace.epochs_within(CAPPED);
    let is_long = pace.seconds(epochs) > LONG && fewer < epochs;
    is_long.then(|| (fewer, about(pace.seconds(fewer))))
}

/// Draws the button that caps epochs, where training would take long.
pub fn cap_ui(ui: &mut Ui, state: &AppState, commands: &mut Vec<Command>) {
    let Some(pace) = state.pace() else { return };
    let Some((epochs, time)) = cap(pace, state.document.recipe.train.epochs) else { return };
    let text = format!("Cap epochs at {epochs} for {time}");
    let button = IconButton::new("", &text).show(ui);
    let help = "Fewer passes over the training windows; Undo takes it back. Training ends sooner by \
                itself where the error stops falling";
    if button.on_hover_text(help).clicked() {
        let mut recipe = state.document.recipe.clone();
        recipe.train.epochs = epochs;
        recipe.train.patience = recipe.train.patience.min(epochs);
        commands.push(Command::EditRecipe(Box::new(recipe)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_estimate_has_no_more_digits_than_it_is_worth() {
        let said = [0.2, 12.4, 75.0, 2_400.0, 18_000.0, 19_800.0, 50_000.0, 400_000.0].map(about);
        assert_eq!(said, ["1 s", "12 s", "1 min", "40 min", "5 h", "5.5 h", "14 h", "5 days"]);
        assert!(about(f64::INFINITY).contains("longer"));
    }
}

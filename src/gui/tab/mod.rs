//! The middle of the window: the tabs, one a file, and the one in front.

pub mod data;
pub mod evaluate;
pub mod forecast;
mod loss_curve;
pub mod residuals;
pub mod training;
pub mod windows;

use eframe::egui::{Align, Button, Layout, Response, RichText, Role, Stroke, Ui, WidgetInfo};

use crate::app::{AppState, Command, Document};

use super::view::{SidePanel, Tab, View, fold_ui};
use super::widgets::text_width;
use super::wish::Wish;
use super::{status_bar, tab, theme};

/// Width of the button at the right end that folds the scorecard away, in points.
const FOLD_BUTTON: f32 = 28.0;

pub fn middle_ui(
    ui: &mut Ui,
    state: &AppState,
    document: &Document,
    view: &mut View,
    wishes: &mut Vec<Wish>,
) {
    let mut commands = Vec::new();
    ui.horizontal(|ui| {
        fold_ui(ui, SidePanel::Settings, &state.preferences, &mut commands);
        let tabs: Vec<Tab> = Tab::ALL.into_iter().filter(|tab| tab.is_of_use(document)).collect();
        ui.spacing_mut().item_spacing.x = gap(ui, &tabs);
        for tab in tabs {
            if tab_ui(ui, tab, view.tab == tab).clicked() {
                view.tab = tab;
            }
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            fold_ui(ui, SidePanel::Scorecard, &state.preferences, &mut commands);
        });
    });
    ui.add_space(theme::GRID / 2.0);
    match view.tab {
        Tab::Data => data_tab_ui(ui, state, document, view, &mut commands),
        Tab::Windows => tab::windows::windows_ui(ui, document, view),
        Tab::Training => tab::training::training_ui(ui, state, view, &mut commands),
        Tab::Forecast => tab::forecast::forecast_ui(ui, state, document, view),
        Tab::Residuals => tab::residuals::residuals_ui(ui, state, document, view),
        Tab::Evaluate => tab::evaluate::evaluate_ui(ui, state, document, view, wishes),
    }
    wishes.extend(commands.into_iter().map(Wish::Do));
}

/// Space between tabs, in points: less where there is little room, or all below would be as wide as
/// they are.
fn gap(ui: &Ui, tabs: &[Tab]) -> f32 {
    let font = theme::strong_font(ui);
    let names: f32 = tabs.iter().map(|tab| text_width(ui, &font, tab.name())).sum();
    let gaps: f32 = tabs.iter().map(|_| 1.0).sum();
    let room = ui.available_width() - names - FOLD_BUTTON;
    (room / gaps.max(1.0)).floor().clamp(2.0, theme::GRID * 2.0)
}

/// The open file; or, while it is read by new settings, the head of it, for which nothing that was
/// chosen among the series of the open file holds.
fn data_tab_ui(
    ui: &mut Ui,
    state: &AppState,
    document: &Document,
    view: &mut View,
    commands: &mut Vec<Command>,
) {
    status_bar::reading_line_ui(ui, state, view, commands);
    let Some(head) = state.document.opening.as_ref().and_then(|opening| opening.head.as_deref())
    else {
        tab::data::data_ui(ui, state, document, view, commands);
        return;
    };
    let kept = (std::mem::take(&mut view.look), std::mem::take(&mut view.series));
    tab::data::data_ui(ui, state, head, view, commands);
    (view.look, view.series) = kept;
}

/// A tab's name, underlined in the accent where it is in front.
fn tab_ui(ui: &mut Ui, tab: Tab, chosen: bool) -> Response {
    let text = if chosen { theme::strong(tab.name()) } else { RichText::new(tab.name()).weak() };
    let response = ui.add(Button::new(text).frame(false));
    response.widget_info(|| WidgetInfo::selected(Role::Tab, true, chosen, tab.name()));
    if chosen {
        let accent = theme::palette(ui.visuals()).accent;
        let under = response.rect.bottom() + 2.0;
        ui.painter().hline(response.rect.x_range(), under, Stroke::new(2.0, accent));
    }
    response
}

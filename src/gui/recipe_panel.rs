//! The settings, on the left. Edits a copy of the recipe and asks for it whole.

use eframe::egui::{ComboBox, Frame, Margin, Response, RichText, ScrollArea, Ui, Vec2};

use crate::app::{AppState, Command, Document};
use crate::forecast::ModelChoice;
use crate::import::Role;
use crate::project::settings::settings as all_settings;
use crate::project::{Feed, Recipe, setting};
use crate::series::number::grouped;
use crate::series::visible;
use crate::transform::{Power, TransformConfig};
use crate::window::WindowConfig;

use super::baseline_settings::baselines_ui;
use super::reading_settings::reading_ui;
use super::recipe_parts::{
    fourier_ui, model_ui, more_model_ui, more_training_ui, season_ui, state_ui, training_ui,
    unused_columns_ui,
};
use super::series_list::MENU_SERIES;
use super::setting::{CONTROL_WIDTH, Edited, Field, FormUi, GUTTER, field, part};
use super::theme;
use super::view::View;
use super::widgets::{IconButton, icon};

/// Draws the panel; nothing is open, nothing is drawn.
pub fn recipe_ui(ui: &mut Ui, state: &AppState, view: &mut View, commands: &mut Vec<Command>) {
    let Some(document) = &state.document.open else { return };
    let mut recipe = state.document.recipe.clone();
    let usual = document.usual_at(recipe.window.horizon);
    let gutter = Margin { left: GUTTER, ..Margin::ZERO };
    ScrollArea::vertical().auto_shrink([false, false]).show(ui, |ui| {
        let mut form = FormUi {
            document,
            is_checked: document.derived.is_of(&state.document.recipe),
            commands: &mut *commands,
            drawn: Vec::new(),
        };
        let mut recipe = Edited { now: &mut recipe, usual: &usual };
        Frame::NONE.inner_margin(gutter).show(ui, |ui| {
            settings_ui(ui, state, view, &mut recipe, &mut form);
            let reset = IconButton::new(icon::ARROW_COUNTER_CLOCKWISE, "Back to defaults");
            let is_changed = document.defaults(&state.document.recipe) != state.document.recipe;
            let reset = reset.enabled(is_changed).show(ui);
            let reset = reset.on_disabled_hover_text("All settings are at their defaults");
            if reset.on_hover_text("Settings as the data suggest").clicked() {
                form.commands.push(Command::UseDefaults);
            }
            ui.add_space(theme::GRID);
        });
    });
    if recipe != state.document.recipe {
        commands.push(Command::EditRecipe(Box::new(recipe)));
    }
}

fn settings_ui(
    ui: &mut Ui,
    state: &AppState,
    view: &mut View,
    recipe: &mut Edited<'_, Recipe>,
    form: &mut FormUi<'_>,
) {
    let document = form.document;
    data_ui(ui, state, view, recipe, form);
    windows_ui(ui, &mut part!(recipe.window), form);
    heading(ui, "Network");
    model_ui(ui, &mut part!(recipe.model), form);
    let network = ModelChoice::Network(recipe.now.model.cell);
    unused_columns_ui(ui, network, &document.data.reading);
    heading(ui, "Training");
    state_ui(ui, &mut part!(recipe.train), form);
    training_ui(ui, &mut part!(recipe.train), form);
    more_ui(ui, view, recipe, form);
    heading(ui, "Baselines");
    baselines_ui(ui, &mut view.baseline_draft, &mut part!(recipe.baselines), form);
    ui.add_space(theme::GRID * 2.0);
}

fn heading(ui: &mut Ui, text: &str) {
    ui.add_space(theme::GRID);
    ui.label(theme::strong(text));
}

fn data_ui(
    ui: &mut Ui,
    state: &AppState,
    view: &mut View,
    recipe: &mut Edited<'_, Recipe>,
    form: &mut FormUi<'_>,
) {
    let document = form.document;
    ui.label(theme::strong("Data"));
    if document.data.candidates.len() > MENU_SERIES {
        view.series.show(ui, document, form.commands);
    } else {
        target_ui(ui, form);
    }
    season_ui(ui, &mut part!(recipe.baselines), form);
    let shown = state.looked_at().unwrap_or(document);
    // Its setting may be folded away.
    form.problem_of(ui, setting!(import.outliers));
    reading_ui(ui, state, shown, view, &mut recipe.now.import, form.commands);
}

/// The target as a menu, where the series are few.
fn target_ui(ui: &mut Ui, form: &mut FormUi<'_>) {
    let document = form.document;
    let mut target = document.data.series.name.clone();
    // A target is chosen, not set: it has no default to go back to.
    let value = Edited { now: &mut target, usual: &document.data.series.name };
    let field = Field { setting: setting!(import.target), value };
    form.row(ui, field, String::clone, |ui, target| {
        // A long name is cut rather than the menu widened past the others.
        let size = Vec2::new(CONTROL_WIDTH, ui.spacing().interact_size.y);
        ui.allocate_ui(size, |ui| target_menu_ui(ui, document, target)).inner
    });
    if target != document.data.series.name {
        form.commands.push(Command::SetTarget(target));
    }
}

fn target_menu_ui(ui: &mut Ui, document: &Document, target: &mut String) -> Response {
    let menu = ComboBox::from_id_salt("target").width(CONTROL_WIDTH).truncate();
    let menu = menu.selected_text(visible(target).into_owned()).show_ui(ui, |ui| {
        let (targets, others) = targets_and_others(document);
        for (place, name) in targets.iter().chain(&others).enumerate() {
            if place == targets.len() && place > 0 {
                ui.label(theme::fine_print("Not set as targets"));
            }
            ui.selectable_value(target, (*name).to_owned(), visible(name).into_owned());
        }
    });
    menu.response
}

/// Names of the series that can be forecast: those of target columns, then the others.
fn targets_and_others(document: &Document) -> (Vec<&str>, Vec<&str>) {
    let reading = &document.data.reading;
    let per_key = reading.columns.iter().filter(|column| column.series.is_some()).count();
    let is_target = |place: usize| {
        let mut columns = reading.columns.iter();
        let column = columns.find(|column| column.series == place.checked_rem(per_key));
        per_key == 0 || column.is_some_and(|column| column.role == Role::Target)
    };
    let (targets, others): (Vec<usize>, Vec<usize>) =
        document.data.candidates.iter().partition(|&&place| is_target(place));
    let names = |places: Vec<usize>| {
        places.into_iter().map(|place| reading.panel.series[place].name.as_str()).collect()
    };
    (names(targets), names(others))
}

fn windows_ui(ui: &mut Ui, window: &mut Edited<'_, WindowConfig>, form: &mut FormUi<'_>) {
    heading(ui, "Windows");
    let most = form.document.data.series.len().max(1);
    let before = window.now.horizon;
    form.count_to(ui, field!(window.lookback), most);
    form.count_to(ui, field!(window.horizon), most);
    let horizon = window.now.horizon;
    window.now.horizon = before;
    window.now.follow_horizon(horizon);
    form.count_to(ui, field!(window.validation), most);
    form.count_to(ui, field!(window.test), most);
    ui.label(theme::fine_print(fed_text(form.document)));
}

/// How much a network is fed of each part, and what is left out.
fn fed_text(document: &Document) -> String {
    if let Feed::Lanes { train, validation, .. } = &document.derived.feed {
        let forecasts: usize = validation.lanes().iter().map(|lane| lane.origins.len()).sum();
        return format!(
            "Lanes: {} with {} rows in training, {} validation forecasts",
            grouped(train.len()),
            grouped(train.rows()),
            grouped(forecasts)
        );
    }
    let counts = &document.derived.windows;
    let mut text = format!(
        "Windows: {} training, {} validation, {} test",
        grouped(counts.train),
        grouped(counts.validation),
        grouped(counts.test)
    );
    if counts.skipped_for_missing > 0 {
        text.push_str(&format!(
            "; {} left out, for an input or every target of theirs is missing",
            grouped(counts.skipped_for_missing)
        ));
    }
    if counts.with_masked_targets > 0 {
        text.push_str(&format!(
            "; {} with some targets missing, which are neither learned nor scored",
            grouped(counts.with_masked_targets)
        ));
    }
    text
}

/// Parts of the recipe of which some settings are folded away until they are asked for.
const FOLDED: [&str; 3] = ["transform", "model", "train"];

/// Whether a setting at a path is of those parts and has not been drawn.
fn is_folded(path: &str, form: &FormUi<'_>) -> bool {
    let is_part = path.split('.').next().is_some_and(|part| FOLDED.contains(&part));
    is_part && form.drawn.iter().all(|drawn| drawn.path() != path)
}

fn more_ui(ui: &mut Ui, view: &mut View, recipe: &mut Edited<'_, Recipe>, form: &mut FormUi<'_>) {
    ui.add_space(theme::GRID);
    // A problem is never folded away.
    let mut problems = form.document.derived.problems.iter();
    let problem = problems.any(|problem| is_folded(problem.setting.path(), form));
    let open = view.more_settings || problem;
    let text = if open { "Fewer settings" } else { "More settings" };
    let link = ui.link(RichText::new(text)).on_hover_ui(|ui| {
        let folded = all_settings().filter(|setting| is_folded(&setting.path, form));
        let labels: Vec<&str> = folded.map(|setting| setting.label.as_str()).collect();
        ui.label(labels.join(", "));
    });
    if link.clicked() {
        view.more_settings = !open;
    }
    if !open {
        return;
    }
    let part = |ui: &mut Ui, name: &str| {
        ui.add_space(theme::GRID / 2.0);
        ui.label(theme::fine_print(name));
    };
    part(ui, "Values");
    transform_ui(ui, &mut part!(recipe.transform), form);
    fourier_ui(ui, &mut recipe.now.transform.fourier, form);
    part(ui, "Network");
    more_model_ui(ui, &mut part!(recipe.model), form);
    part(ui, "Training");
    more_training_ui(ui, &mut part!(recipe.train), form);
}

fn transform_ui(ui: &mut Ui, transform: &mut Edited<'_, TransformConfig>, form: &mut FormUi<'_>) {
    form.choice(ui, field!(transform.power));
    if transform.now.power == Power::None {
        form.leave_out(setting!(transform.shift));
    } else {
        form.number(ui, field!(transform.shift));
    }
    form.rest(ui, "transform", transform);
}

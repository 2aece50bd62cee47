//! Groups of settings on the left: the network, its training, what it carries from batch to batch, and
//! seasons. Not for the picture of seasons over each other (`data_view`).

use eframe::egui::{Grid, Label, RichText, Role, Ui, WidgetInfo};

use crate::app::Document;
use crate::baseline::BaselineConfig;
use crate::forecast::ModelChoice;
use crate::import::{Column, Reading};
use crate::nn::kernels::cores;
use crate::nn::{ModelConfig, Summary};
use crate::project::{Setting, season_in_words, setting};
use crate::series::number::grouped;
use crate::series::{Cycle, FoundSeason, visible};
use crate::train::{StateMode, TrainConfig};
use crate::transform::FourierTerms;
use crate::window::Supervision;

use super::number_text::plain;
use super::setting::{Edited, Field, FormUi, field, sized, whole_steps};
use super::{number_field, theme};

/// The bias of the forget gate where one is set: an LSTM that remembers from the start.
const FORGET_BIAS: f64 = 1.0;

pub fn model_ui(ui: &mut Ui, model: &mut Edited<'_, ModelConfig>, form: &mut FormUi<'_>) {
    form.choice(ui, field!(model.cell));
    form.count(ui, field!(model.layers));
    form.count(ui, field!(model.hidden_size));
    if let Some(summary) = &form.document.derived.summary {
        let text = format!("{} weights", grouped(summary.parameters()));
        ui.label(theme::fine_print(text)).on_hover_ui(|ui| summary_ui(ui, summary));
    }
}

const LISTED_COLUMNS: usize = 12;

/// Columns that one could think the network reads, where there are any.
pub fn unused_columns_ui(ui: &mut Ui, network: ModelChoice, reading: &Reading) {
    let unused = reading.covariate_columns().filter(|(_, role)| !network.reads(*role));
    let columns: Vec<&Column> = unused.map(|(column, _)| column).collect();
    let Some(first) = columns.first() else { return };
    let note = format!("not used by {} yet", network.label());
    let more = match columns.len() - 1 {
        0 => String::new(),
        1 => " and 1 more column".to_owned(),
        more => format!(" and {more} more columns"),
    };
    let names: Vec<&str> =
        columns.iter().take(LISTED_COLUMNS).map(|column| column.name.as_str()).collect();
    let text = theme::fine_print(format!("{}{more}: {note}", visible(&first.name)));
    ui.add(Label::new(text).truncate()).on_hover_text(visible(&names.join(", ")));
}

/// The layers with what they give out and how many weights they have.
fn summary_ui(ui: &mut Ui, summary: &Summary) {
    Grid::new("summary").num_columns(3).spacing([theme::GRID * 2.0, 2.0]).show(ui, |ui| {
        for row in &summary.rows {
            ui.add(Label::new(&row.layer).extend());
            ui.add(Label::new(&row.output).extend());
            ui.add(Label::new(grouped(row.parameters())).extend());
            ui.end_row();
        }
    });
}

pub fn more_model_ui(ui: &mut Ui, model: &mut Edited<'_, ModelConfig>, form: &mut FormUi<'_>) {
    form.rest(ui, "model", model);
    if model.now.cell.has_forget_gate() {
        forget_bias_ui(ui, field!(model.forget_bias), form);
    }
}

fn forget_bias_ui(ui: &mut Ui, bias: Field<'_, Option<f64>>, form: &mut FormUi<'_>) {
    let Field { setting, value: Edited { now, usual } } = bias;
    let (mut is_set, is_usually_set) = (now.is_some(), usual.is_some());
    let switch = Edited { now: &mut is_set, usual: &is_usually_set };
    form.switch_named(ui, "Set forget bias", Field { setting, value: switch });
    *now = is_set.then(|| now.unwrap_or(FORGET_BIAS));
    if let Some(now) = now {
        let value = Edited { now, usual: &usual.unwrap_or(FORGET_BIAS) };
        form.number(ui, Field { setting, value });
    }
}

/// Stateless or stateful, chunks and lanes, and which rows forecast.
pub fn state_ui(ui: &mut Ui, train: &mut Edited<'_, TrainConfig>, form: &mut FormUi<'_>) {
    form.choice(ui, field!(train.state_mode));
    if train.now.state_mode == StateMode::Stateful {
        form.count(ui, field!(train.chunk));
        lane_rows_ui(ui, train, form);
    } else {
        form.leave_out(setting!(train.chunk));
    }
    let auto = match train.now.state_mode.supervision() {
        Supervision::Last => "Auto: last",
        Supervision::Every => "Auto: every",
    };
    form.choice_or_left(ui, field!(train.supervise), auto);
}

fn lane_rows_ui(ui: &mut Ui, train: &mut Edited<'_, TrainConfig>, form: &mut FormUi<'_>) {
    const LEFT: &str = "auto";
    let written = |rows: &Option<usize>| rows.map_or(LEFT.to_owned(), |rows| rows.to_string());
    form.row(ui, field!(train.lane_rows), written, |ui, rows| {
        let field = number_field::whole_or_left(rows, LEFT, 0..=10_000_000);
        sized(ui, setting!(train.lane_rows), field)
    });
}

pub fn training_ui(ui: &mut Ui, train: &mut Edited<'_, TrainConfig>, form: &mut FormUi<'_>) {
    let before = train.now.epochs;
    form.count(ui, field!(train.epochs));
    if train.now.epochs < before {
        // A patience longer than the run would never run out.
        train.now.patience = train.now.patience.min(train.now.epochs);
    }
    form.number(ui, field!(train.learning_rate));
    form.count(ui, field!(train.ensemble));
    form.row(ui, field!(train.seed), ToString::to_string, |ui, seed| {
        sized(ui, setting!(train.seed), number_field::seed(seed))
    });
}

pub fn more_training_ui(ui: &mut Ui, train: &mut Edited<'_, TrainConfig>, form: &mut FormUi<'_>) {
    form.rest(ui, "train", train);
    let all = format!("all ({})", cores());
    let written = |threads: &Option<usize>| threads.map_or(all.clone(), |one| one.to_string());
    form.row(ui, field!(train.threads), written, |ui, threads| {
        let field = number_field::whole_or_left(threads, &all, 0..=cores());
        sized(ui, setting!(train.threads), field)
    });
}

/// Pairs of a season that is added with one click: enough for a shape that is no plain wave.
const USUAL_PAIRS: usize = 3;

/// Draws the season length, what was found under it, and the advice to take another.
pub fn season_ui(ui: &mut Ui, baselines: &mut Edited<'_, BaselineConfig>, form: &mut FormUi<'_>) {
    let document = form.document;
    let set = document.derived.task.season_length;
    let written = |usual: &Option<usize>| {
        usual.map_or_else(|| "as the data suggest".to_owned(), |rows| rows.to_string())
    };
    let setting = setting!(baselines.season_length);
    form.row(ui, field!(baselines.season_length), written, |ui, season_length| {
        let mut rows = set;
        let response = sized(ui, setting, number_field::whole(&mut rows, whole_steps(setting)));
        if rows != set {
            *season_length = Some(rows);
        }
        response
    });
    choices_ui(ui, document, set, &mut baselines.now.season_length);
    if let Some(advice) = &document.derived.season_advice {
        form.advice(ui, advice);
    }
}

/// The seasons that were found, with their strength; a click takes one.
fn choices_ui(ui: &mut Ui, document: &Document, set: usize, season_length: &mut Option<usize>) {
    let found = &document.derived.seasons.found;
    if found.is_empty() {
        return;
    }
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = theme::GRID / 2.0;
        ui.label(theme::fine_print("Found"));
        for season in found {
            let is_set = set == season.rows;
            let chip = ui.selectable_label(is_set, RichText::new(short(season)).small());
            let name = format!("Season of {} rows", season.rows);
            chip.widget_info(|| WidgetInfo::selected(Role::Button, true, is_set, &name));
            let chip = chip.on_hover_text(format!(
                "A {}. The strength is how much of each season the others foretell: at most 1, about 0 \
                 where there is no season. A click sets it.",
                season_in_words(season)
            ));
            if chip.clicked() && !is_set {
                *season_length = document.derived.seasons.setting(season.rows);
            }
        }
    });
}

/// A season on a chip: `day 1440 · 0.93`.
fn short(season: &FoundSeason) -> String {
    let FoundSeason { rows, cycle, strength } = season;
    let name = if *cycle == Cycle::Rows { "season" } else { cycle.name() };
    let strength =
        strength.map_or_else(|| "?".to_owned(), |known| format!("{:.2}", known.max(0.0)));
    format!("{name} {} \u{b7} {strength}", grouped(*rows))
}

/// The Fourier terms of a network. After the last stands a row with no pairs, where another season
/// begins; a season whose pairs become 0 goes. Seasons that were found are added with a click.
pub fn fourier_ui(ui: &mut Ui, fourier: &mut Vec<FourierTerms>, form: &mut FormUi<'_>) {
    let document = form.document;
    let season = u32::try_from(document.derived.task.season_length).unwrap_or(u32::MAX);
    let period = f64::from(season.max(2));
    fourier.push(FourierTerms { period, pairs: 0 });
    for (place, terms) in fourier.iter_mut().enumerate() {
        ui.push_id(place, |ui| {
            let most = terms.most_pairs().max(terms.pairs);
            let setting = Setting::at("transform.fourier.pairs");
            let value = Edited { now: &mut terms.pairs, usual: &0 };
            form.row(ui, Field { setting, value }, ToString::to_string, |ui, pairs| {
                sized(ui, setting, number_field::whole(pairs, 0..=most))
            });
            if terms.pairs > 0 {
                let setting = Setting::at("transform.fourier.period");
                let value = Edited { now: &mut terms.period, usual: &period };
                form.number(ui, Field { setting, value });
            }
        });
    }
    fourier.retain(|terms| terms.pairs > 0);
    form.problem_of(ui, setting!(transform.fourier));
    let offered =
        document.derived.seasons.found.iter().filter_map(|season| terms_of(season, fourier));
    let offered: Vec<(String, FourierTerms)> = offered.collect();
    ui.horizontal_wrapped(|ui| {
        for (name, terms) in offered {
            let add = ui.small_button(name);
            let name = format!("Add Fourier terms of {} rows", plain(terms.period));
            add.widget_info(|| WidgetInfo::labeled(Role::Button, true, &name));
            let add = add.on_hover_text(
                "Tells the network the place of each row in this season, beside those above",
            );
            if add.clicked() {
                fourier.push(terms);
            }
        }
    });
}

/// The terms that a found season would have, with what their button says, unless there are some of it.
fn terms_of(season: &FoundSeason, there: &[FourierTerms]) -> Option<(String, FourierTerms)> {
    let period = season.period();
    if there.iter().any(|terms| (terms.period / period - 1.0).abs() < 0.01) {
        return None;
    }
    let terms = FourierTerms { period, pairs: USUAL_PAIRS };
    let terms = FourierTerms { pairs: USUAL_PAIRS.min(terms.most_pairs()), ..terms };
    Some((format!("Add {}", short(season)), terms))
}

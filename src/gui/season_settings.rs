//! The settings of seasons: the season length with the seasons that were found to choose from, and the
//! Fourier terms that a network is given of several.
//!
//! Not for the picture of seasons over each other (`data_view`).

use eframe::egui::{RichText, Role, Ui, WidgetInfo};

use crate::app::Document;
use crate::baseline::BaselineConfig;
use crate::project::{Setting, season_in_words, setting};
use crate::series::number::grouped;
use crate::series::{Cycle, FoundSeason};
use crate::transform::FourierTerms;

use super::edited::{Edited, Field, field};
use super::setting::{Settings, sized, whole_steps};
use super::typed_number::plain;
use super::{number_field, theme};

/// Pairs of a season that is added with one click: enough for a shape that is no plain wave.
const USUAL_PAIRS: usize = 3;

/// Draws the season length, what was found under it, and the advice to take another.
pub fn season_ui(
    ui: &mut Ui,
    document: &Document,
    baselines: &mut Edited<'_, BaselineConfig>,
    settings: &mut Settings<'_>,
) {
    let set = document.derived.task.season_length;
    let written = |usual: &Option<usize>| {
        usual.map_or_else(|| "as the data suggest".to_owned(), |rows| rows.to_string())
    };
    let setting = setting!(baselines.season_length);
    settings.row(ui, field!(baselines.season_length), written, |ui, season_length| {
        let mut rows = set;
        let response = sized(ui, setting, number_field::whole(&mut rows, whole_steps(setting)));
        if rows != set {
            *season_length = Some(rows);
        }
        response
    });
    choices_ui(ui, document, set, &mut baselines.now.season_length);
    if let Some(advice) = &document.derived.season_advice {
        settings.advice(ui, advice);
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
pub fn fourier_ui(
    ui: &mut Ui,
    document: &Document,
    fourier: &mut Vec<FourierTerms>,
    settings: &mut Settings<'_>,
) {
    let season = u32::try_from(document.derived.task.season_length).unwrap_or(u32::MAX);
    let period = f64::from(season.max(2));
    fourier.push(FourierTerms { period, pairs: 0 });
    for (place, terms) in fourier.iter_mut().enumerate() {
        ui.push_id(place, |ui| {
            let most = terms.most_pairs().max(terms.pairs);
            let setting = Setting::at("transform.fourier.pairs");
            let value = Edited { now: &mut terms.pairs, usual: &0 };
            settings.row(ui, Field { setting, value }, ToString::to_string, |ui, pairs| {
                sized(ui, setting, number_field::whole(pairs, 0..=most))
            });
            if terms.pairs > 0 {
                let setting = Setting::at("transform.fourier.period");
                let value = Edited { now: &mut terms.period, usual: &period };
                settings.number(ui, Field { setting, value });
            }
        });
    }
    fourier.retain(|terms| terms.pairs > 0);
    settings.problem_of(ui, setting!(transform.fourier));
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

//! Which baselines run: tick boxes, and orders by hand for ARIMA and exponential smoothing.

use eframe::egui::{Button, ComboBox, DragValue, Grid, RichText, Role, TextEdit, Ui, WidgetInfo};

use crate::baseline::{ArimaOrder, Baseline, BaselineConfig};
use crate::forecast::{Levels, level_name};
use crate::project::Setting;

use super::button::IconButton;
use super::check_box::check_box;
use super::edited::{Edited, field};
use super::setting::{CONTROL_WIDTH, Settings};
use super::{icon, theme, words};

/// Orders that are being put together.
#[derive(Debug)]
pub struct BaselineDraft {
    arima: [usize; 6],
    season_length: usize,
    constant: bool,
    error: usize,
    trend: usize,
    season: usize,
    /// The levels while they are being written.
    levels: Option<String>,
}

impl Default for BaselineDraft {
    fn default() -> Self {
        let (arima, constant) = ([1, 1, 1, 0, 1, 1], false);
        Self { arima, season_length: 12, constant, error: 0, trend: 0, season: 0, levels: None }
    }
}

const ERRORS: [&str; 3] = ["Z", "A", "M"];
const TRENDS: [&str; 6] = ["Z", "N", "A", "Ad", "M", "Md"];
const SEASONS: [&str; 4] = ["Z", "N", "A", "M"];

/// A letter of an ETS form with what it stands for.
fn in_words(letter: &str) -> String {
    let word = match letter {
        "Z" => "chosen by the fit",
        "N" => "none",
        "A" => "additive",
        "Ad" => "additive, damped",
        "M" => "multiplicative",
        _ => "multiplicative, damped",
    };
    format!("{letter}: {word}")
}

/// Draws the group.
pub fn baselines_ui(
    ui: &mut Ui,
    draft: &mut BaselineDraft,
    season_length: usize,
    baselines: &mut Edited<'_, BaselineConfig>,
    settings: &mut Settings<'_>,
) {
    levels_ui(ui, draft, field!(baselines.levels), settings);
    let chosen = &mut baselines.now.models;
    for baseline in Baseline::ALL {
        let mut on = chosen.contains(&baseline);
        let check = check_box(ui, true, &mut on, baseline.to_string());
        let name = format!("Run {baseline}");
        check.widget_info(|| WidgetInfo::selected(Role::CheckBox, true, on, &name));
        if check.on_hover_text(baseline.sentence()).clicked() {
            if on {
                chosen.push(baseline);
            } else {
                chosen.retain(|other| *other != baseline);
            }
        }
    }
    by_hand_ui(ui, chosen);
    ui.collapsing("Orders by hand", |ui| {
        if draft.season_length != season_length && !draft.was_touched() {
            draft.season_length = season_length;
        }
        arima_ui(ui, draft, chosen);
        ets_ui(ui, draft, chosen);
    })
    .header_response
    .on_hover_text("ARIMA and exponential smoothing of a form that you choose");
}

/// The levels of intervals, as text: `80, 95`.
fn levels_ui(
    ui: &mut Ui,
    draft: &mut BaselineDraft,
    levels: Edited<'_, Vec<f64>>,
    settings: &mut Settings<'_>,
) {
    let written =
        |levels: &Vec<f64>| levels.iter().copied().map(level_name).collect::<Vec<_>>().join(", ");
    let Edited { now: levels, usual } = levels;
    let text = draft.levels.get_or_insert_with(|| written(levels));
    let value = Edited { now: &mut *levels, usual };
    let goes_back = settings.row(ui, words::LEVELS, Setting::Levels, value, written, |ui, _| {
        ui.add(TextEdit::singleline(text).desired_width(CONTROL_WIDTH))
    });
    if goes_back {
        draft.levels = None;
        return;
    }
    let editing = ui.memory(|memory| memory.focused().is_some());
    match text.parse::<Levels>() {
        Ok(read) => {
            if read.shares() != levels {
                *levels = read.shares().to_vec();
            }
            if !editing {
                draft.levels = None;
            }
        }
        Err(problem) => {
            let color = ui.visuals().error_fg_color;
            ui.label(RichText::new(problem.to_string()).small().color(color));
        }
    }
}

/// Models of given orders, each with a way to take it off.
fn by_hand_ui(ui: &mut Ui, chosen: &mut Vec<Baseline>) {
    let mut gone = None;
    for &baseline in chosen.iter().filter(|baseline| !Baseline::ALL.contains(baseline)) {
        ui.horizontal(|ui| {
            let name = format!("Take off {baseline}");
            let remove = IconButton::new(icon::TRASH, "").bare().show_as(ui, &name);
            if remove.on_hover_text(name).clicked() {
                gone = Some(baseline);
            }
            ui.label(baseline.to_string()).on_hover_text(baseline.sentence());
        });
    }
    if let Some(gone) = gone {
        chosen.retain(|other| *other != gone);
    }
}

impl BaselineDraft {
    /// Whether the orders are other than those the form begins with.
    fn was_touched(&self) -> bool {
        self.arima != Self::default().arima
    }

    fn arima_order(&self) -> ArimaOrder {
        let [p, d, q, seasonal_p, seasonal_d, seasonal_q] = self.arima;
        let order = ArimaOrder::new(p, d, q);
        let order = if seasonal_p + seasonal_d + seasonal_q > 0 {
            order.seasonal(seasonal_p, seasonal_d, seasonal_q, self.season_length)
        } else {
            order
        };
        order.with_constant(self.constant)
    }
}

fn arima_ui(ui: &mut Ui, draft: &mut BaselineDraft, chosen: &mut Vec<Baseline>) {
    const NAMES: [(&str, &str, usize); 6] = [
        ("p", "Autoregressive terms: how many values before are looked at", 5),
        ("d", "First differences, for a level that wanders", 2),
        ("q", "Moving-average terms: how many misses before are looked at", 5),
        ("P", "Autoregressive terms a season apart", 3),
        ("D", "Seasonal differences, for a season that drifts", 2),
        ("Q", "Moving-average terms a season apart", 3),
    ];
    ui.label(theme::fine_print("ARIMA(p,d,q)(P,D,Q)[season]"));
    Grid::new("orders").num_columns(6).spacing([theme::GRID, 4.0]).show(ui, |ui| {
        for (at, (name, tooltip, most)) in NAMES.iter().enumerate() {
            let label = ui.label(*name).on_hover_text(*tooltip);
            let number = DragValue::new(&mut draft.arima[at]).range(0..=*most).speed(0.05);
            ui.add(number).labelled_by(label.id).on_hover_text(*tooltip);
            if at == 2 {
                ui.end_row();
            }
        }
    });
    ui.horizontal(|ui| {
        let tooltip = "Rows in one season";
        let label = ui.label("season").on_hover_text(tooltip);
        let number = DragValue::new(&mut draft.season_length).range(2..=400).speed(0.1);
        ui.add(number).labelled_by(label.id).on_hover_text(tooltip);
        check_box(ui, true, &mut draft.constant, "constant")
            .on_hover_text("A mean where nothing is differenced, a drift where something is");
    });
    let order = draft.arima_order();
    let problem = order.check().err();
    let add = ui.add_enabled(problem.is_none(), Button::new("Add ARIMA"));
    let add = match &problem {
        Some(problem) => add.on_disabled_hover_text(problem.to_string()),
        None => add.on_hover_text(format!("Run {order} beside the others")),
    };
    if add.clicked() && !chosen.contains(&Baseline::Arima(order)) {
        chosen.push(Baseline::Arima(order));
    }
}

fn ets_ui(ui: &mut Ui, draft: &mut BaselineDraft, chosen: &mut Vec<Baseline>) {
    ui.add_space(theme::GRID);
    ui.label(theme::fine_print("ETS(error, trend, season)"))
        .on_hover_text("Exponential smoothing with these three parts; Z leaves one to the fit");
    ui.horizontal(|ui| {
        for (name, value, options) in [
            ("Error", &mut draft.error, &ERRORS[..]),
            ("Trend", &mut draft.trend, &TRENDS[..]),
            ("Season", &mut draft.season, &SEASONS[..]),
        ] {
            let menu = ComboBox::from_id_salt(name).width(44.0).selected_text(options[*value]);
            let menu = menu.show_ui(ui, |ui| {
                for (at, option) in options.iter().enumerate() {
                    ui.selectable_value(value, at, in_words(option));
                }
            });
            let response = menu.response;
            response.widget_info(|| WidgetInfo::labeled(Role::ComboBox, true, name));
            response.on_hover_text(format!("{name}: {}", in_words(options[*value])));
        }
    });
    let text =
        format!("ets({},{},{})", ERRORS[draft.error], TRENDS[draft.trend], SEASONS[draft.season]);
    // All three left to the fit is a baseline of the list already.
    let is_auto = draft.error + draft.trend + draft.season == 0;
    let form = if is_auto {
        Err("All three left to the fit is auto-ets: tick it above, or choose one here".to_owned())
    } else {
        text.parse::<Baseline>().map_err(|problem| problem.to_string())
    };
    let add = ui.add_enabled(form.is_ok(), Button::new("Add ETS"));
    match form {
        Ok(form) => {
            let add = add.on_hover_text(format!("Run {form} beside the others"));
            if add.clicked() && !chosen.contains(&form) {
                chosen.push(form);
            }
        }
        Err(problem) => {
            add.on_disabled_hover_text(problem);
        }
    }
}

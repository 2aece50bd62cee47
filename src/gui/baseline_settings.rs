//! Which baselines run: tick boxes, and orders by hand for ARIMA and exponential smoothing.

use eframe::egui::{Button, ComboBox, Grid, Role, Ui, WidgetInfo, vec2};

use crate::baseline::{ArimaOrder, Baseline, BaselineConfig};
use crate::forecast::{Levels, level_name};
use crate::project::setting;

use super::draft_field::DraftField;
use super::setting::{Edited, Field, FormUi, field, sized};
use super::widgets::{IconButton, check_box, icon};
use super::{draft_field, number_field, theme};

/// Orders that are being put together.
#[derive(Debug)]
pub struct BaselineDraft {
    arima: [usize; 6],
    season_length: usize,
    constant: bool,
    error: usize,
    trend: usize,
    season: usize,
}

impl Default for BaselineDraft {
    fn default() -> Self {
        let (arima, constant) = ([1, 1, 1, 0, 1, 1], false);
        Self { arima, season_length: 12, constant, error: 0, trend: 0, season: 0 }
    }
}

const ORDER: f32 = 40.0;

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

pub fn baselines_ui(
    ui: &mut Ui,
    draft: &mut BaselineDraft,
    baselines: &mut Edited<'_, BaselineConfig>,
    form: &mut FormUi<'_>,
) {
    let season_length = form.document.derived.task.season_length;
    levels_ui(ui, field!(baselines.levels), form);
    let chosen = &mut baselines.now.models;
    for baseline in Baseline::all() {
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
fn levels_ui(ui: &mut Ui, levels: Field<'_, Vec<f64>>, form: &mut FormUi<'_>) {
    let written =
        |levels: &Vec<f64>| levels.iter().copied().map(level_name).collect::<Vec<_>>().join(", ");
    form.row(ui, levels, written, |ui, levels| {
        let now = written(levels);
        let read = move |text: &str| match text.parse::<Levels>() {
            Ok(levels) => Ok(levels.shares().to_vec()),
            Err(problem) => Err(format!("{problem}; {now} stays")),
        };
        sized(ui, setting!(baselines.levels), DraftField::new(levels, written, read))
    });
}

/// Models of given orders, each with a way to take it off.
fn by_hand_ui(ui: &mut Ui, chosen: &mut Vec<Baseline>) {
    let mut gone = None;
    for &baseline in chosen.iter().filter(|baseline| !matches!(baseline, Baseline::Named(_))) {
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
    let mut orders = Vec::new();
    Grid::new("orders").num_columns(6).spacing([theme::GRID, 4.0]).show(ui, |ui| {
        for (at, (name, tooltip, most)) in NAMES.iter().enumerate() {
            let label = ui.label(*name).on_hover_text(*tooltip);
            let number = number_field::whole_within(&mut draft.arima[at], 0..=*most);
            let number = number.show(ui, name, vec2(ORDER, ui.spacing().interact_size.y));
            orders.push(number.labelled_by(label.id).on_hover_text(*tooltip).id);
            if at == 2 {
                ui.end_row();
            }
        }
    });
    ui.horizontal(|ui| {
        let tooltip = "Rows in one season";
        let label = ui.label("season").on_hover_text(tooltip);
        let number = number_field::whole_within(&mut draft.season_length, 2..=400);
        let number = number.show(ui, "season", vec2(ORDER, ui.spacing().interact_size.y));
        orders.push(number.labelled_by(label.id).on_hover_text(tooltip).id);
        check_box(ui, true, &mut draft.constant, "constant")
            .on_hover_text("A mean where nothing is differenced, a drift where something is");
    });
    for order in orders {
        draft_field::complaint_ui(ui, order);
    }
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

//! Seasons over each other: older ones faint, the newest strong, and their mean; with names along a season:
//! months of a year, days of a week, hours of a day, or plain numbers.

use eframe::egui::{Color32, ComboBox, Stroke, Ui};
use egui_plot::{AxisHints, GridInput, GridMark, HoverPosition, Line, LineStyle, Plot};
use jiff::civil::date;

use crate::app::look::{OverlaidSeasons, Pyramid};
use crate::app::{AppState, Command, Document, Study};
use crate::gui::plot::{KeySample, LABEL_SPACING, axis_label, framed, key_ui, quiet, value_axis};
use crate::gui::theme;
use crate::gui::widgets::narrow;
use crate::series::number::{compact_grouped, grouped};
use crate::series::{Cycle, TimeAxis, Unit};
use crate::stats::{number, ratio, whole};

use super::waiting_ui;

/// Width of the newest season's line and of the others', in points.
const WIDTHS: (f32, f32) = (2.4, 1.2);
const MEAN: &str = "mean";

pub fn season_view_ui(
    ui: &mut Ui,
    state: &AppState,
    document: &Document,
    commands: &mut Vec<Command>,
) {
    let Some(study) = &document.study else {
        return waiting_ui(ui, state, "There is nothing to show of this series.");
    };
    choice_ui(ui, document, study, commands);
    let Some(seasons) = &study.seasons else {
        let why = "The series shows no two seasons of this length. Set Season length on the left, or choose another here.";
        return waiting_ui(ui, state, why);
    };
    let axis = &document.data.series.axis;
    let names = SeasonAxis::new(axis, seasons.cycle);
    let colors = SeasonColors::of(ui);
    let newest = seasons.lines.last().map(|line| names.season(axis, line.first_row));
    let oldest = seasons.lines.first().map(|line| names.season(axis, line.first_row));
    let (Some(newest), Some(oldest)) = (newest, oldest) else { return };
    key_ui(
        ui,
        &[
            (KeySample::Line(colors.newest, WIDTHS.0), newest),
            (KeySample::Ramp(colors.old, colors.recent), format!("{oldest} and later")),
            (KeySample::Dashed(colors.mean), mean_of(seasons, axis)),
        ],
    );
    plot_ui(ui, document, seasons, names, colors);
}

fn mean_of(seasons: &OverlaidSeasons, axis: &TimeAxis) -> String {
    let since = match seasons.first_row {
        0 => String::new(),
        row => format!(" since {}", axis.display(row)),
    };
    let drawn = match seasons.lines.len() {
        drawn if drawn < seasons.averaged => format!(", the newest {drawn} drawn"),
        _ => String::new(),
    };
    format!("{MEAN} of {} seasons{since}{drawn}", grouped(seasons.averaged))
}

/// The season looked at: the recipe's, or another of the calendar's.
fn choice_ui(ui: &mut Ui, document: &Document, study: &Study, commands: &mut Vec<Command>) {
    let set = document.derived.task.season_length;
    let name = |length: usize, cycle: Cycle| {
        let rows = match cycle {
            Cycle::Rows => format!("{} rows", grouped(length)),
            cycle => format!("{} ({} rows)", cycle.name(), grouped(length)),
        };
        if length == set { format!("{rows}, as set") } else { rows }
    };
    let shown = document.season_looked_at.unwrap_or(set);
    let mut chosen = shown;
    let mut choices = study.choices.clone();
    if choices.iter().all(|choice| choice.0 != set) && set > 1 {
        choices.push((set, Cycle::of(&document.data.series.axis, set)));
        choices.sort_unstable_by_key(|choice| choice.0);
    }
    let selected = choices.iter().find(|choice| choice.0 == shown);
    let selected =
        selected.map_or_else(|| "none".to_owned(), |&(length, cycle)| name(length, cycle));
    ui.horizontal(|ui| {
        let label = ui.label("One line each");
        let width = ui.available_width().min(176.0);
        let menu = ComboBox::from_id_salt("season looked at").width(width).truncate();
        let menu = menu.selected_text(selected);
        let menu = menu.show_ui(ui, |ui| {
            for &(length, cycle) in &choices {
                ui.selectable_value(&mut chosen, length, name(length, cycle));
            }
        });
        menu.response.labelled_by(label.id).on_hover_text(
            "Looks at the data only; Season length on the left is what models are told",
        );
    });
    if chosen != shown {
        commands.push(Command::LookAtSeason((chosen != set).then_some(chosen)));
    }
}

#[derive(Clone, Copy)]
struct SeasonColors {
    old: Color32,
    recent: Color32,
    newest: Color32,
    mean: Color32,
}

impl SeasonColors {
    fn of(ui: &Ui) -> Self {
        let (visuals, palette) = (ui.visuals(), theme::palette(ui.visuals()));
        let old = visuals.extreme_bg_color.lerp_to_gamma(visuals.weak_text_color(), 0.4);
        Self { old, recent: palette.accent, newest: palette.data, mean: palette.mean }
    }
}

fn plot_ui(
    ui: &mut Ui,
    document: &Document,
    seasons: &OverlaidSeasons,
    names: SeasonAxis,
    colors: SeasonColors,
) {
    let series = &document.data.series;
    let lines: Vec<String> =
        seasons.lines.iter().map(|line| names.season(&series.axis, line.first_row)).collect();
    let (labels, grid, hover) = (names.clone(), names.clone(), names);
    let along = quiet(AxisHints::new_x(), ui)
        .label_spacing(LABEL_SPACING)
        .formatter(move |mark, _| labels.label(mark));
    let width = ui.available_width();
    let columns = whole(f64::from(width.max(1.0)));
    let unit = axis_label(ui, &series.name, ui.available_height());
    framed(Plot::new(("season", seasons.length)), ui, &unit)
        .custom_x_axes(vec![along])
        .x_grid_spacer(move |input| grid.marks(input))
        .label_formatter(move |position| {
            let HoverPosition::NearDataPoint { plot_name, position, .. } = position else {
                return None;
            };
            let place = hover.place(whole(position.x.round()));
            Some(format!("{plot_name}\n{place}\n{}", compact_grouped(position.y)))
        })
        .show(ui, move |plot| {
            let newest = lines.len() - 1;
            for (number, (line, name)) in seasons.lines.iter().zip(&lines).enumerate() {
                let age = narrow(ratio(number, newest));
                let (color, width) = if number == newest {
                    (colors.newest, WIDTHS.0)
                } else {
                    (colors.old.lerp_to_gamma(colors.recent, age), WIDTHS.1)
                };
                for (part, points) in parts(&line.outline, columns).into_iter().enumerate() {
                    plot.line(
                        Line::new(name, points)
                            .id((number, part))
                            .stroke(Stroke::new(width, color)),
                    );
                }
            }
            for (part, points) in parts(&seasons.mean, columns).into_iter().enumerate() {
                plot.line(
                    Line::new(MEAN, points)
                        .id((MEAN, part))
                        .stroke(Stroke::new(2.0, colors.mean))
                        .style(LineStyle::dashed_dense()),
                );
            }
        });
}

/// The unbroken parts of a line.
fn parts(outline: &Pyramid, columns: usize) -> Vec<Vec<[f64; 2]>> {
    let points = outline.outline(0..outline.values().len(), columns);
    let place = |(position, value): (usize, f64)| [number(position), value];
    points
        .split(Option::is_none)
        .filter(|part| !part.is_empty())
        .map(|part| part.iter().flatten().copied().map(place).collect())
        .collect()
}

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
/// Days of a year, leap days aside, before each month.
const DAYS_BEFORE: [i32; 12] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
const WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
/// How many named places lie between two labels: the fewest that leave room.
const STRIDES: [usize; 6] = [1, 2, 3, 4, 6, 12];

#[derive(Debug, Clone)]
pub struct SeasonAxis {
    cycle: Cycle,
    unit: Option<Unit>,
    /// Seconds, months or days in a step, by the unit.
    step: i32,
    named: Vec<(f64, String)>,
}

impl SeasonAxis {
    pub fn new(axis: &TimeAxis, cycle: Cycle) -> Self {
        let (unit, step) = match axis {
            TimeAxis::Calendar(axis) => {
                let count = i32::try_from(axis.frequency.count).unwrap_or(i32::MAX);
                (Some(axis.frequency.unit), count)
            }
            TimeAxis::Position(_) => (None, 1),
        };
        let mut names = Self { cycle, unit, step, named: Vec::new() };
        names.named = names.named_places();
        names
    }

    /// Rows in `seconds`, for steps of a clock.
    fn rows_in(&self, seconds: i32) -> f64 {
        let step =
            self.unit.and_then(Unit::fixed_seconds).and_then(|unit| i32::try_from(unit).ok());
        f64::from(seconds) / (f64::from(step.unwrap_or(1)) * f64::from(self.step))
    }

    fn named_places(&self) -> Vec<(f64, String)> {
        let own = |names: &[&str]| -> Vec<(f64, String)> {
            (0_i32..).map(f64::from).zip(names.iter().map(|&name| name.to_owned())).collect()
        };
        let day = 86_400;
        match (self.cycle, self.unit) {
            (Cycle::Year, Some(Unit::Month)) if self.step == 1 => own(&MONTHS),
            (Cycle::Year, Some(Unit::Month)) => (0..12 / self.step.clamp(1, 12))
                .filter_map(|place| {
                    let month = usize::try_from(place * self.step).ok()?;
                    Some((f64::from(place), MONTHS.get(month)?.to_string()))
                })
                .collect(),
            (Cycle::Year, Some(Unit::Quarter)) => own(&["Q1", "Q2", "Q3", "Q4"]),
            (Cycle::Year, unit) => {
                let rows = |days: i32| match unit {
                    Some(Unit::BusinessDay) => f64::from(days) * 5.0 / 7.0 / f64::from(self.step),
                    _ => self.rows_in(days * day),
                };
                DAYS_BEFORE.iter().map(|&days| rows(days)).zip(MONTHS.map(str::to_owned)).collect()
            }
            (Cycle::Week, Some(Unit::BusinessDay)) => own(&WEEKDAYS[..5]),
            (Cycle::Week, _) => (0..7)
                .map(|weekday| self.rows_in(weekday * day))
                .zip(WEEKDAYS.map(str::to_owned))
                .collect(),
            (Cycle::Day, _) => {
                (0..24).map(|hour| (self.rows_in(hour * 3_600), format!("{hour:02}:00"))).collect()
            }
            (Cycle::Hour, _) => (0..12)
                .map(|fives| (self.rows_in(fives * 300), format!(":{:02}", fives * 5)))
                .collect(),
            (Cycle::Minute, _) => {
                (0..12).map(|fives| (self.rows_in(fives * 5), format!("{} s", fives * 5))).collect()
            }
            (Cycle::Rows, _) => Vec::new(),
        }
    }

    /// Grid marks at named places, as many as have room.
    pub fn marks(&self, input: GridInput) -> Vec<GridMark> {
        let [first, second, ..] = self.named.as_slice() else {
            return value_axis::marks(GridInput {
                base_step_size: input.base_step_size.max(1.0),
                ..input
            });
        };
        let apart = second.0 - first.0;
        let fits = |stride: &usize| apart * number(*stride) >= input.base_step_size;
        let stride = STRIDES.into_iter().find(fits).unwrap_or(12);
        let mark =
            |&(value, _): &(f64, String)| GridMark { value, step_size: apart * number(stride) };
        self.named.iter().step_by(stride).map(mark).collect()
    }

    pub fn label(&self, mark: GridMark) -> String {
        let here = |place: &&(f64, String)| (place.0 - mark.value).abs() < 1e-6;
        match self.named.iter().find(here) {
            Some((_, name)) => name.clone(),
            // Rows of a season are counted from 1, as people do.
            None => value_axis::label(GridMark { value: mark.value + 1.0, ..mark }),
        }
    }

    /// A position in full, for the label under the pointer: `Mar`, `Tue 13:30`, `2 Mar`, `row 5`.
    pub fn place(&self, position: usize) -> String {
        let at = number(position);
        let seconds = at / self.rows_in(1).max(f64::MIN_POSITIVE);
        #[expect(clippy::cast_possible_truncation, reason = "seconds of a year")]
        let seconds = seconds.round() as i64;
        let clock = |seconds: i64| format!("{:02}:{:02}", seconds / 3_600 % 24, seconds / 60 % 60);
        let named = || self.named.get(position).map(|named| named.1.clone());
        match (self.cycle, self.unit) {
            (Cycle::Year, Some(Unit::Month | Unit::Quarter))
            | (Cycle::Week, Some(Unit::Day | Unit::BusinessDay)) => named(),
            (Cycle::Year, Some(Unit::Week)) => Some(format!("week {}", position + 1)),
            (Cycle::Year, Some(Unit::BusinessDay)) => {
                Some(format!("business day {}", position + 1))
            }
            (Cycle::Year, unit) => {
                let day = date(2023, 1, 1).checked_add(jiff::Span::new().days(seconds / 86_400));
                let day = day.map(|day| day.strftime("%-d %b").to_string()).ok();
                match unit {
                    Some(Unit::Day) => day,
                    _ => day.map(|day| format!("{day} {}", clock(seconds))),
                }
            }
            (Cycle::Week, _) => usize::try_from(seconds / 86_400)
                .ok()
                .and_then(|weekday| WEEKDAYS.get(weekday))
                .map(|weekday| format!("{weekday} {}", clock(seconds))),
            (Cycle::Day, _) => Some(clock(seconds)),
            (Cycle::Hour, _) => {
                Some(format!("{:02}:{:02} past the hour", seconds / 60, seconds % 60))
            }
            (Cycle::Minute, _) => Some(format!("{seconds} s past the minute")),
            (Cycle::Rows, _) => None,
        }
        .unwrap_or_else(|| format!("row {} of the season", position + 1))
    }

    /// The name of the season that begins with a row: `2014`, `week of 2014-12-22`.
    pub fn season(&self, axis: &TimeAxis, first_row: usize) -> String {
        let TimeAxis::Calendar(calendar) = axis else {
            return format!("from {}", axis.display(first_row));
        };
        let start = calendar.local(first_row);
        let format = match self.cycle {
            Cycle::Year => "%Y",
            Cycle::Week => "week of %Y-%m-%d",
            Cycle::Day => "%Y-%m-%d",
            Cycle::Hour => "%Y-%m-%d %H:00",
            Cycle::Minute => "%Y-%m-%d %H:%M",
            Cycle::Rows => return format!("from {}", axis.display(first_row)),
        };
        start.strftime(format).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::series::CalendarAxis;
    use crate::series::Clock;
    use crate::series::Frequency;
    use crate::series::Precision;

    fn axis(unit: Unit, count: u32) -> TimeAxis {
        TimeAxis::Calendar(CalendarAxis {
            start: "2024-01-01T00:00".parse().unwrap(),
            frequency: Frequency { unit, count },
            month_end: false,
            clock: Clock::Wall,
            precision: Precision::Second,
            calendar: None,
        })
    }

    fn labels(axis: &SeasonAxis, high: f64, base_step_size: f64) -> Vec<String> {
        let input = GridInput { bounds: (0.0, high), base_step_size };
        axis.marks(input).into_iter().map(|mark| axis.label(mark)).collect()
    }

    #[test]
    fn months_weekdays_and_hours_have_their_names() {
        let months = SeasonAxis::new(&axis(Unit::Month, 1), Cycle::Year);
        assert_eq!(labels(&months, 11.0, 0.5)[..3], ["Jan", "Feb", "Mar"]);
        assert_eq!(labels(&months, 11.0, 2.5), ["Jan", "Apr", "Jul", "Oct"]);
        assert_eq!(
            (months.place(2), months.season(&axis(Unit::Month, 1), 13)),
            ("Mar".into(), "2025".into())
        );
        let halves = SeasonAxis::new(&axis(Unit::Minute, 30), Cycle::Week);
        assert_eq!(labels(&halves, 335.0, 20.0)[..2], ["Mon", "Tue"]);
        assert_eq!(halves.place(48 + 27), "Tue 13:30");
        let day = SeasonAxis::new(&axis(Unit::Minute, 30), Cycle::Day);
        assert_eq!(labels(&day, 47.0, 10.0), ["00:00", "06:00", "12:00", "18:00"]);
    }

    #[test]
    fn days_of_a_year_and_rows_read_well() {
        let days = SeasonAxis::new(&axis(Unit::Day, 1), Cycle::Year);
        assert_eq!((days.place(0), days.place(60)), ("1 Jan".into(), "2 Mar".into()));
        let rows = SeasonAxis::new(&TimeAxis::row_numbers(), Cycle::Rows);
        assert_eq!(rows.place(4), "row 5 of the season");
        assert_eq!(rows.season(&TimeAxis::row_numbers(), 20), "from 21");
        assert_eq!(labels(&rows, 12.0, 3.0), ["1", "6", "11"]);
    }
}

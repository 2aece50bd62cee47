//! What an opened file was found to hold, in one line: `59 rows, monthly, 1 missing (2021-08), 1 possible
//! outlier (2022-03)`.

use crate::series::number::grouped;
use crate::series::{Series, TimeAxis};

use super::prepared::Prepared;

/// Rows that are named one by one at the most.
const NAMED: usize = 2;

/// The line about the target of a file; of a panel, also how many series there are.
pub fn found_line(data: &Prepared) -> String {
    let series = &*data.series;
    let many = data.candidates.len();
    let mut parts = Vec::new();
    if many > 1 {
        parts.push(format!("{} series; {}: {}", grouped(many), series.name, rows(series.len())));
    } else {
        parts.push(rows(series.len()));
    }
    parts.push(rhythm(&series.axis));
    let missing = data.pyramid.missing();
    if missing > 0 {
        let slots = series.values.iter().enumerate().filter(|(_, value)| value.is_nan());
        let named = named(series, missing, slots.map(|(slot, _)| slot));
        parts.push(format!("{} missing{named}", grouped(missing)));
    } else {
        parts.push("none missing".to_owned());
    }
    let outliers = &data.marks.outliers;
    if !outliers.is_empty() {
        let plural = if outliers.len() == 1 { "" } else { "s" };
        let named = named(series, outliers.len(), outliers.iter().copied());
        parts.push(format!("{} possible outlier{plural}{named}", grouped(outliers.len())));
    }
    let ledger = &data.reading.ledger;
    let left_out = ledger.rows_read.saturating_sub(ledger.rows_used);
    if left_out > 0 {
        parts.push(format!("{} not used", rows(left_out)));
    }
    parts.join(", ")
}

fn rows(count: usize) -> String {
    if count == 1 { "1 row".to_owned() } else { format!("{} rows", grouped(count)) }
}

/// The rows in brackets, where they are few.
fn named(series: &Series, count: usize, slots: impl Iterator<Item = usize>) -> String {
    if count > NAMED {
        return String::new();
    }
    let names: Vec<String> = slots.take(NAMED).map(|slot| series.axis.display(slot)).collect();
    format!(" ({})", names.join(", "))
}

/// The step as an adverb: `monthly`, `every 15 minutes`.
fn rhythm(axis: &TimeAxis) -> String {
    if !axis.is_calendar() {
        return "without dates".to_owned();
    }
    let step = axis.step_label();
    let adverb = match step.as_str() {
        "1 year" => "yearly",
        "1 quarter" => "quarterly",
        "1 month" => "monthly",
        "1 week" => "weekly",
        "1 day" => "daily",
        "1 hour" => "hourly",
        _ => return format!("every {}", step.strip_prefix("1 ").unwrap_or(&step)),
    };
    adverb.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::{ImportConfig, read_bytes};

    fn line_of(text: &str) -> String {
        let reading = read_bytes("a.csv", text.as_bytes(), &ImportConfig::default()).unwrap();
        found_line(&Prepared::new(reading))
    }

    #[test]
    fn months_with_a_gap_and_a_slip_are_told_in_a_line() {
        let mut text = "month,sales\n".to_owned();
        for month in 0..59 {
            let (year, of_year) = (2018 + month / 12, month % 12 + 1);
            match month {
                43 => {}
                50 => text += &format!("{year}-{of_year:02},9000\n"),
                _ => text += &format!("{year}-{of_year:02},{}\n", 100 + month % 12),
            }
        }
        let line = line_of(&text);
        assert!(line.starts_with("59 rows, monthly, 1 missing ("), "{line}");
        assert!(line.contains("1 possible outlier ("), "{line}");
    }

    #[test]
    fn a_plain_file_and_a_panel_are_told_in_a_line() {
        let rows: Vec<String> = (0..40).map(|row| format!("{row},{}", row % 5)).collect();
        let line = line_of(&format!("t,y\n{}\n", rows.join("\n")));
        assert_eq!(line, "40 rows, without dates, none missing");
        let mut text = "shop,day,sales\n".to_owned();
        for shop in ["North", "South"] {
            (1..=28).for_each(|day| text += &format!("{shop},2024-02-{day:02},{}\n", day % 7));
        }
        let line = line_of(&text);
        assert_eq!(line, "2 series; North: 28 rows, daily, none missing");
    }
}

//! A working calendar: the slots of a week that are open, less holidays. Closed slots are no rows.
//!
//! Rows are counted by weeks and a sorted list of holidays, so that a row's date is found in the
//! time of a binary search, however far ahead. Not for learning a calendar from data (`opening`).

use std::fmt;

use super::holiday::{HolidayRule, WEEKDAYS, weekday_of};

/// Seconds of a day.
pub(super) const DAY: i64 = 86_400;
/// Seconds of a week.
pub(super) const WEEK: i64 = 7 * DAY;
/// Seconds from 1970-01-01 to the first Monday after it.
const FIRST_MONDAY: i64 = 4 * DAY;
/// Years that holidays are listed for, from the first row on; later years have none.
const LISTED_YEARS: i16 = 400;

/// The open slots of every week and the days of the year that are closed.
#[derive(Debug, Clone, PartialEq)]
pub struct WorkingCalendar {
    /// Seconds from Monday 00:00 on the local clock to each open slot of a week, rising.
    open: Vec<i64>,
    rules: Vec<HolidayRule>,
    /// Holidays on days that would be open, in order.
    holidays: Vec<Holiday>,
}

/// A closed day and its place among the slots.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Holiday {
    /// Slots of open weeks before it, holidays counted as open.
    place: i64,
    /// Slots that it closes.
    slots: i64,
    /// Slots that earlier holidays close.
    closed_before: i64,
}

impl WorkingCalendar {
    /// A calendar of `open` slots, in seconds from Monday 00:00 on the local clock, that is closed on
    /// the days of the `rules` from `first_year` on. `None` where no slot is open.
    pub fn new(mut open: Vec<i64>, rules: Vec<HolidayRule>, first_year: i16) -> Option<Self> {
        open.retain(|slot| (0..WEEK).contains(slot));
        open.sort_unstable();
        open.dedup();
        if open.is_empty() {
            return None;
        }
        let last_year = first_year.saturating_add(LISTED_YEARS).min(9_999);
        let years = first_year.saturating_sub(1)..=last_year;
        let mut days: Vec<i64> =
            years.flat_map(|year| rules.iter().filter_map(move |rule| rule.day_in(year))).collect();
        days.sort_unstable();
        days.dedup();
        let mut calendar = Self { open, rules, holidays: Vec::new() };
        let mut closed_before = 0;
        for day in days {
            let place = calendar.place(day * DAY);
            let slots = calendar.place((day + 1) * DAY) - place;
            if slots > 0 {
                calendar.holidays.push(Holiday { place, slots, closed_before });
                closed_before += slots;
            }
        }
        Some(calendar)
    }

    pub fn rules(&self) -> &[HolidayRule] {
        &self.rules
    }

    /// Open slots of a week without holidays.
    pub fn slots_per_week(&self) -> usize {
        self.open.len()
    }

    /// Open slots of an open day, where every open day has as many.
    pub fn slots_per_day(&self) -> Option<usize> {
        let mut counts = self.open.chunk_by(|one, next| one / DAY == next / DAY).map(<[i64]>::len);
        let first = counts.next()?;
        counts.all(|count| count == first).then_some(first)
    }

    /// Whether exactly the days from Monday to Friday are open, once a day.
    pub fn is_monday_to_friday(&self) -> bool {
        self.open.iter().map(|slot| slot / DAY).eq(0..5)
    }

    /// Whether a slot stands in the hours of Sunday in which clocks change, so that some years have
    /// it twice and others not at all; days apart, rows keep their hour.
    pub fn changes_with_clocks(&self, step_secs: i64) -> bool {
        let hours = 6 * DAY..6 * DAY + 4 * 3_600;
        step_secs < DAY && self.open.iter().any(|slot| hours.contains(slot))
    }

    /// Whether a local time, in seconds since 1970, is an open slot.
    pub fn is_open(&self, local_secs: i64) -> bool {
        let in_week = (local_secs - FIRST_MONDAY).rem_euclid(WEEK);
        let slot = self.number_of(local_secs);
        self.open.binary_search(&in_week).is_ok() && self.local_secs_of(slot) == local_secs
    }

    /// Open slots before a local time, in seconds since 1970, counted from a fixed Monday.
    pub fn number_of(&self, local_secs: i64) -> i64 {
        let place = self.place(local_secs);
        let passed = self.holidays.partition_point(|holiday| holiday.place < place);
        let closed = passed.checked_sub(1).map_or(0, |last| {
            let Holiday { place: start, slots, closed_before } = self.holidays[last];
            closed_before + slots.min(place - start)
        });
        place - closed
    }

    /// The local time of an open slot by its number, in seconds since 1970.
    pub fn local_secs_of(&self, number: i64) -> i64 {
        let passed = self.holidays.partition_point(|day| day.place - day.closed_before <= number);
        let closed = passed
            .checked_sub(1)
            .map_or(0, |last| self.holidays[last].closed_before + self.holidays[last].slots);
        let place = number.saturating_add(closed);
        let week = i64::try_from(self.open.len()).unwrap_or(i64::MAX);
        let in_week = usize::try_from(place.rem_euclid(week)).unwrap_or_default();
        let monday = place.div_euclid(week).saturating_mul(WEEK);
        monday.saturating_add(FIRST_MONDAY).saturating_add(self.open[in_week])
    }

    /// Slots of open weeks before a local time, holidays counted as open.
    fn place(&self, local_secs: i64) -> i64 {
        let since = local_secs.saturating_sub(FIRST_MONDAY);
        let in_week = since.rem_euclid(WEEK);
        let slots = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        let passed = slots(self.open.partition_point(|&slot| slot < in_week));
        since.div_euclid(WEEK).saturating_mul(slots(self.open.len())).saturating_add(passed)
    }

    /// The times of day of each weekday's slots, Monday first.
    fn by_weekday(&self) -> Vec<Vec<i64>> {
        let of = |day: i64| {
            self.open.iter().filter(move |&slot| slot / DAY == day).map(|slot| slot % DAY).collect()
        };
        (0..7).map(of).collect()
    }
}

/// Runs of times of day that a sentence can name.
const SHOWN_RUNS: usize = 4;

impl fmt::Display for WorkingCalendar {
    /// What is closed, as in `closed on Sundays and 25 December`; the hours of each day where rows
    /// are less than a day apart.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let days = self.by_weekday();
        let closed = (0..7).filter(|&day| days[day].is_empty());
        let mut closed: Vec<String> = closed.map(|day| format!("{}s", WEEKDAYS[day])).collect();
        closed.extend(self.rules.iter().map(ToString::to_string));
        if days.iter().all(|slots| slots.len() <= 1) {
            return write!(f, "closed on {}", listed(&closed));
        }
        let mut hours: Vec<String> = Vec::new();
        let mut day = 0;
        while day < 7 {
            let same = (day..7).take_while(|&other| days[other] == days[day]).count();
            if !days[day].is_empty() {
                let first = WEEKDAYS[day];
                let span = match same {
                    7 => "every day".to_owned(),
                    1 => first.to_owned(),
                    2 => format!("{first} and {}", WEEKDAYS[day + 1]),
                    _ => format!("{first} to {}", WEEKDAYS[day + same - 1]),
                };
                hours.push(format!("{span} {}", times_of(&days[day])));
            }
            day += same;
        }
        write!(f, "open {}", hours.join(", "))?;
        if closed.is_empty() { Ok(()) } else { write!(f, "; closed on {}", listed(&closed)) }
    }
}

/// `10:00 to 19:30`, or several such runs; single times where none follows another.
fn times_of(slots: &[i64]) -> String {
    let clock = |secs: i64| match secs % 60 {
        0 => format!("{:02}:{:02}", secs / 3_600, secs / 60 % 60),
        rest => format!("{:02}:{:02}:{rest:02}", secs / 3_600, secs / 60 % 60),
    };
    let step = slots.windows(2).map(|pair| pair[1] - pair[0]).min().unwrap_or(DAY);
    let runs: Vec<String> = slots
        .chunk_by(|one, next| next - one == step)
        .map(|run| match run {
            [one] => clock(*one),
            [first, .., last] => format!("{} to {}", clock(*first), clock(*last)),
            [] => String::new(),
        })
        .collect();
    if runs.len() > SHOWN_RUNS { format!("at {} times", slots.len()) } else { listed(&runs) }
}

/// `a, b and c`
fn listed(names: &[String]) -> String {
    match names {
        [] => "no day".to_owned(),
        [one] => one.clone(),
        [before @ .., last] => format!("{} and {last}", before.join(", ")),
    }
}

/// The weekday of a local time in seconds since 1970, days from Monday.
pub(super) fn weekday_at(local_secs: i64) -> usize {
    weekday_of(local_secs.div_euclid(DAY))
}

/// Seconds from Monday 00:00 of a local time in seconds since 1970.
pub(super) fn second_of_week(local_secs: i64) -> i64 {
    (local_secs - FIRST_MONDAY).rem_euclid(WEEK)
}

#[cfg(test)]
mod tests {
    use super::super::holiday::Moved;
    use super::*;
    use proptest::prelude::*;

    fn christmas() -> HolidayRule {
        HolidayRule::YearDay { month: 12, day: 25, moved: Moved::Never }
    }

    fn rule() -> impl Strategy<Value = HolidayRule> {
        let moved = prop_oneof![Just(Moved::Never), Just(Moved::ToNearest), Just(Moved::ToMonday)];
        prop_oneof![
            (1_i8..=12, 1_i8..=28, moved).prop_map(|(month, day, moved)| HolidayRule::YearDay {
                month,
                day,
                moved
            }),
            (-60_i8..70).prop_map(|days| HolidayRule::FromEaster { days }),
            (1_i8..=12, 0_i8..7).prop_map(|(month, weekday)| HolidayRule::WeekdayOfMonth {
                month,
                weekday,
                nth: 2
            }),
        ]
    }

    proptest! {
        #[test]
        fn slots_are_the_open_ones_counted_one_by_one(
            hours in prop::collection::vec(0_i64..168, 1..30),
            rules in prop::collection::vec(rule(), 0..4),
        ) {
            let open: Vec<i64> = hours.iter().map(|hour| hour * 3_600).collect();
            let calendar = WorkingCalendar::new(open.clone(), rules.clone(), 2019).unwrap();
            let start = 1_577_836_800; // 2020-01-01
            let closed: Vec<i64> =
                (2019..=2022).flat_map(|year| rules.iter().filter_map(move |rule| rule.day_in(year))).collect();
            let is_open = |secs: i64| {
                open.contains(&second_of_week(secs)) && !closed.contains(&secs.div_euclid(DAY))
            };
            let mut number = calendar.number_of(start);
            for hour in 0..2 * 366 * 24 {
                let secs = start + hour * 3_600;
                prop_assert_eq!(calendar.is_open(secs), is_open(secs), "{}", secs);
                prop_assert_eq!(calendar.number_of(secs), number);
                if is_open(secs) {
                    prop_assert_eq!(calendar.local_secs_of(number), secs);
                    number += 1;
                }
            }
        }
    }

    #[test]
    fn what_is_closed_is_said_in_words() {
        let six_days = (0..6).map(|day| day * DAY).collect();
        let easter = HolidayRule::FromEaster { days: -2 };
        let shop = WorkingCalendar::new(six_days, vec![christmas(), easter], 2020).unwrap();
        assert_eq!(shop.to_string(), "closed on Sundays, 25 December and Good Friday");
        assert_eq!((shop.slots_per_day(), shop.slots_per_week()), (Some(1), 6));
        let day = |day: i64, hours: std::ops::Range<i64>| {
            hours.map(move |hour| day * DAY + hour * 3_600).collect::<Vec<_>>()
        };
        let open = (0..5).flat_map(|at| day(at, 10..20)).chain(day(5, 10..14)).collect();
        let shop = WorkingCalendar::new(open, Vec::new(), 2020).unwrap();
        let said =
            "open Monday to Friday 10:00 to 19:00, Saturday 10:00 to 13:00; closed on Sundays";
        assert_eq!(shop.to_string(), said);
        assert_eq!((shop.slots_per_day(), shop.slots_per_week()), (None, 54));
    }

    #[test]
    fn the_ends_of_time_do_not_overflow() {
        let daily = WorkingCalendar::new(vec![0], vec![christmas()], 9_990).unwrap();
        let _ = daily.local_secs_of(i64::MAX);
        let _ = daily.local_secs_of(i64::MIN);
        let _ = daily.number_of(i64::MAX);
        assert!(WorkingCalendar::new(Vec::new(), Vec::new(), 2020).is_none());
    }
}

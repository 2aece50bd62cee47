//! Rules for the days of a year on which nothing is open, reaching into any year to come.
//!
//! Not for learning them from data (`opening`). Easter follows the Gregorian computus in the form of
//! Meeus (1991, *Astronomical Algorithms*, chapter 8).

use std::fmt;

use jiff::civil::{Date, Weekday};

use super::clock::Clock;

/// Days of the year on which nothing is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum HolidayRule {
    /// The same day of the same month: 25 December.
    YearDay {
        /// Month, 1 to 12.
        month: i8,
        /// Day of the month, 1 to 31; years that lack it have no such holiday.
        day: i8,
        /// What happens where the day falls on a weekend.
        moved: Moved,
    },
    /// So many days after Easter Sunday; before it where negative.
    FromEaster {
        /// Days from Easter Sunday.
        days: i8,
    },
    /// The first to fourth or the last of a weekday in a month: the fourth Thursday of November.
    WeekdayOfMonth {
        /// Month, 1 to 12.
        month: i8,
        /// Days from Monday, 0 to 6.
        weekday: i8,
        /// 1 to 4, or -1 for the last.
        nth: i8,
    },
}

/// Which day is kept free instead of one on a weekend.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Moved {
    Never,
    /// The Monday after a Sunday.
    FromSunday,
    /// The Friday before a Saturday, the Monday after a Sunday.
    ToNearest,
    /// The Monday after a Saturday or a Sunday.
    ToMonday,
}

/// Names of the months, January first.
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
/// Names of the weekdays, Monday first.
pub(super) const WEEKDAYS: [&str; 7] =
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
/// Days from Easter Sunday that have a name.
const EASTER_NAMES: [(i8, &str); 10] = [
    (-48, "Carnival Monday"),
    (-47, "Carnival Tuesday"),
    (-3, "Maundy Thursday"),
    (-2, "Good Friday"),
    (0, "Easter Sunday"),
    (1, "Easter Monday"),
    (39, "Ascension Day"),
    (49, "Whit Sunday"),
    (50, "Whit Monday"),
    (60, "Corpus Christi"),
];
const DAY_MICROS: i64 = 86_400 * 1_000_000;

/// Days since 1970-01-01.
pub(super) fn day_number(date: Date) -> i64 {
    Clock::Wall.instant_micros(date.at(0, 0, 0, 0)).div_euclid(DAY_MICROS)
}

/// Days from Monday, 0 to 6, of a day counted from 1970-01-01, which was a Thursday.
pub(super) fn weekday_of(day_number: i64) -> usize {
    usize::try_from((day_number + 3).rem_euclid(7)).unwrap_or_default()
}

impl HolidayRule {
    /// The holiday in a year, as days since 1970-01-01; `None` where the year has none.
    pub fn day_in(&self, year: i16) -> Option<i64> {
        match *self {
            Self::YearDay { month, day, moved } => {
                let day = day_number(Date::new(year, month, day).ok()?);
                Some(day + moved.days_from(weekday_of(day)))
            }
            Self::FromEaster { days } => Some(day_number(easter(year)?) + i64::from(days)),
            Self::WeekdayOfMonth { month, weekday, nth } => {
                let weekday = Weekday::from_monday_zero_offset(weekday).ok()?;
                let first = Date::new(year, month, 1).ok()?;
                Some(day_number(first.nth_weekday_of_month(nth, weekday).ok()?))
            }
        }
    }

    /// Every rule of the days from Easter that has a name.
    pub(super) fn of_easter() -> impl Iterator<Item = Self> {
        EASTER_NAMES.iter().map(|&(days, _)| Self::FromEaster { days })
    }
}

impl Moved {
    /// Days from a weekday to the day kept free instead of it.
    fn days_from(self, weekday: usize) -> i64 {
        match (self, weekday) {
            (Self::FromSunday | Self::ToNearest | Self::ToMonday, 6) => 1,
            (Self::ToNearest, 5) => -1,
            (Self::ToMonday, 5) => 2,
            _ => 0,
        }
    }
}

/// Easter Sunday of a year of the Gregorian calendar.
fn easter(year: i16) -> Option<Date> {
    let y = i32::from(year);
    let (a, b, c) = (y % 19, y / 100, y % 100);
    let (d, e) = (b / 4, b % 4);
    let g = (8 * b + 13) / 25;
    let h = (19 * a + b - d - g + 15) % 30;
    let (i, k) = (c / 4, c % 4);
    let l = (32 + 2 * e + 2 * i - h - k) % 7;
    let m = (a + 11 * h + 19 * l) / 433;
    let month = (h + l - 7 * m + 90) / 25;
    let day = (h + l - 7 * m + 33 * month + 19) % 32;
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

impl fmt::Display for HolidayRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = |names: &'static [&'static str], at: i8| {
            usize::try_from(at).ok().and_then(|at| names.get(at)).copied().unwrap_or_default()
        };
        match *self {
            Self::YearDay { month, day, moved } => {
                write!(f, "{day} {}", name(&MONTHS, month - 1))?;
                f.write_str(match moved {
                    Moved::Never => "",
                    Moved::FromSunday => " (or the Monday after a Sunday)",
                    Moved::ToNearest => " (or the nearest weekday)",
                    Moved::ToMonday => " (or the Monday after a weekend)",
                })
            }
            Self::FromEaster { days } => {
                match EASTER_NAMES.iter().find(|&&(known, _)| known == days) {
                    Some((_, name)) => f.write_str(name),
                    None => write!(f, "Easter Sunday {days:+} days"),
                }
            }
            Self::WeekdayOfMonth { month, weekday, nth } => {
                let which = match nth {
                    1 => "first",
                    2 => "second",
                    3 => "third",
                    4 => "fourth",
                    _ => "last",
                };
                write!(
                    f,
                    "the {which} {} of {}",
                    name(&WEEKDAYS, weekday),
                    name(&MONTHS, month - 1)
                )
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn stands_on(rule: HolidayRule, days: &[&str]) {
        for day in days {
            let date: Date = day.parse().unwrap();
            assert_eq!(rule.day_in(date.year()), Some(day_number(date)), "{rule} {day}");
        }
    }

    #[test]
    fn easter_moves_as_the_church_says() {
        let sundays = ["1961-04-02", "2000-04-23", "2019-04-21", "2024-03-31", "2038-04-25"];
        stands_on(HolidayRule::FromEaster { days: 0 }, &sundays);
        stands_on(HolidayRule::FromEaster { days: -2 }, &["2024-03-29", "2025-04-18"]);
    }

    #[test]
    fn weekdays_of_a_month() {
        let thanksgiving = HolidayRule::WeekdayOfMonth { month: 11, weekday: 3, nth: 4 };
        stands_on(thanksgiving, &["2023-11-23", "2024-11-28"]);
        assert_eq!(thanksgiving.to_string(), "the fourth Thursday of November");
        let memorial = HolidayRule::WeekdayOfMonth { month: 5, weekday: 0, nth: -1 };
        stands_on(memorial, &["2023-05-29", "2024-05-27"]);
    }

    #[test]
    fn days_of_a_weekend_move_where_the_rule_says_so() {
        let rule = |moved| HolidayRule::YearDay { month: 12, day: 25, moved };
        stands_on(rule(Moved::Never), &["2021-12-25", "2022-12-25"]);
        stands_on(rule(Moved::FromSunday), &["2021-12-25", "2022-12-26", "2023-12-25"]);
        stands_on(rule(Moved::ToNearest), &["2021-12-24", "2022-12-26"]);
        stands_on(rule(Moved::ToMonday), &["2021-12-27", "2022-12-26"]);
        assert_eq!(
            HolidayRule::YearDay { month: 2, day: 29, moved: Moved::Never }.day_in(2023),
            None
        );
    }
}

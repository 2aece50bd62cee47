//! The holidays that a list of open days keeps: rules nearly all of whose days are missing.
//!
//! A rule is believed only if its days in the span, at least two, are missing but for one in more than
//! ten, and if the share of days that no rule explains makes that no accident, given how many rules
//! are tried. Days
//! that many countries keep are tried by themselves, so that two years of a file can show them.

use std::collections::HashSet;

use statrs::distribution::{Binomial, DiscreteCDF};

use super::holiday::{HolidayRule, Moved};

/// A slot that is used less than once in so many rounds may be closed all the same.
const ROUNDS_PER_EXCEPTION: i64 = 10;
/// Largest chance that a closed slot is an accident.
pub(super) const LARGEST_CHANCE: f64 = 0.001;

/// Days that a rule must have missed.
const FEWEST_DAYS: usize = 2;
/// Of hundred open days, more missing ones than this are holes, not holidays.
const MOST_MISSING_PERCENT: usize = 15;
/// Month and day of holidays kept on the same day in many countries.
const COMMON_DAYS: [(i8, i8); 18] = [
    (1, 1),
    (1, 2),
    (1, 6),
    (4, 25),
    (5, 1),
    (5, 8),
    (6, 19),
    (7, 4),
    (7, 14),
    (8, 15),
    (10, 3),
    (11, 1),
    (11, 11),
    (12, 8),
    (12, 24),
    (12, 25),
    (12, 26),
    (12, 31),
];
/// Month, weekday from Monday, and which of them: holidays of Britain and North America.
const COMMON_WEEKDAYS: [(i8, i8, i8); 9] = [
    (1, 0, 3),
    (2, 0, 3),
    (5, 0, 1),
    (5, 0, -1),
    (8, 0, -1),
    (9, 0, 1),
    (10, 0, 2),
    (11, 3, 4),
    (7, 0, 3),
];

/// Open days and which of them are missing.
struct Days<'a> {
    first: i64,
    last: i64,
    opens: &'a dyn Fn(i64) -> bool,
    missing: HashSet<i64>,
    open: usize,
}

/// A rule nearly all of whose days are missing.
struct HolidayCandidate {
    rule: HolidayRule,
    days: Vec<i64>,
    is_common: bool,
}

/// The rules of holidays among `days` (since 1970, rising) with a row, of which those that `opens`
/// would be open.
pub(super) fn holidays(days: &[i64], opens: impl Fn(i64) -> bool) -> Vec<HolidayRule> {
    let (Some(&first), Some(&last)) = (days.first(), days.last()) else { return Vec::new() };
    let missing: HashSet<i64> =
        days.windows(2).flat_map(|pair| pair[0] + 1..pair[1]).filter(|&day| opens(day)).collect();
    let open = days.len() + missing.len();
    if missing.len() < FEWEST_DAYS || missing.len() * 100 > open * MOST_MISSING_PERCENT {
        return Vec::new();
    }
    let days = Days { first, last, opens: &opens, missing, open };
    let common: Vec<HolidayRule> = common_rules().collect();
    let others: Vec<HolidayRule> = other_rules().filter(|rule| !common.contains(rule)).collect();
    let of = |rules: &[HolidayRule], is_common| -> Vec<HolidayCandidate> {
        let missed = rules.iter().filter_map(|&rule| days.candidate(rule, is_common));
        missed.collect()
    };
    let mut candidates = of(&common, true);
    candidates.extend(of(&others, false));
    // Common ones first; then those that were missed most often.
    candidates.sort_by_key(|one| (!one.is_common, std::cmp::Reverse(one.days.len()), one.rule));
    let tried = [others.len(), common.len()];
    days.believed(&candidates, tried)
}

fn common_rules() -> impl Iterator<Item = HolidayRule> {
    let by_day = COMMON_DAYS.iter().map(|&(month, day)| on(month, day, Moved::Never));
    let by_weekday = COMMON_WEEKDAYS
        .iter()
        .map(|&(month, weekday, nth)| HolidayRule::WeekdayOfMonth { month, weekday, nth });
    by_day.chain(HolidayRule::of_easter()).chain(by_weekday)
}

fn other_rules() -> impl Iterator<Item = HolidayRule> {
    let by_day = (1..=12).flat_map(|month| (1..=31).map(move |day| on(month, day, Moved::Never)));
    let by_weekday = (1..=12).flat_map(|month| {
        let weekdays = (0..7).flat_map(|weekday| [1, 2, 3, 4, -1].map(move |nth| (weekday, nth)));
        weekdays.map(move |(weekday, nth)| HolidayRule::WeekdayOfMonth { month, weekday, nth })
    });
    by_day.chain(by_weekday)
}

const fn on(month: i8, day: i8, moved: Moved) -> HolidayRule {
    HolidayRule::YearDay { month, day, moved }
}

fn count(days: &[i64]) -> i64 {
    i64::try_from(days.len()).unwrap_or(i64::MAX)
}

impl Days<'_> {
    /// The days of a rule that would be open, within the span.
    fn of(&self, rule: HolidayRule) -> Vec<i64> {
        // 400 years of the calendar have 146,097 days.
        let year =
            |day: i64| i16::try_from(1970 + (day * 400).div_euclid(146_097)).unwrap_or(9_999);
        let years = year(self.first).saturating_sub(2)..=year(self.last).saturating_add(2);
        years
            .filter_map(|year| rule.day_in(year))
            .filter(|day| (self.first..=self.last).contains(day) && (self.opens)(*day))
            .collect()
    }

    fn candidate(&self, rule: HolidayRule, is_common: bool) -> Option<HolidayCandidate> {
        let days = self.of(rule);
        let is_kept = days.len() >= FEWEST_DAYS && is_rare(self.worked(&days), count(&days));
        is_kept.then_some(HolidayCandidate { rule, days, is_common })
    }

    /// How many of the days have a row.
    fn worked(&self, days: &[i64]) -> i64 {
        count(days) - count(&self.missing_among(days))
    }

    fn missing_among(&self, days: &[i64]) -> Vec<i64> {
        days.iter().copied().filter(|day| self.missing.contains(day)).collect()
    }

    /// The chance that no more of the days have a row, where this share of days is empty.
    fn chance(&self, days: &[i64], empty_share: f64) -> f64 {
        chance_of_so_few(self.worked(days), count(days), empty_share)
    }

    /// The share of open days that are missing and that none of these explain.
    fn unexplained_share(&self, explained: &HashSet<i64>) -> f64 {
        let number = |n: usize| f64::from(u32::try_from(n).unwrap_or(u32::MAX));
        let left = self.missing.difference(explained).count();
        number(left + 1) / number(self.open + 2)
    }

    /// The candidates that are no accident and explain what no other does; `tried` rules were looked
    /// at, others and common ones.
    fn believed(&self, candidates: &[HolidayCandidate], tried: [usize; 2]) -> Vec<HolidayRule> {
        let by_any: HashSet<i64> =
            candidates.iter().flat_map(|one| one.days.iter().copied()).collect();
        let share = self.unexplained_share(&by_any);
        let mut explained: HashSet<i64> = HashSet::new();
        let mut rules = Vec::new();
        for one in candidates {
            let tried =
                f64::from(u32::try_from(tried[usize::from(one.is_common)]).unwrap_or(u32::MAX));
            let missing = self.missing_among(&one.days);
            let new = missing.iter().filter(|day| !explained.contains(day)).count();
            if new < FEWEST_DAYS || self.chance(&one.days, share) * tried >= LARGEST_CHANCE {
                continue;
            }
            let rule = self.moved(one.rule, share);
            explained.extend(self.of(rule));
            rules.push(rule);
        }
        rules.sort_by_key(|rule| rule.day_in(2023));
        rules
    }

    /// The rule with the move from weekends that the most missing days show.
    fn moved(&self, rule: HolidayRule, share: f64) -> HolidayRule {
        let HolidayRule::YearDay { month, day, .. } = rule else { return rule };
        let own = self.of(rule);
        let more = |moved| {
            let rule = on(month, day, moved);
            let days = self.of(rule);
            let added: Vec<i64> = days.into_iter().filter(|day| !own.contains(day)).collect();
            let is_no_accident = added.len() >= FEWEST_DAYS
                && is_rare(self.worked(&added), count(&added))
                && self.chance(&added, share) * 3.0 < LARGEST_CHANCE;
            is_no_accident.then_some((added.len(), rule))
        };
        // Of equals the first, which moves the fewest days.
        let shown =
            [Moved::ToMonday, Moved::ToNearest, Moved::FromSunday].into_iter().filter_map(more);
        shown.max_by_key(|&(added, _)| added).map_or(rule, |(_, moved)| moved)
    }
}

/// Whether slots are used so seldom that it may be by exception.
pub(super) const fn is_rare(used: i64, rounds: i64) -> bool {
    used.saturating_mul(ROUNDS_PER_EXCEPTION) < rounds
}

/// The chance that at most so many of the rounds are used where this share of them is empty.
pub(super) fn chance_of_so_few(used: i64, rounds: i64, empty_share: f64) -> f64 {
    let (Ok(used), Ok(rounds)) = (u64::try_from(used), u64::try_from(rounds)) else { return 1.0 };
    if used == 0 {
        return empty_share.powi(i32::try_from(rounds).unwrap_or(i32::MAX));
    }
    Binomial::new(1.0 - empty_share, rounds).map_or(1.0, |uses| uses.cdf(used))
}

#[cfg(test)]
mod tests {
    use super::super::holiday::{day_number, weekday_of};
    use super::*;

    fn day(text: &str) -> i64 {
        day_number(text.parse().unwrap())
    }

    /// Weekdays from one day to another, without the days of the rules and those named.
    fn weekdays(from: &str, to: &str, rules: &[HolidayRule], without: &[&str]) -> Vec<i64> {
        let off: Vec<i64> = (1990..2030)
            .flat_map(|year| rules.iter().filter_map(move |rule| rule.day_in(year)))
            .chain(without.iter().map(|text| day(text)))
            .collect();
        (day(from)..=day(to)).filter(|&day| weekday_of(day) < 5 && !off.contains(&day)).collect()
    }

    fn found(days: &[i64]) -> Vec<String> {
        let rules = holidays(days, |day| weekday_of(day) < 5);
        rules.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn two_years_show_common_holidays() {
        let rules = [on(12, 25, Moved::Never), HolidayRule::FromEaster { days: -2 }];
        let days = weekdays("2023-01-02", "2024-12-31", &rules, &[]);
        assert_eq!(found(&days), ["Good Friday", "25 December"]);
    }

    #[test]
    fn a_day_off_that_follows_no_rule_stays_a_gap() {
        let rules = [on(12, 25, Moved::Never)];
        let days = weekdays("2021-01-04", "2024-12-31", &rules, &["2022-03-09", "2023-08-22"]);
        assert_eq!(found(&days), ["25 December"]);
        let days = weekdays("2023-01-02", "2024-12-31", &[], &["2023-05-17"]);
        assert!(found(&days).is_empty());
    }

    #[test]
    fn a_holiday_that_was_worked_once_is_none() {
        let mut days = weekdays("2019-01-01", "2024-12-31", &[on(5, 1, Moved::Never)], &[]);
        days.push(day("2023-05-01"));
        days.sort_unstable();
        assert!(found(&days).is_empty());
    }

    #[test]
    fn a_day_of_its_own_takes_more_years() {
        let rules = [on(9, 17, Moved::Never)];
        assert!(found(&weekdays("2023-01-02", "2024-12-31", &rules, &[])).is_empty());
        assert_eq!(found(&weekdays("2018-01-02", "2024-12-31", &rules, &[])), ["17 September"]);
    }

    #[test]
    fn ten_years_of_an_exchange_show_its_calendar() {
        let rules = [
            on(1, 1, Moved::FromSunday),
            HolidayRule::WeekdayOfMonth { month: 1, weekday: 0, nth: 3 },
            HolidayRule::WeekdayOfMonth { month: 2, weekday: 0, nth: 3 },
            HolidayRule::FromEaster { days: -2 },
            HolidayRule::WeekdayOfMonth { month: 5, weekday: 0, nth: -1 },
            on(7, 4, Moved::ToNearest),
            HolidayRule::WeekdayOfMonth { month: 9, weekday: 0, nth: 1 },
            HolidayRule::WeekdayOfMonth { month: 11, weekday: 3, nth: 4 },
            on(12, 25, Moved::ToNearest),
        ];
        let mourning = ["2004-06-11", "2007-01-02", "2012-10-29", "2012-10-30"];
        let days = weekdays("2003-01-02", "2014-12-31", &rules, &mourning);
        let expected: Vec<String> = rules.iter().map(ToString::to_string).collect();
        assert_eq!(found(&days), expected);
    }
}

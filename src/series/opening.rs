//! Learns a working calendar from the times of a column: hours and weekdays on which hardly any row
//! stands, and holidays.
//!
//! A slot counts as closed only if it is used less than once in ten rounds, and if the share of gaps
//! in the rest makes that no accident: the chance of it times the number of rules tried stays below
//! one in a thousand (Bonferroni). The few rows on closed slots are exceptions, as a trading day that
//! is made up for on a Saturday. A day off that follows no rule stays a gap.

use super::frequency::{Frequency, Unit};
use super::holiday::weekday_of;
use super::holiday_search::{LARGEST_CHANCE, chance_of_so_few, holidays, is_rare};
use super::working::{DAY, WEEK, WorkingCalendar, second_of_week, weekday_at};

/// Rows below which no calendar is learned.
const FEWEST_ROWS: usize = 10;
/// Times that a slot must have come round.
const FEWEST_CLOSED: i64 = 3;
/// Of hundred open slots, so many must have a row, or the file has no hours but holes.
const FILLED_PERCENT: i64 = 75;
/// Rows by slot of the week and by day.
struct Usage {
    /// Seconds between slots, and from midnight to the first of them.
    step: i64,
    phase: i64,
    /// Rows on each slot of the week.
    used: Vec<i64>,
    /// Days, since 1970, with a row, rising.
    days: Vec<i64>,
}

/// The calendar that rows at these local times keep but for a few exceptions, in seconds since 1970,
/// rising; `None` where they keep none but the full week. `step` is the distance of slots in seconds, a day or a part of it.
pub fn learned_calendar(local_secs: &[i64], step: i64) -> Option<WorkingCalendar> {
    let usage = Usage::of(local_secs, step)?;
    let open = usage.open_slots();
    let first_year = year_of(*local_secs.first()?)?;
    let weekly = WorkingCalendar::new(open, Vec::new(), first_year)?;
    let open_slots = weekly.number_of(*local_secs.last()?) - weekly.number_of(local_secs[0]) + 1;
    if rows(local_secs.len()) * 100 < open_slots * FILLED_PERCENT {
        return None;
    }
    let opens = |day: i64| weekly.number_of((day + 1) * DAY) > weekly.number_of(day * DAY);
    let rules = holidays(&usage.days, opens);
    let is_full_week = rows(weekly.slots_per_week()) == WEEK / step;
    if is_full_week && rules.is_empty() {
        return None;
    }
    WorkingCalendar::new(usage.open_slots(), rules, first_year)
}

/// The step in seconds of slots that a calendar can close; `None` for steps that are no part of a day.
pub fn seconds_of_slots(frequency: Frequency) -> Option<i64> {
    if frequency == Frequency::every(Unit::BusinessDay) {
        return Some(DAY);
    }
    let step = frequency.unit.fixed_seconds()?.checked_mul(i64::from(frequency.count))?;
    (step > 0 && DAY % step == 0).then_some(step)
}

fn rows(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn year_of(local_secs: i64) -> Option<i16> {
    let micros = local_secs.checked_mul(1_000_000)?;
    Some(super::clock::Clock::Wall.local(micros).year())
}

/// Whether slots that came round so often and were used so seldom are no accident where this share of
/// the others is empty, and so many slots were looked at.
fn is_closed(rounds: i64, used: i64, empty_share: f64, looked_at: usize) -> bool {
    let looked_at = f64::from(u32::try_from(looked_at).unwrap_or(u32::MAX));
    rounds >= FEWEST_CLOSED
        && is_rare(used, rounds)
        && chance_of_so_few(used, rounds, empty_share) * looked_at < LARGEST_CHANCE
}

/// The share of slots without a row among so many, by Laplace's rule.
fn empty_share(used: i64, slots: i64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a share needs no more than 53 bits")]
    let share = ((slots - used).max(0) as f64 + 1.0) / (slots as f64 + 2.0);
    share
}

impl Usage {
    fn of(local_secs: &[i64], step: i64) -> Option<Self> {
        let first = *local_secs.first()?;
        let is_part_of_a_day = step > 0 && DAY % step == 0;
        if local_secs.len() < FEWEST_ROWS || !is_part_of_a_day {
            return None;
        }
        let phase = first.rem_euclid(step);
        let mut used = vec![0; usize::try_from(WEEK / step).ok()?];
        let mut days: Vec<i64> = Vec::new();
        for &secs in local_secs {
            if secs.rem_euclid(step) != phase {
                return None;
            }
            used[usize::try_from((second_of_week(secs) - phase) / step).ok()?] += 1;
            let day = secs.div_euclid(DAY);
            if days.last() != Some(&day) {
                days.push(day);
            }
        }
        Some(Self { step, phase, used, days })
    }

    fn slots_per_day(&self) -> usize {
        self.used.len() / 7
    }

    /// The slots of a week that are open, in seconds from Monday 00:00.
    fn open_slots(&self) -> Vec<i64> {
        let open_hours = self.open_hours();
        let open_days = self.open_days();
        let per_day = self.slots_per_day();
        let mut open: Vec<usize> = (0..self.used.len())
            .filter(|slot| open_days[slot / per_day] && open_hours[slot % per_day])
            .collect();
        let active = self.active_days();
        // Hours that only some weekdays keep: Saturdays until two.
        let is_kept = |slot: usize| !is_rare(self.used[slot], active[slot / per_day]);
        let seen = || open.iter().filter(|&&slot| is_kept(slot));
        let slots: i64 = seen().map(|slot| active[slot / per_day]).sum();
        let used: i64 = seen().map(|&slot| self.used[slot]).sum();
        let (share, count) = (empty_share(used, slots), open.len());
        open.retain(|&slot| !is_closed(active[slot / per_day], self.used[slot], share, count));
        open.into_iter().map(|slot| rows(slot) * self.step + self.phase).collect()
    }

    /// Which slots of a day are open on any day: those in use, and those that may be empty by accident.
    fn open_hours(&self) -> Vec<bool> {
        let per_day = self.slots_per_day();
        let used: Vec<i64> = (0..per_day)
            .map(|hour| (0..7).map(|day| self.used[day * per_day + hour]).sum())
            .collect();
        let days = rows(self.days.len());
        let seen = || used.iter().filter(|&&used| !is_rare(used, days));
        let share = empty_share(seen().sum(), days * rows(seen().count()));
        // The first and the last day may be cut short by the file.
        used.iter().map(|&used| !is_closed(days - 2, used, share, per_day)).collect()
    }

    /// Which weekdays are open: those in use, and those that may be empty by accident.
    fn open_days(&self) -> [bool; 7] {
        let mut open = [true; 7];
        let (Some(&first), Some(&last)) = (self.days.first(), self.days.last()) else {
            return open;
        };
        let mut rounds = [0_i64; 7];
        (0..7.min(last - first + 1)).for_each(|offset| {
            rounds[weekday_of(first + offset)] = (last - first - offset) / 7 + 1;
        });
        let active = self.active_days();
        let seen = || (0..7).filter(|&day| !is_rare(active[day], rounds[day]));
        let share =
            empty_share(seen().map(|day| active[day]).sum(), seen().map(|day| rounds[day]).sum());
        for day in 0..7 {
            open[day] = !is_closed(rounds[day], active[day], share, 7);
        }
        open
    }

    fn active_days(&self) -> [i64; 7] {
        let mut active = [0; 7];
        self.days.iter().for_each(|&day| active[weekday_at(day * DAY)] += 1);
        active
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// 2024-01-01, a Monday, in seconds since 1970.
    const MONDAY: i64 = 1_704_067_200;

    fn days(count: i64, is_open: impl Fn(i64) -> bool) -> Vec<i64> {
        (0..count).filter(|&day| is_open(day)).map(|day| MONDAY + day * DAY).collect()
    }

    fn hours(count: i64, is_open: impl Fn(i64, i64) -> bool) -> Vec<i64> {
        let all = (0..count).flat_map(|day| (0..24).map(move |hour| (day, hour)));
        all.filter(|&(day, hour)| is_open(day, hour))
            .map(|(day, hour)| MONDAY + day * DAY + hour * 3_600)
            .collect()
    }

    fn said(local_secs: &[i64], step: i64) -> String {
        learned_calendar(local_secs, step).map_or("none".to_owned(), |found| found.to_string())
    }

    #[test]
    fn a_weekday_without_rows_is_closed_after_enough_weeks() {
        assert_eq!(said(&days(28, |day| day % 7 != 6), DAY), "closed on Sundays");
        assert_eq!(said(&days(13, |day| day % 7 != 6), DAY), "none");
        assert_eq!(said(&days(70, |_| true), DAY), "none");
        let thrice = days(60, |day| [0, 2, 4].contains(&(day % 7)));
        assert_eq!(said(&thrice, DAY), "closed on Tuesdays, Thursdays, Saturdays and Sundays");
    }

    #[test]
    fn a_sunday_in_ten_leaves_sundays_open_and_one_in_more_is_an_exception() {
        assert_eq!(said(&days(70, |day| day % 7 != 6 || day == 34), DAY), "none");
        assert_eq!(said(&days(84, |day| day % 7 != 6 || day == 34), DAY), "closed on Sundays");
        let shop = hours(70, |day, hour| {
            day % 7 < 6 && (10..20).contains(&hour) || (day, hour) == (33, 23)
        });
        assert_eq!(said(&shop, 3_600), "open Monday to Saturday 10:00 to 19:00; closed on Sundays");
    }

    #[test]
    fn hours_of_opening_are_learned_by_weekday() {
        let shop = hours(28, |day, hour| day % 7 < 5 && (10..20).contains(&hour));
        assert_eq!(
            said(&shop, 3_600),
            "open Monday to Friday 10:00 to 19:00; closed on Saturdays and Sundays"
        );
        let half = hours(42, |day, hour| match day % 7 {
            6 => false,
            5 => (10..14).contains(&hour),
            _ => (10..20).contains(&hour),
        });
        assert_eq!(
            said(&half, 3_600),
            "open Monday to Friday 10:00 to 19:00, Saturday 10:00 to 13:00; closed on Sundays"
        );
        assert_eq!(said(&hours(30, |_, _| true), 3_600), "none");
    }

    #[test]
    fn short_saturdays_are_learned_in_four_weeks() {
        let shop = hours(27, |day, hour| match day % 7 {
            6 => false,
            5 => (10..14).contains(&hour),
            _ => (10..20).contains(&hour),
        });
        assert!(said(&shop, 3_600).contains("Saturday 10:00 to 13:00"), "{}", said(&shop, 3_600));
    }

    #[test]
    fn a_file_of_holes_has_no_hours() {
        let sparse: Vec<i64> = hours(40, |_, _| true).into_iter().step_by(5).collect();
        assert_eq!(said(&sparse, 3_600), "none");
    }

    proptest! {
        #[test]
        fn every_row_stands_on_an_open_slot(
            kept in prop::collection::vec(prop::bool::weighted(0.9), 24 * 40),
            from in 0_i64..12, to in 12_i64..24, rest in 0_i64..7,
        ) {
            let rows = hours(40, |day, hour| {
                (from..to).contains(&hour)
                    && day % 7 != rest
                    && kept[usize::try_from(day * 24 + hour).unwrap()]
            });
            if let Some(calendar) = learned_calendar(&rows, 3_600) {
                let slots: Vec<i64> = rows.iter().map(|&secs| calendar.number_of(secs)).collect();
                prop_assert!(rows.iter().all(|&secs| calendar.is_open(secs)));
                prop_assert!(slots.windows(2).all(|pair| pair[0] < pair[1]));
            }
        }
    }

    /// Rows of which so many in a thousand are missing, by a fixed generator of random numbers.
    fn with_random_gaps(rows: &[i64], missing: u64, seed: u64) -> Vec<i64> {
        let mut state = seed;
        let mut draw = || {
            // Knuth's multiplier of 64 bits.
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % 1_000
        };
        rows.iter().copied().filter(|_| draw() >= missing).collect()
    }

    #[test]
    fn random_gaps_are_neither_holidays_nor_hours() {
        let mut learned = 0;
        for seed in 0..100 {
            for missing in [3, 30, 100, 250] {
                let daily = with_random_gaps(&days(900, |_| true), missing, seed);
                let hourly = with_random_gaps(&hours(24, |_, _| true), missing, seed);
                learned += usize::from(learned_calendar(&daily, DAY).is_some());
                learned += usize::from(learned_calendar(&hourly, 3_600).is_some());
            }
        }
        // One in a thousand is the chance that the rules allow; there are 800 files.
        assert!(learned <= 1, "{learned} of 800");
    }
}

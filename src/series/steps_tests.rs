//! Even steps and likely steps of times.

mod likely {
    use super::super::*;
    use crate::series::TimeAxis;
    use jiff::tz::TimeZone;
    use proptest::prelude::*;

    fn at(texts: &[&str]) -> Vec<i64> {
        texts.iter().map(|text| Clock::Wall.instant_micros(text.parse().unwrap())).collect()
    }

    fn step(texts: &[&str]) -> Option<String> {
        likeliest_step(&at(texts), &Clock::Wall).map(|step| step.to_string())
    }

    #[test]
    fn the_likeliest_step_is_natural_and_mostly_filled() {
        let calls =
            ["2024-01-01T09:03", "2024-01-01T09:58", "2024-01-01T11:07", "2024-01-01T12:01"];
        assert_eq!(step(&calls).unwrap(), "1 hour");
        // Bursts a week apart: most minutes would be empty.
        let bursts: Vec<String> = (1..=4)
            .flat_map(|week| {
                [1, 3].map(move |minute| format!("2024-01-{:02}T09:0{minute}", week * 7))
            })
            .collect();
        let bursts: Vec<&str> = bursts.iter().map(String::as_str).collect();
        assert_eq!(step(&bursts).unwrap(), "1 week");
        assert_eq!(step(&["2024-01-01", "2024-01-02", "3024-01-01"]), None);
        assert_eq!(step(&["2024-01-01"]), None);
        assert_eq!(step(&[]), None);
    }

    #[test]
    fn steps_are_named_by_their_start() {
        let times = at(&["2024-05-08T10:20", "2024-05-10T23:59", "2024-05-20T00:00"]);
        let named = |frequency: Frequency| {
            let (axis, slots) = axis_of_steps(&times, &Clock::Wall, frequency).unwrap();
            (TimeAxis::Calendar(axis).iso(0), slots)
        };
        let every = |unit| named(Frequency::every(unit));
        assert_eq!(every(Unit::Week), ("2024-05-06".to_owned(), vec![0, 0, 2]));
        assert_eq!(every(Unit::Day), ("2024-05-08".to_owned(), vec![0, 2, 12]));
        assert_eq!(every(Unit::Month), ("2024-05".to_owned(), vec![0, 0, 0]));
        assert_eq!(every(Unit::Quarter).0, "2024-04-01");
        assert_eq!(every(Unit::Year).0, "2024");
        assert_eq!(every(Unit::BusinessDay).1, [0, 2, 8]);
        let six_hours = Frequency { unit: Unit::Hour, count: 6 };
        assert_eq!(named(six_hours).0, "2024-05-08T06:00:00");
    }

    #[test]
    fn hours_of_a_zone_are_counted_by_the_instant() {
        let clock = Clock::Zoned(TimeZone::get("Europe/Berlin").unwrap());
        let times: Vec<i64> = ["2021-03-28T01:10", "2021-03-28T03:20", "2021-03-29T00:01"]
            .map(|text| clock.instant_micros(text.parse().unwrap()))
            .to_vec();
        let (axis, slots) = axis_of_steps(&times, &clock, Frequency::every(Unit::Hour)).unwrap();
        assert_eq!(slots, [0, 1, 22]);
        assert_eq!(TimeAxis::Calendar(axis).iso(1), "2021-03-28T03:00:00+02:00");
        let (_, days) = axis_of_steps(&times, &clock, Frequency::every(Unit::Day)).unwrap();
        assert_eq!(days, [0, 0, 1]);
    }

    proptest! {
        #[test]
        fn every_time_lies_in_its_step(
            distances in prop::collection::vec(1_i64..40 * 86_400, 1..60),
            which in 0..NATURAL_STEPS.len(),
        ) {
            let mut now = at(&["2023-11-05T03:04:05"])[0];
            let times: Vec<i64> = distances.iter().map(|secs| { now += secs * MICROS; now }).collect();
            let (axis, slots) = axis_of_steps(&times, &Clock::Wall, NATURAL_STEPS[which]).unwrap();
            for (&time, &slot) in times.iter().zip(&slots) {
                prop_assert!(axis.instant_micros(slot) <= time);
                prop_assert!(time < axis.instant_micros(slot + 1));
            }
        }
    }
}

mod even {
    use super::super::*;
    use jiff::tz::TimeZone;

    fn read(stamps: &[&str], precision: Precision) -> Option<(CalendarAxis, Vec<usize>)> {
        let instants: Vec<i64> =
            stamps.iter().map(|s| Clock::Wall.instant_micros(s.parse().unwrap())).collect();
        axis_through(&instants, &Clock::Wall, precision)
    }

    fn step(stamps: &[&str]) -> Option<(String, Vec<usize>)> {
        read(stamps, Precision::Day).map(|(axis, slots)| (axis.frequency.to_string(), slots))
    }

    #[test]
    fn a_gap_does_not_change_the_step() {
        let found = step(&["2024-01-01", "2024-02-01", "2024-05-01"]);
        assert_eq!(found, Some(("1 month".to_owned(), vec![0, 1, 4])));
        let found = step(&["2024-01-01T00:00", "2024-01-01T00:15", "2024-01-01T01:00"]);
        assert_eq!(found, Some(("15 minutes".to_owned(), vec![0, 1, 4])));
    }

    #[test]
    fn month_ends_are_recognised() {
        let (axis, _) = read(&["2024-01-31", "2024-02-29", "2024-03-31"], Precision::Day).unwrap();
        assert!(axis.month_end);
        let (axis, _) = read(&["2024-01-28", "2024-02-28"], Precision::Day).unwrap();
        assert!(!axis.month_end);
        let (axis, _) = read(&["2024-04-30", "2024-05-31", "2024-06-30"], Precision::Day).unwrap();
        assert!(axis.month_end);
    }

    #[test]
    fn days_weeks_quarters_and_years() {
        let name = |stamps: &[&str]| step(stamps).map(|(name, _)| name);
        assert_eq!(name(&["2024-01-01", "2024-01-02", "2024-01-06"]).unwrap(), "1 day");
        assert_eq!(name(&["2024-01-01", "2024-01-08"]).unwrap(), "1 week");
        assert_eq!(name(&["1998-01-01", "1998-04-01", "1998-07-01"]).unwrap(), "1 quarter");
        assert_eq!(name(&["1998-01-01", "1999-01-01"]).unwrap(), "1 year");
    }

    #[test]
    fn a_column_without_weekends_counts_business_days() {
        let days: Vec<String> = [1, 2, 5, 6, 7, 8, 9, 12, 13, 14, 16]
            .iter()
            .map(|day| format!("2024-02-{day:02}"))
            .collect();
        let days: Vec<&str> = days.iter().map(String::as_str).collect();
        let (name, slots) = step(&days).unwrap();
        assert_eq!(name, "1 business day");
        assert_eq!(slots, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11]);
    }

    #[test]
    fn scattered_stamps_are_irregular() {
        assert_eq!(
            step(&["2024-01-01T00:00:01", "2024-01-01T00:07:12", "2024-01-03T11:00:59"]),
            None
        );
        assert_eq!(step(&["2024-01-01", "2024-01-02", "9999-01-01"]), None);
    }

    #[test]
    fn local_days_across_daylight_saving_are_days() {
        let clock = Clock::Zoned(TimeZone::get("Europe/Berlin").unwrap());
        let instants: Vec<i64> = (27..=30)
            .map(|day| clock.instant_micros(format!("2021-03-{day}T00:00").parse().unwrap()))
            .collect();
        let (axis, slots) = axis_through(&instants, &clock, Precision::Second).unwrap();
        assert_eq!(axis.frequency, Frequency::every(Unit::Day));
        assert_eq!(slots, [0, 1, 2, 3]);
    }

    #[test]
    fn steps_of_24_hours_in_a_zone_are_days_of_utc() {
        let clock = Clock::Zoned(TimeZone::get("Europe/Berlin").unwrap());
        let noon = "2021-03-26T12:00Z".parse::<jiff::Timestamp>().unwrap().as_microsecond();
        let instants: Vec<i64> = (0..5).map(|day| noon + day * 86_400 * MICROS).collect();
        let (axis, slots) = axis_through(&instants, &clock, Precision::Second).unwrap();
        assert_eq!((axis.frequency, slots.len()), (Frequency::every(Unit::Day), 5));
        assert_eq!(crate::series::TimeAxis::Calendar(axis).iso(4), "2021-03-30T12:00:00Z");
    }
}

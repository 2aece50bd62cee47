//! Names of runs: when, from what, which model, and a few digits that no other run has.
//!
//! `20261121-035301-airline-lstm-3fa9c2` sorts by time and can be typed.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::Digest;

/// Letters of the data's name that a run's name holds.
const LONGEST_STEM: usize = 24;

/// The name of a run of `model` on data named `stem` that begins now. `salt` tells it from another
/// that begins in the same second.
pub fn run_name(stem: &str, model: &str, now: Timestamp, salt: u64) -> String {
    let time = now.to_zoned(TimeZone::UTC).strftime("%Y%m%d-%H%M%S").to_string();
    let digest = [stem.as_bytes(), model.as_bytes(), time.as_bytes(), &salt.to_le_bytes()]
        .into_iter()
        .fold(Digest::of_bytes(&[]), Digest::then);
    format!("{time}-{}-{}-{}", plain(stem), plain(model), digest.short())
}

/// Whether a folder of this name was made for a run, so that it may be looked into and tidied up.
pub fn is_run_name(name: &str) -> bool {
    let digits = |text: &str, len| text.len() == len && text.bytes().all(|b| b.is_ascii_digit());
    let mut parts = name.split('-');
    let (day, time, last) = (parts.next(), parts.next(), parts.next_back());
    day.is_some_and(|day| digits(day, 8))
        && time.is_some_and(|time| digits(time, 6))
        && last.is_some_and(|last| last.len() == 6 && last.bytes().all(|b| b.is_ascii_hexdigit()))
        && parts.next().is_some()
}

/// The time in a record: `2026-11-21T03:53:01Z`.
pub fn stamp(now: Timestamp) -> String {
    now.to_zoned(TimeZone::UTC).strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// Small letters, digits and single hyphens: what every file system takes and no shell minds.
fn plain(text: &str) -> String {
    let mut plain = String::new();
    for letter in text.chars().flat_map(char::to_lowercase) {
        if letter.is_alphanumeric() {
            plain.push(letter);
        } else if !plain.is_empty() && !plain.ends_with('-') {
            plain.push('-');
        }
        if plain.chars().count() == LONGEST_STEM {
            break;
        }
    }
    let plain = plain.trim_end_matches('-');
    if plain.is_empty() { "data".to_owned() } else { plain.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn names_are_readable_and_sort_by_time() {
        let name = run_name("Airline Passengers (1949)", "gru-cho", at(1_795_233_181), 1);
        let (readable, digits) = name.rsplit_once('-').unwrap();
        assert_eq!(readable, "20261121-035301-airline-passengers-1949-gru-cho");
        assert!(digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()), "{name}");
        assert!(name < run_name("a", "lstm", at(1_795_233_182), 1));
        assert_ne!(name, run_name("Airline Passengers (1949)", "gru-cho", at(1_795_233_181), 2));
        assert!(is_run_name(&name));
        for other in
            ["", "src", "20261121-035301", "20261121-035301-3fa9c2", "2026-11-21-x-y-3fa9c2"]
        {
            assert!(!is_run_name(other), "{other}");
        }
        assert_eq!(stamp(at(1_795_233_181)), "2026-11-21T03:53:01Z");
    }

    #[test]
    fn a_name_is_one_plain_folder_whatever_the_file_is_called() {
        for stem in ["", "../../etc", "a/b\\c:d", "...", "-rf", "naïve Café", &"x".repeat(300)] {
            let name = run_name(stem, "lstm", at(0), 0);
            assert!(name.chars().all(|letter| letter.is_alphanumeric() || letter == '-'), "{name}");
            assert!(name.starts_with("19700101-") && name.chars().count() < 60, "{name}");
        }
    }
}

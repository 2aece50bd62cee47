//! Levels of prediction intervals, as people write them: `80,95`.

use std::fmt;
use std::str::FromStr;

/// Levels, each above 0 and below 1, rising.
#[derive(Debug, Clone, PartialEq)]
pub struct Levels(Vec<f64>);

/// Most levels: more make no fan clearer.
const MOST_LEVELS: usize = 9;

impl Levels {
    /// The levels, 0 to 1.
    pub fn shares(&self) -> &[f64] {
        &self.0
    }

    /// Levels in rising order. A level is known by its name, which heads its columns: two of
    /// one name are distinguished nowhere.
    ///
    /// # Errors
    /// A level that is not above 0 and below 1 by its name too, two of one name, or too many of them.
    pub fn new(mut shares: Vec<f64>) -> Result<Self, WrongLevels> {
        let is_possible = |level: f64| {
            let by_name = level_name(level).parse().is_ok_and(|name| 0.0 < name && name < 100.0);
            level > 0.0 && level < 1.0 && by_name
        };
        if let Some(&level) = shares.iter().find(|&&level| !is_possible(level)) {
            return Err(WrongLevels::OutOfRange { level: (100.0 * level).to_string() });
        }
        shares.sort_by(f64::total_cmp);
        let mut pairs = shares.iter().zip(shares.iter().skip(1));
        if let Some((one, other)) =
            pairs.find(|(one, other)| level_name(**one) == level_name(**other))
        {
            if one.total_cmp(other).is_eq() {
                return Err(WrongLevels::Twice { level: level_name(*one) });
            }
            let [one, other] = [one, other].map(|level| (100.0 * level).to_string());
            return Err(WrongLevels::Alike { one, other });
        }
        if shares.len() > MOST_LEVELS {
            return Err(WrongLevels::TooMany { count: shares.len() });
        }
        Ok(Self(shares))
    }
}

/// A level in percent, without zeros behind: `95`, `99.5`.
pub fn level_name(level: f64) -> String {
    let percent = format!("{:.4}", 100.0 * level);
    percent.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Why levels cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WrongLevels {
    /// One is no number.
    #[error("\"{text}\" is no level; write percents like 80,95")]
    NotANumber {
        /// The text as given.
        text: String,
    },
    /// One holds nothing or everything.
    #[error("a level of {level} % is not possible; use levels above 0 and below 100, like 80,95")]
    OutOfRange {
        /// In percent.
        level: String,
    },
    /// One that stands in the list twice.
    #[error("a level of {level} % is given twice; give each level once")]
    Twice {
        /// In percent.
        level: String,
    },
    /// Two that have one name.
    #[error("levels of {one} % and {other} % are the same to four decimals; leave one of them out")]
    Alike {
        /// In percent.
        one: String,
        /// In percent.
        other: String,
    },
    /// More than a picture can show.
    #[error("{count} levels are too many; use {MOST_LEVELS} or fewer")]
    TooMany {
        /// How many there are.
        count: usize,
    },
}

impl FromStr for Levels {
    type Err = WrongLevels;

    /// Reads percents separated by commas; a number below 1 is a share already.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let level = |part: &str| {
            let part = part.trim().trim_end_matches('%').trim();
            let number: f64 =
                part.parse().map_err(|_| WrongLevels::NotANumber { text: part.to_owned() })?;
            Ok(if number < 1.0 { number } else { number / 100.0 })
        };
        Self::new(text.split(',').map(level).collect::<Result<_, _>>()?)
    }
}

impl fmt::Display for Levels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<String> = self.0.iter().copied().map(level_name).collect();
        f.write_str(&names.join(","))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percents_and_shares_are_read_and_put_in_order() {
        let levels: Levels = "95, 80%,0.5".parse().unwrap();
        assert_eq!(levels.shares(), [0.5, 0.8, 0.95]);
        assert_eq!(levels.to_string(), "50,80,95");
        assert_eq!(level_name(0.995), "99.5");
    }

    #[test]
    fn impossible_levels_are_told_with_the_fix() {
        for text in ["", "x", "0", "100", "80,nan", "-5", "101", "99.99999999", "0.0000001"] {
            let error = text.parse::<Levels>().unwrap_err().to_string();
            assert!(error.contains("80,95"), "{text}: {error}");
        }
        let error = "80.0000001,80,95".parse::<Levels>().unwrap_err().to_string();
        assert!(error.contains("80.0000001 % and") || error.contains("and 80.0000001"), "{error}");
        for text in ["80,80", "0.8,95,80 %"] {
            let error = text.parse::<Levels>().unwrap_err().to_string();
            assert_eq!(error, "a level of 80 % is given twice; give each level once");
        }
        assert!("1,2,3,4,5,6,7,8,9,10".parse::<Levels>().is_err());
    }
}

//! Which numeric columns are covariates rather than targets: calendars, weather, flags.
//!
//! By the words of a column's name, and by content where it holds nothing but 0 and 1. A guess that
//! a person can change; a file of nothing but such columns has targets all the same.

use super::role::Role;

/// Words of columns that the calendar or a plan tells in advance, in lower case.
const KNOWN_AHEAD: [&str; 27] = [
    "holiday",
    "holidays",
    "workingday",
    "workday",
    "businessday",
    "weekend",
    "isweekend",
    "weekday",
    "dayofweek",
    "dow",
    "dayofyear",
    "doy",
    "dayofmonth",
    "hour",
    "hourofday",
    "month",
    "quarter",
    "week",
    "weekofyear",
    "year",
    "promo",
    "promotion",
    "onpromotion",
    "discount",
    "event",
    "schoolholiday",
    "stateholiday",
];
/// Words of columns that measure the weather, in lower case.
const WEATHER: [&str; 24] = [
    "temperature",
    "temp",
    "atemp",
    "tmin",
    "tmax",
    "hum",
    "humidity",
    "wind",
    "windspeed",
    "pressure",
    "precipitation",
    "rain",
    "rainfall",
    "snow",
    "snowfall",
    "solar",
    "irradiance",
    "cloud",
    "clouds",
    "cloudcover",
    "dewpoint",
    "dew",
    "visibility",
    "weather",
];
/// Rows that a column of flags has at least.
const FEWEST_FLAGS: usize = 10;

/// What a column of numbers, or of categories, is for by its name and values.
pub(crate) fn covariate_role(name: &str, values: &[f64]) -> Option<Role> {
    let name = name.to_lowercase();
    let words = || name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let whole: String = words().collect();
    let is_among = |names: &[&str]| {
        names.contains(&whole.as_str()) || words().any(|word| names.contains(&word))
    };
    if is_among(&KNOWN_AHEAD) {
        return Some(Role::FutureCovariate);
    }
    (is_among(&WEATHER) || are_flags(values)).then_some(Role::PastCovariate)
}

/// Nothing but 0 and 1, and both of them.
fn are_flags(values: &[f64]) -> bool {
    let (mut zeros, mut ones) = (0, 0);
    for value in values.iter().filter(|value| !value.is_nan()) {
        match *value {
            0.0 => zeros += 1,
            1.0 => ones += 1,
            _ => return false,
        }
    }
    zeros > 0 && ones > 0 && zeros + ones >= FEWEST_FLAGS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_flags_tell_covariates() {
        assert_eq!(covariate_role("Holiday", &[1.0]), Some(Role::FutureCovariate));
        assert_eq!(covariate_role("is_holiday", &[]), Some(Role::FutureCovariate));
        assert_eq!(covariate_role("day_of_week", &[]), Some(Role::FutureCovariate));
        assert_eq!(covariate_role("Temperature (C)", &[21.5]), Some(Role::PastCovariate));
        assert_eq!(covariate_role("open", &[0.0, 1.0].repeat(5)), Some(Role::PastCovariate));
        assert_eq!(covariate_role("Demand", &[0.0, 1.0, 2.0].repeat(5)), None);
        assert_eq!(covariate_role("template", &[0.0, 0.0]), None);
    }
}

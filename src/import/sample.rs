//! The sample series that are built into the program.
//!
//! Where the figures come from is told in full in `sample_data/README.md`.

use super::{ImportConfig, ImportError, Reading, read_bytes};

/// A built-in series.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sample {
    /// Airline passengers, 144 months.
    Airline,
    /// Monthly sunspot numbers, 2,820 months.
    Sunspots,
    /// Daily minimum temperatures, ten years.
    Temperatures,
    /// A sine that slowly dies away under a little noise, 200 rows.
    DampedSine,
}

/// All built-in series, in the order in which they are offered.
pub const fn samples() -> [Sample; 4] {
    [Sample::Airline, Sample::Sunspots, Sample::Temperatures, Sample::DampedSine]
}

impl Sample {
    /// The sample of that name, as the command line writes it.
    pub fn from_name(name: &str) -> Option<Self> {
        samples().into_iter().find(|sample| sample.name() == name)
    }

    /// The name on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Airline => "airline",
            Self::Sunspots => "sunspots",
            Self::Temperatures => "temperatures",
            Self::DampedSine => "damped-sine",
        }
    }

    /// The name on a card.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Airline => "Airline passengers",
            Self::Sunspots => "Sunspots",
            Self::Temperatures => "Minimum temperatures",
            Self::DampedSine => "Damped sine",
        }
    }

    /// One line on what it shows.
    pub const fn description(self) -> &'static str {
        match self {
            Self::Airline => "144 months: a trend, and a yearly season that grows with it",
            Self::Sunspots => "2,820 months: cycles of about eleven years, never quite the same",
            Self::Temperatures => "3,650 days in Melbourne: a yearly season under daily noise",
            Self::DampedSine => {
                "200 rows: a sine of 20 rows that slowly dies away, under a little noise"
            }
        }
    }

    /// Where the figures come from.
    pub const fn source(self) -> &'static str {
        match self {
            Self::Airline => "Brown (1962); Box and Jenkins (1970), Series G",
            Self::Sunspots => "Zurich observatory and SIDC Brussels, 1749 to 1983",
            Self::Temperatures => "Australian Bureau of Meteorology, 1981 to 1990",
            Self::DampedSine => "computed",
        }
    }

    /// The file, as it lies in `sample_data/`.
    pub const fn csv(self) -> &'static str {
        match self {
            Self::Airline => include_str!("../../sample_data/airline-passengers.csv"),
            Self::Sunspots => include_str!("../../sample_data/monthly-sunspots.csv"),
            Self::Temperatures => include_str!("../../sample_data/daily-min-temperatures.csv"),
            Self::DampedSine => include_str!("../../sample_data/damped-sine.csv"),
        }
    }

    /// The file's name in `sample_data/`.
    pub const fn file_name(self) -> &'static str {
        match self {
            Self::Airline => "airline-passengers.csv",
            Self::Sunspots => "monthly-sunspots.csv",
            Self::Temperatures => "daily-min-temperatures.csv",
            Self::DampedSine => "damped-sine.csv",
        }
    }

    /// The series, read as any file is.
    ///
    /// # Errors
    /// As `read_bytes`; a test holds that no sample has any.
    pub fn read(self) -> Result<Reading, ImportError> {
        read_bytes(self.file_name(), self.csv().as_bytes(), &ImportConfig::default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sample_reads_with_its_target_and_length() {
        let expected = [
            (Sample::Airline, "Passengers", 144, 0, "1949-01", "1960-12"),
            (Sample::Sunspots, "Sunspots", 2820, 0, "1749-01", "1983-12"),
            (Sample::Temperatures, "Temp", 3652, 2, "1981-01-01", "1990-12-31"),
            (Sample::DampedSine, "value", 200, 0, "0", "199"),
        ];
        for (sample, target, slots, missing, first, last) in expected {
            let reading = sample.read().unwrap();
            let series = reading.target();
            assert_eq!(series.name, target);
            assert_eq!((series.len(), series.missing()), (slots, missing), "{target}");
            assert_eq!(series.span(), Some((first.to_owned(), last.to_owned())));
            assert_eq!(reading.ledger.rows_used, slots - missing);
            assert_eq!(Sample::from_name(sample.name()), Some(sample));
        }
        assert_eq!(Sample::from_name("nothing"), None);
    }

    #[test]
    fn the_damped_sine_is_its_formula_and_still_swings_where_it_is_held_out() {
        let mut state = 1_u32;
        let formula = (0..200).map(|row| {
            // The generator of the C standard's example (ISO/IEC 9899:2011, 7.22.2.2), in 31 bits.
            state = state.wrapping_mul(1_103_515_245).wrapping_add(12_345) & 0x7fff_ffff;
            let noise = 0.08 * (f64::from(state) / 2_f64.powi(31) - 0.5);
            let row = f64::from(row);
            let swing = (std::f64::consts::TAU * row / 20.0).sin() * (-0.005 * row).exp();
            0.5 + 0.5 * swing + noise
        });
        let reading = Sample::DampedSine.read().unwrap();
        let values = &reading.target().values;
        for (row, (value, expected)) in values.iter().zip(formula).enumerate() {
            assert!((value - expected).abs() < 5.1e-5, "row {row}: {value}, not {expected}");
        }
        let last = &values[180..];
        let high = last.iter().copied().fold(f64::MIN, f64::max);
        let low = last.iter().copied().fold(f64::MAX, f64::min);
        assert!(high - low > 5.0 * 0.08, "the last period swings by {} only", high - low);
    }
}

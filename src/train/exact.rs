//! Numbers of 64 bits that come back from a file as they went in.
//!
//! JSON has no word for NaN and infinities; a run that is resumed may hold them.

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A number that is written as text, in the fewest digits that tell it from every other.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Default)]
pub struct Exact(pub f64);

impl From<f64> for Exact {
    fn from(value: f64) -> Self {
        Self(value)
    }
}

impl From<Exact> for f64 {
    fn from(value: Exact) -> Self {
        value.0
    }
}

impl Serialize for Exact {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{:?}", self.0))
    }
}

impl<'de> Deserialize<'de> for Exact {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let number = text.parse().map_err(|_| {
            D::Error::custom(format!("\"{text}\" stands where the text of a number is expected"))
        })?;
        Ok(Self(number))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn through_json(value: f64) -> f64 {
        let text = serde_json::to_string(&Exact(value)).unwrap();
        serde_json::from_str::<Exact>(&text).unwrap().0
    }

    proptest! {
        #[test]
        fn every_number_comes_back_to_the_last_bit(bits: u64) {
            let value = f64::from_bits(bits);
            let back = through_json(value);
            prop_assert!(back.to_bits() == bits || (value.is_nan() && back.is_nan()));
        }
    }

    #[test]
    fn numbers_that_json_has_no_word_for_are_kept() {
        assert!(through_json(f64::NAN).is_nan());
        assert_eq!(through_json(f64::NEG_INFINITY), f64::NEG_INFINITY);
        assert_eq!(through_json(-0.0).to_bits(), (-0.0_f64).to_bits());
        let error = serde_json::from_str::<Exact>("\"half\"").unwrap_err().to_string();
        assert!(error.contains("half"), "{error}");
    }
}

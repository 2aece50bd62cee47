//! Numbers of 64 bits, and seeds, that come back from a file as they went in.
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

/// Seeds in recipes. TOML has no whole number beyond 2^63 - 1, so larger ones are text.
pub mod seed {
    use schemars::{Schema, SchemaGenerator, json_schema};
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serializer};

    /// What may stand in a file.
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum SeedText {
        Number(u64),
        Text(String),
    }

    /// A whole number, or one as text.
    pub fn schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": ["integer", "string"], "minimum": 0, "maximum": u64::MAX, "pattern": "^[0-9]+$",
        })
    }

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
    pub fn serialize<S: Serializer>(seed: &u64, serializer: S) -> Result<S::Ok, S::Error> {
        match i64::try_from(*seed) {
            Ok(seed) => serializer.serialize_i64(seed),
            Err(_) => serializer.collect_str(seed),
        }
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
        let range = || D::Error::custom(format!("a seed is a whole number from 0 to {}", u64::MAX));
        match SeedText::deserialize(deserializer).map_err(|_| range())? {
            SeedText::Number(seed) => Ok(seed),
            SeedText::Text(text) => text.parse().map_err(|_| range()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train::TrainConfig;
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

    #[test]
    fn every_seed_comes_back_and_other_words_are_none() {
        for seed in [0, 7, i64::MAX as u64, i64::MAX as u64 + 1, u64::MAX] {
            let text = toml::to_string(&TrainConfig { seed, ..TrainConfig::default() }).unwrap();
            assert_eq!(toml::from_str::<TrainConfig>(&text).unwrap().seed, seed, "{text}");
        }
        for wrong in ["-1", "1.5", "\"seven\"", "\"18446744073709551616\"", "true"] {
            let error = toml::from_str::<TrainConfig>(&format!("seed = {wrong}")).unwrap_err();
            assert!(error.to_string().contains("from 0 to 18446744073709551615"), "{error}");
        }
    }
}

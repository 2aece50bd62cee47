//! Seeds in recipes. TOML has no whole number beyond 2^63 - 1, so larger ones are text.

use schemars::{Schema, SchemaGenerator, json_schema};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serializer};

/// What may stand in a file.
#[derive(Deserialize)]
#[serde(untagged)]
enum Written {
    Number(u64),
    Text(String),
}

/// A whole number, or one as text.
pub(super) fn schema(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": ["integer", "string"], "minimum": 0, "maximum": u64::MAX, "pattern": "^[0-9]+$",
    })
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
pub(super) fn serialize<S: Serializer>(seed: &u64, serializer: S) -> Result<S::Ok, S::Error> {
    match i64::try_from(*seed) {
        Ok(seed) => serializer.serialize_i64(seed),
        Err(_) => serializer.collect_str(seed),
    }
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    let range = || D::Error::custom(format!("a seed is a whole number from 0 to {}", u64::MAX));
    match Written::deserialize(deserializer).map_err(|_| range())? {
        Written::Number(seed) => Ok(seed),
        Written::Text(text) => text.parse().map_err(|_| range()),
    }
}

#[cfg(test)]
mod tests {
    use crate::train::TrainConfig;

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

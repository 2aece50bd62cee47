//! A training run at rest: all that is needed to go on from a step as if nothing had happened.
//!
//! One safetensors file: the arrays of numbers as tensors, everything else as JSON in its metadata.
//! Not for writing files: these are the bytes of one.

use std::collections::{BTreeSet, HashMap};

use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensorError, SafeTensors};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// Key of the metadata that everything but the tensors stands under.
const KEY: &str = "tidegate.checkpoint";
/// Form of the file; another form is refused, for a run must go on exactly or not at all.
const VERSION: u32 = 1;

/// A run between two steps. `State` is what the engine knows besides long arrays; numbers in it that
/// must come back to the last bit are [`super::Exact`].
#[derive(Debug, Clone, PartialEq)]
pub struct Checkpoint<State> {
    /// Epoch, step, order, random positions, losses and the like.
    pub state: State,
    /// Weights, moments, lane states: flat arrays, each with a name of its own.
    pub tensors: Vec<(String, Vec<f32>)>,
}

/// Why a checkpoint could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum CheckpointError {
    /// The bytes are no safetensors file, or none can be made.
    #[error("the checkpoint is no safetensors file: {0}; the run can be started again without it")]
    Format(#[from] SafeTensorError),
    /// What stands beside the tensors cannot be read or written.
    #[error("the checkpoint's state cannot be used: {0}; the run can be started again without it")]
    State(#[from] serde_json::Error),
    /// It is a safetensors file of something else.
    #[error("the file has no \"{KEY}\" in its metadata: it is no checkpoint of a run")]
    NoCheckpoint,
    /// Another version of the program wrote it in another form.
    #[error(
        "the checkpoint is of form {found}, and this program reads form {VERSION}; resume it with \
         the version that wrote it"
    )]
    Version {
        /// The form found.
        found: u32,
    },
    /// A tensor is not there, or not as expected.
    #[error("the checkpoint's tensor \"{name}\" {what}; the run can be started again without it")]
    Tensor {
        /// Its name.
        name: String,
        /// What is wrong with it.
        what: String,
    },
}

/// The form, read before anything that may differ between forms.
#[derive(Deserialize)]
struct Form {
    version: u32,
}

/// What the metadata hold.
#[derive(Serialize, Deserialize)]
struct Metadata<State> {
    version: u32,
    /// Names of the tensors in their order, which a safetensors file does not keep.
    tensors: Vec<String>,
    state: State,
}

impl<State> Checkpoint<State> {
    /// The values of a tensor.
    ///
    /// # Errors
    /// Where there is none of this name, or it has not `len` values.
    pub fn tensor(&self, name: &str, len: usize) -> Result<&[f32], CheckpointError> {
        let found = self.tensors.iter().find(|(known, _)| known == name);
        let values = found.map(|(_, values)| &values[..]);
        let values = values.ok_or_else(|| wrong(name, "is missing"))?;
        if values.len() == len {
            Ok(values)
        } else {
            Err(wrong(name, format!("has {} values where {len} are expected", values.len())))
        }
    }
}

impl<State: Serialize> Checkpoint<State> {
    /// The bytes of a checkpoint file. Equal checkpoints have equal bytes.
    ///
    /// # Errors
    /// Where two tensors have one name, or the state has no JSON form.
    pub fn to_bytes(&self) -> Result<Vec<u8>, CheckpointError> {
        let names: BTreeSet<&str> = self.tensors.iter().map(|(name, _)| name.as_str()).collect();
        if names.len() < self.tensors.len() {
            let twice =
                |name: &&String| self.tensors.iter().filter(|(n, _)| n == *name).count() > 1;
            let name = self.tensors.iter().map(|(name, _)| name).find(twice);
            return Err(wrong(name.map_or("", String::as_str), "is there twice"));
        }
        let metadata = Metadata {
            version: VERSION,
            tensors: self.tensors.iter().map(|(name, _)| name.clone()).collect(),
            state: &self.state,
        };
        let metadata = HashMap::from([(KEY.to_owned(), serde_json::to_string(&metadata)?)]);
        let stored: Vec<(&str, Vec<u8>)> = self
            .tensors
            .iter()
            .map(|(name, values)| {
                (name.as_str(), values.iter().flat_map(|value| value.to_le_bytes()).collect())
            })
            .collect();
        let views = stored
            .iter()
            .map(|(name, bytes)| {
                Ok((*name, TensorView::new(Dtype::F32, vec![bytes.len() / 4], bytes)?))
            })
            .collect::<Result<Vec<_>, SafeTensorError>>()?;
        Ok(safetensors::serialize(views, Some(metadata))?)
    }
}

impl<State: DeserializeOwned> Checkpoint<State> {
    /// Reads the bytes of a checkpoint file.
    ///
    /// # Errors
    /// Where they are cut off, of another form, or no checkpoint at all.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, CheckpointError> {
        let (_, header) = SafeTensors::read_metadata(bytes)?;
        let text = header.metadata().as_ref().and_then(|metadata| metadata.get(KEY));
        let text = text.ok_or(CheckpointError::NoCheckpoint)?;
        let Form { version } = serde_json::from_str(text)?;
        if version != VERSION {
            return Err(CheckpointError::Version { found: version });
        }
        let Metadata { tensors: names, state, .. } = serde_json::from_str::<Metadata<State>>(text)?;
        let file = SafeTensors::deserialize(bytes)?;
        let tensors = names
            .into_iter()
            .map(|name| {
                let tensor = file.tensor(&name).map_err(|_| wrong(&name, "is missing"))?;
                if tensor.dtype() != Dtype::F32 {
                    return Err(wrong(&name, format!("holds {:?} values", tensor.dtype())));
                }
                let (values, _) = tensor.data().as_chunks::<4>();
                Ok((name, values.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect()))
            })
            .collect::<Result<_, CheckpointError>>()?;
        Ok(Self { state, tensors })
    }
}

fn wrong(name: &str, what: impl Into<String>) -> CheckpointError {
    CheckpointError::Tensor { name: name.to_owned(), what: what.into() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train::Exact;
    use proptest::prelude::*;

    /// A state with all that JSON makes difficult.
    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    struct State {
        epoch: usize,
        seed: u64,
        position: u128,
        losses: Vec<Exact>,
    }

    fn state() -> State {
        let losses = vec![Exact(0.1 + 0.2), Exact(f64::INFINITY)];
        State { epoch: 3, seed: u64::MAX, position: u128::MAX - 1, losses }
    }

    fn checkpoint() -> Checkpoint<State> {
        let weights = vec![1.5, -0.0, f32::MIN_POSITIVE / 2.0, f32::INFINITY];
        let tensors = vec![("weights".to_owned(), weights), ("a".to_owned(), Vec::new())];
        Checkpoint { state: state(), tensors }
    }

    proptest! {
        #[test]
        fn every_checkpoint_comes_back_to_the_last_bit(
            arrays in prop::collection::vec(prop::collection::vec(any::<u32>(), 0..40), 0..5),
            position: u128,
            loss: f64,
        ) {
            let named = arrays.iter().enumerate().rev().map(|(index, bits)| {
                (format!("t{index}"), bits.iter().map(|bits| f32::from_bits(*bits)).collect())
            });
            let state = State { position, losses: vec![Exact(loss)], ..state() };
            let checkpoint = Checkpoint { state, tensors: named.collect() };
            let bytes = checkpoint.to_bytes().unwrap();
            let back = Checkpoint::<State>::from_bytes(&bytes).unwrap();
            prop_assert_eq!(back.state.position, position);
            // NaN differs from itself, so bytes are compared.
            prop_assert_eq!(back.to_bytes().unwrap(), bytes);
        }
    }

    #[test]
    fn tensors_keep_their_order_and_are_found_by_name_and_length() {
        let back = Checkpoint::from_bytes(&checkpoint().to_bytes().unwrap()).unwrap();
        assert_eq!(back, checkpoint());
        assert_eq!(back.tensor("weights", 4).unwrap()[0], 1.5);
        let error = back.tensor("weights", 5).unwrap_err().to_string();
        assert!(error.contains("4 values where 5"), "{error}");
        let error = back.tensor("moments", 1).unwrap_err().to_string();
        assert!(error.contains("\"moments\" is missing"), "{error}");
    }

    #[test]
    fn bytes_cut_anywhere_are_refused() {
        let bytes = checkpoint().to_bytes().unwrap();
        for len in 0..bytes.len() {
            assert!(Checkpoint::<State>::from_bytes(&bytes[..len]).is_err(), "{len} bytes");
        }
    }

    #[test]
    fn other_files_and_other_forms_are_told_apart() {
        let view = TensorView::new(Dtype::F32, vec![1], &[0; 4]).unwrap();
        let weights = safetensors::serialize([("w", view)], None).unwrap();
        let error = Checkpoint::<State>::from_bytes(&weights).unwrap_err();
        assert!(matches!(error, CheckpointError::NoCheckpoint), "{error}");
        let bytes = checkpoint().to_bytes().unwrap();
        let place = bytes.windows(10).position(|text| text == b"version\\\":").unwrap() + 10;
        let mut other = bytes;
        other[place] = b'9';
        let error = Checkpoint::<State>::from_bytes(&other).unwrap_err();
        assert!(matches!(error, CheckpointError::Version { found: 9 }), "{error}");
    }

    #[test]
    fn a_name_twice_is_refused() {
        let mut checkpoint = checkpoint();
        checkpoint.tensors.push(("a".to_owned(), vec![1.0]));
        let error = checkpoint.to_bytes().unwrap_err().to_string();
        assert!(error.contains("\"a\" is there twice"), "{error}");
    }
}

//! A training run at rest: all that is needed to go on from a step as if nothing had happened.
//!
//! One safetensors file: the arrays of numbers as tensors, everything else as JSON in its metadata.
//! Not for writing files: these are the bytes of one.

use std::collections::{HashMap, HashSet};

use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensorError, SafeTensors};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::stats::Digest;

/// Key of the metadata that everything but the tensors stands under.
const KEY: &str = "tidegate.checkpoint";
/// Form of the file; another form is refused, for a run must go on exactly or not at all.
const VERSION: u32 = 2;
/// The form before it, which has no digest.
const WITHOUT_DIGEST: u32 = 1;
/// What the text of this form begins with; the digest follows, and all that it is of.
const BEGINNING: &str = "{\"version\":2,\"digest\":\"";
/// Digits of a digest.
const DIGITS: usize = 32;

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
    /// Its bytes are not those that were written.
    #[error(
        "the checkpoint has changed since it was written; the run can be started again without it"
    )]
    Changed,
    /// Another version of the program wrote it in another form.
    #[error(
        "the checkpoint is of form {found}, and this program reads forms {WITHOUT_DIGEST} and \
         {VERSION}; resume it with the version that wrote it"
    )]
    Version { found: u32 },
    /// A tensor is not there, or not as expected.
    #[error("the checkpoint's tensor \"{name}\" {what}; the run can be started again without it")]
    Tensor { name: String, what: String },
}

/// The form, read before anything that may differ between forms.
#[derive(Deserialize)]
struct Form {
    version: u32,
}

/// What the metadata hold beside the form and the digest.
#[derive(Serialize, Deserialize)]
struct Metadata<State> {
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
        if let Some(name) = first_repeated(self.tensors.iter().map(|(name, _)| name.as_str())) {
            return Err(wrong(name, "is there twice"));
        }
        let metadata = Metadata {
            tensors: self.tensors.iter().map(|(name, _)| name.clone()).collect(),
            state: &self.state,
        };
        let content = serde_json::to_string(&metadata)?;
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
        let tensors = stored.iter().map(|(name, bytes)| (*name, &bytes[..]));
        let digest = digest(&content, tensors.collect());
        let text = format!("{BEGINNING}{digest}\",{}", content.trim_start_matches('{'));
        let metadata = HashMap::from([(KEY.to_owned(), text)]);
        Ok(safetensors::serialize(views, Some(metadata))?)
    }
}

impl<State: DeserializeOwned> Checkpoint<State> {
    /// Reads the bytes of a checkpoint file.
    ///
    /// # Errors
    /// Where they are cut short, changed, of another form, or no checkpoint at all.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, CheckpointError> {
        let (text, version) = metadata_of(bytes)?;
        let file = SafeTensors::deserialize(bytes)?;
        let content = if version == WITHOUT_DIGEST { text } else { unchanged(&text, &file)? };
        let Metadata { tensors: names, state } = serde_json::from_str::<Metadata<State>>(&content)?;
        // Each is copied: a name again and again would fill the memory.
        if let Some(name) = first_repeated(names.iter().map(String::as_str)) {
            return Err(wrong(name, "is there twice"));
        }
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

/// Whether the bytes of a checkpoint file carry a digest, so that [`Checkpoint::from_bytes`] tells whether
/// they have changed. Those of older versions do not.
///
/// # Errors
/// Where they are no checkpoint.
pub fn carries_digest(bytes: &[u8]) -> Result<bool, CheckpointError> {
    Ok(metadata_of(bytes)?.1 != WITHOUT_DIGEST)
}

/// The text beside the tensors, and the form of it.
fn metadata_of(bytes: &[u8]) -> Result<(String, u32), CheckpointError> {
    let (_, header) = SafeTensors::read_metadata(bytes)?;
    let text = header.metadata().as_ref().and_then(|metadata| metadata.get(KEY)).cloned();
    let text = text.ok_or(CheckpointError::NoCheckpoint)?;
    match serde_json::from_str(&text)? {
        Form { version: version @ (WITHOUT_DIGEST | VERSION) } => Ok((text, version)),
        Form { version: found } => Err(CheckpointError::Version { found }),
    }
}

/// What the digest of a text is of, where it is the digest of that and of the tensors.
fn unchanged(text: &str, file: &SafeTensors<'_>) -> Result<String, CheckpointError> {
    let parts = text.strip_prefix(BEGINNING).and_then(|text| text.split_at_checked(DIGITS));
    let (stored, content) = parts.ok_or(CheckpointError::Changed)?;
    let content = content.strip_prefix("\",").ok_or(CheckpointError::Changed)?;
    let content = format!("{{{content}");
    let tensors = file.tensors();
    let tensors = tensors.iter().map(|(name, tensor)| (name.as_str(), tensor.data()));
    let found = digest(&content, tensors.collect());
    if stored == found.to_string() { Ok(content) } else { Err(CheckpointError::Changed) }
}

/// The digest of the text beside the tensors and of all of them, in the order of their names.
fn digest(text: &str, mut tensors: Vec<(&str, &[u8])>) -> Digest {
    tensors.sort_unstable_by_key(|(name, _)| *name);
    let named = Digest::of_bytes(text.as_bytes());
    tensors
        .iter()
        .fold(named, |digest, (name, bytes)| digest.then(name.as_bytes()).then_many(bytes))
}

fn first_repeated<'a>(mut names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let mut seen = HashSet::new();
    names.find(|name| !seen.insert(*name))
}

fn wrong(name: &str, what: impl Into<String>) -> CheckpointError {
    CheckpointError::Tensor { name: name.to_owned(), what: what.into() }
}

#[cfg(test)]
#[path = "checkpoint_tests.rs"]
mod tests;

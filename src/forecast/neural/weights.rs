//! The weights of all networks of a fit in one safetensors file.
//!
//! One network has PyTorch's names; of several, each has its number before them: `1.weight_ih_l0`.

use safetensors::SafeTensors;
use safetensors::tensor::TensorView;

use super::ForecastError;
use super::fitted::FittedNetwork;
use crate::nn::{Network, WeightsError};

impl FittedNetwork {
    /// The bytes of that file.
    pub fn to_safetensors(&self) -> Result<Vec<u8>, ForecastError> {
        of_all(&self.members).map_err(|error| ForecastError::Tensor {
            doing: "laying out the weights",
            source: candle_core::Error::wrap(error),
        })
    }
}

fn of_all(members: &[Network]) -> Result<Vec<u8>, WeightsError> {
    let files: Vec<Vec<u8>> =
        members.iter().map(Network::to_safetensors).collect::<Result<_, _>>()?;
    if let [one] = &files[..] {
        return Ok(one.clone());
    }
    let mut named: Vec<(String, TensorView<'_>)> = Vec::new();
    for (index, file) in files.iter().enumerate() {
        let tensors = SafeTensors::deserialize(file)?.tensors();
        named.extend(tensors.into_iter().map(|(name, view)| (format!("{index}.{name}"), view)));
    }
    named.sort_by(|one, other| one.0.cmp(&other.0));
    Ok(safetensors::serialize(named, None)?)
}

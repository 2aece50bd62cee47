//! Weights in and out of safetensors under PyTorch's names, so that a file that PyTorch saved loads
//! here, and a file from here loads there.
//!
//! Not for writing files: these are the bytes of one.

use std::collections::BTreeMap;
use std::ops::Range;

use candle_core::{Device, Tensor, Var};
use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensorError, SafeTensors};

use super::Network;

/// Why weights could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum WeightsError {
    /// The bytes are no safetensors file, or none can be made.
    #[error("the weights are no safetensors file: {0}; save them with safetensors.torch.save_file")]
    Format(#[from] SafeTensorError),
    /// A tensor is not there.
    #[error(
        "the weights have no \"{name}\"; they have {found}: is it a network of these settings?"
    )]
    Missing { name: String, found: String },
    /// A tensor has another shape.
    #[error("\"{name}\" is {found:?} in the file and {expected:?} here: the sizes differ")]
    Shape { name: String, found: Vec<usize>, expected: Vec<usize> },
    /// A tensor holds something else than floating-point numbers of 32 or 64 bits.
    #[error("\"{name}\" holds {found:?} values; save it as float32")]
    Kind { name: String, found: Dtype },
    /// A tensor operation failed.
    #[error("the tensor library failed with the weights: {0}")]
    Tensor(#[from] candle_core::Error),
}

/// Where a named tensor of a file goes: its shape, the variable, and the place in it.
type TensorPlace<'a> = (String, Vec<usize>, &'a Var, Range<usize>);

impl Network {
    /// The weights as a safetensors file: those of the recurrent layers by PyTorch's names, and
    /// `head.weight`, `head.bias`.
    ///
    /// # Errors
    /// As the tensor library's.
    pub fn to_safetensors(&self) -> Result<Vec<u8>, WeightsError> {
        bytes(self.named_parameters()?)
    }

    /// Takes over the weights of a safetensors file, by PyTorch's names and those of the head. The
    /// names may stand behind the name of the module that held the layers, as in `lstm.weight_ih_l0`. On
    /// an error nothing is changed.
    ///
    /// # Errors
    /// Where a tensor is missing or has another shape.
    pub fn load_safetensors(&self, bytes: &[u8]) -> Result<(), WeightsError> {
        let layers = self.recurrent().layers();
        let named = layers.flat_map(|(index, layer)| {
            let blocks = layer.named_blocks(index).into_iter();
            blocks.map(|(name, shape, range)| (name, shape, layer.parameters(), range))
        });
        let mut places: Vec<TensorPlace<'_>> = named.collect();
        let recurrent = places.iter().map(|(_, _, variable, _)| variable.id()).collect::<Vec<_>>();
        let head = self.parameters().into_iter().filter(|var| !recurrent.contains(&var.id()));
        for (name, variable) in ["head.weight", "head.bias", "head.known.weight"].iter().zip(head) {
            let range = 0..variable.elem_count();
            places.push(((*name).to_owned(), variable.dims().to_vec(), variable, range));
        }
        load(bytes, places)
    }
}

fn bytes(named: Vec<(String, Tensor)>) -> Result<Vec<u8>, WeightsError> {
    let mut stored = BTreeMap::new();
    for (name, tensor) in named {
        let values = tensor.flatten_all()?.to_vec1::<f32>()?;
        let bytes: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        stored.insert(name, (tensor.dims().to_vec(), bytes));
    }
    let views = stored
        .iter()
        .map(|(name, (dims, bytes))| {
            Ok((name.as_str(), TensorView::new(Dtype::F32, dims.clone(), bytes)?))
        })
        .collect::<Result<Vec<_>, SafeTensorError>>()?;
    Ok(safetensors::serialize(views, None)?)
}

fn load(bytes: &[u8], places: Vec<TensorPlace<'_>>) -> Result<(), WeightsError> {
    let file = SafeTensors::deserialize(bytes)?;
    let prefix = file.names().into_iter().find_map(|name| name.strip_suffix("weight_ih_l0"));
    let prefix = prefix.unwrap_or("").to_owned();
    let mut flat: Vec<(&Var, Vec<f32>)> = Vec::new();
    for (name, expected, variable, range) in places {
        let stored = if name.starts_with("head.") { name } else { format!("{prefix}{name}") };
        let Ok(tensor) = file.tensor(&stored) else {
            let mut names = file.names();
            names.sort_unstable();
            return Err(WeightsError::Missing { name: stored, found: names.join(", ") });
        };
        if tensor.shape() != expected {
            let found = tensor.shape().to_vec();
            return Err(WeightsError::Shape { name: stored, found, expected });
        }
        let values = numbers(&stored, &tensor)?;
        if flat.last().is_none_or(|(last, _)| last.id() != variable.id()) {
            flat.push((variable, vec![0.0; variable.elem_count()]));
        }
        if let Some((_, all)) = flat.last_mut() {
            all[range].copy_from_slice(&values);
        }
    }
    for (variable, values) in flat {
        variable.set(&Tensor::from_vec(values, variable.shape(), &Device::Cpu)?)?;
    }
    Ok(())
}

fn numbers(name: &str, tensor: &TensorView<'_>) -> Result<Vec<f32>, WeightsError> {
    let (narrow, rest) = tensor.data().as_chunks::<4>();
    match tensor.dtype() {
        Dtype::F32 if rest.is_empty() => {
            Ok(narrow.iter().map(|b| f32::from_le_bytes(*b)).collect())
        }
        Dtype::F64 => {
            let (wide, _) = tensor.data().as_chunks::<8>();
            #[expect(clippy::cast_possible_truncation, reason = "weights are f32 here")]
            Ok(wide.iter().map(|b| f64::from_le_bytes(*b) as f32).collect())
        }
        found => Err(WeightsError::Kind { name: name.to_owned(), found }),
    }
}

//! The network: recurrent layers, dropout, and the head.

use std::cell::RefCell;

use candle_core::{CpuStorage, InplaceOp1, Layout, Result, Tensor, Var, bail};

use super::head::Head;
use super::kernels::checked_len;
use super::random::InitialWeights;
use super::stack::RecurrentStack;
use super::{ModelConfig, NetworkError, Pass, PassInputs};
use crate::cancellation::Cancellation;

/// A recurrent network that maps a window to all values of the horizon at once.
#[derive(Debug)]
pub struct Network {
    recurrent: RecurrentStack,
    head: Head,
}

/// A copy of every weight of a network.
#[derive(Debug, Clone, PartialEq)]
pub struct Snapshot {
    values: Vec<Vec<f32>>,
}

impl Snapshot {
    /// A snapshot from values read elsewhere, one vector for each of [`Network::parameters`].
    pub const fn from_values(values: Vec<Vec<f32>>) -> Self {
        Self { values }
    }
}

impl Network {
    /// A network for windows of `features` values a step and `horizon` targets. The seed decides
    /// every weight.
    ///
    /// # Errors
    /// Where a size is zero.
    pub fn new(config: &ModelConfig, features: usize, horizon: usize, seed: u64) -> Result<Self> {
        Ok(Self::build(config, (features, 0), horizon, seed, &Cancellation::never())?)
    }

    /// A network for one value a step with `known` numbers beside it, which are given for each row
    /// of the horizon too. The seed decides every weight; with no known number they are those of
    /// [`Self::new`].
    ///
    /// # Errors
    /// Where another size is zero.
    pub fn with_known(
        config: &ModelConfig,
        known: usize,
        horizon: usize,
        seed: u64,
    ) -> Result<Self> {
        Ok(Self::with_known_unless(config, known, horizon, seed, &Cancellation::never())?)
    }

    /// As [`Self::with_known`]; the weights of a large network take long.
    ///
    /// # Errors
    /// As [`Self::with_known`], and where it is cancelled.
    pub fn with_known_unless(
        config: &ModelConfig,
        known: usize,
        horizon: usize,
        seed: u64,
        cancel: &Cancellation<'_>,
    ) -> std::result::Result<Self, NetworkError> {
        Self::build(config, (known.saturating_add(1), known), horizon, seed, cancel)
    }

    fn build(
        config: &ModelConfig,
        (features, known): (usize, usize),
        horizon: usize,
        seed: u64,
        cancel: &Cancellation<'_>,
    ) -> std::result::Result<Self, NetworkError> {
        check_head(config, horizon)?;
        let mut weights = InitialWeights::new(seed, cancel);
        let recurrent = RecurrentStack::new(config, features, &mut weights)?;
        let width = config.directions() * config.hidden_size;
        Ok(Self { recurrent, head: Head::new(width, horizon, known, &mut weights)? })
    }

    /// The forecast after the last step, `[batch, horizon]`, without dropout.
    ///
    /// # Errors
    /// Where an input has another length than the sizes say; where it is cancelled.
    pub fn forward(
        &self,
        inputs: &PassInputs<'_>,
        cancel: &Cancellation<'_>,
    ) -> std::result::Result<Vec<f32>, NetworkError> {
        Pass::new(self).forecast(self, inputs, cancel)
    }

    /// The recurrent layers.
    pub const fn recurrent(&self) -> &RecurrentStack {
        &self.recurrent
    }

    /// Every trained tensor, layers first.
    pub fn parameters(&self) -> Vec<&Var> {
        self.each_parameter().collect()
    }

    /// As [`Self::parameters`], one by one.
    pub(super) fn each_parameter(&self) -> impl Iterator<Item = &Var> {
        let layers = self.recurrent.parameters();
        layers.chain([self.head.weight(), self.head.bias()]).chain(self.head.known())
    }

    /// The head.
    pub const fn head(&self) -> &Head {
        &self.head
    }

    /// Changes every parameter in place: `change` is given its index among [`Self::parameters`] and its
    /// values.
    ///
    /// # Errors
    /// As the tensor library's.
    pub fn update(&self, mut change: impl FnMut(usize, &mut [f32])) -> Result<()> {
        for (index, parameter) in self.each_parameter().enumerate() {
            let change = Change(RefCell::new(|values: &mut [f32]| change(index, values)));
            parameter.as_tensor().inplace_op1(&change)?;
        }
        Ok(())
    }

    /// Exchanges every parameter with values of the same length, in the order of [`Self::parameters`];
    /// nothing is copied.
    ///
    /// # Errors
    /// Where there are fewer of them or one has another length; the parameters before it are exchanged.
    pub fn exchange(&self, values: &mut [Vec<f32>]) -> Result<()> {
        for (index, parameter) in self.each_parameter().enumerate() {
            let Some(values) = values.get_mut(index) else {
                bail!("weights of too few parameters")
            };
            let exchange = Exchange(RefCell::new(values));
            parameter.as_tensor().inplace_op1(&exchange)?;
        }
        Ok(())
    }

    /// Number of weights, counted as PyTorch does: both biases of a recurrent layer.
    pub fn parameter_count(&self) -> usize {
        self.parameters().iter().map(|parameter| parameter.elem_count()).sum()
    }

    /// Weights by PyTorch's names and in its shapes, the head's as `head.weight` and `head.bias`,
    /// and `head.known.weight` where there are known inputs.
    ///
    /// # Errors
    /// As the tensor library's.
    pub fn named_parameters(&self) -> Result<Vec<(String, Tensor)>> {
        let mut named = self.recurrent.named_parameters()?;
        named.push(("head.weight".to_owned(), self.head.weight().as_tensor().detach()));
        named.push(("head.bias".to_owned(), self.head.bias().as_tensor().detach()));
        if let Some(known) = self.head.known() {
            named.push(("head.known.weight".to_owned(), known.as_tensor().detach()));
        }
        Ok(named)
    }

    /// Copies every weight.
    ///
    /// # Errors
    /// As the tensor library's.
    pub fn snapshot(&self) -> Result<Snapshot> {
        let values = self
            .parameters()
            .into_iter()
            .map(|parameter| parameter.as_tensor().flatten_all()?.to_vec1::<f32>());
        Ok(Snapshot { values: values.collect::<Result<_>>()? })
    }

    /// Puts the weights of a snapshot back.
    ///
    /// # Errors
    /// Where the snapshot is of a network of another shape.
    pub fn restore(&self, snapshot: &Snapshot) -> Result<()> {
        let parameters = self.parameters();
        if parameters.len() != snapshot.values.len() {
            bail!(
                "the snapshot has {} tensors, the network {}",
                snapshot.values.len(),
                parameters.len()
            )
        }
        for (parameter, values) in parameters.into_iter().zip(&snapshot.values) {
            parameter.set(&Tensor::from_slice(values, parameter.shape(), parameter.device())?)?;
        }
        Ok(())
    }
}

fn check_head(config: &ModelConfig, horizon: usize) -> Result<()> {
    if horizon == 0 {
        bail!("a network needs at least one value to forecast; got a horizon of 0")
    }
    if checked_len(&[config.directions(), config.hidden_size, horizon]).is_none() {
        bail!("a head of {horizon} values has more weights than any memory")
    }
    Ok(())
}

/// A change of a parameter as the tensor library's operation in place.
struct Change<F>(RefCell<F>);

impl<F: FnMut(&mut [f32])> InplaceOp1 for Change<F> {
    fn name(&self) -> &'static str {
        "change-parameter"
    }

    fn cpu_fwd(&self, storage: &mut CpuStorage, layout: &Layout) -> Result<()> {
        let Some((start, end)) = layout.contiguous_offsets() else {
            bail!("a parameter is not contiguous")
        };
        let CpuStorage::F32(values) = storage else { bail!("a parameter is not f32") };
        (self.0.borrow_mut())(&mut values[start..end]);
        Ok(())
    }
}

/// An exchange of a parameter with other values, likewise.
struct Exchange<'a>(RefCell<&'a mut Vec<f32>>);

impl InplaceOp1 for Exchange<'_> {
    fn name(&self) -> &'static str {
        "exchange-parameter"
    }

    fn cpu_fwd(&self, storage: &mut CpuStorage, layout: &Layout) -> Result<()> {
        let CpuStorage::F32(values) = storage else { bail!("a parameter is not f32") };
        let mut others = self.0.borrow_mut();
        let others: &mut Vec<f32> = &mut others;
        if layout.contiguous_offsets() != Some((0, values.len())) || others.len() != values.len() {
            bail!("a parameter of {} values cannot be exchanged for {}", values.len(), others.len())
        }
        std::mem::swap(values, others);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nn::{Cell, Dropout};
    use candle_core::Device;

    fn ones(batch: usize, steps: usize, steps_values: &[f32]) -> PassInputs<'_> {
        PassInputs { batch, steps, steps_values, ..PassInputs::default() }
    }

    fn config(cell: Cell, layers: usize, hidden_size: usize) -> ModelConfig {
        ModelConfig { cell, layers, hidden_size, ..ModelConfig::default() }
    }

    #[test]
    fn counts_parameters_as_pytorch_does() {
        // sum(p.numel() for p in torch.nn.LSTM(10, 20, num_layers=2).parameters()) == 5920
        let lstm = Network::new(&config(Cell::Lstm, 2, 20), 10, 3, 1).unwrap();
        assert_eq!(lstm.parameter_count(), 5_920 + 3 * 20 + 3);
        // sum(p.numel() for p in torch.nn.GRU(10, 20, num_layers=2).parameters()) == 4440
        let gru = Network::new(&config(Cell::Gru, 2, 20), 10, 3, 1).unwrap();
        assert_eq!(gru.parameter_count(), 4_440 + 3 * 20 + 3);
        let named = gru.named_parameters().unwrap();
        assert_eq!(named.iter().map(|(_, tensor)| tensor.elem_count()).sum::<usize>(), 4_503);
    }

    #[test]
    fn a_snapshot_brings_the_forecast_back() {
        let config = config(Cell::Gru, 2, 8);
        let network = Network::new(&config, 1, 4, 1).unwrap();
        let other = Network::new(&config, 1, 4, 2).unwrap();
        let inputs = ones(3, 5, &[1.0; 15]);
        let forecast =
            |network: &Network| network.forward(&inputs, &Cancellation::never()).unwrap();
        assert_ne!(forecast(&network), forecast(&other));
        other.restore(&network.snapshot().unwrap()).unwrap();
        assert_eq!(forecast(&network), forecast(&other));
        let larger = Network::new(&ModelConfig { layers: 3, ..config }, 1, 4, 1).unwrap();
        assert!(larger.restore(&network.snapshot().unwrap()).is_err());
    }

    #[test]
    fn exchanged_weights_come_back() {
        let network = Network::new(&config(Cell::Gru, 1, 8), 1, 4, 1).unwrap();
        let before = network.snapshot().unwrap();
        let mut values =
            Network::new(&config(Cell::Gru, 1, 8), 1, 4, 2).unwrap().snapshot().unwrap();
        let others = values.clone();
        network.exchange(&mut values.values).unwrap();
        assert_eq!((network.snapshot().unwrap(), &values), (others, &before));
        network.exchange(&mut values.values).unwrap();
        assert_eq!(network.snapshot().unwrap(), before);
        assert!(network.exchange(&mut [vec![0.0; 3]]).is_err());
        assert!(network.exchange(&mut []).is_err());
    }

    #[test]
    fn training_and_forecasting_passes_agree_without_dropout() {
        for cell in Cell::ALL {
            let config = ModelConfig { bidirectional: true, ..config(cell, 2, 8) };
            let network = Network::new(&config, 2, 4, 1).unwrap();
            let (inputs, never) = (ones(3, 5, &[1.0; 30]), Cancellation::never());
            let (mut pass, mut dropout) = (Pass::new(&network), Dropout::new(0.0, 1));
            let training = pass.forward(&network, &inputs, Some(&mut dropout), &never).unwrap();
            assert_eq!(training, network.forward(&inputs, &never).unwrap());
        }
    }

    #[test]
    fn known_inputs_of_a_row_are_added_to_that_row() {
        let device = &Device::Cpu;
        let config = config(Cell::Gru, 1, 8);
        let network = Network::with_known(&config, 2, 3, 1).unwrap();
        assert_eq!(network.parameter_count(), 3 * 8 * (3 + 8 + 2) + 3 * 9 + 2);
        let steps = ones(1, 5, &[1.0; 15]);
        let inputs = PassInputs { ahead: &[0.0, 0.0, 1.0, 0.0, 2.0, 3.0], ..steps };
        let never = Cancellation::never();
        let run = || network.forward(&inputs, &never).unwrap();
        let before = run();
        let known = network.parameters()[network.parameters().len() - 1].clone();
        known.set(&Tensor::from_slice(&[10.0_f32, 100.0], (1, 2), device).unwrap()).unwrap();
        for ((after, before), added) in run().into_iter().zip(before).zip([0.0, 10.0, 320.0]) {
            assert!((after - before - added).abs() < 1e-4, "{after} {before}");
        }
        let names: Vec<String> =
            network.named_parameters().unwrap().into_iter().map(|(name, _)| name).collect();
        assert_eq!(names.last().unwrap(), "head.known.weight");
        assert!(network.forward(&steps, &never).is_err(), "known inputs missing");
        let plain = Network::new(&config, 3, 3, 1).unwrap();
        assert!(plain.forward(&inputs, &never).is_err(), "known inputs unasked for");
        // A gradient reaches the known weights, as every other.
        let (mut pass, mut dropout) = (Pass::new(&network), Dropout::new(0.0, 1));
        pass.forward(&network, &inputs, Some(&mut dropout), &never).unwrap();
        pass.backward(&network, &[1.0; 3], &never).unwrap();
        assert_eq!(pass.gradients().last().unwrap(), &[3.0, 3.0]);
    }

    #[test]
    fn without_known_inputs_a_network_is_the_plain_one() {
        let config = config(Cell::Lstm, 2, 8);
        let plain = Network::new(&config, 1, 4, 1).unwrap().snapshot().unwrap();
        assert_eq!(Network::with_known(&config, 0, 4, 1).unwrap().snapshot().unwrap(), plain);
    }

    #[test]
    fn sizes_of_zero_and_wrong_inputs_are_errors() {
        assert!(Network::new(&config(Cell::Lstm, 0, 8), 1, 1, 1).is_err());
        assert!(Network::new(&config(Cell::Lstm, 1, 0), 1, 1, 1).is_err());
        let network = Network::new(&config(Cell::Lstm, 1, 8), 2, 1, 1).unwrap();
        assert!(network.forward(&ones(3, 5, &[1.0; 15]), &Cancellation::never()).is_err());
    }
}

//! What a network is made of, layer by layer: output shapes, weight shapes, parameters.

use candle_core::Result;

use super::ModelConfig;
use super::stack::{layer_shapes, named_blocks};

/// A network layer by layer, as `torchinfo` and Keras' `model.summary()` show one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// Layers in the order values pass them.
    pub rows: Vec<SummaryRow>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SummaryRow {
    /// What it is: `LSTM 1`, `head`.
    pub layer: String,
    /// Shape of what it gives out: `[batch, 24, 32]`.
    pub output: String,
    pub weights: Vec<WeightShape>,
}

/// One tensor of weights.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WeightShape {
    /// PyTorch's name: `weight_ih_l0`.
    pub name: String,
    pub shape: Vec<usize>,
}

impl WeightShape {
    pub fn parameters(&self) -> usize {
        self.shape.iter().fold(1, |numbers, &size| numbers.saturating_mul(size))
    }
}

impl SummaryRow {
    pub fn parameters(&self) -> usize {
        self.weights.iter().map(WeightShape::parameters).fold(0, usize::saturating_add)
    }
}

impl Summary {
    /// The network that [`Network::with_known`](super::Network::with_known) makes for windows of
    /// `lookback` rows, without making it.
    ///
    /// # Errors
    /// Where a size is zero.
    pub fn new(
        config: &ModelConfig,
        known: usize,
        lookback: usize,
        horizon: usize,
    ) -> Result<Self> {
        let shapes = layer_shapes(config, known.saturating_add(1))?;
        let width = config.directions() * config.hidden_size;
        let last = shapes.len() - 1;
        let mut rows: Vec<SummaryRow> = shapes
            .into_iter()
            .enumerate()
            .map(|(index, directions)| SummaryRow {
                layer: format!("{} {}", config.cell, index + 1),
                output: if index == last {
                    format!("[batch, {width}]")
                } else {
                    format!("[batch, {lookback}, {width}]")
                },
                weights: directions
                    .into_iter()
                    .flat_map(|shape| named_blocks(shape, index))
                    .map(|(name, shape, _)| WeightShape { name, shape })
                    .collect(),
            })
            .collect();
        let weight = |name: &str, shape| WeightShape { name: name.to_owned(), shape };
        let mut head =
            vec![weight("head.weight", vec![horizon, width]), weight("head.bias", vec![horizon])];
        if known > 0 {
            head.push(weight("head.known.weight", vec![1, known]));
        }
        let output = format!("[batch, {horizon}]");
        rows.push(SummaryRow { layer: "head".to_owned(), output, weights: head });
        Ok(Self { rows })
    }

    /// Parameters of all layers, both biases of a recurrent layer counted, as PyTorch does.
    pub fn parameters(&self) -> usize {
        self.rows.iter().map(SummaryRow::parameters).fold(0, usize::saturating_add)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nn::{Cell, Network};

    #[test]
    fn lists_layers_with_their_shapes_and_parameters() {
        let config = ModelConfig { layers: 2, hidden_size: 20, ..ModelConfig::default() };
        let summary = Summary::new(&config, 9, 24, 3).unwrap();
        // sum(p.numel() for p in torch.nn.LSTM(10, 20, num_layers=2).parameters()) == 5920
        let [first, second, head] = &summary.rows[..] else { panic!("{summary:?}") };
        assert_eq!(first.parameters() + second.parameters(), 5_920);
        assert_eq!((&*first.layer, &*first.output), ("LSTM 1", "[batch, 24, 20]"));
        assert_eq!(second.output, "[batch, 20]");
        let weights: Vec<_> = first.weights.iter().map(|w| (&*w.name, &w.shape[..])).collect();
        assert_eq!(weights[..2], [("weight_ih_l0", &[80, 10][..]), ("weight_hh_l0", &[80, 20])]);
        assert_eq!((&*head.output, head.parameters()), ("[batch, 3]", 3 * 20 + 3 + 9));
        assert!(Summary::new(&ModelConfig { layers: 0, ..config.clone() }, 0, 1, 1).is_err());
        for (layers, hidden_size) in [(usize::MAX, 32), (usize::MAX / 2, 1), (1, usize::MAX)] {
            let config = ModelConfig { layers, hidden_size, ..ModelConfig::default() };
            assert!(Summary::new(&config, 0, 1, 1).is_err(), "{layers} of {hidden_size}");
            assert!(Network::with_known(&config, 0, 1, 1).is_err(), "{layers} of {hidden_size}");
        }
        let long = Summary::new(&config, usize::MAX, 1, usize::MAX).unwrap();
        assert_eq!(long.parameters(), usize::MAX);
    }

    #[test]
    fn counts_what_the_network_has() {
        for cell in Cell::ALL {
            for (bidirectional, bias, known) in [(false, true, 0), (true, false, 2)] {
                let config =
                    ModelConfig { cell, layers: 3, bidirectional, bias, ..ModelConfig::default() };
                let summary = Summary::new(&config, known, 5, 4).unwrap();
                let network = Network::with_known(&config, known, 4, 1).unwrap();
                assert_eq!(summary.parameters(), network.parameter_count());
                let named = network.named_parameters().unwrap();
                let weights = summary.rows.iter().flat_map(|row| &row.weights);
                for (weight, (name, tensor)) in weights.zip(&named) {
                    assert_eq!((&weight.name, &weight.shape[..]), (name, tensor.dims()));
                }
            }
        }
    }
}

//! Sizes of a layer, and where its parameters stand in their flat vector.

use std::ops::Range;

use crate::nn::cell::Cell;

/// Blocks of `hidden` values a row that a cell takes from its scratch at the most.
pub const SCRATCH_BLOCKS: usize = 8;

/// Values that a buffer can have: half of all addresses.
const MOST_VALUES: usize = isize::MAX as usize / size_of::<f32>();

/// Values of a buffer of these sizes; `None` where no machine has so many.
pub fn checked_len(sizes: &[usize]) -> Option<usize> {
    let product = sizes.iter().try_fold(1_usize, |product, &size| product.checked_mul(size))?;
    (product <= MOST_VALUES).then_some(product)
}

/// Sizes of one recurrent layer in one direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LayerShape {
    /// The recurrent cell.
    pub cell: Cell,
    /// Input values a step.
    pub features: usize,
    pub hidden: usize,
    pub bias: bool,
    /// Whether steps are taken from the last to the first.
    pub reverse: bool,
    /// Whether the states begun with, where none are given, are parameters rather than zero.
    pub learned_start: bool,
}

/// Ranges of a layer's flat parameter vector; each block is row-major, gates in PyTorch's order
/// (LSTM: input, forget, cell, output; GRU: reset, update, new).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParameterBlocks {
    /// `[gates * hidden, features]`
    pub weight_ih: Range<usize>,
    /// `[gates * hidden, hidden]`
    pub weight_hh: Range<usize>,
    /// `[gates * hidden]`, or empty.
    pub bias_ih: Range<usize>,
    /// `[gates * hidden]`, or empty.
    pub bias_hh: Range<usize>,
    /// `[states, hidden]`: hidden state, then memory; or empty.
    pub start: Range<usize>,
}

impl LayerShape {
    pub const fn gate_rows(&self) -> usize {
        self.cell.gates().saturating_mul(self.hidden)
    }

    /// States that go from step to step: hidden and cell for LSTM, hidden alone for the others.
    pub const fn states(&self) -> usize {
        if self.cell.has_memory() { 2 } else { 1 }
    }

    /// Where each parameter block stands; at the largest number where [`Self::is_countable`] says no.
    pub const fn blocks(&self) -> ParameterBlocks {
        let rows = self.gate_rows();
        let input_end = rows.saturating_mul(self.features);
        let recurrent_end = input_end.saturating_add(rows.saturating_mul(self.hidden));
        let bias_rows = if self.bias { rows } else { 0 };
        let bias_middle = recurrent_end.saturating_add(bias_rows);
        let bias_end = bias_middle.saturating_add(bias_rows);
        let start = if self.learned_start { self.states().saturating_mul(self.hidden) } else { 0 };
        ParameterBlocks {
            weight_ih: 0..input_end,
            weight_hh: input_end..recurrent_end,
            bias_ih: recurrent_end..bias_middle,
            bias_hh: bias_middle..bias_end,
            start: bias_end..bias_end.saturating_add(start),
        }
    }

    /// Whether a machine could have all its parameters. Whoever makes a layer asks before.
    pub const fn is_countable(&self) -> bool {
        self.parameter_count() <= MOST_VALUES
    }

    /// Whether a machine could have the largest buffer of a call of so many steps and rows. Whoever makes
    /// a call asks before: all products of sizes within it are smaller.
    pub fn has_room(&self, steps: usize, batch: usize) -> bool {
        // Gates and states of each step; scratch of each row, which comes in eights.
        let width = self.cell.saved_blocks().max(self.states()).max(SCRATCH_BLOCKS);
        let rows = batch.checked_next_multiple_of(8);
        let values = |units: usize| {
            let (rows, steps) = (rows?, steps.checked_add(1)?);
            checked_len(&[steps, rows, units, width])
        };
        self.is_countable() && values(self.hidden.max(self.features)).is_some()
    }

    /// Number of parameters, both biases counted as PyTorch does.
    pub const fn parameter_count(&self) -> usize {
        self.blocks().start.end
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_that_no_machine_has_are_told_and_not_multiplied_over() {
        let sizes = [1, 7, 4_096, 1 << 31, usize::MAX / 8, usize::MAX];
        for (features, hidden) in sizes.iter().flat_map(|one| sizes.map(|other| (*one, other))) {
            for cell in Cell::ALL {
                let (bias, reverse, learned_start) = (true, false, true);
                let shape = LayerShape { cell, features, hidden, bias, reverse, learned_start };
                let rows = (cell.gates() * 2) as u128 * hidden as u128;
                let most = rows.saturating_mul(features as u128 + hidden as u128 + 2);
                assert!(shape.is_countable() || most > MOST_VALUES as u128, "{shape:?}");
                assert!(!shape.has_room(usize::MAX, 1) && !shape.has_room(1, usize::MAX));
            }
        }
        let usual = LayerShape {
            cell: Cell::Lstm,
            features: 8_192,
            hidden: 4_096,
            bias: true,
            reverse: false,
            learned_start: true,
        };
        assert!(usual.is_countable() && usual.has_room(1_000, 65_536));
        assert_eq!(checked_len(&[usize::MAX, 0]), Some(0));
        assert_eq!(checked_len(&[1 << 32, 1 << 31]), None);
    }
}

//! The recurrent cells that a network can have.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::kernels::{CellCard, gru, gru_cho, lstm, rnn};

macro_rules! cells {
    ($($variant:ident $name:literal $card:path,)+) => {
        /// The recurrent cell.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
        pub enum Cell {
            $(
                #[doc = concat!("`", $name, "`")]
                #[serde(rename = $name)]
                #[schemars(title = $card.label, description = $card.help)]
                $variant,
            )+
        }

        impl Cell {
            /// Every cell, the default first.
            pub const ALL: [Self; [$($name),+].len()] = [$(Self::$variant),+];

            /// The name used by files, the scorecard and the command line.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }

            /// What it declares of itself.
            pub(super) const fn card(self) -> &'static CellCard {
                match self {
                    $(Self::$variant => &$card,)+
                }
            }
        }
    };
}

// A line each: variant, name in files, card.
cells! {
    Lstm "lstm" lstm::CARD,
    Gru "gru" gru::CARD,
    GruCho "gru-cho" gru_cho::CARD,
    RnnTanh "rnn-tanh" rnn::TANH_CARD,
    RnnRelu "rnn-relu" rnn::RELU_CARD,
}

impl Cell {
    /// The cells that run where no model is named.
    pub fn unasked() -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(|cell| cell.card().runs_unasked)
    }

    /// Gate blocks in the weight matrices: 4 for LSTM, 3 for GRU, 1 for a plain layer.
    pub const fn gates(self) -> usize {
        self.card().gates
    }

    /// Blocks of `hidden` values that a step keeps for its gradient: the gates, and for GRU a block more.
    pub const fn saved_blocks(self) -> usize {
        self.card().saved_blocks
    }

    /// Whether a memory `c` goes from step to step beside the hidden state.
    pub const fn has_memory(self) -> bool {
        self.card().has_memory
    }

    /// Whether a gate keeps or forgets that memory, whose bias may be set.
    pub const fn has_forget_gate(self) -> bool {
        self.card().forget_gate.is_some()
    }

    /// How it is drawn: the place of its colour among those of models, and whether it has a dot.
    pub const fn look(self) -> (usize, bool) {
        (self.card().color, self.card().is_dotted)
    }
}

impl Default for Cell {
    fn default() -> Self {
        Self::ALL[0]
    }
}

/// The name for people.
impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.card().label)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_labels_and_looks_are_their_own() {
        for (place, cell) in Cell::ALL.iter().enumerate() {
            for other in &Cell::ALL[..place] {
                assert!(cell.name() != other.name() && cell.look() != other.look(), "{cell}");
                assert_ne!(cell.to_string(), other.to_string());
            }
            let card = cell.card();
            assert!(card.help.ends_with('.') && cell.name() == cell.name().to_lowercase());
            let gates = card.groups.iter().map(|group| group.count).sum::<usize>();
            assert_eq!((gates, card.saved_blocks >= gates), (card.gates, true));
        }
        assert_eq!(Cell::unasked().collect::<Vec<_>>(), [Cell::Lstm, Cell::Gru]);
    }
}

//! Every baseline whose form is chosen by the data, the cheapest first: the order in which they are
//! computed and drawn.

use super::card::BaselineCard;
use super::{
    arima, combination, drift, ets, mean, mstl, naive, seasonal_naive, tbats, theta, window_average,
};

/// A line each.
pub static CARDS: [&BaselineCard; 13] = [
    &naive::CARD,
    &seasonal_naive::CARD,
    &drift::CARD,
    &mean::CARD,
    &window_average::CARD,
    &theta::CARD,
    &theta::STANDARD_CARD,
    &theta::OPTIMISED_CARD,
    &ets::CARD,
    &mstl::CARD,
    &arima::CARD,
    &combination::CARD,
    &tbats::CARD,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_labels_are_their_own() {
        for (place, card) in CARDS.iter().enumerate() {
            for other in &CARDS[..place] {
                assert!(card.name != other.name && card.label != other.label, "{card:?}");
                assert_ne!(card.look, other.look, "{card:?} and {other:?}");
            }
            assert!(card.sentence.ends_with('.') && card.name == card.name.to_lowercase());
        }
    }
}

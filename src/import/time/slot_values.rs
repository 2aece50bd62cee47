//! The values of a column on the slots of an axis.

use super::gather::gathered;
use super::place::Placed;
use crate::import::irregular_times::Gather;
use crate::import::order::Order;

/// The values of a column on the slots of the axis, NaN where no row stands; those of one slot become
/// one by `method`.
pub(crate) fn values_of(placed: &Placed, values: &[f64], method: Gather) -> Vec<f64> {
    if let (Order::Counted(rows), Order::Counted(_), false) =
        (&placed.rows, &placed.slots, placed.is_gathered)
    {
        return values[..*rows].to_vec();
    }
    let mut on_slots = vec![f64::NAN; placed.slots.last().map_or(0, |last| last + 1)];
    if placed.is_gathered {
        let slots: Vec<usize> = placed.slots.iter().collect();
        let mut first = 0;
        for step in slots.chunk_by(|one, next| one == next) {
            let places = first..first + step.len();
            on_slots[step[0]] = gathered(places.map(|at| values[placed.rows.at(at)]), method);
            first += step.len();
        }
        return on_slots;
    }
    for (slot, row) in placed.slots.iter().zip(placed.rows.iter()) {
        on_slots[slot] = values[row];
    }
    on_slots
}

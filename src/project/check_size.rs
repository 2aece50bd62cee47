//! Whether a network can be trained on this machine at all: its memory, and the work of one batch.

use std::sync::OnceLock;

use super::{Problem, Recipe, setting};
use crate::series::Series;
use crate::series::number::grouped;
use crate::train::{BatchSize, RunSize, StateMode, Supervision};

/// Multiply-adds of the largest batch that is begun: minutes on two cores of today, so that a run of
/// hundreds of them takes days.
const MOST_OPERATIONS: usize = 5_000_000_000_000;
/// Memory of a machine that does not tell.
const USUAL_MEMORY: usize = 8 << 30;
/// Windows that are validated at once.
const VALIDATED: usize = 256;

/// What a run may need.
#[derive(Debug, Clone, Copy)]
struct Room {
    bytes: usize,
    operations: usize,
}

impl Recipe {
    /// Whether a run fits this machine. Called once everything else stands.
    pub(super) fn check_size(&self, series: &Series) -> Option<Problem> {
        // The system, the window and the data need some of it too.
        let bytes = machine_memory() / 5 * 4;
        self.check_room(series, Room { bytes, operations: MOST_OPERATIONS })
    }

    fn check_room(&self, series: &Series, room: Room) -> Option<Problem> {
        let RunSize { bytes, operations } = self.run_size(series)?;
        let found = if bytes > room.bytes {
            format!(
                "training takes about {} of memory, and this machine has {} to spare",
                in_units(bytes),
                in_units(room.bytes)
            )
        } else if operations > room.operations {
            format!(
                "one batch takes {} thousand million multiplications, minutes on most machines",
                grouped(operations / 1_000_000_000)
            )
        } else {
            return None;
        };
        let fits = |recipe: &Self| {
            recipe
                .run_size(series)
                .is_none_or(|size| size.bytes <= room.bytes && size.operations <= room.operations)
        };
        let batches = halves(self.train.batch_size.min(series.len().max(1)));
        let with_batch = |batch_size| {
            let mut recipe = self.clone();
            recipe.train.batch_size = batch_size;
            recipe
        };
        if let Some(batch) = batches.clone().find(|&batch| fits(&with_batch(batch))) {
            let message = format!("{found}; use a batch size of {batch} or less");
            return Some(self.problem(setting!(train.batch_size), message, Some(batch)));
        }
        let smallest = with_batch(1);
        let hidden = halves(self.model.hidden_size).find(|&hidden_size| {
            let mut recipe = smallest.clone();
            recipe.model.hidden_size = hidden_size;
            fits(&recipe)
        })?;
        let message = format!(
            "{found}, whatever the batch size; use a hidden size of {hidden} or less, and small batches"
        );
        let label = format!("Use {hidden} and batches of 1");
        Some(self.fixed_by(setting!(model.hidden_size), message, &label, |recipe| {
            recipe.model.hidden_size = hidden;
            recipe.train.batch_size = 1;
        }))
    }

    /// What all networks of this recipe need at once, and the work of one batch of one.
    fn run_size(&self, series: &Series) -> Option<RunSize> {
        let (model, train, window) = (&self.model, &self.train, &self.window);
        let split = self.split(series);
        let rows = split.train.len().max(1);
        let (most, steps) = match train.state_mode {
            StateMode::Stateless => (rows, window.lookback),
            // Lanes share out the rows.
            StateMode::Stateful => (rows.div_ceil(train.chunk.max(1)), train.chunk.min(rows)),
        };
        let summary = self.summary(series)?;
        let known = self.known_width(series)?;
        let every =
            train.supervision() == Supervision::Every || train.state_mode == StateMode::Stateful;
        let batch = BatchSize {
            rows: train.batch_size.min(most),
            steps,
            outputs: if every { steps } else { 1 },
            horizon: window.horizon,
            known,
        };
        let one = RunSize::new(model, train, summary.parameters(), &batch);
        let validated = VALIDATED.min(split.validation.len());
        let tried = BatchSize { rows: batch.rows.max(validated), ..batch };
        let tried = if train.state_mode == StateMode::Stateful { batch } else { tried };
        let bytes = RunSize::new(model, train, summary.parameters(), &tried).bytes;
        // Members of an ensemble have buffers of their own, all of them for the whole run.
        Some(RunSize { bytes: bytes.saturating_mul(train.ensemble.max(1)), ..one })
    }
}

/// A half, a quarter and so on of a number, down to 1.
fn halves(number: usize) -> impl Iterator<Item = usize> + Clone {
    std::iter::successors(Some(number / 2), |half| Some(half / 2)).take_while(|&half| half > 0)
}

fn in_units(bytes: usize) -> String {
    const MEBI: usize = 1 << 20;
    match bytes / MEBI {
        mebibytes if mebibytes < 10 * 1024 => format!("{} MiB", grouped(mebibytes)),
        mebibytes => format!("{} GiB", grouped(mebibytes / 1024)),
    }
}

/// Bytes of memory of this machine, asked once.
pub(super) fn machine_memory() -> usize {
    static MEMORY: OnceLock<usize> = OnceLock::new();
    *MEMORY.get_or_init(|| {
        // Linux tells in `MemTotal:  24604808 kB`; other systems need a library to be asked.
        let told = std::fs::read_to_string("/proc/meminfo").unwrap_or_default();
        let total = told.lines().find_map(|line| line.strip_prefix("MemTotal:"));
        let kibibytes = total.and_then(|rest| rest.split_whitespace().next()?.parse().ok());
        kibibytes.map_or(USUAL_MEMORY, |kibibytes: usize| kibibytes.saturating_mul(1024))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::series::TimeAxis;
    use crate::window::WindowConfig;

    const ROOM: Room = Room { bytes: 1 << 30, operations: MOST_OPERATIONS };

    fn series() -> Series {
        Series::new("y", TimeAxis::row_numbers(), (0..20_000).map(f64::from).collect::<Vec<_>>())
    }

    fn recipe(hidden_size: usize, batch_size: usize) -> Recipe {
        let window = WindowConfig { lookback: 200, horizon: 24, validation: 500, test: 24 };
        let mut recipe = Recipe { window, ..Recipe::default() };
        (recipe.model.hidden_size, recipe.train.batch_size) = (hidden_size, batch_size);
        recipe
    }

    #[test]
    fn what_does_not_fit_is_named_and_fixed() {
        let series = series();
        assert_eq!(recipe(128, 64).check_room(&series, ROOM), None);
        for (recipe, setting) in [
            (recipe(128, 20_000), setting!(train.batch_size)),
            (recipe(4_096, 64), setting!(model.hidden_size)),
        ] {
            let problem = recipe.check_room(&series, ROOM).unwrap();
            assert_eq!(problem.setting, setting, "{problem}");
            let fixed = problem.fix.unwrap().recipe;
            assert_eq!(fixed.check_room(&series, ROOM), None, "{}", problem.message);
        }
        let slow = Room { bytes: usize::MAX, operations: 1_000_000_000_000 };
        let problem = recipe(1_024, 2_048).check_room(&series, slow).unwrap();
        assert!(problem.message.starts_with("one batch takes 5199 "), "{}", problem.message);
        assert_eq!(problem.fix.unwrap().recipe.check_room(&series, slow), None);
    }

    #[test]
    fn settings_out_of_all_bounds_are_told_not_multiplied_over() {
        let mut recipe = recipe(4_096, usize::MAX);
        recipe.model.layers = 8;
        recipe.train.ensemble = 32;
        recipe.model.bidirectional = true;
        assert!(recipe.check_room(&series(), ROOM).is_some());
        assert!(machine_memory() > 1 << 28);
    }
}

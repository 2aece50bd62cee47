//! Recipe files of earlier versions: their names become those of today before they are read.
//!
//! A file without a version is of the first; names of today are taken in it too, so that a file that
//! a person writes needs none.

use toml::{Table, Value};

/// Version of the names in recipe files.
///
/// - 1: parameters of a loss, an optimiser or a schedule beside it (`huber_delta`, `momentum`,
///   `step_epochs`), `train.way`, `model.start`, `model.learned_start`.
/// - 2: parameters within their choice (`loss = { huber = { delta = 1.0 } }`), `train.state_mode`,
///   `model.initialization`, `model.learned_initial_state`.
pub const VERSION: i64 = 2;

/// Parameters that stood beside their choice in version 1: the choice's setting, its value, the
/// parameter's name then and now.
const PARAMETERS: [(&str, &str, &str, &str); 8] = [
    ("loss", "huber", "huber_delta", "delta"),
    ("loss", "pinball", "pinball_level", "level"),
    ("optimizer", "sgd", "momentum", "momentum"),
    ("schedule", "step", "step_epochs", "epochs"),
    ("schedule", "step", "step_factor", "factor"),
    ("schedule", "plateau", "step_epochs", "epochs"),
    ("schedule", "plateau", "step_factor", "factor"),
    ("schedule", "cosine", "warm_up_epochs", "warm_up_epochs"),
];
/// Settings with another name in version 1: their part, their name then and now.
const RENAMED: [(&str, &str, &str); 3] = [
    ("train", "way", "state_mode"),
    ("model", "start", "initialization"),
    ("model", "learned_start", "learned_initial_state"),
];

/// A recipe file's table with the names of today, and without its version.
///
/// # Errors
/// Where it was written by a later program.
pub fn up_to_date(mut table: Table) -> Result<Table, String> {
    match table.remove("version") {
        None | Some(Value::Integer(1)) => from_version_1(&mut table),
        Some(Value::Integer(VERSION)) => {}
        Some(other) => {
            return Err(format!(
                "its version is {other} and this program reads 1 to {VERSION}; use the program that \
                 wrote it"
            ));
        }
    }
    Ok(table)
}

fn from_version_1(table: &mut Table) {
    for (part, before, now) in RENAMED {
        if let Some(Value::Table(part)) = table.get_mut(part)
            && let Some(value) = part.remove(before)
        {
            part.entry(now).or_insert(value);
        }
    }
    let Some(Value::Table(train)) = table.get_mut("train") else { return };
    for (setting, choice, before, now) in PARAMETERS {
        let is_chosen = match train.get(setting) {
            Some(Value::String(chosen)) => chosen == choice,
            Some(Value::Table(chosen)) => chosen.contains_key(choice),
            _ => false,
        };
        if let (true, Some(value)) = (is_chosen, train.get(before).cloned()) {
            let mut chosen = match train.remove(setting) {
                Some(Value::Table(chosen)) => chosen,
                _ => Table::new(),
            };
            let parameters = chosen.entry(choice).or_insert_with(|| Value::Table(Table::new()));
            if let Value::Table(parameters) = parameters {
                parameters.entry(now).or_insert(value);
            }
            train.insert(setting.to_owned(), Value::Table(chosen));
        }
    }
    // Those of choices that are not made are read by nothing.
    for (.., before, _) in PARAMETERS {
        train.remove(before);
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use crate::import::{ColumnRole, Decimal, Delimiter, Gather, IrregularRows};
    use crate::import::{IrregularTimes, Layout, WorkingTimes};
    use crate::nn::{Cell, Initialization, ModelConfig};
    use crate::project::Recipe;
    use crate::series::{Frequency, MissingPolicy, OutlierPolicy, Unit};
    use crate::train::{ClipBy, Loss, Optimizer, Schedule, StateMode, TrainConfig};
    use crate::transform::{FourierTerms, Power, Scaling, TransformConfig};
    use crate::window::{Supervision, WindowConfig};

    fn fixture(name: &str) -> std::path::PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/recipes").join(name)
    }

    fn read(text: &str) -> Recipe {
        Recipe::from_toml(Path::new("r.toml"), text).unwrap()
    }

    #[test]
    fn a_file_of_version_1_with_every_setting_keeps_its_meaning() {
        let recipe = Recipe::default().with_file(&fixture("version_1_all.toml")).unwrap();
        let import = &recipe.import;
        assert_eq!(import.time.as_deref(), Some("Month"));
        assert_eq!(import.target.as_deref(), Some("Passengers"));
        assert_eq!(import.layout, Some(Layout::WideColumns));
        assert_eq!(import.delimiter, Some(Delimiter::Comma));
        assert_eq!((import.decimal, import.header), (Some(Decimal::Point), Some(true)));
        assert_eq!(import.missing, MissingPolicy::Linear);
        assert_eq!(import.outliers, OutlierPolicy::Mask);
        assert_eq!((import.working_times, import.held_out), (WorkingTimes::All, Some(15)));
        assert_eq!(import.roles["Passengers"], ColumnRole::Target);
        let irregular = IrregularTimes {
            rows: IrregularRows::Numbered,
            step: Some(Frequency { unit: Unit::Month, count: 1 }),
            method: Some(Gather::Sum),
            methods: [("Passengers".to_owned(), Gather::Last)].into(),
        };
        assert_eq!(import.irregular, irregular);
        let transform = TransformConfig {
            power: Power::BoxCoxGuerrero,
            shift: 0.5,
            seasonal_adjustment: true,
            seasonal_difference: true,
            difference: true,
            scaling: Scaling::MinMax,
            subtract_last: false,
            calendar: true,
            fourier: vec![FourierTerms { period: 12.5, pairs: 2 }],
        };
        assert_eq!(recipe.transform, transform);
        let window = WindowConfig { lookback: 13, horizon: 11, validation: 14, test: 15 };
        assert_eq!(recipe.window, window);
        let model = ModelConfig {
            cell: Cell::GruCho,
            layers: 2,
            hidden_size: 5,
            bidirectional: false,
            bias: true,
            dropout: 0.1,
            recurrent_dropout: 0.2,
            initialization: Initialization::Orthogonal,
            forget_bias: Some(1.5),
            learned_initial_state: true,
        };
        assert_eq!(recipe.model, model);
        let train = TrainConfig {
            state_mode: StateMode::Stateful,
            chunk: 9,
            lane_rows: Some(40),
            supervise: Some(Supervision::Last),
            loss: Loss::Huber { delta: 0.25 },
            epochs: 17,
            batch_size: 2,
            optimizer: Optimizer::Sgd { momentum: 0.8 },
            learning_rate: 0.0125,
            schedule: Schedule::Cosine { warm_up_epochs: 3 },
            gradient_clip: 0.7,
            clip_by: ClipBy::Value,
            weight_decay: 0.001,
            input_noise: 0.05,
            patience: 8,
            minimum_improvement: 0.002,
            ensemble: 2,
            refit: false,
            threads: Some(1),
            ..TrainConfig::default()
        };
        assert_eq!(recipe.train, TrainConfig { seed: u64::MAX, ..train });
        assert_eq!(recipe.baselines.season_length, Some(12));
        assert_eq!(
            (recipe.baselines.models.len(), &recipe.baselines.levels[..]),
            (2, &[0.7, 0.9][..])
        );
        assert_eq!(read(&recipe.to_toml().unwrap()), recipe, "and as a file of today");
    }

    #[test]
    fn parameters_of_version_1_go_to_the_choice_that_is_made() {
        let path = fixture("version_1_other_choices.toml");
        let train = Recipe::default().with_file(&path).unwrap().train;
        assert_eq!(train.loss, Loss::Pinball { level: 0.75 });
        assert_eq!(train.optimizer, Optimizer::RmsProp);
        assert_eq!(train.schedule, Schedule::Plateau { epochs: 6, factor: 0.3 });
        assert_eq!(train.state_mode, StateMode::Stateless);
        let step = read("[train]\nschedule = \"step\"\nstep_factor = 0.25\n").train.schedule;
        assert_eq!(step, Schedule::Step { epochs: 20, factor: 0.25 });
        assert_eq!(read("[train]\nhuber_delta = 0.5\n"), Recipe::default(), "nothing reads it");
    }

    #[test]
    fn a_kept_run_of_version_1_is_read() {
        let runs = crate::project::runs::Registry::at(fixture("version_1_run"));
        let run = runs.get("20261130-194447-damped-lstm-4e3a0d").unwrap();
        let recipe = run.recipe().unwrap();
        let train = &recipe.train;
        assert_eq!(recipe.model.initialization, Initialization::Orthogonal);
        assert!(recipe.model.learned_initial_state);
        assert_eq!((train.state_mode, train.chunk), (StateMode::Stateful, 12));
        assert_eq!(train.loss, Loss::Huber { delta: 0.5 });
        assert_eq!(train.optimizer, Optimizer::Sgd { momentum: 0.8 });
        assert_eq!(train.schedule, Schedule::Step { epochs: 2, factor: 0.5 });
    }

    #[test]
    fn a_choice_is_a_word_or_a_table_with_its_parameters() {
        let loss = |text: &str| read(&format!("[train]\n{text}\n")).train.loss;
        assert_eq!(loss("loss = \"huber\""), Loss::Huber { delta: 1.0 });
        assert_eq!(loss("loss = { huber = { delta = 0.5 } }"), Loss::Huber { delta: 0.5 });
        assert_eq!(loss("[train.loss.pinball]\nlevel = 0.9"), Loss::Pinball { level: 0.9 });
        assert_eq!(loss("[train.loss.huber]"), Loss::Huber { delta: 1.0 });
        let huber = read("[train.loss.huber]\ndelta = 0.5\n");
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("r.toml");
        std::fs::write(&path, "[train.loss.pinball]\nlevel = 0.9\n").unwrap();
        assert_eq!(huber.with_file(&path).unwrap().train.loss, Loss::Pinball { level: 0.9 });
    }

    #[test]
    fn a_later_version_is_refused() {
        let error =
            Recipe::from_toml(Path::new("r.toml"), "version = 3\n").unwrap_err().to_string();
        assert!(error.contains("version is 3") && error.contains("reads 1 to 2"), "{error}");
        let mixed =
            Recipe::from_toml(Path::new("r.toml"), "version = 2\n[train]\nway = \"stateful\"\n");
        assert!(mixed.unwrap_err().to_string().contains("way"));
    }
}

//! Tests of recipes as files to edit: nothing is left out, and nothing changes on the way back.

use proptest::prelude::*;

use super::*;
use crate::import::{ColumnRole, Gather, ImportConfig, Packing, Sample, read_bytes};
use crate::series::{Frequency, Unit};
use crate::train::{Loss, Schedule};
use crate::transform::FourierTerms;

fn reading() -> Reading {
    Sample::Airline.read().unwrap()
}

fn back(text: &str) -> Recipe {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("r.toml");
    std::fs::write(&path, text).unwrap();
    Recipe::default().with_file(&path).unwrap()
}

#[test]
fn the_defaults_of_a_series_load_back_to_the_same_recipe() {
    for sample in crate::import::samples() {
        let reading = sample.read().unwrap();
        let recipe = Recipe::for_series(reading.target());
        assert_eq!(back(&recipe.to_commented_toml(&reading).unwrap()), recipe);
    }
}

#[test]
fn every_setting_that_is_set_loads_back_too() {
    let reading = reading();
    let mut recipe = Recipe::for_series(reading.target());
    let import = &mut recipe.import;
    import.time = Some("a \"quoted\" name # and more".to_owned());
    import.header = Some(true);
    import.roles.insert("a b = c".to_owned(), ColumnRole::Id);
    import.roles.insert("plain".to_owned(), ColumnRole::Ignored);
    import.irregular.step = Some(Frequency { unit: Unit::Minute, count: 15 });
    import.irregular.methods.insert("ä".to_owned(), Gather::Sum);
    recipe.transform.fourier = vec![FourierTerms { period: 365.25, pairs: 3 }];
    recipe.model.forget_bias = Some(1.0);
    recipe.train.threads = Some(3);
    recipe.train.learning_rate = 0.1 + 0.2;
    recipe.baselines.season_length = Some(7);
    assert_eq!(back(&recipe.to_commented_toml(&reading).unwrap()), recipe);
}

#[test]
fn a_name_with_a_line_break_stays_a_comment() {
    let csv = "\"a\nb\",y\n2020-01-01,1\n2020-01-02,2\n2020-01-03,3\n";
    let reading = read_bytes("x\ny.csv", csv.as_bytes(), &ImportConfig::default()).unwrap();
    let recipe = Recipe::for_series(reading.target());
    assert_eq!(back(&recipe.to_commented_toml(&reading).unwrap()), recipe);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_name_loads_back_and_stays_in_its_line(
        name in any::<String>(),
        wild in "[\u{1b}\n\r\t\"'\\\\#=\\[\u{202e}\u{9b}\u{7f}\u{2028}a ]{1,12}",
    ) {
        let mut reading = reading();
        reading.source = format!("{wild}.csv");
        reading.time_column = Some(name.clone());
        let place = reading.target;
        reading.panel.series[place].name = wild.clone();
        reading.format.packing = Packing::Sheet(name.clone());
        let mut recipe = Recipe::for_series(reading.target());
        recipe.import.sheet = Some(wild.clone());
        recipe.import.roles.insert(name.clone(), ColumnRole::Id);
        recipe.import.irregular.methods.insert(wild.clone(), Gather::Sum);
        let text = recipe.to_commented_toml(&reading).unwrap();
        prop_assert!(!text.replace('\n', "").contains(crate::series::text::is_unseen), "{text}");
        prop_assert_eq!(&back(&text), &recipe);
        prop_assert_eq!(&back(&recipe.to_toml().unwrap()), &recipe);
        // What was found can be set by taking its # away.
        let set = text.replace("\n# target = ", "\ntarget = ").replace("\n# time = ", "\ntime = ");
        let import = back(&set).import;
        prop_assert_eq!((import.time, import.target), (Some(name), Some(wild)));
    }
}

/// The value at a path.
fn at<'a>(table: &'a Table, path: &str) -> Option<&'a Value> {
    let (part, name) = path.rsplit_once('.')?;
    table_at(table, part)?.get(name)
}

#[test]
fn every_choice_that_is_named_can_be_chosen_and_every_example_be_used() {
    for setting in parts().iter().flat_map(|part| &part.settings) {
        let (table, name) = setting.path.rsplit_once('.').unwrap();
        let mut values: Vec<String> =
            setting.choices().iter().map(|choice| format!("\"{}\"", choice.name)).collect();
        if setting.is_optional {
            values.push(example(setting));
        }
        for value in values {
            let read = back(&format!("[{table}]\n{name} = {value}\n"));
            let read = Table::try_from(&read).unwrap();
            let found = at(&read, &setting.path).unwrap_or_else(|| panic!("{table} {value}"));
            let expected: Table = format!("v = {value}").parse().unwrap();
            let is_choice = found.as_table().is_some_and(|chosen| {
                expected["v"].as_str().is_some_and(|word| chosen.contains_key(word))
            });
            assert!(is_choice || *found == expected["v"], "{} = {value}", setting.path);
        }
    }
}

#[test]
fn a_parameter_stands_within_its_choice() {
    let reading = reading();
    let mut recipe = Recipe::for_series(reading.target());
    recipe.train.loss = Loss::Pinball { level: 0.9 };
    recipe.train.schedule = Schedule::Step { epochs: 7, factor: 0.25 };
    let text = recipe.to_commented_toml(&reading).unwrap();
    assert!(text.contains("\nloss = { pinball = { level = 0.9 } }\n"), "{text}");
    assert_eq!(back(&text), recipe);
}

#[test]
fn the_file_says_what_was_found_and_what_can_be_chosen() {
    let reading = reading();
    let recipe = Recipe::for_series(reading.target());
    let text = recipe.to_commented_toml(&reading).unwrap();
    for expected in [
        "# time = \"Month\"\n",
        "# season_length = 12\n",
        "\nlookback = 24\n",
        "#   gru: Gated recurrent unit",
        "# Input rows of a window: how far back the network looks.",
        "\nversion = 2\n",
        "\n[import.irregular]\n",
    ] {
        assert!(text.contains(expected), "{expected:?} in\n{text}");
    }
    assert!(text.lines().all(|line| line.chars().count() < 140), "{text}");
}

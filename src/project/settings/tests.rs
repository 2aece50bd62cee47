//! Tests of the table: every setting of a recipe is in it, with words, and can be set by its path.

use super::*;
use crate::project::{Recipe, setting};

fn set(text: &str) -> Recipe {
    let mut changes = Changes::default();
    changes.set(text).unwrap_or_else(|error| panic!("{error}"));
    Recipe::default().with(&changes).unwrap_or_else(|error| panic!("{error}"))
}

fn refused(text: &str) -> String {
    Changes::default().set(text).unwrap_err().to_string()
}

#[test]
fn every_setting_has_a_label_and_words_that_a_person_can_read() {
    assert!(settings().count() > 60, "{}", settings().count());
    for setting in settings() {
        let path = &setting.path;
        assert!(!setting.label.is_empty(), "{path} has no title");
        assert!(setting.doc.ends_with('.'), "{path}: {:?}", setting.doc);
        for wrong in ["None", "[`", "Self::"] {
            assert!(
                !setting.doc.contains(wrong) || setting.doc.contains("has none"),
                "{path}: {}",
                setting.doc
            );
        }
        for choice in setting.choices() {
            assert!(!choice.doc.is_empty() && !choice.label.is_empty(), "{path} {}", choice.name);
        }
    }
    for part in parts() {
        assert!(!part.label.is_empty() && !part.doc.is_empty(), "{}", part.path);
    }
}

#[test]
fn the_table_keeps_the_order_of_the_fields_and_their_defaults() {
    let paths: Vec<&str> = parts().iter().map(|part| part.path.as_str()).collect();
    let expected =
        ["import", "import.irregular", "transform", "window", "model", "train", "baselines"];
    assert_eq!(paths, expected);
    let window: Vec<&str> = parts()[3].settings.iter().map(|one| one.path.as_str()).collect();
    assert_eq!(window, ["window.lookback", "window.horizon", "window.validation", "window.test"]);
    let rate = setting!(train.learning_rate).info();
    assert_eq!(rate.default, Some(toml::Value::Float(0.005)));
    assert_eq!(rate.range().unwrap().to_string(), "more than 0, at most 1");
    assert!(rate.words().contains("lr in PyTorch"), "{}", rate.words());
    let threads = setting!(train.threads).info();
    assert!(threads.is_optional && threads.default.is_none());
}

#[test]
fn every_setting_of_the_default_recipe_is_in_the_table() {
    let tree = tree_of(&Recipe::default());
    for (part, fields) in tree.as_map().unwrap() {
        for (field, value) in fields.as_map().unwrap() {
            let path = format!("{}.{}", part.as_text().unwrap(), field.as_text().unwrap());
            let is_part = parts().iter().any(|part| part.path == path);
            assert!(is_part || setting_at(&path).is_some(), "{path} = {value:?}");
        }
    }
}

/// A value of a setting other than its default, as it is typed.
fn another(setting: &SettingInfo) -> Option<String> {
    Some(match &setting.kind {
        SettingKind::Switch => {
            let is_on = setting.default.as_ref().and_then(toml::Value::as_bool).unwrap_or(false);
            (!is_on).to_string()
        }
        SettingKind::Whole(_) => "7".to_owned(),
        SettingKind::Real(_) => "0.375".to_owned(),
        SettingKind::Text => "a b".to_owned(),
        SettingKind::Choice(choices) => choices.last()?.name.clone(),
        SettingKind::List(_) | SettingKind::Map(_) | SettingKind::Record(_) => return None,
    })
}

#[test]
fn every_setting_can_be_set_by_its_path_and_comes_back_from_a_file() {
    for setting in settings() {
        let Some(value) = another(setting) else { continue };
        let recipe = set(&format!("{}={value}", setting.path));
        assert_ne!(recipe, Recipe::default(), "{}={value}", setting.path);
        let back = Recipe::from_toml(std::path::Path::new("r.toml"), &recipe.to_toml().unwrap());
        assert_eq!(back.unwrap(), recipe, "{}={value}", setting.path);
        if setting.is_optional {
            assert_eq!(set(&format!("{}=", setting.path)), Recipe::default(), "{}", setting.path);
        }
    }
    assert_eq!(set("baselines.levels=[0.5, 0.9]").baselines.levels, [0.5, 0.9]);
    assert_eq!(set("baselines.levels=0.5").baselines.levels, [0.5]);
    assert_eq!(set("baselines.models=[\"naive\"]").baselines.models.len(), 1);
    assert_eq!(set("baselines.models=ets(A,N,N)").baselines.models.len(), 1);
    let fourier = set("transform.fourier=[{ period = 12, pairs = 2 }]").transform.fourier;
    assert_eq!((fourier[0].period, fourier[0].pairs), (12.0, 2));
    assert!(set("import.roles.unit price=ignored").import.roles.contains_key("unit price"));
    let step = set("import.irregular.step={ unit = \"day\", count = 2 }").import.irregular.step;
    assert_eq!(step.unwrap().count, 2);
    assert_eq!(set("train.seed=18446744073709551615").train.seed, u64::MAX);
    let mut all = Changes::default();
    for text in ["train.threads=2", "train.threads=", "train.threads=3"] {
        let mut one = Changes::default();
        one.set(text).unwrap();
        all.add(one);
    }
    assert_eq!(Recipe::default().with(&all).unwrap().train.threads, Some(3), "the last counts");
    assert_eq!(all.paths(), ["train.threads"]);
}

#[test]
fn what_cannot_be_set_is_refused_with_what_could_be() {
    assert!(refused("train.epochs").contains("PATH=VALUE"));
    let wrong = refused("train.epoch=3");
    assert!(wrong.contains("did you mean train.epochs"), "{wrong}");
    let wrong = refused("epochs=3");
    assert!(wrong.contains("did you mean train.epochs"), "{wrong}");
    let wrong = refused("train.epochs=x");
    assert_eq!(wrong, "train.epochs: expected a whole number, 1 or more, got \"x\"");
    assert!(refused("model.layers=18446744073709551615").contains("1 to 8"));
    let wrong = refused("train.optimizer=adamax");
    assert!(wrong.contains("one of") && wrong.contains("rms-prop"), "{wrong}");
    let wrong = refused("train.refit=maybe");
    assert!(wrong.contains("true or false"), "{wrong}");
}

#[test]
fn the_schema_is_one_that_editors_take() {
    let schema = recipe_schema();
    assert!(schema["$schema"].as_str().unwrap().contains("draft-07"));
    let train = &schema["properties"]["train"];
    assert_eq!(train["properties"]["epochs"]["minimum"], 1);
    assert_eq!(train["properties"]["threads"]["type"], "integer");
    assert_eq!(train["additionalProperties"], false);
    assert!(train.get("required").is_none(), "a file names only what it changes");
    assert!(!schema.to_string().contains("\"null\""), "TOML has none");
    let losses = train["properties"]["loss"]["oneOf"].as_array().unwrap();
    let huber = losses.iter().filter(|form| form.to_string().contains("\"huber\"")).count();
    assert_eq!(huber, 2, "as a word, and with its delta");
}

#[test]
fn the_page_of_settings_in_the_docs_is_the_one_that_is_printed() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/settings.md");
    if std::env::var_os("UPDATE_SETTINGS_PAGE").is_some() {
        std::fs::write(path, reference()).unwrap();
    }
    let page = std::fs::read_to_string(path).unwrap();
    assert!(
        page == reference(),
        "docs/settings.md is not that of the program: tidegate recipe --reference > docs/settings.md"
    );
}

//! Tests of run folders as programs meet them: begun, interrupted, found, deleted.

use std::path::Path;

use super::*;
use crate::import::Sample;
use crate::project::runs::EpochRecord;

struct Place {
    _folder: tempfile::TempDir,
    registry: Registry,
    data: DataSource,
    series: Series,
    recipe: Recipe,
}

fn place() -> Place {
    let folder = tempfile::tempdir().unwrap();
    let series = Sample::Airline.read().unwrap().target().clone();
    let recipe = Recipe::for_series(&series);
    let registry = Registry::at(folder.path().join("data/runs"));
    Place { _folder: folder, registry, data: DataSource::sample(Sample::Airline), series, recipe }
}

impl Place {
    fn begin(&self, model: &str) -> RunWriter {
        let new = NewRun {
            model,
            data: &self.data,
            series: &self.series,
            recipe: &self.recipe,
            start: None,
        };
        self.registry.begin(&new).unwrap()
    }
}

fn line(epoch: usize) -> EpochRecord {
    EpochRecord { epoch, training: 0.1, validation: 0.3, improved: true }
}

#[test]
fn a_run_is_at_work_while_its_writer_lives_and_interrupted_after() {
    let place = place();
    assert!(place.registry.list().unwrap().runs.is_empty());
    let mut writer = place.begin("lstm");
    writer.epoch(&line(1)).unwrap();
    let run = place.registry.get(&writer.run().name).unwrap();
    assert_eq!((run.status(), run.state_name().as_str()), (RunStatus::AtWork, "running"));
    assert!(place.registry.interrupted().unwrap().is_empty());
    let error = place.registry.delete(&run).unwrap_err().to_string();
    assert!(error.contains(&std::process::id().to_string()), "{error}");
    drop(writer);
    assert_eq!(place.registry.interrupted().unwrap(), std::slice::from_ref(&run));
    assert_eq!(run.state_name(), "interrupted");
    assert_eq!(run.epochs().unwrap(), [line(1)]);
    assert_eq!(run.recipe().unwrap(), place.recipe);
    assert_eq!(run.data(&place.recipe).unwrap().reading.target(), &place.series);
}

#[test]
fn a_failed_run_has_ended_and_says_why() {
    let place = place();
    let run = place.begin("gru").fail("the loss became NaN").run.unwrap();
    let run = place.registry.get(&run.name).unwrap();
    assert_eq!(run.status(), RunStatus::Ended);
    assert_eq!(run.record.state, RunState::Failed("the loss became NaN".to_owned()));
    let events: Vec<String> =
        run.events().unwrap().iter().map(|line| line.event.to_string()).collect();
    assert_eq!(events, ["started", "failed: the loss became NaN"]);
}

#[test]
fn names_may_be_shortened_and_unknown_ones_list_what_is_there() {
    let place = place();
    let names: Vec<String> =
        ["lstm", "gru"].iter().map(|model| place.begin(model).run().name.clone()).collect();
    for name in &names {
        assert_eq!(&place.registry.get(name).unwrap().name, name);
        let digits = name.rsplit('-').next().unwrap();
        assert_eq!(&place.registry.get(digits).unwrap().name, name);
        let most = &name[..name.len() - 3];
        assert_eq!(&place.registry.get(most).unwrap().name, name);
    }
    let error = place.registry.get("2").unwrap_err().to_string();
    assert!(names.iter().all(|name| error.contains(name)) && error.contains("more of"), "{error}");
    for asked in ["nothing", "", "../runs"] {
        let error = place.registry.get(asked).unwrap_err().to_string();
        assert!(names.iter().all(|name| error.contains(name)), "{error}");
    }
}

#[test]
fn a_deleted_run_is_gone_and_the_others_stay() {
    let place = place();
    let (one, other) = (place.begin("lstm"), place.begin("lstm"));
    let (one, other) = (one.fail("a").run.unwrap(), other.fail("b").run.unwrap());
    assert_ne!(one.name, other.name);
    place.registry.delete(&one).unwrap();
    assert!(!one.path.exists());
    let left = std::fs::read_dir(place.registry.folder()).unwrap().count();
    assert_eq!((left, place.registry.list().unwrap().runs), (1, vec![other]));
}

#[test]
fn a_broken_record_is_told_of_and_hides_no_other_run() {
    let place = place();
    let (one, other) = (place.begin("lstm"), place.begin("gru"));
    std::fs::write(one.run().path.join("run.json"), "{\"model\":").unwrap();
    std::fs::create_dir(place.registry.folder().join("no-run")).unwrap();
    std::fs::write(place.registry.folder().join("a file"), "").unwrap();
    let listing = place.registry.list().unwrap();
    assert_eq!(listing.runs, [other.run().clone()]);
    let [broken] = &listing.broken[..] else { panic!("{:?}", listing.broken) };
    assert!(broken.why.contains("run.json") && broken.name == one.run().name, "{}", broken.why);
}

/// What can stand in the place of a run's record.
fn spoil(run: &Path, how: usize) {
    let record = run.join("run.json");
    let text = std::fs::read_to_string(&record).unwrap();
    match how {
        0 => std::fs::remove_file(&record).unwrap(),
        1 => std::fs::write(&record, b"\xff\x00garbage").unwrap(),
        2 => std::fs::write(&record, text.replace("\"rows\": 144", "\"rows\": null")).unwrap(),
        3 => std::fs::write(&record, text.replace("\"rows\": 144", "\"rows\": 1e99")).unwrap(),
        4 => std::fs::write(&record, "[".repeat(100_000)).unwrap(),
        5 => std::fs::write(&record, text.replace("\"running\"", "\"dreaming\"")).unwrap(),
        6 => std::fs::write(&record, "").unwrap(),
        _ => {
            std::fs::remove_file(&record).unwrap();
            std::fs::create_dir(&record).unwrap();
        }
    }
}

#[test]
fn every_broken_run_is_listed_found_and_deleted_and_hides_no_other() {
    let place = place();
    let whole = place.begin("gru").fail("on purpose").run.unwrap();
    for how in 0..8 {
        let name = place.begin("lstm").run().name.clone();
        let path = place.registry.folder().join(&name);
        spoil(&path, how);
        // Nothing but what a run begins with would be swept.
        std::fs::write(path.join("weights.safetensors"), "x").unwrap();
        let listing = place.registry.list().unwrap();
        assert_eq!(listing.runs, std::slice::from_ref(&whole), "{how}");
        let [broken] = &listing.broken[..] else { panic!("{how}: {:?}", listing.broken) };
        assert!(broken.why.contains("run.json") && !broken.why.contains('\n'), "{}", broken.why);
        assert!(broken.why.chars().count() < 500, "{}", broken.why);
        let error = place.registry.get(&name).unwrap_err().to_string();
        assert!(error.contains("is broken") && error.contains("run.json"), "{error}");
        assert!(
            broken.files().iter().any(|(file, bytes)| file == "weights.safetensors" && *bytes == 1)
        );
        let FoundRun::Broken(found) = place.registry.find_run(&name).unwrap() else {
            panic!("{how}")
        };
        assert_eq!(&found, broken);
        found.set_aside().unwrap().remove().unwrap();
        assert!(!path.exists());
        assert_eq!(std::fs::read_dir(place.registry.folder()).unwrap().count(), 1);
    }
}

#[test]
fn a_run_put_aside_stays_until_it_is_let_go_of_however_old_it_is() {
    let place = place();
    let run = place.begin("lstm").run().clone();
    let old = std::time::SystemTime::now() - std::time::Duration::from_hours(1_000);
    std::fs::File::open(&run.path).unwrap().set_modified(old).unwrap();
    let aside = run.set_aside().unwrap();
    assert!(!run.path.exists());
    place.registry.sweep();
    aside.put_back().unwrap();
    assert_eq!(place.registry.interrupted().unwrap(), std::slice::from_ref(&run));
    drop(run.set_aside().unwrap());
    place.registry.sweep();
    assert_eq!(std::fs::read_dir(place.registry.folder()).unwrap().count(), 0);
}

#[test]
fn a_run_that_could_not_begin_leaves_nothing() {
    let mut place = place();
    place.recipe.train.chunk = usize::MAX;
    let Place { data, series, recipe, registry, .. } = &place;
    let new = NewRun { model: "lstm", data, series, recipe, start: None };
    let error = registry.begin(&new).unwrap_err().to_string();
    assert!(error.contains("cannot be kept") && error.contains("recipe.toml"), "{error}");
    assert!(!registry.folder().exists());
}

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config::with_cases(64))]
    #[test]
    fn what_is_begun_reads_back(
        seed: u64,
        batch_size: usize,
        threads in proptest::option::of(proptest::num::usize::ANY),
        learning_rate: f64,
        name in ".{0,12}",
    ) {
        let mut place = place();
        let train = &mut place.recipe.train;
        (train.seed, train.batch_size, train.threads) = (seed, batch_size, threads);
        train.learning_rate = learning_rate;
        place.series.name = name;
        let Place { data, series, recipe, registry, .. } = &place;
        let new = NewRun { model: "lstm", data, series, recipe, start: None };
        // Read back as it was, or refused before anything is written.
        match registry.begin(&new) {
            Ok(writer) => {
                let run = registry.get(&writer.run().name).unwrap();
                proptest::prop_assert_eq!(run.recipe().unwrap().to_toml(), recipe.to_toml());
                proptest::prop_assert_eq!((run.record.seed, &run.record.target), (seed, &series.name));
            }
            Err(error) => {
                proptest::prop_assert!(error.to_string().contains("cannot be kept"), "{}", error);
                proptest::prop_assert!(!registry.folder().exists());
                let largest = usize::MAX / 2;
                let is_large = batch_size > largest || threads.is_some_and(|most| most > largest);
                proptest::prop_assert!(is_large, "{}", error);
            }
        }
    }
}

#[test]
fn data_that_changed_are_told_and_other_bytes_of_the_same_series_serve() {
    let mut place = place();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("my data.csv");
    std::fs::write(&file, Sample::Airline.csv()).unwrap();
    place.data = DataSource::file(&file);
    let run = place.begin("lstm").run().clone();
    assert!(run.name.contains("-my-data-lstm-"), "{}", run.name);
    let data = |run: &Run| run.data(&place.recipe);
    assert!(!data(&run).unwrap().other_bytes);
    std::fs::write(&file, Sample::Airline.csv().replace('\n', "\r\n")).unwrap();
    assert!(data(&run).unwrap().other_bytes);
    std::fs::write(&file, Sample::Airline.csv().replacen("112", "113", 1)).unwrap();
    let error = data(&run).unwrap_err().to_string();
    assert!(error.contains("the data changed") && error.contains("my data.csv"), "{error}");
    std::fs::remove_file(&file).unwrap();
    assert!(data(&run).unwrap_err().to_string().contains("my data.csv"));
}

#[test]
fn a_place_that_cannot_be_written_is_named() {
    let mut place = place();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a-file");
    std::fs::write(&file, "").unwrap();
    place.registry = Registry::at(file.join("runs"));
    let Place { data, series, recipe, .. } = &place;
    let new = NewRun { model: "lstm", data, series, recipe, start: None };
    let error = place.registry.begin(&new).unwrap_err().to_string();
    assert!(error.contains("a-file") && error.contains("--runs"), "{error}");
    assert_eq!(Registry::find(Some(Path::new("given"))).unwrap(), Registry::at("given"));
}

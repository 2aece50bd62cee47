//! Tests of run folders as programs meet them: begun, cut off, found, deleted.

use std::path::Path;

use super::*;
use crate::import::Sample;
use crate::project::runs::EpochLine;

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

fn line(epoch: usize) -> EpochLine {
    EpochLine { epoch, training: 0.1, validation: 0.3, improved: true }
}

#[test]
fn a_run_is_at_work_while_its_writer_lives_and_cut_off_after() {
    let place = place();
    assert!(place.registry.list().unwrap().runs.is_empty());
    let mut writer = place.begin("lstm");
    writer.epoch(&line(1)).unwrap();
    let run = place.registry.get(&writer.run().name).unwrap();
    assert_eq!((run.status(), run.state_name().as_str()), (RunStatus::AtWork, "running"));
    assert!(place.registry.cut_off().unwrap().is_empty());
    let error = place.registry.delete(&run).unwrap_err().to_string();
    assert!(error.contains(&std::process::id().to_string()), "{error}");
    drop(writer);
    assert_eq!(place.registry.cut_off().unwrap(), std::slice::from_ref(&run));
    assert_eq!(run.state_name(), "cut off");
    assert_eq!(run.epochs().unwrap(), [line(1)]);
    assert_eq!(run.recipe().unwrap(), place.recipe);
    assert_eq!(run.data(&place.recipe).unwrap().reading.target(), &place.series);
}

#[test]
fn a_failed_run_has_ended_and_says_why() {
    let place = place();
    let run = place.begin("gru").fail("the loss became NaN").unwrap();
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
    let (one, other) = (one.fail("a").unwrap(), other.fail("b").unwrap());
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
    let error = listing.unreadable[0].to_string();
    assert!(error.contains("run.json") && error.contains(&one.run().name), "{error}");
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

//! Runs whose folders are not what was written: listed, shown, deleted, and never trusted.

use super::*;

impl Place {
    fn path(&self, name: &str, file: &str) -> PathBuf {
        self.runs().join(name).join(file)
    }

    /// Changes the text of a file of a run.
    fn change(&self, name: &str, file: &str, change: impl FnOnce(String) -> String) {
        let path = self.path(name, file);
        let text = fs::read_to_string(&path).unwrap();
        fs::write(path, change(text)).unwrap();
    }

    /// Changes one bit of a file of a run.
    fn flip(&self, name: &str, file: &str, at: impl FnOnce(usize) -> usize) {
        let path = self.path(name, file);
        let mut bytes = fs::read(&path).unwrap();
        let place = at(bytes.len());
        bytes[place] ^= 1;
        fs::write(path, bytes).unwrap();
    }

    /// Has a run that ended counted as one that was interrupted.
    fn interrupted(&self, name: &str) {
        self.change(name, "run.json", |text| text.replace("\"finished\"", "\"running\""));
    }
}

#[test]
fn a_broken_run_is_one_line_of_the_list_and_can_be_shown_and_deleted() {
    let place = Place::new();
    let whole = place.train(&[]);
    let spoils: [(&str, &str); 5] = [
        ("run.json", "{"),
        ("run.json", "null"),
        ("losses.jsonl", "garbage\n"),
        ("losses.jsonl", "{\"epoch\":1,\"training\":\"x\"}\n"),
        ("losses.jsonl", "{\"epoch\":-1}\n"),
    ];
    for (file, garbage) in spoils {
        let name = place.train(&["--seed", "2"]);
        fs::write(place.path(&name, file), garbage).unwrap();
        let text = place.out(&["runs", "list"]);
        let line = text.lines().find(|line| line.starts_with(&name)).expect(&text);
        assert!(line.contains("broken: ") && line.contains(file), "{text}");
        assert!(text.lines().any(|line| line.starts_with(&whole) && line.contains("finished")));
        let json = place.json(&["runs", "list", "--json"]);
        assert_eq!(
            (&json[0]["name"], &json[1]["status"]),
            (&whole.clone().into(), &"broken".into())
        );
        assert!(json[1]["reason"].as_str().unwrap().contains(file), "{json}");
        // What can be read of it is shown; the exit code says that it is not all.
        let shown = place.tidegate(&["runs", "show", &name]).assert().code(3);
        shown.stdout(contains("broken").and(contains(file)));
        place.tidegate(&["runs", "show", &name, "--json"]).assert().code(3);
        place.tidegate(&["runs", "reproduce", &name]).assert().code(1);
        place.tidegate(&["runs", "delete", "--yes", &name]).assert().success();
        assert!(!place.runs().join(&name).exists());
    }
    let name = place.train(&["--seed", "3"]);
    fs::remove_file(place.path(&name, "run.json")).unwrap();
    assert!(place.out(&["runs", "list"]).contains("run.json is missing"));
    place
        .tidegate(&["runs", "delete", &name])
        .write_stdin("y\n")
        .assert()
        .success()
        .stderr(contains("(broken)"));
    assert_eq!(fs::read_dir(place.runs()).unwrap().count(), 1);
}

#[test]
fn a_name_of_any_length_is_listed() {
    let place = Place::new();
    let name = place.train(&[]);
    let long = format!("\"target\": \"{}\"", "a".repeat(70_000));
    place.change(&name, "run.json", |text| text.replace("\"target\": \"Passengers\"", &long));
    let text = place.out(&["runs", "list"]);
    assert!(text.contains(&name) && text.contains("aaa…") && text.len() < 2_000, "{}", text.len());
    assert_eq!(place.json(&["runs", "list", "--json"])[0]["status"], "finished");
    place.out(&["runs", "show", &name]);
}

#[test]
fn numbers_that_are_none_read_back() {
    let place = Place::new();
    let name = place.train(&[]);
    place.change(&name, "run.json", |text| {
        let line = text.lines().find(|line| line.contains("\"rmse\"")).unwrap().to_owned();
        text.replace(&line, "    \"rmse\": null,")
    });
    place.change(&name, "losses.jsonl", |text| {
        let rest = text.split_once('\n').unwrap().1.to_owned();
        format!("{{\"epoch\":1,\"training\":null,\"validation\":null,\"improved\":true}}\n{rest}")
    });
    assert!(place.out(&["runs", "list"]).contains("finished"));
    assert!(place.out(&["runs", "show", &name]).contains("RMSE –"));
    assert!(place.json(&["runs", "show", &name, "--json"])["metrics"]["rmse"].is_null());
    place.tidegate(&["runs", "delete", "--yes", &name]).assert().success();
}

#[test]
fn scores_that_changed_are_told_of() {
    let place = Place::new();
    let name = place.train(&[]);
    assert_eq!(place.json(&["runs", "reproduce", "--json", &name])["scores"], true);
    let record = fs::read_to_string(place.path(&name, "run.json")).unwrap();
    let metrics = record.find("\"metrics\"").unwrap();
    for (then, now) in [("\"mae\": ", "\"mae\": 1"), ("\"mase\": ", "\"mase\": null, \"x\": ")] {
        place.change(&name, "run.json", |_| {
            let (before, after) = record.split_at(metrics);
            format!("{before}{}", after.replacen(then, now, 1))
        });
        let call = place.tidegate(&["runs", "reproduce", &name]).assert().code(1);
        call.stdout(
            contains("differs").and(contains("the errors on the hold-out that run.json holds")),
        )
        .stdout(contains("identical").not());
    }
    place.change(&name, "run.json", |_| record.clone());
    place.tidegate(&["runs", "reproduce", &name]).assert().success();
}

#[test]
fn a_record_that_is_far_too_large_is_one_line_of_the_list() {
    let place = Place::new();
    let name = place.train(&[]);
    let record = fs::OpenOptions::new().write(true).open(place.path(&name, "run.json")).unwrap();
    record.set_len(1 << 30).unwrap();
    let text = place.out(&["runs", "list"]);
    assert!(text.contains("broken: ") && text.contains("bytes, and at most"), "{text}");
}

#[test]
fn folders_of_others_are_not_swept() {
    let place = Place::new();
    place.train(&[]);
    for name in [".deleted-photos", ".deleted-20260101-000000-air-gru-0a1b2d"] {
        let folder = place.runs().join(name);
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join("1.jpg"), "own").unwrap();
    }
    place.out(&["runs", "list"]);
    assert_eq!(fs::read_dir(place.runs()).unwrap().count(), 3);
}

#[test]
fn weights_that_changed_are_told_of() {
    let place = Place::new();
    let name = place.train(&[]);
    assert_eq!(place.json(&["runs", "reproduce", "--json", &name])["weights_file"], true);
    place.flip(&name, "weights.safetensors", |len| len - 1);
    place
        .tidegate(&["runs", "reproduce", &name])
        .assert()
        .code(1)
        .stdout(contains("weights.safetensors has changed since it was written"))
        .stdout(contains("identical").not());
    let further = place.tidegate(&["resume", &name, "--epochs", "9"]).assert().code(1);
    further.stderr(contains("weights.safetensors has changed since it was written"));
    // A run of an older version has no digest to go by.
    place.change(&name, "run.json", |text| {
        let start = text.find(",\n  \"weights_digest\"").unwrap();
        let end = start + 2 + text[start + 2..].find('\n').unwrap();
        format!("{}{}", &text[..start], text[end..].trim_start_matches(','))
    });
    place
        .tidegate(&["runs", "reproduce", &name])
        .assert()
        .success()
        .stderr(contains("weights.safetensors carries no digest"))
        .stdout(contains("identical as far as it got").or(contains("identical")));
}

#[test]
fn a_checkpoint_that_changed_is_told_of_and_can_be_done_without() {
    let place = Place::new();
    let name = place.train(&["--checkpoint-seconds", "0"]);
    let expected = fs::read(place.path(&name, "weights.safetensors")).unwrap();
    place.interrupted(&name);
    place.flip(&name, "checkpoint.safetensors", |len| len - 1);
    place.tidegate(&["resume"]).assert().code(1).stderr(contains(
        "checkpoint.safetensors has changed since it was written; put the file back",
    ));
    fs::remove_file(place.path(&name, "checkpoint.safetensors")).unwrap();
    place.tidegate(&["resume", "--quiet"]).assert().success();
    assert!(fs::read(place.path(&name, "weights.safetensors")).unwrap() == expected);
}

#[test]
fn a_recipe_of_a_run_is_checked_like_any_other() {
    let place = Place::new();
    let name = place.train(&["--checkpoint-seconds", "0"]);
    let recipe = fs::read_to_string(place.path(&name, "recipe.toml")).unwrap();
    let huge = "9223372036854775807";
    for (line, what) in [
        ("layers = 1", "Layers 9223372036854775807 is out of range; use 1 to 8"),
        ("ensemble = 1", "Networks 9223372036854775807 is out of range"),
        ("hidden_size = 4", "Hidden size 9223372036854775807 is out of range; use 1 to 4096"),
        ("batch_size = 32", "Batch size 9223372036854775807 is out of range; use 1 to"),
        ("lookback = 6", "window.lookback"),
        ("horizon = 12", "window.horizon"),
    ] {
        let key = line.split(' ').next().unwrap();
        assert!(recipe.contains(&format!("\n{line}\n")), "{line} in {recipe}");
        let text = recipe.replace(&format!("\n{line}\n"), &format!("\n{key} = {huge}\n"));
        fs::write(place.path(&name, "recipe.toml"), text).unwrap();
        place.tidegate(&["runs", "reproduce", &name]).assert().code(1).stderr(contains(what));
        let further = place.tidegate(&["resume", &name, "--epochs", "9"]).assert().code(1);
        further.stderr(contains(what));
        place.interrupted(&name);
        place.tidegate(&["resume"]).assert().code(1).stderr(contains(what));
        place.change(&name, "run.json", |text| text.replace("\"running\"", "\"finished\""));
    }
}

#[test]
fn any_seed_resumes_and_settings_that_no_file_holds_are_refused_before_training() {
    let place = Place::new();
    for seed in ["9223372036854775807", "9223372036854775808", "18446744073709551615"] {
        let name = place.train(&["--seed", seed, "--checkpoint-seconds", "0"]);
        place.interrupted(&name);
        place.tidegate(&["resume", "--quiet"]).assert().success();
        place.tidegate(&["runs", "reproduce", "--quiet", &name]).assert().success();
        place.tidegate(&["runs", "delete", "--yes", &name]).assert().success();
    }
    let data = place.data();
    for option in ["--batch-size", "--threads", "--epochs", "--patience"] {
        place
            .tidegate(&["forecast", "--models", "gru", option, "18446744073709551615"])
            .arg(&data)
            .assert()
            .code(2)
            .stderr(contains("expected a whole number, 1 to 1000000000"));
    }
    assert_eq!(fs::read_dir(place.runs()).unwrap().count(), 0);
}

#[test]
fn what_killed_programs_left_is_gone_after_a_list() {
    let place = Place::new();
    let name = place.train(&[]);
    let half = place.runs().join("20260101-000000-air-gru-0a1b2c");
    fs::create_dir(&half).unwrap();
    fs::write(half.join("recipe.toml"), "").unwrap();
    fs::create_dir(place.runs().join(".deleted-20260101-000000-air-gru-0a1b2d")).unwrap();
    fs::write(place.path(&name, ".tidegate-x1Y2z3"), "half").unwrap();
    place.out(&["runs", "list"]);
    assert_eq!(fs::read_dir(place.runs()).unwrap().count(), 1);
    assert!(!place.path(&name, ".tidegate-x1Y2z3").exists());
}

#[test]
fn a_hostile_checkpoint_is_refused_before_anything_is_allocated() {
    use tidegate::forecast::FitCheckpoint;
    let place = Place::new();
    let name = place.train(&["--checkpoint-seconds", "0"]);
    place.interrupted(&name);
    let path = place.path(&name, "checkpoint.safetensors");
    let whole = FitCheckpoint::from_bytes(&fs::read(&path).unwrap()).unwrap();
    let state = serde_json::to_value(&whole.state).unwrap();
    let huge = Value::from(9_000_000_000_000_000_000_u64);
    let changes: [&dyn Fn(&mut Value); 8] = [
        &|member| member["batch_size"] = huge.clone(),
        &|member| member["progress"]["batch_size"] = huge.clone(),
        &|member| member["progress"]["batch"] = huge.clone(),
        &|member| member["progress"]["epoch"] = huge.clone(),
        &|member| member["progress"]["epoch"] = 0.into(),
        &|member| member["progress"]["batch_size"] = 0.into(),
        &|member| member["losses"] = Value::Array(Vec::new()),
        &|member| member["best"][0] = huge.clone(),
    ];
    for (number, change) in changes.into_iter().enumerate() {
        let mut state = state.clone();
        change(&mut state["members"][0]);
        let state = serde_json::from_value(state).unwrap();
        let changed = FitCheckpoint { state, ..whole.clone() };
        fs::write(&path, changed.to_bytes().unwrap()).unwrap();
        let assert = place.tidegate(&["resume", "--quiet"]).assert();
        let errors = String::from_utf8_lossy(&assert.get_output().stderr).into_owned();
        let code = assert.get_output().status.code();
        // Where it claims more epochs than there are losses, the run begins from its beginning.
        let is_refused =
            code == Some(1) && errors.starts_with("error: ") && errors.contains("checkpoint");
        assert!(is_refused || (number == 3 && code == Some(0)), "{number}: {code:?} {errors}");
        assert!(!errors.contains("panicked"), "{number}: {errors}");
        let listed = place.json(&["runs", "list", "--json"]);
        if listed[0]["status"] != "interrupted" {
            // A run that fails has ended; it is put back for the next change.
            place.change(&name, "run.json", |text| {
                let mut record: Value = serde_json::from_str(&text).unwrap();
                record["state"] = "running".into();
                record.to_string()
            });
        }
    }
}

/// Every reader of a run, whatever each of them says.
fn read_all(run: &tidegate::project::runs::Run) {
    let _ = (run.recipe(), run.epochs(), run.events(), run.changes(), run.forecasts());
    let _ = (run.weights(), run.checkpoint(), run.start(), run.without_digest());
    let _ = (run.to_go_on_from(), run.done(), run.further(9));
}

#[test]
fn no_change_of_any_file_hides_another_run_or_ends_the_program() {
    use rand_chacha::ChaCha8Rng;
    use rand_chacha::rand_core::{Rng, SeedableRng};
    use tidegate::project::runs::Registry;
    let place = Place::new();
    let whole = place.train(&[]);
    let name = place.train(&["--seed", "2", "--checkpoint-seconds", "0"]);
    let registry = Registry::at(place.runs());
    let files = [
        "run.json",
        "recipe.toml",
        "losses.jsonl",
        "events.jsonl",
        "forecasts.json",
        "weights.safetensors",
        "checkpoint.safetensors",
    ];
    let kept = files.map(|file| fs::read(place.path(&name, file)).unwrap());
    let words: [&[u8]; 8] =
        [b"null", b"-1", b"1e999", b"18446744073709551616", b"\"", b"[[[[", b"\xff", b""];
    let mut random = ChaCha8Rng::seed_from_u64(20);
    for round in 0..1_500 {
        let mut below =
            |most: usize| usize::try_from(random.next_u64() % most.max(1) as u64).unwrap();
        let which = below(files.len());
        let mut bytes = kept[which].clone();
        let at = below(bytes.len());
        match below(4) {
            0 => bytes[at] ^= 1 << below(8),
            1 => bytes.truncate(at),
            2 => {
                let end = (at + below(20)).min(bytes.len());
                bytes.splice(at..end, words[below(words.len())].iter().copied());
            }
            _ => bytes = (0..below(300)).map(|_| u8::try_from(below(256)).unwrap()).collect(),
        }
        let path = place.path(&name, files[which]);
        fs::write(&path, &bytes).unwrap();
        let listing = registry.list().unwrap();
        assert_eq!(listing.runs.len() + listing.broken.len(), 2, "{round}: {}", files[which]);
        assert!(listing.runs.iter().any(|run| run.name == whole), "{round}");
        listing.runs.iter().for_each(read_all);
        assert!(registry.find_run(&name).is_ok(), "{round}");
        fs::write(&path, &kept[which]).unwrap();
    }
}

//! Text from files, on terminals, in recipes and in spreadsheets.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use serde_json::Value;
use tidegate::series::text::is_unseen;
use tidegate::series::text::unmarked;

use super::{airline, tidegate};

/// Turns the text red, and names the terminal's window.
const HOSTILE: &str = "\u{1b}[31mRED\u{1b}]0;owned\u{7}";
/// C1 controls, marks of direction, a blank without width, a line separator, a tag.
const HIDDEN: &str = "a\u{9b}31m\u{202e}b\u{2066}c\u{200b}d\u{2028}e\u{e0041}f";

/// Three years of months of two series, whose ids, category and column are hostile.
fn panel(folder: &Path, ids: [&str; 2]) -> PathBuf {
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let mut text = format!("id,month,y,{}\n", quoted(HIDDEN));
    for id in ids {
        for month in 0..36 {
            let (year, month, value) = (1990 + month / 12, month % 12 + 1, month * 37 % 11);
            let word = if month % 2 == 0 { HOSTILE } else { "k" };
            text += &format!("{},{year}-{month:02},{value},{word}\n", quoted(id));
        }
    }
    let path = folder.join("panel.csv");
    fs::write(&path, text).unwrap();
    path
}

/// What a call printed, which must hold nothing that a terminal obeys.
fn seen(arguments: &[&str], files: &[&Path]) -> (String, Output) {
    let output = tidegate().args(arguments).args(files).output().unwrap();
    let [out, err] = [&output.stdout, &output.stderr].map(|bytes| {
        let text = String::from_utf8(bytes.clone()).unwrap();
        let unseen = text.chars().find(|&letter| letter != '\n' && is_unseen(letter));
        assert_eq!(unseen, None, "{arguments:?}: {text:?}");
        text
    });
    (out + &err, output)
}

#[test]
fn nothing_from_a_file_is_obeyed_by_a_terminal() {
    let folder = tempfile::tempdir().unwrap();
    let runs = folder.path().join("runs");
    let runs = runs.to_str().unwrap();
    let file = panel(folder.path(), [HOSTILE, HIDDEN]);
    for arguments in [
        &["inspect"][..],
        &["inspect", "--json"],
        &["inspect", "--target", "nope"],
        &["inspect", "--role", "nope=id"],
        &["recipe"],
        &["forecast", "--models", "naive,drift"],
        &["forecast", "--models", "naive", "--json"],
        &["forecast", "--models", "lstm,naive", "--epochs", "1", "--runs", runs],
        &["forecast", "--horizon", "500"],
    ] {
        let (text, _) = seen(arguments, &[&file]);
        assert!(text.contains("\\u{") || text.contains("\\u00"), "{arguments:?}: {text}");
    }
    for arguments in [&["runs", "list"][..], &["runs", "list", "--json"]] {
        let (text, _) = seen(&[arguments, &["--runs", runs]].concat(), &[]);
        assert!(text.contains("[31mRED"), "{text}");
    }
    let (text, _) = seen(&["runs", "show", "2", "--runs", runs], &[]);
    assert!(text.contains("\\u{1b}[31mRED"), "{text}");
}

#[test]
fn names_of_sheets_and_files_are_not_obeyed_either() {
    let book = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/cli/hostile_names.xlsx");
    let (text, _) = seen(&["inspect"], &[&book]);
    assert!(text.contains("S\\u{9b}31m\\u{202e}X"), "{text}");
    seen(&["inspect", "--sheet", "none"], &[&book]);
    seen(&["recipe"], &[&book]);
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join(format!("{HOSTILE}\nerror: b.csv"));
    let (text, output) = seen(&["inspect"], &[&missing]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(text.matches("\nerror:").count(), 0, "one line looks like an error: {text}");
    // Files that a pattern gives beside the one that is read are named by the parser of calls.
    let (text, output) = seen(&["inspect"], &[&missing, Path::new(HIDDEN)]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text.contains("\\u{202e}"), "{text}");
    let recipe = folder.path().join("broken.toml");
    fs::write(&recipe, format!("[window]\nlookback = \"{HIDDEN}\"\n")).unwrap();
    let recipe = recipe.to_str().unwrap();
    let (text, _) = seen(&["forecast", "--recipe", recipe], &[&airline()]);
    assert!(text.contains("\\u{202e}"), "{text}");
}

#[test]
fn letters_of_every_script_stay_as_they_are() {
    let folder = tempfile::tempdir().unwrap();
    let file = panel(folder.path(), ["Zürich – 東京", "مدينة"]);
    let (text, _) = seen(&["inspect", "--target", "Zürich – 東京 / y"], &[&file]);
    assert!(text.contains("target Zürich – 東京"), "{text}");
    let (text, _) = seen(&["inspect", "--json"], &[&file]);
    assert!(text.contains("Zürich – 東京"), "{text}");
}

/// JSON says what the file says.
#[test]
fn json_reads_back_to_the_names_of_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = panel(folder.path(), [HOSTILE, HIDDEN]);
    let (_, output) = seen(&["inspect", "--json"], &[&file]);
    let json: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(json["target"], format!("{HOSTILE} / y"));
    assert_eq!(json["accounts"].as_array().unwrap().len(), 2);
    assert_eq!(json["accounts"][1]["name"], HIDDEN);
}

#[test]
fn a_printed_recipe_loads_back_whatever_the_names() {
    let folder = tempfile::tempdir().unwrap();
    let recipe = folder.path().join("r.toml");
    for ids in [[HOSTILE, HIDDEN], ["a\nb", "\"\"\" '''"], ["= \\ #", "[table]"]] {
        let file = panel(folder.path(), ids);
        let (_, output) = seen(&["recipe"], &[&file]);
        assert!(output.status.success());
        fs::write(&recipe, &output.stdout).unwrap();
        let options = ["forecast", "--models", "naive", "--recipe", recipe.to_str().unwrap()];
        let (text, output) = seen(&options, &[&file]);
        assert!(output.status.success(), "{text}");
        // Set by hand, what was found is the same too.
        let text = fs::read_to_string(&recipe).unwrap();
        let text = text.replace("\n# target = ", "\ntarget = ").replace("\n# time = ", "\ntime = ");
        fs::write(&recipe, text).unwrap();
        let (text, output) = seen(&[&options[..], &["--json"]].concat(), &[&file]);
        let json: Value = serde_json::from_slice(&output.stdout).expect(&text);
        assert_eq!(json["target"], format!("{} / y", ids[0]));
    }
}

#[test]
fn no_name_becomes_a_formula_and_every_name_comes_back() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out.csv");
    for name in
        ["=cmd|'/C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "'=x", "''-x", "plain", "'quoted'"]
    {
        let file = panel(folder.path(), [name, "other"]);
        let options = ["forecast", "--quiet", "--models", "naive,drift,mean", "--out"];
        let run = tidegate().args(options).arg(&out).arg(&file).assert().success();
        drop(run);
        let text = fs::read_to_string(&out).unwrap();
        for line in text.lines() {
            let cell = line.trim_start_matches('"');
            assert!(!cell.starts_with(['=', '+', '-', '@']), "{line}");
        }
        // Read as a panel of series and models, the file has the name again.
        let (_, output) =
            seen(&["inspect", "--json", "--role", "series=id", "--role", "model=id"], &[&out]);
        let json: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(
            json["accounts"][0]["name"].as_str().unwrap().split(" / ").next(),
            Some(unmarked(name))
        );
    }
}

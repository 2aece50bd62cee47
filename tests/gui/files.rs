//! Files asked for and opened: where the system shows no dialog, and what an opened file is said to hold.

use super::*;

type Gui = Harness<'static, Window>;

const WHY: &str = "neither a desktop portal nor zenity";

fn without_dialogs() -> Gui {
    let dialogs = Scripted { missing: Some(WHY.to_owned()), ..Scripted::default() };
    let mut harness = window(dialogs);
    harness.run_steps(3);
    harness
}

/// Types over the path, presses Enter, and waits until these words are said.
fn type_path(harness: &mut Gui, path: &Path) {
    harness.get_by_role_and_label(Role::TextInput, "Path of the file").focus();
    harness.run_steps(2);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    harness.event(Event::Text(path.display().to_string()));
    harness.run_steps(2);
    harness.key_press(Key::Enter);
    harness.run_steps(2);
}

fn wait_for_words(harness: &mut Gui, words: &str) {
    let deadline = std::time::Instant::now() + Duration::from_mins(1);
    while harness.query_by_label_contains(words).is_none() {
        assert!(std::time::Instant::now() < deadline, "waited a minute for {words}");
        harness.step();
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn airline(folder: &Path) -> PathBuf {
    let path = folder.join("air.csv");
    std::fs::write(&path, tidegate::import::Sample::Airline.csv()).unwrap();
    path
}

#[test]
fn without_a_file_dialog_a_path_is_typed_to_open() {
    let folder = tempfile::tempdir().unwrap();
    let path = airline(folder.path());
    let mut harness = without_dialogs();
    click(&mut harness, Role::Button, "Open a file…");
    harness.get_by_label_contains(WHY);
    type_path(&mut harness, &folder.path().join("none.csv"));
    wait_for_words(&mut harness, "none.csv cannot be opened");
    type_path(&mut harness, folder.path());
    wait_for_words(&mut harness, "is a folder; add the name of a file");
    type_path(&mut harness, &path);
    wait_until(&mut harness, "the file", |state| state.document.open.is_some());
    assert!(harness.query_by_label("Path of the file").is_none(), "the dialog is gone");
    harness.key_press_modifiers(Modifiers::COMMAND, Key::O);
    harness.run_steps(3);
    harness.get_by_label_contains(WHY);
    harness.key_press(Key::Escape);
    harness.run_steps(3);
    assert!(harness.query_by_label_contains(WHY).is_none(), "Escape closes it");
}

#[test]
fn without_a_file_dialog_a_path_is_typed_to_export() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = without_dialogs();
    open_airline(&mut harness);
    click(&mut harness, Role::Button, "Export forecast…");
    harness.get_by_label_contains(WHY);
    type_path(&mut harness, &folder.path().join("none/out.csv"));
    wait_for_words(&mut harness, "there is no folder");
    let out = folder.path().join("out.csv");
    std::fs::write(&out, "old").unwrap();
    type_path(&mut harness, &out);
    wait_for_words(&mut harness, "press Enter again to replace it");
    assert_eq!(std::fs::read_to_string(&out).unwrap(), "old", "not without being asked");
    harness.key_press(Key::Enter);
    let is_written = |state: &tidegate::app::AppState| matches!(&state.notice, Some(Notice::Done(text)) if text.contains("out.csv"));
    wait_until(&mut harness, "the export", is_written);
    assert!(std::fs::read_to_string(&out).unwrap().starts_with("series,time,model,value"));
}

#[test]
fn an_opened_file_is_said_to_hold_what_it_holds() {
    let mut harness = window(Scripted::default());
    harness.run_steps(3);
    open_airline(&mut harness);
    harness.get_by_label("144 rows, monthly, none missing");
    click(&mut harness, Role::Link, "Show the data");
    harness.get_by_label_contains("144 rows read, 144 used");
    assert!(harness.query_by_label("144 rows, monthly, none missing").is_none());
}

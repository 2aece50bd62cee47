//! A disk that fills while a run is written: all that fits is kept, results are printed, and the exit
//! code and a message tell what is missing.

use std::process::Command as Program;

use super::*;

/// A small disk of its own, where one may be mounted.
struct SmallDisk(tempfile::TempDir);

impl SmallDisk {
    fn new(kibibytes: usize) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let size = format!("size={kibibytes}k");
        let mut mount = Program::new("mount");
        let mount = mount.args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(folder.path()).output();
        let is_mounted = mount.is_ok_and(|output| output.status.success());
        if !is_mounted {
            eprintln!("skipped: no disk may be mounted here");
        }
        is_mounted.then_some(Self(folder))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Program::new("umount").arg(self.0.path()).status();
    }
}

#[test]
fn a_disk_that_fills_in_mid_run_costs_what_does_not_fit_and_nothing_else() {
    let mut codes = Vec::new();
    // From less than a run begins with to more than it needs; checkpoints take 170 KiB each.
    for kibibytes in [4, 16, 48, 120, 200, 260, 300, 360, 2_000] {
        let Some(disk) = SmallDisk::new(kibibytes) else { return };
        let place =
            Place { folder: tempfile::tempdir().unwrap(), at: Some(disk.0.path().join("runs")) };
        let data = place.data();
        let arguments = ["forecast", "--models", "gru", "--hidden", "56", "--lookback", "6"];
        let more = ["--epochs", "4", "--checkpoint-seconds", "0", "--quiet", "--json"];
        let assert = place.tidegate(&[&arguments[..], &more].concat()).arg(&data).assert();
        let output = assert.get_output();
        let (code, errors) = (output.status.code(), String::from_utf8_lossy(&output.stderr));
        let told = format!("{kibibytes} KiB: {code:?}, {errors}");
        codes.push(code);
        let json: Value = serde_json::from_slice(&output.stdout).expect(&told);
        assert!(json["models"][0]["forecast"].is_array(), "{told}");
        assert!(code == Some(0) || errors.contains("the disk is full; make room"), "{told}");
        let listed = place.json(&["runs", "list", "--json"]);
        match (code, &listed[0]["status"]) {
            (Some(0), status) => assert_eq!(status, "finished", "{told}"),
            (Some(3), status) if status == "finished" => {
                let run =
                    place.json(&["runs", "show", listed[0]["name"].as_str().unwrap(), "--json"]);
                assert_eq!(run["epochs"].as_array().unwrap().len(), 4, "{told}");
            }
            (Some(3), Value::Null) => assert!(errors.contains("no run of gru is kept"), "{told}"),
            (Some(3), status) => {
                assert_eq!(status, "interrupted", "{told}");
                assert!(errors.contains("tidegate resume"), "{told}");
            }
            _ => panic!("{told}"),
        }
        // A resume on the same disk tells the same, and does not train for ever.
        let again = place.tidegate(&["resume", "--quiet"]).assert();
        assert!(matches!(again.get_output().status.code(), Some(1 | 3)), "{told}");
        for run in listed.as_array().unwrap() {
            place
                .tidegate(&["runs", "delete", "--yes", run["name"].as_str().unwrap()])
                .assert()
                .success();
        }
        assert_eq!(fs::read_dir(place.runs()).map_or(0, Iterator::count), 0, "{told}");
    }
    assert!(codes.contains(&Some(0)) && codes.contains(&Some(3)), "{codes:?}");
}

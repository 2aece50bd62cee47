use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use super::*;
use crate::project::runs::lock::RunLock;

const NAME: &str = "20261121-035301-airline-lstm-3fa9c2";

fn place() -> (tempfile::TempDir, Registry) {
    let folder = tempfile::tempdir().unwrap();
    let registry = Registry::at(folder.path());
    (folder, registry)
}

fn folder(registry: &Registry, name: &str, files: &[&str]) -> PathBuf {
    let path = registry.folder().join(name);
    std::fs::create_dir(&path).unwrap();
    for file in files {
        std::fs::write(path.join(file), "x").unwrap();
    }
    path
}

#[test]
fn what_nobody_holds_and_nobody_can_use_goes() {
    let (_folder, registry) = place();
    let name = |digits: &str| NAME.replace("3fa9c2", digits);
    let gone = [
        folder(&registry, &name("000001"), &[]),
        folder(&registry, &name("000002"), &["lock", "recipe.toml", ".tidegate-a1B2c3"]),
        folder(
            &registry,
            &name("000003"),
            &["lock", "recipe.toml", "start.safetensors", "losses.jsonl"],
        ),
        folder(&registry, &format!(".deleted-{}", name("000004")), &["run.json", "lock"]),
        folder(&registry, &format!(".deleted-{}", name("000008")), &[]),
        folder(&registry, &format!(".deleted-{}", name("000009")), &["weights.safetensors"]),
    ];
    let stays = [
        folder(&registry, &name("000005"), &["run.json", "recipe.toml", ".tidegate-a1B2c3"]),
        // What is left of a run that had begun, and what belongs to somebody else.
        folder(&registry, &name("000006"), &["recipe.toml", "weights.safetensors"]),
        folder(&registry, &name("000007"), &["recipe.toml", "notes.txt"]),
        folder(&registry, "src", &["lock", "recipe.toml"]),
        folder(&registry, "empty", &[]),
        // Named like a run put aside, in part or in whole, but none.
        folder(&registry, ".deleted-renamed", &[]),
        folder(&registry, ".deleted-photos", &["run.json", "1.jpg"]),
        folder(&registry, &format!(".deleted-{}", name("000010")), &["1.jpg"]),
    ];
    let text = folder(&registry, ".deleted-text", &[]).with_extension("txt");
    std::fs::write(&text, "own").unwrap();
    registry.sweep();
    assert!(text.exists());
    assert!(gone.iter().all(|path| !path.exists()), "{gone:?}");
    assert!(stays.iter().all(|path| path.exists()), "{stays:?}");
    assert!(!stays[0].join(".tidegate-a1B2c3").exists());
}

#[test]
fn what_a_program_holds_stays_however_old_it_is() {
    let (_folder, registry) = place();
    let begun = folder(&registry, NAME, &["recipe.toml"]);
    let deleted = folder(&registry, &format!(".deleted-{NAME}"), &["run.json"]);
    let held = [&begun, &deleted].map(|path| RunLock::take(path).unwrap().unwrap());
    for path in [&begun, &deleted] {
        let year = Duration::from_hours(24 * 365);
        let old = std::fs::File::open(path).unwrap();
        old.set_modified(SystemTime::now() - year).unwrap();
    }
    registry.sweep();
    assert!(begun.exists() && deleted.exists());
    drop(held);
    registry.sweep();
    assert!(!begun.exists() && !deleted.exists());
}

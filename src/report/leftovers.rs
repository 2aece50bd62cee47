//! Temporary files of writes that were interrupted. Each belongs to the program that holds its lock; one that
//! nobody holds is removed.

use std::fs::File;
use std::io::Result;
use std::path::Path;

use tempfile::NamedTempFile;

/// Names of temporary files begin so.
pub(super) const PREFIX: &str = ".tidegate-";
/// Random letters after it.
const RANDOM: usize = 6;
/// Tries to make a file that nobody takes for a leftover between its making and its lock.
const TRIES: usize = 5;

/// Makes a temporary file and holds it, as long as it lives.
pub(super) fn hold(make: impl Fn() -> Result<NamedTempFile>) -> Result<NamedTempFile> {
    let mut file = make()?;
    for _ in 0..TRIES {
        // Where the file system knows no locks, nothing is swept either.
        let is_held = file.as_file().lock().is_ok();
        if !is_held || file.path().exists() {
            break;
        }
        file = make()?;
    }
    Ok(file)
}

/// Whether a name is that of a temporary file.
pub fn is_temporary(name: &str) -> bool {
    let random = name.strip_prefix(PREFIX).unwrap_or("");
    random.len() == RANDOM && random.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// Removes the temporary files of a folder that no program holds. What cannot be removed is in nobody's
/// way.
pub fn sweep_temporary_files(folder: &Path) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let is_plain = entry.file_type().is_ok_and(|kind| kind.is_file());
        if is_plain && is_temporary(&entry.file_name().to_string_lossy()) {
            remove_if_free(&entry.path());
        }
    }
}

fn remove_if_free(path: &Path) {
    let Ok(file) = File::open(path) else { return };
    if file.try_lock().is_ok() {
        let _ = std::fs::remove_file(path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_temporary_files_that_nobody_holds_are_removed() {
        let folder = tempfile::tempdir().unwrap();
        let make = || tempfile::Builder::new().prefix(PREFIX).tempfile_in(folder.path());
        let held = hold(make).unwrap();
        let left = make().unwrap().into_temp_path().keep().unwrap();
        let own =
            [".tidegate-notes", ".tidegate-a.csv", "a.csv"].map(|name| folder.path().join(name));
        for path in &own[1..] {
            std::fs::write(path, "own").unwrap();
        }
        std::fs::create_dir(&own[0]).unwrap();
        sweep_temporary_files(folder.path());
        assert!(held.path().exists() && !left.exists());
        assert!(own.iter().all(|path| path.exists()));
        sweep_temporary_files(&folder.path().join("no such folder"));
    }
}

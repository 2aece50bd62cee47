//! A folder, shown in the system's file manager.

use std::path::Path;

/// Shows a folder and waits for the program that does.
///
/// # Errors
/// Where it cannot be shown, and why.
pub(super) fn show(folder: &Path) -> Result<(), String> {
    let opener = if cfg!(target_os = "macos") {
        "open"
    } else if cfg!(target_os = "windows") {
        "explorer"
    } else {
        "xdg-open"
    };
    let failed =
        |why: String| format!("{opener} could not show the folder {}: {why}", folder.display());
    if !folder.is_dir() {
        return Err(failed("it is gone".to_owned()));
    }
    let shown = std::process::Command::new(opener).arg(folder).status();
    let status = shown.map_err(|error| failed(error.to_string()))?;
    // Windows' explorer answers 1 whatever it did.
    if status.success() || cfg!(target_os = "windows") {
        Ok(())
    } else {
        Err(failed(status.to_string()))
    }
}

//! Whether this system can show a file dialog at all.
//!
//! On Linux a dialog is the desktop portal's, asked over D-Bus, or else zenity's. Where there is
//! neither, rfd answers as if the dialog had been cancelled, so it is found out before it is asked.

use std::ffi::OsStr;

/// Why no dialog can be shown, with what to install; `None` where one can be. May take a second, while
/// the desktop starts its portal.
pub fn missing() -> Option<String> {
    if !cfg!(any(
        target_os = "linux",
        target_os = "freebsd",
        target_os = "netbsd",
        target_os = "openbsd"
    )) {
        return None;
    }
    if has_portal() { None } else { without_portal(std::env::var_os("PATH").as_deref()) }
}

/// As [`missing`], where there is no portal and programs are looked for in `path`.
fn without_portal(path: Option<&OsStr>) -> Option<String> {
    let has_zenity = path.is_some_and(|path| {
        std::env::split_paths(path).any(|folder| folder.join("zenity").is_file())
    });
    (!has_zenity).then(|| {
        "This system shows no file dialog: it has neither a desktop portal for files \
         (xdg-desktop-portal with its part for your desktop, such as xdg-desktop-portal-gtk) nor \
         zenity. Install one of them, or type the path here."
            .to_owned()
    })
}

/// Whether the session has a desktop portal that chooses files.
#[cfg(target_os = "linux")]
fn has_portal() -> bool {
    use std::time::Duration;

    /// Starting the portal takes a moment; a session bus that does not answer is none.
    const PATIENCE: Duration = Duration::from_secs(3);
    let asked = async {
        let bus = zbus::connection::Builder::session()?.method_timeout(PATIENCE).build().await?;
        // A portal without a part that chooses files does not have this interface.
        let version = ("org.freedesktop.portal.FileChooser", "version");
        bus.call_method(
            Some("org.freedesktop.portal.Desktop"),
            "/org/freedesktop/portal/desktop",
            Some("org.freedesktop.DBus.Properties"),
            "Get",
            &version,
        )
        .await
    };
    match pollster::block_on(asked) {
        Ok(_) => true,
        Err(error) => {
            tracing::info!("no desktop portal for files: {error}");
            false
        }
    }
}

/// Other systems are not asked; zenity is looked for.
#[cfg(not(target_os = "linux"))]
const fn has_portal() -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_named_unless_zenity_is_there() {
        let folder = tempfile::tempdir().unwrap();
        let path = std::env::join_paths([folder.path()]).unwrap();
        let missing = without_portal(Some(&path)).unwrap();
        assert!(missing.contains("xdg-desktop-portal") && missing.contains("zenity"), "{missing}");
        assert!(without_portal(None).is_some());
        std::fs::write(folder.path().join("zenity"), "").unwrap();
        assert_eq!(without_portal(Some(&path)), None);
    }
}

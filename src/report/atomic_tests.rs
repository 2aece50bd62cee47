use super::*;
use crate::report::is_same_file;

#[test]
fn contents_are_replaced_whole_and_nothing_is_left_beside_them() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.csv");
    write_atomically(&path, b"first, and longer").unwrap();
    write_atomically(&path, b"second").unwrap();
    assert_eq!(std::fs::read(&path).unwrap(), b"second");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn what_a_killed_write_left_beside_a_file_goes_with_the_next() {
    let folder = tempfile::tempdir().unwrap();
    for name in [".tidegate-a1B2c3", ".tidegate-own.csv"] {
        std::fs::write(folder.path().join(name), "half").unwrap();
    }
    write_atomically(&folder.path().join("a.csv"), b"whole").unwrap();
    let names = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name());
    let mut names: Vec<_> = names.collect();
    names.sort();
    assert_eq!(names, [".tidegate-own.csv", "a.csv"]);
}

#[test]
fn a_missing_folder_is_named() {
    let path = Path::new("no-such-folder/a.csv");
    let error = write_atomically(path, b"").unwrap_err().to_string();
    assert!(error.contains("no-such-folder"), "{error}");
}

#[test]
fn a_full_disk_is_named_as_such() {
    let path = PathBuf::from("a.csv");
    let full = WriteError { path, source: ErrorKind::StorageFull.into() }.to_string();
    assert!(full.contains("the disk is full; make room"), "{full}");
}

#[test]
fn a_folder_is_not_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let error = write_atomically(folder.path(), b"x").unwrap_err().to_string();
    assert!(error.contains("it is a folder"), "{error}");
    assert!(folder.path().is_dir());
}

#[test]
fn a_read_only_file_is_respected() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.csv");
    std::fs::write(&path, "old").unwrap();
    let mut permissions = path.metadata().unwrap().permissions();
    permissions.set_readonly(true);
    std::fs::set_permissions(&path, permissions).unwrap();
    for error in [write_atomically(&path, b"new").unwrap_err(), check_writable(&path).unwrap_err()]
    {
        let error = error.to_string();
        assert!(error.contains("it is read-only; make it writable"), "{error}");
    }
    assert_eq!(std::fs::read(&path).unwrap(), b"old");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[cfg(unix)]
mod unix {
    use super::*;
    use std::io::Read;
    use std::os::unix::fs::{PermissionsExt, symlink};

    #[test]
    fn a_link_keeps_pointing_at_the_file_it_names() {
        let folder = tempfile::tempdir().unwrap();
        let (real, link) = (folder.path().join("real.csv"), folder.path().join("link.csv"));
        symlink("real.csv", &link).unwrap();
        for contents in ["made", "replaced"] {
            write_atomically(&link, contents.as_bytes()).unwrap();
            assert_eq!(std::fs::read_to_string(&real).unwrap(), contents);
            assert!(link.is_symlink() && is_same_file(&link, &real));
        }
        std::fs::remove_file(&real).unwrap();
        symlink("link.csv", &real).unwrap();
        assert!(write_atomically(&link, b"x").is_err(), "a circle of links");
    }

    #[test]
    fn names_of_one_file_are_told_through_hard_links_too() {
        let folder = tempfile::tempdir().unwrap();
        let [one, other, another] =
            ["a.csv", "b.csv", "c.csv"].map(|name| folder.path().join(name));
        std::fs::write(&one, "x").unwrap();
        std::fs::write(&another, "x").unwrap();
        std::fs::hard_link(&one, &other).unwrap();
        assert!(is_same_file(&one, &other) && !is_same_file(&one, &another));
        assert!(!is_same_file(&one, &folder.path().join("none")));
    }

    #[test]
    fn a_file_that_is_replaced_keeps_its_mode() {
        let folder = tempfile::tempdir().unwrap();
        for mode in [0o600, 0o640, 0o666, 0o755] {
            let path = folder.path().join(format!("{mode:o}.csv"));
            std::fs::write(&path, "old").unwrap();
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
            write_atomically(&path, b"new").unwrap();
            assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, mode);
            assert_eq!(std::fs::read(&path).unwrap(), b"new");
        }
    }

    #[test]
    fn devices_and_pipes_are_written_to_and_not_replaced() {
        write_atomically(Path::new("/dev/null"), b"x").unwrap();
        check_writable(Path::new("/dev/null")).unwrap();
        assert!(!Path::new("/dev/null").metadata().unwrap().is_file());
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status();
        if !made.is_ok_and(|status| status.success()) {
            eprintln!("skipped: no mkfifo here");
            return;
        }
        let reading = pipe.clone();
        let reader = std::thread::spawn(move || {
            let mut text = String::new();
            File::open(reading).unwrap().read_to_string(&mut text).map(|_| text)
        });
        check_writable(&pipe).unwrap();
        write_atomically(&pipe, b"through").unwrap();
        assert_eq!(reader.join().unwrap().unwrap(), "through");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_full_device_says_that_it_is_full() {
        if !Path::new("/dev/full").exists() {
            eprintln!("skipped: no /dev/full here");
            return;
        }
        let error = write_atomically(Path::new("/dev/full"), b"x").unwrap_err().to_string();
        assert!(error.contains("the disk is full"), "{error}");
    }
}

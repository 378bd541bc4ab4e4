//! Output is replaced whole or not at all, and nothing is left lying about.

use super::*;

const OURS: [&str; 2] = ["a.txt", "b.txt"];

thread_local! {
    /// Steps until one fails.
    static STEPS: std::cell::Cell<Option<usize>> = const { std::cell::Cell::new(None) };
}

/// The file for which the disk is full: outputs are written by several threads.
static FULL: std::sync::Mutex<Option<PathBuf>> = std::sync::Mutex::new(None);

/// What a new file asks: the folder that it will belong to is two above the one it is made in.
pub(in crate::report) fn full_when_asked(path: &Path) -> io::Result<()> {
    let full = FULL.lock().expect("no test panics while it holds this");
    let is = |full: &PathBuf| {
        full.file_name() == path.file_name() && full.parent().is_some_and(|room| path.starts_with(room))
    };
    if full.as_ref().is_some_and(is) { Err(io::ErrorKind::StorageFull.into()) } else { Ok(()) }
}

/// From now on the disk is full for the file of this name anywhere below the folder `room`; for none without one.
pub(in crate::report) fn full_for(file: Option<(&Path, &str)>) {
    *FULL.lock().expect("no test panics while it holds this") = file.map(|(room, name)| room.join(name));
}

/// What a step asks.
pub(super) fn fail_when_asked() -> io::Result<()> {
    STEPS.with(|steps| match steps.get() {
        Some(0) => {
            steps.set(None);
            Err(io::Error::other("the disk is gone"))
        }
        Some(left) => {
            steps.set(Some(left - 1));
            Ok(())
        }
        None => Ok(()),
    })
}

/// Runs `write` with its first step failing, then its second, until it succeeds; `unchanged` is asked after every failure.
fn each_step_fails(mut write: impl FnMut() -> Result<(), ReportError>, unchanged: impl Fn(usize)) -> usize {
    for step in 0..100 {
        STEPS.with(|steps| steps.set(Some(step)));
        let written = write();
        let failed = STEPS.with(|steps| steps.replace(None)).is_none();
        match written {
            Ok(()) if !failed => return step,
            // The last step of all only tidies up.
            Ok(()) => {}
            Err(error) => {
                assert!(failed && error.to_string().contains("the disk is gone"), "{error}");
                unchanged(step);
            }
        }
    }
    unreachable!("no output has a hundred steps")
}

#[test]
fn every_step_of_replacing_a_folder_may_fail_and_the_old_one_is_whole() {
    let room = room();
    let out = room.path().join("out");
    folder(&out, &OURS, false, fill("old")).expect("written");
    let write = || {
        // Each round starts from the old output.
        if read(out.join("a.txt")) != "old" {
            let asked = STEPS.with(std::cell::Cell::take);
            folder(&out, &OURS, true, fill("old")).expect("written");
            STEPS.with(|steps| steps.set(asked));
        }
        folder(&out, &OURS, true, fill("new"))
    };
    let steps = each_step_fails(write, |step| {
        assert_eq!(names(&out), OURS, "step {step}");
        assert!(OURS.iter().all(|name| read(out.join(name)) == "old"), "step {step}");
        assert_eq!(names(room.path()), ["out"], "step {step} leaves no litter");
    });
    assert!(steps >= 9, "{steps}");
}

#[test]
fn every_step_of_a_first_output_may_fail_and_nothing_is_there() {
    let room = room();
    let out = room.path().join("x/y/out");
    let steps = each_step_fails(
        || {
            let _ = fs::remove_dir_all(room.path().join("x"));
            folder(&out, &OURS, false, fill("new"))
        },
        |step| assert_eq!(names(room.path()), [""; 0], "step {step}"),
    );
    assert!(steps >= 11, "{steps}");
}

#[test]
fn every_step_of_a_single_file_may_fail_and_the_old_one_is_whole() {
    let room = room();
    let file = room.path().join("map.svg");
    fs::write(&file, "old").expect("written");
    let steps = each_step_fails(
        || write_file(&file, b"new", true),
        |step| {
            assert_eq!(read(file.clone()), "old", "step {step}");
            assert_eq!(names(room.path()), ["map.svg"], "step {step} leaves no litter");
        },
    );
    assert!(steps >= 4, "{steps}");
}

fn fill(text: &'static str) -> impl FnOnce(&Path) -> Result<(), ReportError> {
    move |dir| {
        for name in OURS {
            fs::write(dir.join(name), text).map_err(ReportError::io("write", dir))?;
        }
        Ok(())
    }
}

fn room() -> tempfile::TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

fn names(dir: &Path) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(dir)
        .expect("a folder")
        .map(|e| e.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

fn read(path: PathBuf) -> String {
    fs::read_to_string(path).expect("a text file")
}

#[test]
fn a_new_folder_appears_whole_with_the_folders_above_it() {
    let room = room();
    let out = room.path().join("x/y/out");
    folder(&out, &OURS, false, fill("1")).expect("written");
    assert_eq!(names(&out), OURS);
    assert_eq!(names(room.path()), ["x"]);
    assert_eq!(names(&room.path().join("x/y")), ["out"]);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let plain = room.path().join("plain");
        fs::create_dir(&plain).expect("made");
        let mode = |p: &Path| fs::metadata(p).expect("there").permissions().mode();
        assert_eq!(mode(&out), mode(&plain), "others may read it as they may any new folder");
    }
}

#[test]
fn an_existing_output_is_replaced_only_by_force_and_wholly() {
    let room = room();
    let out = room.path().join("out");
    folder(&out, &OURS, false, fill("1")).expect("written");
    let error = folder(&out, &OURS, false, fill("2")).expect_err("exists");
    assert!(matches!(error, ReportError::Exists { .. }) && error.to_string().contains("--force"), "{error}");
    assert_eq!(read(out.join("a.txt")), "1");
    folder(&out, &OURS, true, |dir| fs::write(dir.join("b.txt"), "3").map_err(ReportError::io("write", dir)))
        .expect("replaced");
    assert_eq!(names(&out), ["b.txt"], "an old file of ours does not survive beside the new ones");
    assert_eq!(names(room.path()), ["out"]);
}

#[test]
fn an_empty_folder_needs_no_force() {
    let room = room();
    let out = room.path().join("out");
    fs::create_dir(&out).expect("made");
    folder(&out, &OURS, false, fill("1")).expect("written");
    assert_eq!(names(&out), OURS);
}

#[test]
fn what_the_program_did_not_write_is_never_removed() {
    let room = room();
    let out = room.path().join("out");
    folder(&out, &OURS, false, fill("1")).expect("written");
    fs::write(out.join("我的笔记.docx"), "x").expect("written");
    let error = folder(&out, &OURS, true, fill("2")).expect_err("foreign");
    assert!(error.to_string().contains("我的笔记.docx"), "{error}");
    fs::remove_file(out.join("我的笔记.docx")).expect("removed");
    fs::remove_file(out.join("a.txt")).expect("removed");
    fs::create_dir(out.join("a.txt")).expect("made");
    assert!(matches!(folder(&out, &OURS, true, fill("2")), Err(ReportError::Foreign { .. })));
    assert_eq!(read(out.join("b.txt")), "1");
}

#[test]
fn a_file_put_there_while_drawing_is_found_before_the_exchange() {
    let room = room();
    let out = room.path().join("out");
    folder(&out, &OURS, false, fill("1")).expect("written");
    let late = out.join("late.txt");
    let result = folder(&out, &OURS, true, |dir| {
        fs::write(&late, "x").expect("written");
        fill("2")(dir)
    });
    assert!(matches!(result, Err(ReportError::Foreign { .. })));
    assert_eq!((read(late), read(out.join("a.txt"))), ("x".to_owned(), "1".to_owned()));
    assert_eq!(names(room.path()), ["out"]);
}

#[test]
fn a_failure_while_writing_leaves_the_old_output_whole_and_no_litter() {
    let room = room();
    let out = room.path().join("out");
    let half = |dir: &Path| {
        fs::write(dir.join("a.txt"), "half").expect("written");
        Err(ReportError::Workbook("injected".to_owned()))
    };
    assert!(folder(&room.path().join("p/q/out"), &OURS, false, half).is_err());
    assert_eq!(names(room.path()), [""; 0], "folders made on the way are gone");
    folder(&out, &OURS, false, fill("1")).expect("written");
    assert!(folder(&out, &OURS, true, half).is_err());
    assert_eq!((read(out.join("a.txt")), read(out.join("b.txt"))), ("1".to_owned(), "1".to_owned()));
    assert_eq!(names(room.path()), ["out"]);
}

#[test]
fn a_file_system_that_cannot_exchange_gets_two_renames() {
    let room = room();
    let (staged, out, old) = (room.path().join("staged"), room.path().join("out"), room.path().join("old"));
    for (dir, text) in [(&staged, "new"), (&out, "old")] {
        fs::create_dir(dir).expect("made");
        fs::write(dir.join("a.txt"), text).expect("written");
    }
    swap(&staged, &out, &old, |_, _| Err(io::ErrorKind::Unsupported.into())).expect("swapped");
    assert_eq!((read(out.join("a.txt")), read(old.join("a.txt"))), ("new".to_owned(), "old".to_owned()));
}

#[test]
fn when_the_second_rename_fails_the_first_is_undone() {
    let room = room();
    let (staged, out, old) = (room.path().join("not there"), room.path().join("out"), room.path().join("old"));
    fs::create_dir(&out).expect("made");
    fs::write(out.join("a.txt"), "old").expect("written");
    assert!(swap(&staged, &out, &old, |_, _| Err(io::ErrorKind::Unsupported.into())).is_err());
    assert_eq!(read(out.join("a.txt")), "old");
    assert_eq!(names(room.path()), ["out"]);
}

#[test]
fn a_file_where_the_folder_should_be_is_refused() {
    let room = room();
    let out = room.path().join("out");
    fs::write(&out, "x").expect("written");
    assert!(matches!(folder(&out, &OURS, true, fill("1")), Err(ReportError::NotAFolder { .. })));
    assert!(folder(&out.join("below"), &OURS, true, fill("1")).is_err());
    assert_eq!(read(out), "x");
}

#[cfg(unix)]
#[test]
fn a_link_to_a_folder_stays_a_link() {
    let room = room();
    let (out, link) = (room.path().join("out"), room.path().join("link"));
    folder(&out, &OURS, false, fill("1")).expect("written");
    std::os::unix::fs::symlink(&out, &link).expect("linked");
    folder(&link, &OURS, true, fill("2")).expect("replaced");
    assert_eq!(read(out.join("a.txt")), "2");
    assert!(fs::symlink_metadata(&link).expect("there").is_symlink());
}

#[test]
fn a_single_file_is_replaced_only_by_force() {
    let room = room();
    let path = room.path().join("x.csv");
    write_file(&path, b"1", false).expect("written");
    assert!(matches!(write_file(&path, b"2", false), Err(ReportError::Exists { .. })));
    assert_eq!(read(path.clone()), "1");
    write_file(&path, b"3", true).expect("replaced");
    assert_eq!(read(path), "3");
    let folder = write_file(room.path(), b"4", true).expect_err("a folder is not a file");
    assert!(matches!(folder, ReportError::NotAFile { .. }) && folder.is_usage(), "{folder}");
    let none = write_file(&room.path().join("none/x.csv"), b"4", true).expect_err("there is no such folder");
    assert!(matches!(none, ReportError::NoFolder { .. }) && none.is_usage(), "{none}");
    assert_eq!(names(room.path()), ["x.csv"]);
}

#[cfg(unix)]
#[test]
fn a_device_is_written_to_and_not_replaced() {
    write_file(Path::new("/dev/null"), b"x", false).expect("written");
    assert!(!fs::metadata("/dev/null").expect("there").is_file());
}

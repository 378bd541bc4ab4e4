//! How does new output take the place of old, all of it or none? A file of its own because it knows files and folders
//! and nothing of what is in them.
//!
//! New output is made in a temporary folder beside the old one, on the same file system, brought to the disk, and put
//! in place by one rename. Until then the old output is untouched; the temporary folder goes whatever happens.

use super::error::ReportError;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Puts a folder of new files at `out`.
///
/// `fill` writes the files, whose names are `ours`, into the folder it is given. Steps:
/// 1. look at `out`: absent or empty is fine; a folder with only our files needs `force`; anything else is refused;
/// 2. `fill` a temporary folder beside it and bring every file to the disk;
/// 3. look again, then exchange the two in one step, and remove the old.
///
/// # Errors
/// [`ReportError::Exists`], [`ReportError::Foreign`], [`ReportError::NotAFolder`], [`ReportError::Io`], or what `fill`
/// reports; `out` is then as it was.
pub(crate) fn folder(
    out: &Path,
    ours: &[&str],
    force: bool,
    fill: impl FnOnce(&Path) -> Result<(), ReportError>,
) -> Result<(), ReportError> {
    // A link to a folder stays a link: what it points to is replaced.
    let out = &fs::canonicalize(out).unwrap_or_else(|_| out.to_owned());
    allowed(out, ours, force)?;
    let parent = parent(out);
    let made = Ancestors::make(parent)?;
    let temporary = step()
        .and_then(|()| tempfile::Builder::new().prefix(".doorstep-").tempdir_in(parent))
        .map_err(ReportError::io("make a temporary folder in", parent))?;
    // Inside the temporary folder, which only its owner may enter, so that this one has the usual permissions.
    let staged = temporary.path().join("new");
    step().and_then(|()| fs::create_dir(&staged)).map_err(ReportError::io("make", &staged))?;
    fill(&staged)?;
    sync(&staged)?;
    // Drawing takes a while: someone may have put a file there meanwhile.
    allowed(out, ours, force)?;
    let old = temporary.path().join("old");
    let replaced = out.exists();
    step().map_err(ReportError::io("replace", out))?;
    swap(&staged, out, &old, exchange)?;
    if let Err(failed) = sync_folder(parent) {
        // Whoever is told that it failed must find what was there before.
        let before = if old.exists() { &old } else { &staged };
        let back = if replaced {
            exchange(before, out)
                .or_else(|_| fs::rename(out, temporary.path().join("undone")).and_then(|()| fs::rename(before, out)))
        } else {
            fs::rename(out, &staged)
        };
        back.map_err(ReportError::io("put back", out))?;
        return Err(failed);
    }
    made.keep();
    // The new output is in place; what is left of the old one harms nobody.
    let _ = step().and_then(|()| temporary.close());
    Ok(())
}

/// Makes a new folder of these files, all of them or none; it may exist only while it is empty.
///
/// # Errors
/// As for the outputs of a plan, without `force`.
pub fn write_folder(out: &Path, files: &[(&str, &[u8])]) -> Result<(), ReportError> {
    folder(out, &[], false, |dir| {
        files.iter().try_for_each(|(name, bytes)| {
            let path = dir.join(name);
            create(&path).and_then(|mut file| file.write_all(bytes)).map_err(ReportError::io("write", &path))
        })
    })
}

/// Whether [`write_file`] would be let, asked before the work is done.
///
/// # Errors
/// [`ReportError::Exists`] when a file stands there and `force` was not given, [`ReportError::NotAFile`] when a folder does,
/// [`ReportError::NoFolder`] when there is none around it.
pub fn may_write_file(path: &Path, force: bool) -> Result<(), ReportError> {
    match fs::metadata(path) {
        Ok(found) if found.is_dir() => Err(ReportError::NotAFile { path: path.to_owned() }),
        Ok(found) if found.is_file() && !force => Err(ReportError::Exists { path: path.to_owned() }),
        Ok(_) => Ok(()),
        Err(_) if !parent(path).is_dir() => Err(ReportError::NoFolder {
            folder: parent(path).to_owned(),
            file: path.file_name().map(PathBuf::from).unwrap_or_default(),
        }),
        Err(_) => Ok(()),
    }
}

/// Puts one file at `path`: written beside it, then renamed. A device or pipe is written to as it is.
///
/// # Errors
/// As [`may_write_file`], or [`ReportError::Io`]; what was there is then as it was.
pub fn write_file(path: &Path, bytes: &[u8], force: bool) -> Result<(), ReportError> {
    may_write_file(path, force)?;
    if fs::metadata(path).is_ok_and(|found| !found.is_file()) {
        // A rename would put a file in the place of /dev/stdout.
        let mut device = OpenOptions::new().write(true).open(path).map_err(ReportError::io("open", path))?;
        return device.write_all(bytes).map_err(ReportError::io("write", path));
    }
    let target = &fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let mut builder = tempfile::Builder::new();
    builder.prefix(".doorstep-");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666)); // less the umask, as for any new file
    let mut file =
        step().and_then(|()| builder.tempfile_in(parent(target))).map_err(ReportError::io("write beside", target))?;
    step().and_then(|()| file.write_all(bytes)).map_err(ReportError::io("write", target))?;
    step().and_then(|()| file.as_file().sync_all()).map_err(ReportError::io("write", target))?;
    step().map_err(ReportError::io("replace", target))?;
    if force {
        file.persist(target).map_err(|e| ReportError::io("replace", target)(e.error))?;
        return Ok(());
    }
    match file.persist_noclobber(target) {
        Ok(_) => Ok(()),
        Err(e) if e.error.kind() == io::ErrorKind::AlreadyExists => Err(ReportError::Exists { path: path.to_owned() }),
        Err(e) => Err(ReportError::io("write", target)(e.error)),
    }
}

/// Whether the folder may be replaced.
pub(crate) fn allowed(out: &Path, ours: &[&str], force: bool) -> Result<(), ReportError> {
    match fs::metadata(out) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(e) => return Err(ReportError::io("look at", out)(e)),
        Ok(found) if !found.is_dir() => return Err(ReportError::NotAFolder { path: out.to_owned() }),
        Ok(_) => {}
    }
    let (mut any, mut foreign) = (false, Vec::new());
    for entry in fs::read_dir(out).map_err(ReportError::io("look into", out))? {
        let entry = entry.map_err(ReportError::io("look into", out))?;
        any = true;
        let name = entry.file_name();
        // A folder that has the name of one of our files is not ours.
        let folder = entry.file_type().map_err(ReportError::io("look into", out))?.is_dir();
        if folder || !ours.iter().any(|o| name == *o) {
            foreign.push(name.to_string_lossy().into_owned());
        }
    }
    foreign.sort();
    match (foreign.is_empty(), any && !force) {
        (false, _) => Err(ReportError::Foreign { path: out.to_owned(), names: foreign }),
        (true, true) => Err(ReportError::Exists { path: out.to_owned() }),
        (true, false) => Ok(()),
    }
}

/// Moves `staged` to `out`, and what was there to `old` or to where `staged` was.
fn swap(
    staged: &Path,
    out: &Path,
    old: &Path,
    exchange: impl Fn(&Path, &Path) -> io::Result<()>,
) -> Result<(), ReportError> {
    if !out.exists() {
        return fs::rename(staged, out).map_err(ReportError::io("make", out));
    }
    if let Ok(found) = fs::metadata(out) {
        // The folder keeps the permissions someone gave it; where that fails it has the usual ones.
        let _ = fs::set_permissions(staged, found.permissions());
    }
    if exchange(staged, out).is_ok() {
        return Ok(());
    }
    // Not on Linux, or a file system that cannot exchange: two renames, the first undone when the second fails.
    fs::rename(out, old).map_err(ReportError::io("replace", out))?;
    fs::rename(staged, out).map_err(|e| {
        let failed = ReportError::io("replace", out)(e);
        match fs::rename(old, out) {
            Ok(()) => failed,
            Err(e) => ReportError::io("put back", out)(e),
        }
    })
}

#[cfg(target_os = "linux")]
fn exchange(a: &Path, b: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    renameat_with(CWD, a, CWD, b, RenameFlags::EXCHANGE).map_err(io::Error::from)
}

#[cfg(not(target_os = "linux"))]
fn exchange(_: &Path, _: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Brings every file of a folder, and the folder, to the disk.
fn sync(folder: &Path) -> Result<(), ReportError> {
    for entry in fs::read_dir(folder).map_err(ReportError::io("look into", folder))? {
        let path = entry.map_err(ReportError::io("look into", folder))?.path();
        let file = step()
            .and_then(|()| OpenOptions::new().append(true).open(&path))
            .map_err(ReportError::io("open", &path))?;
        step().and_then(|()| file.sync_all()).map_err(ReportError::io("write", &path))?;
    }
    sync_folder(folder)
}

/// Brings a folder's entries to the disk, where the system can.
fn sync_folder(folder: &Path) -> Result<(), ReportError> {
    if cfg!(unix) {
        step().and_then(|()| File::open(folder)?.sync_all()).map_err(ReportError::io("write", folder))?;
    }
    Ok(())
}

/// Stands before every step that touches the disk; a test lets each of them fail once.
fn step() -> io::Result<()> {
    #[cfg(test)]
    tests::fail_when_asked()?;
    Ok(())
}

/// Opens a new file of an output; in tests the disk may be full for it.
pub(super) fn create(path: &Path) -> io::Result<File> {
    #[cfg(test)]
    tests::full_when_asked(path)?;
    File::create(path)
}

/// The folder something stands in.
fn parent(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if parent.as_os_str().is_empty() => Path::new("."),
        Some(parent) => parent,
        None => path,
    }
}

/// Folders that had to be made on the way; gone again unless kept.
struct Ancestors(Vec<PathBuf>);

impl Ancestors {
    fn make(folder: &Path) -> Result<Self, ReportError> {
        let missing: Vec<_> = folder.ancestors().take_while(|a| !a.as_os_str().is_empty() && !a.exists()).collect();
        let mut made = Self(Vec::new());
        for ancestor in missing.into_iter().rev() {
            step().and_then(|()| fs::create_dir(ancestor)).map_err(ReportError::io("make", ancestor))?;
            made.0.push(ancestor.to_owned());
        }
        Ok(made)
    }

    fn keep(mut self) {
        self.0.clear();
    }
}

impl Drop for Ancestors {
    fn drop(&mut self) {
        for made in self.0.iter().rev() {
            // Only an empty one goes; the error of the failed run is the one to report.
            let _ = fs::remove_dir(made);
        }
    }
}

#[cfg(test)]
pub(super) mod tests;

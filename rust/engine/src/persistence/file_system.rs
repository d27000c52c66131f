//! The operations on files that refresh tokens need, one system call or so each.
//!
//! A trait, so that a test can fail each of them, and crash between any two.

use std::any::Any;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

/// Held by this process until it is dropped.
pub(crate) type Lock = Box<dyn Any + Send>;

/// A file system.
pub(crate) trait FileSystem: Send + Sync {
    /// The path without links, so that two names of one file are told to be one. A file that is missing has one too.
    fn canonical(&self, path: &Path) -> PathBuf;
    /// The whole file.
    fn read(&self, path: &Path) -> io::Result<Zeroizing<Vec<u8>>>;
    /// Makes a file with this in it, readable by its owner alone, or replaces what is in it.
    fn create(&self, path: &Path, bytes: &[u8]) -> io::Result<()>;
    /// Replaces what is in a file that exists.
    fn overwrite(&self, path: &Path, bytes: &[u8]) -> io::Result<()>;
    /// Waits until what is in a file is on the disk.
    fn sync(&self, path: &Path) -> io::Result<()>;
    /// Waits until the names in a directory are on the disk.
    fn sync_directory(&self, path: &Path) -> io::Result<()>;
    /// Makes a directory for its owner alone. One that exists is good.
    fn create_directory(&self, path: &Path) -> io::Result<()>;
    /// Gives a file another name, in place of what had it.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Removes a file. One that is missing is good.
    fn remove(&self, path: &Path) -> io::Result<()>;
    /// The names in a directory, sorted; none if it is missing.
    fn names(&self, path: &Path) -> io::Result<Vec<String>>;
    /// Locks a file against other processes, which is made if it is missing; `None` if another has it locked.
    fn try_lock(&self, path: &Path) -> io::Result<Option<Lock>>;
}

/// A secret, a key or a bundle of certificates is smaller; `file:/dev/zero` must not fill the memory.
const LARGEST_FILE: u64 = 4 << 20;

/// Reads a file.
pub(crate) fn read(path: &Path) -> io::Result<Zeroizing<Vec<u8>>> {
    let mut bytes = Zeroizing::new(Vec::new());
    let read = File::open(path)?.take(LARGEST_FILE + 1).read_to_end(&mut bytes)?;
    if read as u64 > LARGEST_FILE {
        return Err(io::Error::other(format!("it is larger than {} MiB", LARGEST_FILE >> 20)));
    }
    Ok(bytes)
}

/// That of this machine.
pub(crate) struct ThisFileSystem;

impl FileSystem for ThisFileSystem {
    fn canonical(&self, path: &Path) -> PathBuf {
        if let Ok(whole) = fs::canonicalize(path) {
            return whole;
        }
        let directory =
            path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let directory = fs::canonicalize(directory).unwrap_or_else(|_| directory.to_owned());
        path.file_name().map_or_else(|| path.to_owned(), |name| directory.join(name))
    }

    fn read(&self, path: &Path) -> io::Result<Zeroizing<Vec<u8>>> {
        read(path)
    }

    fn create(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(path)?.write_all(bytes)
    }

    fn overwrite(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let mut file = OpenOptions::new().write(true).open(path)?;
        file.write_all(bytes)?;
        file.set_len(bytes.len() as u64)
    }

    fn sync(&self, path: &Path) -> io::Result<()> {
        OpenOptions::new().write(true).open(path)?.sync_all()
    }

    fn sync_directory(&self, path: &Path) -> io::Result<()> {
        // Windows has no such call for directories, and needs none: its file systems log their names.
        if cfg!(windows) { Ok(()) } else { File::open(path)?.sync_all() }
    }

    fn create_directory(&self, path: &Path) -> io::Result<()> {
        #[cfg_attr(not(unix), expect(unused_mut))]
        let mut builder = fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        match builder.create(path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.is_dir() => Ok(()),
            created => created,
        }
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        found(fs::remove_file(path)).map(|_| ())
    }

    fn names(&self, path: &Path) -> io::Result<Vec<String>> {
        let Some(entries) = found(fs::read_dir(path))? else { return Ok(Vec::new()) };
        let mut names = Vec::new();
        for entry in entries {
            names.push(entry?.file_name().to_string_lossy().into_owned());
        }
        names.sort_unstable();
        Ok(names)
    }

    fn try_lock(&self, path: &Path) -> io::Result<Option<Lock>> {
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(path)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Box::new(file))),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }
}

/// Where programs keep what outlives them and belongs to one user, by the rules of this platform.
pub(crate) fn state_directory() -> Option<PathBuf> {
    let set = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let base = if cfg!(windows) {
        set("LOCALAPPDATA")
    } else {
        set("XDG_STATE_HOME").or_else(|| std::env::home_dir().map(|home| home.join(".local/state")))
    };
    base.map(|base| base.join("tollgate"))
}

/// Makes a directory and those above it that are missing.
pub(crate) fn create_directories(files: &dyn FileSystem, path: &Path) -> io::Result<()> {
    match (files.create_directory(path), path.parent()) {
        (Err(error), Some(above)) if error.kind() == io::ErrorKind::NotFound => {
            create_directories(files, above)?;
            files.create_directory(path)
        }
        (created, _) => created,
    }
}

/// `None` for what is missing.
pub(crate) fn found<T>(outcome: io::Result<T>) -> io::Result<Option<T>> {
    match outcome {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

//! Keeps a rotated refresh token where the next run looks for it: the file of `refresh_token=file:PATH`.
//!
//! Invariants: whoever reads the file finds an old token or a new one, whole; nobody but its owner can read it at
//! any time; of two tokens the later one stays, whatever the order of writing.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use parking_lot::Mutex;
use secrecy::{ExposeSecret, SecretString};
use tempfile::NamedTempFile;

/// The file of one profile.
#[derive(Clone)]
pub(crate) struct RefreshTokenFile {
    path: Arc<PathBuf>,
    /// Tokens received so far.
    received: Arc<AtomicU64>,
    /// The number of the token in the file.
    written: Arc<Mutex<u64>>,
}

impl RefreshTokenFile {
    pub(crate) fn new(path: &str) -> Self {
        Self { path: Arc::new(path.into()), received: Arc::default(), written: Arc::default() }
    }

    /// The number of a token that came now.
    pub(crate) fn receive(&self) -> u64 {
        self.received.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// Writes token number `number` unless a later one is there. Blocks on the disk.
    ///
    /// # Errors
    /// What the operating system said, with the path.
    pub(crate) fn keep(&self, number: u64, token: &SecretString) -> Result<(), String> {
        let mut written = self.written.lock();
        if *written >= number {
            return Ok(());
        }
        replace(&self.path, token).map_err(|error| format!("{}: {error}", self.path.display()))?;
        *written = number;
        Ok(())
    }
}

/// Temporary file beside it, written through to the disk, then renamed: the directory must be writable, as it must
/// be for any file that is replaced whole. A symbolic link stays one, and what it points to is replaced.
fn replace(path: &Path, token: &SecretString) -> io::Result<()> {
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let directory = target.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // Created with mode 0600.
    let mut file = NamedTempFile::new_in(directory)?;
    file.write_all(token.expose_secret().as_bytes())?;
    file.write_all(b"\n")?;
    file.as_file().sync_all()?;
    file.persist(&target)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(path: &Path) -> String {
        fs::read_to_string(path).unwrap()
    }

    #[test]
    fn the_later_token_stays_and_only_its_owner_can_read_it() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("token");
        let keeping = RefreshTokenFile::new(path.to_str().unwrap());
        keeping.keep(2, &"second".into()).unwrap();
        keeping.keep(1, &"first".into()).unwrap();
        assert_eq!(read(&path), "second\n");
        keeping.keep(3, &"third".into()).unwrap();
        assert_eq!(read(&path), "third\n");
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1, "nothing is left beside it");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_followed_and_stays() {
        let directory = tempfile::tempdir().unwrap();
        let (real, link) = (directory.path().join("real"), directory.path().join("link"));
        fs::write(&real, "old").unwrap();
        std::os::unix::fs::symlink(&real, &link).unwrap();
        RefreshTokenFile::new(link.to_str().unwrap()).keep(1, &"new".into()).unwrap();
        assert_eq!(read(&real), "new\n");
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    }

    #[test]
    fn where_it_cannot_be_written_is_told() {
        let told = RefreshTokenFile::new("/no/such/directory/token").keep(1, &"secret".into()).unwrap_err();
        assert!(told.contains("/no/such/directory/token") && !told.contains("secret"), "{told}");
    }
}

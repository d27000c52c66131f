//! The file of `refresh_token=file:PATH`, and how a refresh token gets into it and out.
//!
//! For each request, in this order: lock the file against other processes, read it, mark the token as sent
//! ([`SentMarks`]), send it, write the next one, unlock. Everything is on the disk before the next step begins. Invariants:
//!
//! - Whatever step a crash follows, the next run finds a token that was not sent, or a mark that says it was.
//! - Who reads the file finds an old token or a new one, whole; a file that can only be written in place has a copy
//!   beside it while that lasts.
//! - Nobody but its owner can read a file that is made here.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ring::digest::{SHA256, digest};
use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use super::file_system::{FileSystem, Lock, create_directories, found};
use super::sent_marks::{SentMarks, hex};

/// The one of a path, in this process.
pub(crate) struct RefreshTokenFile {
    files: Arc<dyn FileSystem>,
    path: PathBuf,
    /// A directory of its own, beside it: marks, the lock, and what is being written.
    beside: PathBuf,
    /// A directory of this user, where nothing can be made beside it.
    state: Option<PathBuf>,
    marks: SentMarks,
    /// The newest token, where it could not be written.
    unwritten: Option<SecretString>,
    /// The token that this credential sent last, if whether the server used it up is not known.
    doubtful: Option<(u64, SecretString)>,
}

/// Why a token can't be sent now.
#[derive(Debug)]
pub(crate) enum NotSent {
    /// It was sent before, and may be used up.
    Spent,
    /// That it is sent can't be recorded.
    Unmarked(io::Error),
}

impl RefreshTokenFile {
    /// The file that is set as `given`.
    pub(crate) fn new(files: Arc<dyn FileSystem>, given: &Path, state: Option<PathBuf>) -> Self {
        let path = files.canonical(given);
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let beside = path.with_file_name(format!(".{name}.tollgate"));
        // Where a volume is mounted anew at each start, only the given path stays the same.
        let known_as = std::path::absolute(given).unwrap_or_else(|_| given.to_owned());
        let marks = SentMarks::new(beside.clone(), state.clone(), &known_as.to_string_lossy());
        Self { files, path, beside, state, marks, unwritten: None, doubtful: None }
    }

    /// Its path.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Whether what is sent can be recorded.
    pub(crate) fn check(&self) -> io::Result<()> {
        self.marks.check(&*self.files)
    }

    /// Locks it against other processes; `None` if another has it.
    pub(crate) fn try_lock(&self) -> io::Result<Option<Lock>> {
        let beside = self.files.create_directory(&self.beside);
        let locked = beside.and_then(|()| self.files.try_lock(&self.beside.join("lock")));
        match (&locked, &self.state) {
            (Err(_), Some(state)) => {
                create_directories(&*self.files, state)?;
                let path = self.path.to_string_lossy();
                let name = hex(&digest(&SHA256, path.as_bytes()).as_ref()[..8]);
                self.files.try_lock(&state.join(format!("lock-{name}")))
            }
            _ => locked,
        }
    }

    /// The newest token that was not sent, if there is one. Ends what a crash interrupted, so the file must be locked.
    pub(crate) fn find(&self) -> io::Result<Option<SecretString>> {
        let found = [self.recover()?, self.in_file()?, self.unwritten.clone()];
        for token in found.into_iter().flatten() {
            if !self.marks.has(&*self.files, &token)? {
                return Ok(Some(token));
            }
        }
        Ok(None)
    }

    /// What was to be written in place is newer than what is there. It stays where it is if that still can't be done.
    fn recover(&self) -> io::Result<Option<SecretString>> {
        let copy = self.copy();
        let Some(bytes) = found(self.files.read(&copy))? else { return Ok(None) };
        let token = whole_copy(&bytes);
        if token.as_ref().is_none_or(|token| self.write_in_place(token).is_ok()) {
            self.files.remove(&copy)?;
        }
        Ok(token)
    }

    fn in_file(&self) -> io::Result<Option<SecretString>> {
        let Some(bytes) = found(self.files.read(&self.path))? else { return Ok(None) };
        let token = std::str::from_utf8(&bytes).map_err(io::Error::other)?.trim();
        Ok((!token.is_empty()).then(|| SecretString::from(token)))
    }

    /// Records that `credential` is about to send a token. Only that credential may send it again.
    ///
    /// # Errors
    /// It must not be sent.
    pub(crate) fn mark(&mut self, token: &SecretString, credential: u64) -> Result<(), NotSent> {
        let again = self.doubtful.as_ref().is_some_and(|(by, doubtful)| {
            *by == credential && doubtful.expose_secret() == token.expose_secret()
        });
        if again {
            return Ok(());
        }
        if self.marks.has(&*self.files, token).map_err(NotSent::Unmarked)? {
            return Err(NotSent::Spent);
        }
        self.marks.add(&*self.files, token).map_err(NotSent::Unmarked)
    }

    /// A token that was sent is as good as before.
    ///
    /// # Errors
    /// That is not known to the next run.
    pub(crate) fn forget_sent(&mut self, token: &SecretString) -> io::Result<()> {
        self.doubtful = None;
        self.marks.remove(&*self.files, token)
    }

    /// Whether a token that `credential` sent is used up is not known.
    pub(crate) fn doubt(&mut self, credential: u64, token: &SecretString) {
        self.doubtful = Some((credential, token.clone()));
    }

    /// Writes a token that takes the place of all before it.
    ///
    /// # Errors
    /// It is in memory only.
    pub(crate) fn replace_with(&mut self, token: &SecretString) -> io::Result<()> {
        self.doubtful = None;
        let written = self.replace(token);
        self.unwritten = written.is_err().then(|| token.clone());
        written
    }

    fn replace(&self, token: &SecretString) -> io::Result<()> {
        let files = &*self.files;
        if files.create_directory(&self.beside).is_err() {
            return self.write_in_place(token);
        }
        let next = self.beside.join("next");
        files.create(&next, &line(token))?;
        files.sync(&next)?;
        if files.rename(&next, &self.path).is_ok() {
            return self.path.parent().map_or(Ok(()), |directory| files.sync_directory(directory));
        }
        // The name of a file that is mounted by itself can't be given to another (EBUSY). The copy is as good as the file:
        // it is looked at first.
        files.create(&next, &copied(token))?;
        files.sync(&next)?;
        files.rename(&next, &self.copy())?;
        files.sync_directory(&self.beside)?;
        if self.write_in_place(token).is_ok() {
            files.remove(&self.copy())?;
        }
        Ok(())
    }

    fn write_in_place(&self, token: &SecretString) -> io::Result<()> {
        self.files.overwrite(&self.path, &line(token))?;
        self.files.sync(&self.path)
    }

    /// What is written in place, until it is there.
    fn copy(&self) -> PathBuf {
        self.beside.join("copy")
    }
}

fn line(token: &SecretString) -> Zeroizing<Vec<u8>> {
    Zeroizing::new([token.expose_secret().as_bytes(), b"\n"].concat())
}

/// The token and its hash, so that half of it is known to be half.
fn copied(token: &SecretString) -> Zeroizing<Vec<u8>> {
    let token = token.expose_secret();
    let hash = hex(digest(&SHA256, token.as_bytes()).as_ref());
    Zeroizing::new(format!("{hash} {token}\n").into_bytes())
}

fn whole_copy(bytes: &[u8]) -> Option<SecretString> {
    let (_, token) = std::str::from_utf8(bytes).ok()?.trim_end().split_once(' ')?;
    let token = SecretString::from(token);
    (copied(&token).as_slice() == bytes).then_some(token)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::super::file_system::ThisFileSystem;
    use super::*;

    fn file(path: &Path) -> RefreshTokenFile {
        RefreshTokenFile::new(Arc::new(ThisFileSystem), path, None)
    }

    fn read(path: &Path) -> String {
        fs::read_to_string(path).unwrap()
    }

    #[test]
    fn a_token_is_replaced_and_only_its_owner_can_read_it() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("token");
        let mut file = file(&path);
        for token in ["a longer one", "second"] {
            file.replace_with(&token.into()).unwrap();
            assert_eq!(read(&path), format!("{token}\n"));
        }
        let left = fs::read_dir(directory.path().join(".token.tollgate")).unwrap().count();
        assert_eq!(left, 0, "nothing is left beside it");
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
        file(&link).replace_with(&"new".into()).unwrap();
        assert_eq!(read(&real), "new\n");
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    }

    #[test]
    fn another_owner_finds_it_locked_and_a_token_that_was_sent_marked() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("token");
        fs::write(&path, "first\n").unwrap();
        let (mut one, mut two) = (file(&path), file(&path));
        let lock = one.try_lock().unwrap();
        assert!(lock.is_some() && two.try_lock().unwrap().is_none());
        let first = one.find().unwrap().unwrap();
        one.mark(&first, 1).unwrap();
        drop(lock);
        assert!(two.try_lock().unwrap().is_some());
        assert!(two.find().unwrap().is_none());
        assert!(matches!(two.mark(&first, 1), Err(NotSent::Spent)));
        one.forget_sent(&first).unwrap();
        two.mark(&first, 1).unwrap();
        two.doubt(1, &first);
        two.mark(&first, 1).unwrap();
        assert!(matches!(two.mark(&first, 2), Err(NotSent::Spent)), "of another credential");
    }
}

//! Which refresh tokens were sent: recorded before they are, so that a run after a crash does not send them again.
//!
//! A mark is an empty file whose name is its number, a key of its own and the keyed hash (HMAC-SHA-256) of the token: a file
//! is there or is not, so no crash leaves half a mark. Marks are kept beside the file of the refresh token, where all who
//! use that file find them, or where that can't be written in a directory of this user. Invariants: a token without a mark
//! was not sent, or is known to be good; a token is in no name.

use std::io;
use std::path::{Path, PathBuf};

use ring::hmac;
use ring::rand::{self, SystemRandom};
use secrecy::{ExposeSecret, SecretString};

use super::file_system::{FileSystem, create_directories};

/// More than a token that somebody still has a copy of is old; each is an empty file.
const MOST: usize = 1000;

const PREFIX: &str = "sent";

/// A directory of marks. The first that can be written is used; a mark in any counts.
struct Place {
    directory: PathBuf,
    /// It exists for one file, and is made where that is.
    of_one_file: bool,
    /// What the hashes in it begin with: another file may hold the same text, of another server.
    scope: String,
}

/// The marks of one refresh token file.
pub(crate) struct SentMarks {
    places: Vec<Place>,
}

impl SentMarks {
    /// `beside` is a directory for the marks of this file alone, `state` one for those of many; in that the file is known
    /// by its `name`.
    pub(crate) fn new(beside: PathBuf, state: Option<PathBuf>, name: &str) -> Self {
        let beside = Place { directory: beside, of_one_file: true, scope: String::new() };
        let scope = format!("{name}\n");
        let state = state.map(|directory| Place { directory, of_one_file: false, scope });
        Self { places: [Some(beside), state].into_iter().flatten().collect() }
    }

    /// Whether marks can be made. Fails as the last place does.
    pub(crate) fn check(&self, files: &dyn FileSystem) -> io::Result<()> {
        self.in_some_place(files, |place| {
            let probe = place.directory.join("probe");
            files.create(&probe, b"")?;
            files.remove(&probe)
        })
    }

    /// Whether a token was sent, and not found to be good since.
    pub(crate) fn has(&self, files: &dyn FileSystem, token: &SecretString) -> io::Result<bool> {
        for place in &self.places {
            if files.names(&place.directory)?.iter().any(|name| place.marks(name, token)) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Records that a token is about to be sent. It is on the disk when this returns.
    pub(crate) fn add(&self, files: &dyn FileSystem, token: &SecretString) -> io::Result<()> {
        self.in_some_place(files, |place| {
            let directory = &place.directory;
            let mark = directory.join(place.mark_of(token, &files.names(directory)?)?);
            files.create(&mark, b"")?;
            files.sync(&mark)?;
            files.sync_directory(directory)?;
            place.sync_above(files)?;
            prune(files, directory);
            Ok(())
        })
    }

    /// A token that was sent is as good as before.
    pub(crate) fn remove(&self, files: &dyn FileSystem, token: &SecretString) -> io::Result<()> {
        for place in &self.places {
            for name in files.names(&place.directory)?.iter().filter(|name| place.marks(name, token)) {
                files.remove(&place.directory.join(name))?;
            }
        }
        Ok(())
    }

    /// Does it in the first place that lets it be done.
    fn in_some_place(
        &self,
        files: &dyn FileSystem,
        act: impl Fn(&Place) -> io::Result<()>,
    ) -> io::Result<()> {
        let mut outcome = Err(io::Error::other("there is no directory for it"));
        for place in &self.places {
            outcome = place.make(files).and_then(|()| act(place)).map_err(|error| {
                io::Error::new(error.kind(), format!("{}: {error}", place.directory.display()))
            });
            if outcome.is_ok() {
                break;
            }
        }
        outcome
    }
}

impl Place {
    fn make(&self, files: &dyn FileSystem) -> io::Result<()> {
        if self.of_one_file {
            files.create_directory(&self.directory)
        } else {
            create_directories(files, &self.directory)
        }
    }

    /// Has the place itself on the disk. A directory that can't be looked into was there before.
    fn sync_above(&self, files: &dyn FileSystem) -> io::Result<()> {
        let most = if self.of_one_file { 1 } else { usize::MAX };
        for above in self.directory.ancestors().skip(1).take(most) {
            match files.sync_directory(above) {
                Err(error) if error.kind() == io::ErrorKind::PermissionDenied => break,
                synced => synced?,
            }
        }
        Ok(())
    }

    /// The name of a new mark, after those that there are.
    fn mark_of(&self, token: &SecretString, names: &[String]) -> io::Result<String> {
        let key: [u8; 16] = rand::generate(&SystemRandom::new())
            .map_err(|_| io::Error::other("the operating system gives no random numbers"))?
            .expose();
        let number = |name: &String| name.strip_prefix(PREFIX)?.split('-').nth(1)?.parse().ok();
        let newest: u64 = names.iter().filter_map(number).max().unwrap_or(0);
        Ok(format!("{PREFIX}-{:012}-{}-{}", newest + 1, hex(&key), self.hash(&key, token)))
    }

    fn marks(&self, name: &str, token: &SecretString) -> bool {
        let mut parts = name.split('-');
        let (Some(PREFIX), Some(_), Some(key), Some(marked)) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return false;
        };
        bytes(key).is_some_and(|key| self.hash(&key, token) == marked)
    }

    fn hash(&self, key: &[u8], token: &SecretString) -> String {
        let mut hash = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, key));
        hash.update(self.scope.as_bytes());
        hash.update(token.expose_secret().as_bytes());
        hex(hash.sign().as_ref())
    }
}

/// Removes the oldest. What can't be removed now is removed another time.
fn prune(files: &dyn FileSystem, place: &Path) {
    let Ok(names) = files.names(place) else { return };
    let marks: Vec<_> = names.into_iter().filter(|name| name.starts_with(PREFIX)).collect();
    for name in marks.iter().take(marks.len().saturating_sub(MOST)) {
        if files.remove(&place.join(name)).is_err() {
            return;
        }
    }
}

/// Bytes as text.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn bytes(hex: &str) -> Option<Vec<u8>> {
    let digits = hex.as_bytes().as_chunks::<2>().0.iter();
    digits.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect()
}

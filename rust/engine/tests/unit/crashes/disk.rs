//! A disk that forgets what was not synced, and an operating system that can fail or crash at each call.
//!
//! What POSIX promises, and no more: data is on the disk after `sync` of its file, a name after `sync_directory` of its
//! directory. What was not synced may be there after a crash or not, a part of it too, and in any order.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use parking_lot::Mutex;
use zeroize::Zeroizing;

use crate::persistence::file_system::{FileSystem, Lock};

/// What happens at one call, counted from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// It fails, and the next does not.
    Fails(usize),
    /// It and all after it fail: the disk is full, or gone.
    FailsFrom(usize),
    /// The machine stops before it.
    Crash(usize),
}

/// Which of what was not synced is on the disk after a crash.
#[derive(Clone, Copy, Debug)]
pub(super) struct Survival {
    /// A bit for each name that was changed, in order.
    pub(super) names: u32,
    pub(super) data: Data,
}

/// What is left of data that was not synced.
#[derive(Clone, Copy, Debug)]
pub(super) enum Data {
    Old,
    /// The first half of the new, and the rest of the old.
    Torn,
    New,
}

/// What can be done with the files of a test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Situation {
    Writable,
    /// The file is a mount of its own: its name can't be given to another.
    Mounted,
    /// The same, and it can't be written.
    MountedReadOnly,
    /// Nothing can be made in its directory.
    DirectoryReadOnly,
    /// Nor can the file be written.
    ReadOnly,
}

#[derive(Clone)]
struct Content {
    volatile: Vec<u8>,
    durable: Vec<u8>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Node {
    Directory,
    File(usize),
}

#[derive(Clone)]
struct State {
    contents: Vec<Content>,
    names: BTreeMap<String, Node>,
    durable_names: BTreeMap<String, Node>,
    /// Names that were changed and not synced: what they stand for now, together if at once.
    unsynced: Vec<Vec<(String, Option<Node>)>>,
    calls: usize,
    crashed: bool,
}

/// The disk.
pub(super) struct Disk {
    state: Mutex<State>,
    situation: Situation,
    faults: Vec<Fault>,
}

pub(super) const TOKEN: &str = "/mnt/token";
pub(super) const STATE: &str = "/home/state/tollgate";

/// A path as it is kept here: without a slash at its end.
fn text(path: &Path) -> &str {
    path.to_str().unwrap().trim_end_matches('/')
}

/// The directory of a path, if it has one.
fn above(path: &str) -> Option<&str> {
    path.rsplit_once('/').map(|(above, _)| above)
}

impl Disk {
    /// With a refresh token in its file.
    pub(super) fn new(situation: Situation, token: &str) -> Self {
        let content = Content { volatile: token.into(), durable: token.into() };
        let names = BTreeMap::from([
            (String::new(), Node::Directory),
            ("/mnt".to_owned(), Node::Directory),
            ("/home".to_owned(), Node::Directory),
            (TOKEN.to_owned(), Node::File(0)),
        ]);
        let state = State {
            contents: vec![content],
            durable_names: names.clone(),
            names,
            unsynced: Vec::new(),
            calls: 0,
            crashed: false,
        };
        Self { state: Mutex::new(state), situation, faults: Vec::new() }
    }

    /// The same disk, with faults to come.
    pub(super) fn with(&self, faults: &[Fault]) -> Self {
        let state = State { calls: 0, ..self.state.lock().clone() };
        Self { state: Mutex::new(state), situation: self.situation, faults: faults.to_vec() }
    }

    /// The disk after the machine started again.
    pub(super) fn after_crash(&self, survival: Survival) -> Self {
        let mut state = self.state.lock().clone();
        for (bit, change) in state.unsynced.iter().enumerate() {
            if survival.names & (1 << bit) != 0 {
                for (path, node) in change {
                    match node {
                        Some(node) => state.durable_names.insert(path.clone(), *node),
                        None => state.durable_names.remove(path),
                    };
                }
            }
        }
        for content in &mut state.contents {
            content.volatile = match survival.data {
                Data::Old => content.durable.clone(),
                Data::New => content.volatile.clone(),
                Data::Torn => {
                    let new = &content.volatile[..content.volatile.len() / 2];
                    let old = content.durable.get(new.len()..).unwrap_or_default();
                    if content.volatile == content.durable {
                        content.durable.clone()
                    } else {
                        [new, old].concat()
                    }
                }
            };
            content.durable.clone_from(&content.volatile);
        }
        // A name whose directory was lost is lost with it.
        let durable = state.durable_names.clone();
        state.durable_names.retain(|path, _| {
            let mut next = above(path);
            while let Some(name) = next.filter(|name| durable.contains_key(*name)) {
                next = above(name);
            }
            next.is_none()
        });
        state.names.clone_from(&state.durable_names);
        (state.unsynced, state.calls, state.crashed) = (Vec::new(), 0, false);
        Self { state: Mutex::new(state), situation: self.situation, faults: Vec::new() }
    }

    /// All that a crash now can leave.
    pub(super) fn survivals(&self) -> Vec<Survival> {
        let state = self.state.lock();
        let names = state.unsynced.len();
        assert!(names < 8, "{names} names were changed and not synced");
        let unsynced = state.contents.iter().any(|content| content.volatile != content.durable);
        let data = if unsynced { &[Data::Old, Data::Torn, Data::New][..] } else { &[Data::Old] };
        (0..1 << names)
            .flat_map(|names| data.iter().map(move |data| Survival { names, data: *data }))
            .collect()
    }

    pub(super) fn calls(&self) -> usize {
        self.state.lock().calls
    }

    pub(super) fn has_crashed(&self) -> bool {
        self.state.lock().crashed
    }

    /// A moment at which the machine may stop, like a call.
    pub(super) fn pass(&self) {
        self.call().map(drop).unwrap_or_default();
    }

    fn call(&self) -> io::Result<parking_lot::MutexGuard<'_, State>> {
        let mut state = self.state.lock();
        let number = state.calls;
        state.calls += 1;
        state.crashed |= self.faults.contains(&Fault::Crash(number));
        let fails = self.faults.iter().any(|fault| match fault {
            Fault::Fails(one) => *one == number,
            Fault::FailsFrom(first) => number >= *first,
            Fault::Crash(_) => false,
        });
        if state.crashed || fails { Err(io::Error::other("fault")) } else { Ok(state) }
    }

    fn forbid(&self, forbidden: bool) -> io::Result<()> {
        if forbidden { Err(io::ErrorKind::PermissionDenied.into()) } else { Ok(()) }
    }

    fn has_read_only_directory(&self) -> bool {
        matches!(self.situation, Situation::DirectoryReadOnly | Situation::ReadOnly)
    }
}

impl State {
    fn file(&self, path: &Path) -> io::Result<usize> {
        match self.names.get(text(path)) {
            Some(Node::File(number)) => Ok(*number),
            _ => Err(io::ErrorKind::NotFound.into()),
        }
    }

    fn change(&mut self, changes: Vec<(String, Option<Node>)>) {
        for (path, node) in &changes {
            match node {
                Some(node) => self.names.insert(path.clone(), *node),
                None => self.names.remove(path),
            };
        }
        self.unsynced.push(changes);
    }

    fn is_directory(&self, path: &Path) -> bool {
        self.names.get(text(path)) == Some(&Node::Directory)
    }
}

impl FileSystem for Disk {
    fn canonical(&self, path: &Path) -> PathBuf {
        path.to_owned()
    }

    fn read(&self, path: &Path) -> io::Result<Zeroizing<Vec<u8>>> {
        let state = self.call()?;
        Ok(Zeroizing::new(state.contents[state.file(path)?].volatile.clone()))
    }

    fn create(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let mut state = self.call()?;
        if !path.parent().is_some_and(|above| state.is_directory(above)) {
            return Err(io::ErrorKind::NotFound.into());
        }
        if let Ok(number) = state.file(path) {
            state.contents[number].volatile = bytes.to_vec();
            return Ok(());
        }
        state.contents.push(Content { volatile: bytes.to_vec(), durable: Vec::new() });
        let number = state.contents.len() - 1;
        state.change(vec![(text(path).to_owned(), Some(Node::File(number)))]);
        Ok(())
    }

    fn overwrite(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let mut state = self.call()?;
        self.forbid(matches!(self.situation, Situation::ReadOnly | Situation::MountedReadOnly))?;
        let number = state.file(path)?;
        state.contents[number].volatile = bytes.to_vec();
        Ok(())
    }

    fn sync(&self, path: &Path) -> io::Result<()> {
        let mut state = self.call()?;
        let number = state.file(path)?;
        let content = &mut state.contents[number];
        content.durable.clone_from(&content.volatile);
        Ok(())
    }

    fn sync_directory(&self, path: &Path) -> io::Result<()> {
        let mut state = self.call()?;
        let unsynced = std::mem::take(&mut state.unsynced);
        for change in unsynced {
            // A rename is one entry of the journal, and done with the directory of the new name.
            if change.first().and_then(|(changed, _)| above(changed)) != Some(text(path)) {
                state.unsynced.push(change);
                continue;
            }
            for (changed, node) in change {
                match node {
                    Some(node) => state.durable_names.insert(changed, node),
                    None => state.durable_names.remove(&changed),
                };
            }
        }
        Ok(())
    }

    fn create_directory(&self, path: &Path) -> io::Result<()> {
        let mut state = self.call()?;
        if state.is_directory(path) {
            return Ok(());
        }
        self.forbid(self.has_read_only_directory() && path.starts_with("/mnt"))?;
        if !path.parent().is_some_and(|above| state.is_directory(above)) {
            return Err(io::ErrorKind::NotFound.into());
        }
        state.change(vec![(text(path).to_owned(), Some(Node::Directory))]);
        Ok(())
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        let mut state = self.call()?;
        let mounted = matches!(self.situation, Situation::Mounted | Situation::MountedReadOnly);
        if mounted && to == Path::new(TOKEN) {
            return Err(io::ErrorKind::ResourceBusy.into());
        }
        let number = state.file(from)?;
        // One journal entry: both names change, or none.
        state.change(vec![(text(to).to_owned(), Some(Node::File(number))), (text(from).to_owned(), None)]);
        Ok(())
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        let mut state = self.call()?;
        if state.file(path).is_ok() {
            state.change(vec![(text(path).to_owned(), None)]);
        }
        Ok(())
    }

    fn names(&self, path: &Path) -> io::Result<Vec<String>> {
        let state = self.call()?;
        let inside = state.names.keys().filter_map(|name| name.strip_prefix(text(path))?.strip_prefix('/'));
        Ok(inside.filter(|name| !name.contains('/')).map(str::to_owned).collect())
    }

    fn try_lock(&self, _: &Path) -> io::Result<Option<Lock>> {
        self.call().map(|_| Some(Box::new(()) as Lock))
    }
}

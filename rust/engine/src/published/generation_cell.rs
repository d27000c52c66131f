//! The token that readers see without a lock, and its generation.
//!
//! The generation is shown in one place of its own and in any number of [`GenerationCell`]s, which outlive it: a thread that
//! was given one may read it for ever. Writers are the driver and a thread whose 401 withdraws the token; they take a lock,
//! readers take none, since the lock holder may be preempted while hundreds of threads come for the token. Invariants: a
//! generation that was hidden or replaced is never seen again; a thread that sees a generation also sees all that was done
//! before it was published; a cell that was taken down shows 0 for ever.
//!
//! The token changes before its generation, both ways: a thread that sees a generation finds that very token or a later one,
//! and one that sees 0 does not find the token that was hidden. The generation of its own changes last: where that is in
//! step with the token, all cells are.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use smallvec::SmallVec;

use crate::handle::Handle;
use crate::sync::{AtomicU64, Mutex, Swap};

/// A generation in memory that is never freed, moved or given to anyone else, and whether it is settled: a 200 to it was
/// reported and no 401 since, so that more 200s change nothing. One value, so that a generation is never seen with what is
/// true of another. Generation 0: no token is published.
pub(crate) struct GenerationCell {
    /// Twice the generation, and one more if it is settled.
    value: AtomicU64,
}

impl GenerationCell {
    pub(crate) fn new() -> Self {
        Self { value: AtomicU64::new(0) }
    }

    /// What it shows. Never blocks.
    #[must_use]
    pub(crate) fn generation(&self) -> u64 {
        self.value.load(Ordering::Acquire) >> 1
    }

    /// Whether it shows this generation, and as settled. Never blocks.
    #[must_use]
    pub(crate) fn is_settled(&self, generation: u64) -> bool {
        self.value.load(Ordering::Acquire) == generation << 1 | 1
    }

    fn show(&self, value: u64) {
        self.value.store(value, Ordering::Release);
    }
}

/// The handles through which a credential is read.
#[derive(Default)]
struct Views {
    of: SmallVec<[(Handle, Option<&'static GenerationCell>); 1]>,
}

/// What is published of a credential: 0 and nothing while it has no token for readers.
pub(crate) struct Published<T> {
    own: GenerationCell,
    token: Swap<T>,
    /// From when on a 401 withdraws the token, whatever comes before, in nanoseconds of the engine's clock.
    armed_from: AtomicU64,
    views: Mutex<Views>,
}

impl<T> Default for Published<T> {
    fn default() -> Self {
        Self {
            own: GenerationCell::new(),
            token: Swap::default(),
            armed_from: AtomicU64::new(u64::MAX),
            views: Mutex::new(Views::default()),
        }
    }
}

impl<T> Published<T> {
    /// The generation that is published, or 0. Never blocks.
    pub(crate) fn generation(&self) -> u64 {
        self.own.generation()
    }

    /// Whether this generation is published, and settled. Never blocks.
    pub(crate) fn is_settled(&self, generation: u64) -> bool {
        self.own.is_settled(generation)
    }

    /// The token that is published. Never blocks.
    pub(crate) fn token(&self) -> Option<Arc<T>> {
        self.token.load_full()
    }

    /// Publishes a token.
    pub(crate) fn show(&self, generation: u64, token: Arc<T>) {
        let views = self.views.lock();
        self.token.store(Some(token));
        self.write(&views, generation << 1);
    }

    /// Withdraws what is published.
    pub(crate) fn hide(&self) {
        let views = self.views.lock();
        self.token.store(None);
        self.write(&views, 0);
    }

    /// Publishes what reports of the token can change: whether `settled` is, and from when on a 401 withdraws it.
    pub(crate) fn judge(&self, settled: u64, armed_from: u64) {
        self.armed_from.store(armed_from, Ordering::Release);
        let views = self.views.lock();
        let generation = self.generation();
        let value = generation << 1 | u64::from(settled != 0 && generation == settled);
        if self.own.value.load(Ordering::Relaxed) != value {
            self.write(&views, value);
        }
    }

    /// A thread reports a 401 to this generation at this time. It waits for the lock only where that changes what readers
    /// see; the driver publishes the token again where the machine decides to keep it.
    pub(crate) fn refuse(&self, generation: u64, at: u64) {
        let armed = at >= self.armed_from.load(Ordering::Acquire);
        let shown = self.generation();
        let changes = if shown == generation {
            armed || self.is_settled(generation)
        } else {
            // A token is found before its generation is shown: it may be this one, which is being published.
            armed && shown < generation && self.token.load_full().is_some()
        };
        if !changes {
            return;
        }
        let views = self.views.lock();
        if self.generation() != generation {
            return;
        }
        if armed {
            self.token.store(None);
            self.write(&views, 0);
        } else {
            self.write(&views, generation << 1);
        }
    }

    fn write(&self, views: &Views, value: u64) {
        views.of.iter().filter_map(|(_, cell)| *cell).for_each(|cell| cell.show(value));
        self.own.show(value);
    }

    /// Shows the generation in this cell too, and wakes waiters of this handle too, from now on. A cell is put up once.
    pub(crate) fn add_view(&self, handle: Handle, cell: Option<&'static GenerationCell>) {
        let mut views = self.views.lock();
        views.of.push((handle, cell));
        if let Some(cell) = cell {
            cell.show(self.own.value.load(Ordering::Relaxed));
        }
    }

    /// Shows nothing in this cell any more, and wakes waiters of this handle no longer.
    pub(crate) fn remove_view(&self, handle: Handle, cell: &'static GenerationCell) {
        let mut views = self.views.lock();
        views.of.retain(|(other, _)| *other != handle);
        cell.show(0);
    }

    /// The handles whose waiters are to be woken, each with the cell that shows the generation, if one does.
    pub(crate) fn views(&self) -> Vec<(Handle, Option<&'static GenerationCell>)> {
        self.views.lock().of.to_vec()
    }
}

//! When each credential wants to be woken: one list and one task for all of them.
//!
//! A task a credential would cost a hundred thousand users more memory than their tokens, and those who sleep for good
//! as much as the others. Invariants: a credential that waits for nothing is not in the list; a fault in one costs that
//! one a second and the others nothing; the list keeps no credential alive, and its task not the list.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Weak};
use std::time::Duration;

use parking_lot::Mutex;
use tokio::sync::Notify;
use tollgate_core::time::clock::Mono;

use crate::clock::Clock;
use crate::vault::Vault;

/// A fault that comes back at once must not fill the log.
const PAUSE: Duration = Duration::from_secs(1);

/// So many are woken before the task lets others work: a tenth of a millisecond or two.
const AT_A_TIME: usize = 64;

/// By time; those of one time by where they are in memory, which is theirs alone as long as they are listed.
type Entries = BTreeMap<(Mono, usize), Weak<Vault>>;

/// The list.
#[derive(Default)]
pub(crate) struct Timetable {
    entries: Mutex<Entries>,
    /// Something is due earlier than the task believes, or the list is no more.
    earlier: Arc<Notify>,
    /// How many of all, listed or not, would have to know of time that nobody saw pass.
    aging: AtomicUsize,
    /// There is one where there was none, or the list is no more.
    aged: Arc<Notify>,
}

impl Timetable {
    /// Moves a credential from the time it was listed for to another; [`Mono::NEVER`] is no time.
    pub(crate) fn move_to(&self, vault: &Arc<Vault>, from: Mono, to: Mono) {
        let place = Arc::as_ptr(vault) as usize;
        let mut entries = self.entries.lock();
        if from < Mono::NEVER {
            entries.remove(&(from, place));
        }
        if to == Mono::NEVER {
            return;
        }
        let first = entries.first_key_value().is_none_or(|((first, _), _)| to < *first);
        entries.insert((to, place), Arc::downgrade(vault));
        drop(entries);
        if first {
            self.earlier.notify_one();
        }
    }

    /// One more has to know of time that nobody saw pass.
    pub(crate) fn begin_aging(&self) {
        if self.aging.fetch_add(1, Ordering::AcqRel) == 0 {
            self.aged.notify_one();
        }
    }

    /// One less.
    pub(crate) fn end_aging(&self) {
        self.aging.fetch_sub(1, Ordering::AcqRel);
    }

    /// What tells that there is one, if there is none.
    pub(crate) fn ageless(&self) -> Option<Arc<Notify>> {
        (self.aging.load(Ordering::Acquire) == 0).then(|| Arc::clone(&self.aged))
    }

    /// A credential is no more.
    pub(crate) fn strike(&self, vault: &Vault, from: Mono) {
        self.entries.lock().remove(&(from, std::ptr::from_ref(vault) as usize));
    }

    /// Takes some that are due, or tells when the next will be.
    fn due(&self, now: Mono) -> Result<Vec<Arc<Vault>>, Mono> {
        let mut entries = self.entries.lock();
        let mut due = Vec::new();
        while due.len() < AT_A_TIME
            && let Some(first) = entries.first_entry()
            && first.key().0 <= now
        {
            due.extend(first.remove().upgrade());
        }
        match (due.is_empty(), entries.first_key_value()) {
            (true, Some(((next, _), _))) if *next > now => Err(*next),
            (true, None) => Err(Mono::NEVER),
            _ => Ok(due),
        }
    }
}

impl Drop for Timetable {
    fn drop(&mut self) {
        self.earlier.notify_one();
        self.aged.notify_one();
    }
}

/// Wakes credentials when they want to be woken, for as long as there is a list of them.
pub(crate) async fn keep(timetable: Weak<Timetable>, clock: Clock) {
    loop {
        let Some(listed) = timetable.upgrade() else { return };
        let earlier = Arc::clone(&listed.earlier);
        let due = listed.due(clock.now().mono);
        drop(listed);
        match due {
            Ok(due) => {
                due.iter().for_each(wake);
                drop(due);
                tokio::task::yield_now().await;
            }
            Err(next) => tokio::select! {
                () = clock.until(next) => {}
                () = earlier.notified() => {}
            },
        }
    }
}

fn wake(vault: &Arc<Vault>) {
    if catch_unwind(AssertUnwindSafe(|| vault.wake())).is_err() {
        let again = vault.now().mono.after(PAUSE);
        vault.list(&mut vault.lock(), again);
        vault.tell_of_failed_timer();
    }
}

//! One queue and one task for the deadlines of all credentials.
//!
//! A task for each of a hundred thousand credentials would take more memory than their tokens. Invariants: a credential
//! without a deadline is not in the queue; a panic while one is woken costs that one a second and the others nothing; the
//! queue keeps no credential alive, and the task does not keep the queue. The task wakes when something is due, however much
//! of the time until then the machine was suspended, and at no other time.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Weak};
use std::time::Duration;

use parking_lot::Mutex;
use tokio::sync::Notify;
use tollgate_core::time::clock::Mono;

use crate::boot_timer::BootTimer;
use crate::clock::Clock;
use crate::vault::Vault;

/// After a panic. One that recurs at once must not fill the log.
const PAUSE: Duration = Duration::from_secs(1);

/// Woken before the task yields: a tenth of a millisecond or two.
const BATCH: usize = 64;

/// By deadline, and by address for equal ones: an address is unique while its credential is listed.
type Entries = BTreeMap<(Mono, usize), Weak<Vault>>;

/// The queue.
#[derive(Default)]
pub(crate) struct TimerQueue {
    entries: Mutex<Entries>,
    /// The first deadline is earlier than the task knows, or the queue is dropped.
    changed: Arc<Notify>,
}

impl TimerQueue {
    /// Replaces a credential's deadline; [`Mono::NEVER`] is none.
    pub(crate) fn move_to(&self, vault: &Arc<Vault>, from: Mono, to: Mono) {
        let address = Arc::as_ptr(vault) as usize;
        let mut entries = self.entries.lock();
        if from < Mono::NEVER {
            entries.remove(&(from, address));
        }
        if to == Mono::NEVER {
            return;
        }
        let first = entries.first_key_value().is_none_or(|((first, _), _)| to < *first);
        entries.insert((to, address), Arc::downgrade(vault));
        drop(entries);
        if first {
            self.changed.notify_one();
        }
    }

    /// Removes a credential that is dropped.
    pub(crate) fn remove(&self, vault: &Vault, deadline: Mono) {
        self.entries.lock().remove(&(deadline, std::ptr::from_ref(vault) as usize));
    }

    /// Takes a batch of those that are due; if none is, the next deadline.
    fn due(&self, now: Mono) -> Result<Vec<Arc<Vault>>, Mono> {
        let mut entries = self.entries.lock();
        let mut due = Vec::new();
        while due.len() < BATCH
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

impl Drop for TimerQueue {
    fn drop(&mut self) {
        self.changed.notify_one();
    }
}

/// Wakes each credential at its deadline, until the queue is dropped.
pub(crate) async fn run(queue: Weak<TimerQueue>, clock: Clock, boot_timer: Option<BootTimer>) {
    loop {
        let Some(held) = queue.upgrade() else { return };
        let changed = Arc::clone(&held.changed);
        let now = clock.now().mono;
        let due = held.due(now);
        drop(held);
        match due {
            Ok(due) => {
                due.iter().for_each(wake);
                drop(due);
                tokio::task::yield_now().await;
            }
            Err(next) => tokio::select! {
                () = sleep(boot_timer.as_ref(), now, next) => {}
                () = changed.notified() => {}
            },
        }
    }
}

/// Until `next`, by the timer that comes first: the runtime's, which tests can pause, or the one that runs on in a suspend.
async fn sleep(boot_timer: Option<&BootTimer>, now: Mono, next: Mono) {
    let time = if next == Mono::NEVER { Duration::MAX } else { next.since(now) };
    let boot_timer = async {
        match boot_timer {
            Some(timer) => timer.wait(time).await,
            None => std::future::pending().await,
        }
    };
    tokio::select! {
        () = tokio::time::sleep(time) => {}
        Ok(()) = boot_timer => {}
    }
}

fn wake(vault: &Arc<Vault>) {
    if catch_unwind(AssertUnwindSafe(|| vault.wake())).is_err() {
        let again = vault.now().mono.after(PAUSE);
        vault.list(&mut vault.lock(), again);
        vault.tell_of_failed_timer();
    }
}

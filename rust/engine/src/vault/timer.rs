//! The timer of a credential: one task for as long as its vault exists, asleep until the machine wants to be woken.
//!
//! Invariants: it is running before anything is awaited from it; a fault in it costs a second and not the credential; it
//! keeps no vault alive.

use std::sync::{Arc, Weak};
use std::time::Duration;

use tokio::sync::Notify;
use tollgate_core::clock::Mono;
use tollgate_core::credential::Event;

use super::{State, Vault};
use crate::clock::Clock;
#[cfg(test)]
use crate::mishap::Spot;
use crate::outbox::Event as Message;
use crate::supervised::supervised;
use crate::surroundings::Surroundings;

/// A fault that comes back at once must not fill the log.
const PAUSE: Duration = Duration::from_secs(1);

impl Vault {
    /// Lets the watch know whether it is to look at the clocks on this one's account.
    pub(super) fn note_ages(&self, state: &mut State) {
        let ages = state.credential.next_wake().is_some();
        match (std::mem::replace(&mut state.ages, ages), ages) {
            (false, true) => self.surroundings.watch.begin(),
            (true, false) => self.surroundings.watch.end(),
            _ => {}
        }
    }

    /// Makes sure the timer is running and looks at the machine again.
    pub(super) fn arm(self: &Arc<Self>) {
        self.timer.get_or_init(|| {
            let Surroundings { clock, runtime, outbox, .. } = self.surroundings.clone();
            let (weak, rearm) = (Arc::downgrade(self), Arc::clone(&self.rearm));
            runtime.clone().spawn(async move {
                while supervised(&runtime, keep_time(weak.clone(), Arc::clone(&rearm), clock)).await.is_none()
                {
                    outbox.post(Message::Error(
                        "a timer of Tollgate failed and was restarted; please report it".into(),
                    ));
                    tokio::time::sleep(PAUSE).await;
                }
            });
        });
        self.rearm.notify_one();
    }
}

impl Drop for Vault {
    fn drop(&mut self) {
        if std::mem::take(&mut self.lock().ages) {
            self.surroundings.watch.end();
        }
        // Its timer may be asleep for ever; awake, it finds nothing to time.
        self.rearm.notify_one();
    }
}

/// Fires the credential's timer whenever it is due, for as long as the vault exists.
async fn keep_time(vault: Weak<Vault>, rearm: Arc<Notify>, clock: Clock) {
    loop {
        let Some(strong) = vault.upgrade() else { return };
        let due = strong.lock().credential.next_wake().unwrap_or(Mono::NEVER);
        #[cfg(test)]
        strong.strike(Spot::Timer);
        if due <= clock.now().mono {
            strong.drive(Event::Timer);
            continue;
        }
        drop(strong);
        tokio::select! {
            () = clock.until(due) => {}
            () = rearm.notified() => {}
        }
    }
}

//! What the driver keeps of a credential beside its machine: counts, the journal's entries, what it requests with.

use std::sync::Arc;

use tollgate_core::config::profile::Profile;
use tollgate_core::machine::Input;
use tollgate_core::machine::fact::Fact;
use tollgate_core::time::clock::Now;

use crate::endpoint::credential::CredentialCell;
use crate::http::last_response::Granted;
use crate::journal::{JournalContext, JournalWriter};
use crate::metrics::Metrics;

/// One credential of the driver's endpoint.
pub(crate) struct Member {
    pub(crate) cell: Arc<CredentialCell>,
    /// What the next request is made of: the profile, with an assertion that was read again.
    pub(crate) requests_with: Arc<Profile>,
    pub(crate) metrics: Metrics,
    pub(crate) writer: JournalWriter,
    /// What the server said of the last token, if it is not what one would expect.
    pub(crate) granted: Option<Box<Granted>>,
}

impl Member {
    pub(crate) fn new(cell: Arc<CredentialCell>) -> Self {
        Self {
            requests_with: Arc::clone(&cell.profile),
            metrics: Metrics::default(),
            writer: JournalWriter::default(),
            granted: None,
            cell,
        }
    }

    /// The journal, as its writer needs it.
    pub(crate) fn write(&mut self, write: impl FnOnce(&mut JournalWriter, JournalContext<'_>)) {
        let (journal, profile) = (&self.cell.context().journal, &self.cell.profile);
        write(&mut self.writer, JournalContext { journal, profile, credential: self.cell.number() });
    }

    /// The machine is about to handle this.
    pub(super) fn before(&mut self, input: &Input) {
        match input {
            Input::Wanted(..) => self.cell.wanted_arrived(),
            Input::Answered(..) => self.writer.answering(),
            _ => {}
        }
    }

    /// The machine has handled an answer.
    pub(super) fn answered(&mut self, now: Now) {
        self.write(|writer, context| writer.answered(context, now));
    }

    /// Counts a fact and writes it into the journal.
    pub(super) fn note(&mut self, now: Now, fact: &Fact) {
        self.tell_of_trial(now, fact);
        self.metrics.count(fact);
        self.write(|writer, context| writer.note(context, now, fact));
        if let Fact::Minted { lifetime_assumed, missing_scopes, .. } = fact {
            let notable = *lifetime_assumed || !missing_scopes.is_empty();
            self.granted = notable.then(|| {
                let missing_scopes = missing_scopes.clone();
                let notes = Vec::new();
                Box::new(Granted { lifetime_assumed: *lifetime_assumed, missing_scopes, notes })
            });
        }
        if let Fact::Peculiar(peculiarity) = fact {
            self.granted.get_or_insert_default().notes.push(peculiarity.describe());
        }
    }

    /// The server counts the requests of a trial, and what it says of its limits holds for the client.
    fn tell_of_trial(&self, now: Now, fact: &Fact) {
        let Some(endpoint) = self.cell.trial_of() else { return };
        let client: Arc<str> = self.cell.profile.account().into();
        match fact {
            Fact::Sent { .. } => {
                endpoint.enqueue(move |driver| driver.machine.trial_sent(now.mono, &client));
            }
            Fact::Failed { refusal, .. } => {
                let refusal = Arc::clone(refusal);
                endpoint.enqueue(move |driver| driver.machine.trial_failed(now, &client, &refusal));
            }
            _ => {}
        }
    }
}

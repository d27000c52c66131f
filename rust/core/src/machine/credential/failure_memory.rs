//! What a credential remembers of failed requests.
//!
//! With most of a hundred thousand users nothing ever fails, so it takes memory only from the first failure on. Invariant:
//! what never happened reads like what is over.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use crate::oauth::token_answer::Refusal;
use crate::time::clock::Mono;

/// Failed requests.
#[derive(Clone, Debug)]
pub(super) struct Failures {
    /// The refusal that will not change by itself, and until when it is believed.
    pub(super) permanent: Option<(Arc<Refusal>, Mono)>,
    /// Why the last token request failed.
    pub(super) last_refusal: Option<Arc<Refusal>>,
    /// How many failed since the last success.
    pub(super) in_row: u32,
}

static NONE: Failures = Failures { permanent: None, last_refusal: None, in_row: 0 };

/// The same, of a credential that may have had none.
#[derive(Debug, Default)]
pub(super) struct FailureMemory(Option<Box<Failures>>);

impl Deref for FailureMemory {
    type Target = Failures;

    fn deref(&self) -> &Failures {
        self.0.as_deref().unwrap_or(&NONE)
    }
}

impl DerefMut for FailureMemory {
    fn deref_mut(&mut self) -> &mut Failures {
        self.0.get_or_insert_with(|| Box::new(NONE.clone()))
    }
}

impl FailureMemory {
    /// The permanent refusal is believed no longer.
    pub(super) fn forget_permanent(&mut self) {
        if let Some(failures) = &mut self.0 {
            failures.permanent = None;
            self.0.take_if(|failures| failures.last_refusal.is_none());
        }
    }

    /// A token came, or a run started: why earlier requests failed matters no longer.
    pub(super) fn forget_refusals(&mut self) {
        self.0 = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_takes_memory_only_from_the_first_failure_to_the_end_of_the_last() {
        let refusal = Arc::new(Refusal::not_sent("down"));
        let mut memory = FailureMemory::default();
        memory.forget_permanent();
        assert!(memory.0.is_none() && memory.permanent.is_none());
        memory.last_refusal = Some(Arc::clone(&refusal));
        memory.permanent = Some((refusal, Mono::NEVER));
        memory.forget_permanent();
        assert!(memory.permanent.is_none() && memory.last_refusal.is_some());
        memory.forget_refusals();
        assert!(memory.0.is_none());
    }
}

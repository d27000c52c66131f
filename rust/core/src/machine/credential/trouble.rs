//! What a credential remembers of things that went wrong.
//!
//! With most of a hundred thousand users nothing ever does, so it takes its room when something first happens. Invariant:
//! what never happened reads like what is over.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use crate::oauth::token_answer::Refusal;
use crate::time::clock::Mono;

/// What went wrong.
#[derive(Clone, Debug)]
pub(super) struct Trouble {
    /// The refusal that will not change by itself, and until when that is believed.
    pub(super) permanent: Option<(Arc<Refusal>, Mono)>,
    /// Why the last token request failed.
    pub(super) last_refusal: Option<Arc<Refusal>>,
}

static NONE: Trouble = Trouble { permanent: None, last_refusal: None };

/// The same, of a credential that may have had none.
#[derive(Debug, Default)]
pub(super) struct Troubles(Option<Box<Trouble>>);

impl Deref for Troubles {
    type Target = Trouble;

    fn deref(&self) -> &Trouble {
        self.0.as_deref().unwrap_or(&NONE)
    }
}

impl DerefMut for Troubles {
    fn deref_mut(&mut self) -> &mut Trouble {
        self.0.get_or_insert_with(|| Box::new(NONE.clone()))
    }
}

impl Troubles {
    /// No refusal is believed any more.
    pub(super) fn pardon(&mut self) {
        self.tidy(|trouble| trouble.permanent = None);
    }

    /// Why requests failed is of no interest any more.
    pub(super) fn forgive(&mut self) {
        self.tidy(|trouble| (trouble.permanent, trouble.last_refusal) = (None, None));
    }

    /// Ends something. If nothing is left, its room is given back.
    fn tidy(&mut self, end: impl FnOnce(&mut Trouble)) {
        if let Some(trouble) = &mut self.0 {
            end(trouble);
            let Trouble { permanent, last_refusal } = &**trouble;
            let over = permanent.is_none() && last_refusal.is_none();
            self.0.take_if(|_| over);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_takes_room_only_from_the_first_trouble_to_the_end_of_the_last() {
        let refusal = Arc::new(Refusal::not_sent("down"));
        let mut troubles = Troubles::default();
        troubles.forgive();
        assert!(troubles.0.is_none() && troubles.permanent.is_none());
        troubles.last_refusal = Some(Arc::clone(&refusal));
        troubles.permanent = Some((refusal, Mono::NEVER));
        troubles.pardon();
        assert!(troubles.permanent.is_none() && troubles.last_refusal.is_some());
        troubles.forgive();
        assert!(troubles.0.is_none());
    }
}

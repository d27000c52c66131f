//! Why a credential has no token, or will have none in time: what readers are told, in one snapshot.

use std::sync::Arc;

use super::credential::{Credential, FetchState};
use crate::oauth::token_answer::Refusal;
use crate::time::clock::Mono;

/// No request is sent before then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// When one may be sent. A time that has passed where that depends on other requests: then its credential is called.
    pub until: Mono,
    /// What holds it back.
    pub why: Arc<Refusal>,
}

/// Everything about a credential that a reader without a token has to know.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Availability {
    /// No token comes any more: the test ends.
    pub shut: bool,
    /// What holds the next request back.
    pub held: Option<Held>,
    /// A refusal that will not change by itself, and until when it is believed.
    pub permanent: Option<(Arc<Refusal>, Mono)>,
    /// Why the last request failed.
    pub last_refusal: Option<Arc<Refusal>>,
    /// It is known that readers want a token: one more of them changes nothing.
    pub expected: bool,
}

impl Availability {
    /// That of a credential.
    #[must_use]
    pub(super) fn of(credential: &Credential) -> Self {
        let permanent = credential.permanent_until().map(|(why, until)| (Arc::clone(why), until));
        let (held, refused) = match &credential.fetch {
            // The refusal of its client.
            FetchState::Held { until, why, believed: true, .. } => (None, Some((Arc::clone(why), *until))),
            FetchState::Held { until, why, .. } => (Some(Held { until: *until, why: Arc::clone(why) }), None),
            _ => (None, None),
        };
        Self {
            shut: credential.is_shut(),
            held,
            permanent: permanent.or(refused),
            last_refusal: credential.last_refusal().cloned(),
            expected: credential.is_expected(),
        }
    }

    /// Tells whether two are the same without making them: what they consist of, by address.
    pub(super) fn digest(credential: &Credential) -> Digest {
        let at = |refusal: &Arc<Refusal>| Arc::as_ptr(refusal).addr();
        Digest {
            shut: credential.is_shut(),
            held: match &credential.fetch {
                FetchState::Held { until, why, believed, .. } => Some((*until, at(why), *believed)),
                _ => None,
            },
            permanent: credential.permanent_until().map(|(why, until)| (at(why), until)),
            last_refusal: credential.last_refusal().map(at),
            expected: credential.is_expected(),
        }
    }
}

/// What an [`Availability`] consists of.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Digest {
    shut: bool,
    held: Option<(Mono, usize, bool)>,
    permanent: Option<(usize, Mono)>,
    last_refusal: Option<usize>,
    expected: bool,
}

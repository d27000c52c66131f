//! Which token of a credential was sent? Answered by the fingerprint of the token in the recorded request headers, so that no
//! old token is kept; else by the stamp that a live header left for the sample.
//!
//! Invariants: a recorded token that differs from the stamped one proves the stamp wrong; what is not known to be a token of
//! this credential is attributed to none.

use std::hash::{BuildHasher, RandomState};

use tollgate_core::oauth::dpop;
use tollgate_core::oauth::token::Generation;

/// Fingerprints of the last generations of one credential. All are made with one key, which only this
/// process knows and the caller brings along.
pub(crate) struct Fingerprints {
    newest: (Generation, u64),
    /// Most tokens are the first of their credential: no memory for others.
    #[allow(clippy::box_collection)]
    older: Option<Box<Vec<(Generation, u64)>>>,
}

/// Names a token without being it: of which credential, and its generation. Generations of two credentials have the same
/// numbers, and a handle stands for another credential once its profile is redefined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    credential: u32,
    generation: Generation,
}

impl Stamp {
    /// The token of this generation of the credential with this number.
    pub(crate) fn new(credential: u32, generation: Generation) -> Self {
        Self { credential, generation }
    }

    /// From [`Stamp::bits`]; 0 is none.
    #[must_use]
    pub fn from_bits(bits: u64) -> Option<Self> {
        let credential = u32::try_from(bits >> 32).unwrap_or_default();
        (bits != 0).then(|| Self::new(credential, bits & u64::from(u32::MAX)))
    }

    /// As one number, for callers that keep it: no credential has four thousand million tokens.
    #[must_use]
    pub fn bits(self) -> u64 {
        u64::from(self.credential) << 32 | self.generation & u64::from(u32::MAX)
    }

    /// The generation, if it is one of this credential.
    pub(crate) fn of(self, credential: u32) -> Option<Generation> {
        (self.credential == credential).then_some(self.generation)
    }
}

/// What a report knows of the token that was sent.
#[derive(Clone, Copy)]
pub(crate) struct Sent {
    /// The fingerprint of the token in the recorded request headers.
    print: Option<u64>,
    /// The generation that the live header gave out, if it was one of this credential.
    stamp: Option<Generation>,
}

impl Sent {
    /// From an `Authorization` value or a bare token, if one was recorded, and the stamp.
    pub(crate) fn new(key: &RandomState, authorization: Option<&str>, stamp: Option<Generation>) -> Self {
        Self { print: recorded(authorization).map(|token| fingerprint(key, token)), stamp }
    }
}

/// What stands before a token (RFC 6750 section 2.1, RFC 9449 section 7.1).
const SCHEMES: [&str; 2] = ["Bearer", dpop::SCHEME];

/// A report of an older token is of no interest: the API took longer for one answer than four tokens lived. Each is 16 bytes
/// of every one of a hundred thousand users.
const REMEMBERED: usize = 4;

impl Fingerprints {
    /// What is known, and one more; `None` where that is the newest already.
    pub(crate) fn with(
        known: Option<&Self>,
        key: &RandomState,
        generation: Generation,
        token: &str,
    ) -> Option<Self> {
        if known.is_some_and(|known| known.newest.0 == generation) {
            return None;
        }
        let older: Vec<_> = known.into_iter().flat_map(Self::all).take(REMEMBERED - 1).collect();
        Some(Self {
            newest: (generation, fingerprint(key, token)),
            older: (!older.is_empty()).then(|| Box::new(older)),
        })
    }

    /// All that are known, the newest first.
    fn all(&self) -> impl Iterator<Item = (Generation, u64)> {
        std::iter::once(self.newest).chain(self.older.iter().flat_map(|older| older.iter().copied()))
    }

    /// The generation of a bare token or of an `Authorization` header's value, if it was ours.
    pub(crate) fn generation_of(&self, key: &RandomState, authorization: &str) -> Option<Generation> {
        self.generation_printed(Sent::new(key, Some(authorization), None).print?)
    }

    /// The generation of the token that was sent.
    pub(crate) fn attribute(&self, sent: Sent) -> Option<Generation> {
        let Sent { print, stamp } = sent;
        print.and_then(|print| self.generation_printed(print)).or_else(|| {
            let stamp = stamp.filter(|stamp| (1..=self.newest.0).contains(stamp))?;
            let proved_wrong = print.is_some() && self.all().any(|(generation, _)| generation == stamp);
            (!proved_wrong).then_some(stamp)
        })
    }

    fn generation_printed(&self, print: u64) -> Option<Generation> {
        self.all().find(|(_, known)| *known == print).map(|(generation, _)| generation)
    }
}

/// Whether this very token was recorded. Asked for each sample, and answered by one comparison.
pub(crate) fn is_recorded(authorization: Option<&str>, token: &str) -> bool {
    authorization.is_some_and(|authorization| bare(authorization) == token)
}

/// The token that was recorded. A value that can't be a token (RFC 6750 section 2.1) proves nothing: it is masked.
pub(crate) fn recorded(authorization: Option<&str>) -> Option<&str> {
    let is_of_a_token = |b| matches!(b, b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'+' | b'/' | b'=');
    authorization.map(bare).filter(|token| !token.is_empty() && token.bytes().all(is_of_a_token))
}

/// The token of an `Authorization` header's value, or what was bare before.
fn bare(authorization: &str) -> &str {
    let authorization = authorization.trim();
    // Not by its first space: a bare token has none, and is long.
    let after = |scheme: &&str| {
        let (head, rest) = authorization.split_at_checked(scheme.len())?;
        (head.eq_ignore_ascii_case(scheme) && rest.starts_with(' ')).then(|| rest.trim_start())
    };
    SCHEMES.iter().find_map(after).unwrap_or(authorization)
}

/// One in 2⁶⁰ foreign tokens looks like one of ours, and only if it is reported to this credential.
fn fingerprint(key: &RandomState, token: &str) -> u64 {
    key.hash_one(token)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(tokens: u64) -> (RandomState, Fingerprints) {
        let key = RandomState::new();
        let more = |known: Option<Fingerprints>, n| {
            Fingerprints::with(known.as_ref(), &key, n, &format!("token-{n}"))
        };
        let made = (1..=tokens).fold(None, more).unwrap();
        (key, made)
    }

    #[test]
    fn a_token_is_found_bare_or_as_a_header_and_a_strange_one_is_not() {
        let (key, prints) = made(100);
        assert_eq!(prints.generation_of(&key, "token-100"), Some(100));
        assert_eq!(prints.generation_of(&key, "bearer  token-97 "), Some(97));
        assert_eq!(prints.generation_of(&key, "dpop token-98"), Some(98));
        assert_eq!(prints.generation_of(&key, "Bearer token-96"), None, "forgotten");
        assert_eq!(prints.generation_of(&key, "Basic token-99"), None);
        assert_eq!(prints.generation_of(&key, ""), None);
    }

    #[test]
    fn the_token_in_service_is_known_as_it_is() {
        for recorded in ["Bearer a:b", "dpop a:b ", "a:b"] {
            assert!(is_recorded(Some(recorded), "a:b"), "{recorded}");
        }
        for recorded in [None, Some(""), Some("Bearer ***"), Some("Bearer a:bc"), Some("Basic a:b")] {
            assert!(!is_recorded(recorded, "a:b"), "{recorded:?}");
        }
    }

    #[test]
    fn a_stamp_counts_unless_another_token_was_recorded() {
        let (key, prints) = made(6);
        let attribute = |recorded, stamp| prints.attribute(Sent::new(&key, recorded, stamp));
        for masked in [None, Some(""), Some("***"), Some("Bearer ***"), Some("Bearer [masked]")] {
            assert_eq!(
                [None, Some(1), Some(6), Some(7)].map(|stamp| attribute(masked, stamp)),
                [None, Some(1), Some(6), None],
                "{masked:?}"
            );
        }
        assert_eq!(attribute(Some("Bearer token-5"), Some(6)), Some(5), "what was recorded was sent");
        assert_eq!(attribute(Some("Bearer token-of-another"), Some(6)), None, "proved wrong");
        assert_eq!(
            attribute(Some("Bearer token-1"), Some(1)),
            Some(1),
            "so old that its fingerprint is forgotten"
        );
    }
}

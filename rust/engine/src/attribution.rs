//! Which of our tokens was sent? Answered by fingerprint, so that no old token is kept.

use std::hash::{BuildHasher, RandomState};

use tollgate_core::oauth::dpop;
use tollgate_core::oauth::token::Generation;

/// Fingerprints of the last generations of one credential, the newest last. All are made with one key, which only this
/// process knows and whoever asks brings along.
#[derive(Default)]
pub(crate) struct Fingerprints(Vec<(Generation, u64)>);

/// What stands before a token (RFC 6750 section 2.1, RFC 9449 section 7.1).
const SCHEMES: [&str; 2] = ["Bearer", dpop::SCHEME];

/// A report older than this many tokens is of no interest: the API took longer for one answer than four of them lived. Each is 16
/// bytes of every one of a hundred thousand users.
const REMEMBERED: usize = 4;

impl Fingerprints {
    /// Nobody asks any more.
    pub(crate) fn forget(&mut self) {
        self.0 = Vec::new();
    }

    pub(crate) fn remember(&mut self, key: &RandomState, generation: Generation, token: &str) {
        if self.0.last().is_some_and(|(newest, _)| *newest == generation) {
            return;
        }
        if self.0.len() == REMEMBERED {
            self.0.remove(0);
        }
        self.0.reserve_exact(1); // most have few
        self.0.push((generation, print(key, token)));
    }

    /// The generation of a bare token or of an `Authorization` header's value, if it was ours.
    pub(crate) fn generation_of(&self, key: &RandomState, authorization: &str) -> Option<Generation> {
        self.generation_printed(print(key, bare(authorization)))
    }

    /// The generation of the token with this fingerprint, if it was ours.
    pub(crate) fn generation_printed(&self, print: u64) -> Option<Generation> {
        self.0.iter().rev().find(|(_, known)| *known == print).map(|(generation, _)| *generation)
    }
}

/// The token of an `Authorization` header's value, or what was bare before.
pub(crate) fn bare(authorization: &str) -> &str {
    let authorization = authorization.trim();
    // Not by its first space: a bare token has none, and is long.
    let after = |scheme: &&str| {
        let (head, rest) = authorization.split_at_checked(scheme.len())?;
        (head.eq_ignore_ascii_case(scheme) && rest.starts_with(' ')).then(|| rest.trim_start())
    };
    SCHEMES.iter().find_map(after).unwrap_or(authorization)
}

/// One in 2⁶⁰ strange tokens looks like one of ours, and only to whoever reports it to this very credential.
pub(crate) fn print(key: &RandomState, token: &str) -> u64 {
    key.hash_one(token)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_found_bare_or_as_a_header_and_a_strange_one_is_not() {
        let (key, mut prints) = (RandomState::new(), Fingerprints::default());
        for n in 1..=100 {
            prints.remember(&key, n, &format!("token-{n}"));
        }
        assert_eq!(prints.generation_of(&key, "token-100"), Some(100));
        assert_eq!(prints.generation_of(&key, "bearer  token-97 "), Some(97));
        assert_eq!(prints.generation_of(&key, "dpop token-98"), Some(98));
        assert_eq!(prints.generation_of(&key, "Bearer token-96"), None, "forgotten");
        assert_eq!(prints.generation_of(&key, "Basic token-99"), None);
        assert_eq!(prints.generation_of(&key, ""), None);
    }
}

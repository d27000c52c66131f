//! Which of our tokens was sent? Answered by fingerprint, so that no old token is kept.

use std::collections::VecDeque;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;

use tollgate_core::dpop;
use tollgate_core::token::Generation;

/// Fingerprints of the last generations of one credential, under a key that only this process knows.
pub(crate) struct Fingerprints {
    key: Arc<RandomState>,
    recent: VecDeque<(Generation, u64)>,
}

/// What stands before a token (RFC 6750 section 2.1, RFC 9449 section 7.1).
const SCHEMES: [&str; 2] = ["Bearer", dpop::SCHEME];

/// A report older than this many tokens is of no interest: the API took longer for one answer than four of them lived. Each is 16
/// bytes of every one of a hundred thousand users.
const REMEMBERED: usize = 4;

impl Fingerprints {
    pub(crate) fn under(key: Arc<RandomState>) -> Self {
        Self { key, recent: VecDeque::new() }
    }

    /// Nobody asks any more.
    pub(crate) fn forget(&mut self) {
        self.recent = VecDeque::new();
    }

    pub(crate) fn remember(&mut self, generation: Generation, token: &str) {
        if self.recent.back().is_some_and(|(newest, _)| *newest == generation) {
            return;
        }
        if self.recent.len() == REMEMBERED {
            self.recent.pop_front();
        }
        self.recent.reserve_exact(1); // most have few
        self.recent.push_back((generation, print(&self.key, token)));
    }

    /// The generation of a bare token or of an `Authorization` header's value, if it was ours.
    pub(crate) fn generation_of(&self, authorization: &str) -> Option<Generation> {
        self.generation_printed(print(&self.key, bare(authorization)))
    }

    /// The generation of the token with this fingerprint, if it was ours.
    pub(crate) fn generation_printed(&self, print: u64) -> Option<Generation> {
        self.recent.iter().rev().find(|(_, known)| *known == print).map(|(generation, _)| *generation)
    }
}

/// The token of an `Authorization` header's value, or what was bare before.
pub(crate) fn bare(authorization: &str) -> &str {
    let authorization = authorization.trim();
    match authorization.split_once(' ') {
        Some((scheme, token)) if SCHEMES.iter().any(|one| scheme.eq_ignore_ascii_case(one)) => {
            token.trim_start()
        }
        _ => authorization,
    }
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
        let mut prints = Fingerprints::under(Arc::default());
        for n in 1..=100 {
            prints.remember(n, &format!("token-{n}"));
        }
        assert_eq!(prints.generation_of("token-100"), Some(100));
        assert_eq!(prints.generation_of("bearer  token-97 "), Some(97));
        assert_eq!(prints.generation_of("dpop token-98"), Some(98));
        assert_eq!(prints.generation_of("Bearer token-96"), None, "forgotten");
        assert_eq!(prints.generation_of("Basic token-99"), None);
        assert_eq!(prints.generation_of(""), None);
    }
}

//! Proofs (RFC 9449) for the requests of one credential: its key, what servers want to see in them, and the hashes of
//! its tokens.
//!
//! A proof goes with every API request, so the key is read once and its public half encoded once; what is left for each
//! is one signature and one short lock. Invariants: the private key leaves this file by no way, not even `Debug`; a
//! nonce goes to the server that gave it and to no other; a proof is made for a token of this credential or not at all.

use std::collections::VecDeque;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use parking_lot::Mutex;
use ring::digest::{SHA256, digest};
use tollgate_core::failure::{Code, Failure};
use tollgate_core::oauth::assertion::Algorithm;
use tollgate_core::oauth::dpop::{Binding, Proof, header, nonce, target, target_of};
use tollgate_core::oauth::token::Generation;
use tollgate_core::oauth::token_request::Method;
use tollgate_core::time::clock::Wall;
use url::Url;

use crate::http::private_key::PrivateKey;
use crate::http::signing;

/// As many as fingerprints are kept of.
const REMEMBERED: usize = 64;

/// The last nonce of each server: of an API by its origin, of a token endpoint by its URL, for the two may be different
/// servers behind one name.
#[derive(Default)]
pub(crate) struct Nonces(Mutex<VecDeque<(String, String)>>);

impl Nonces {
    fn of(&self, server: &str) -> Option<String> {
        let heard = self.0.lock();
        heard.iter().find(|(known, _)| known == server).map(|(_, nonce)| nonce.clone())
    }

    fn observe(&self, server: &str, nonce: &str) {
        let mut heard = self.0.lock();
        if let Some((_, known)) = heard.iter_mut().find(|(known, _)| known == server) {
            if known != nonce {
                nonce.clone_into(known);
            }
            return;
        }
        if heard.len() == REMEMBERED {
            heard.pop_front();
        }
        heard.push_back((server.to_owned(), nonce.to_owned()));
    }
}

/// What the proofs of one credential are made of.
pub(crate) struct Proving {
    key: PrivateKey,
    algorithm: Algorithm,
    /// The first part of every proof.
    header: String,
    own: Nonces,
    /// What credentials that travel alike were told: good for the first request of a new one.
    shared: Arc<Nonces>,
    hashes: Mutex<VecDeque<(Generation, String)>>,
    /// The API that the last proof was made for.
    last_asked: Mutex<String>,
}

impl Proving {
    /// With the key of `binding`, or one made here.
    ///
    /// # Errors
    /// What is wrong with the key, without a word of it.
    pub(crate) fn new(binding: &Binding, shared: Arc<Nonces>) -> Result<Self, String> {
        let (key, algorithm) = match &binding.key {
            Some(given) => (PrivateKey::of(given)?, given.algorithm),
            None => (PrivateKey::made()?, Algorithm::Es256),
        };
        let header = header(algorithm, &key.public());
        let (hashes, last_asked) = Default::default();
        Ok(Self { key, algorithm, header, own: Nonces::default(), shared, hashes, last_asked })
    }

    /// A token of this credential has come.
    pub(crate) fn remember(&self, generation: Generation, token: &str) {
        let mut hashes = self.hashes.lock();
        if hashes.back().is_some_and(|(newest, _)| *newest == generation) {
            return;
        }
        if hashes.len() == REMEMBERED {
            hashes.pop_front();
        }
        hashes.push_back((generation, URL_SAFE_NO_PAD.encode(digest(&SHA256, token.as_bytes()))));
    }

    /// The token endpoint answered.
    pub(crate) fn observe_token_endpoint(&self, url: &Url, headers: &[(String, String)]) {
        self.observe(target_of(url).map(|target| target.url), headers);
    }

    /// An API answered. If nobody knows which, it is taken to be the one that was asked last.
    pub(crate) fn observe_api(&self, url: Option<&str>, headers: &[(String, String)]) {
        let origin = match url {
            Some(url) => target(url).map(|target| target.origin),
            None => Some(self.last_asked.lock().clone()).filter(|origin| !origin.is_empty()),
        };
        self.observe(origin, headers);
    }

    fn observe(&self, server: Option<String>, headers: &[(String, String)]) {
        if let (Some(server), Some(nonce)) = (server, nonce(headers)) {
            self.own.observe(&server, nonce);
            self.shared.observe(&server, nonce);
        }
    }

    /// The proof of a token request (section 5).
    ///
    /// # Errors
    /// In words, if it can't be made.
    pub(crate) fn of_token_request(&self, method: Method, url: &Url, now: Wall) -> Result<String, String> {
        let target = target_of(url).ok_or("the token endpoint has no HTTP URL")?;
        self.signed(method.name(), &target.url, (&target.url, None), now)
    }

    /// The proof of an API request that carries this token (section 7).
    ///
    /// # Errors
    /// `CONFIG` if there is no such request, `INTERNAL` if the token is not known or nothing can be signed.
    pub(crate) fn of_api_request(
        &self,
        title: &str,
        generation: Generation,
        (method, url): (&str, &str),
        now: Wall,
    ) -> Result<String, Failure> {
        let target = target(url).filter(|_| !method.trim().is_empty()).ok_or_else(|| {
            let words = "a proof needs the method of the request and its whole URL, http or https";
            Failure::new(Code::Config, format!("{title}: {words}; check what the sampler or headers(…) says"))
        })?;
        let internal = |words: String| Failure::new(Code::Internal, format!("{title}: {words}"));
        let hash =
            self.hashes.lock().iter().rev().find(|(n, _)| *n == generation).map(|(_, hash)| hash.clone());
        let hash = hash.ok_or_else(|| internal(format!("token {generation} is not known (any more)")))?;
        {
            let mut last = self.last_asked.lock();
            if *last != target.origin {
                last.clone_from(&target.origin);
            }
        }
        self.signed(method.trim(), &target.origin, (&target.url, Some(&hash)), now).map_err(internal)
    }

    fn signed(
        &self,
        method: &str,
        server: &str,
        (target, token_hash): (&str, Option<&str>),
        now: Wall,
    ) -> Result<String, String> {
        let nonce = self.own.of(server).or_else(|| self.shared.of(server));
        let proof = Proof { method, target, token_hash, nonce: nonce.as_deref() };
        let input = proof.signing_input(&self.header, now, &signing::nonce()?);
        let signature = self.key.sign(self.algorithm, input.as_bytes())?;
        Ok(format!("{input}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }
}

#[cfg(test)]
#[path = "../../tests/unit/proving.rs"]
mod tests;

//! What the store gets of tokens, refresh tokens and gates: encrypted and authenticated, under names that say nothing.
//!
//! Access to the store, without the client secret and `store_key`, is not enough to read a token, plant one, make an old one
//! pass for a newer or longer-lived one, or close a gate. Keys come from the secret by HKDF (RFC 5869), one for
//! each purpose and each client of an endpoint. Each record is sealed with AES-256-GCM under a random nonce; what it belongs
//! to (the credential's name, its fence, its end) is authenticated with it.

use std::hash::{BuildHasher, Hasher};

use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::hkdf::{HKDF_SHA256, Prk, Salt};
use ring::hmac;
use ring::rand::{SecureRandom, SystemRandom};
use tollgate_core::fleet::protocol::Fence;
use zeroize::Zeroizing;

/// Tells this format from later ones, in keys and in names.
const VERSION: &[u8] = b"tollgate v1";

/// What a record is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// An access token.
    Token,
    /// A refresh token.
    RefreshToken,
    /// A refusal of the client.
    Refusal,
}

impl Kind {
    fn name(self) -> &'static [u8] {
        match self {
            Self::Token => b"token",
            Self::RefreshToken => b"refresh token",
            Self::Refusal => b"refusal",
        }
    }
}

/// What a record belongs to. One of another credential, another lease or another end does not open.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Belonging<'a> {
    pub(crate) kind: Kind,
    /// The name of the credential; of a refusal, that of the secret that was refused.
    pub(crate) credential: &'a str,
    pub(crate) fence: Fence,
    /// On the store's clock, in milliseconds since the epoch.
    pub(crate) ends: u64,
    /// What a token says of the one that it replaced; mostly nothing.
    pub(crate) after: &'a str,
}

impl<'a> Belonging<'a> {
    pub(crate) fn of_refresh_token(credential: &'a str, fence: Fence) -> Self {
        Self { kind: Kind::RefreshToken, credential, fence, ends: 0, after: "" }
    }

    /// Of the refusal that is kept under this key.
    pub(crate) fn of_refusal(key: &'a str, ends: u64) -> Self {
        Self { kind: Kind::Refusal, credential: key, fence: Fence(0), ends, after: "" }
    }

    /// Each part with its length, so that no two are written alike.
    fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        let (fence, ends) = (self.fence.0.to_be_bytes(), self.ends.to_be_bytes());
        let parts = [VERSION, self.kind.name(), self.credential.as_bytes(), &fence, &ends];
        let after = Some(self.after.as_bytes()).filter(|after| !after.is_empty());
        for part in parts.into_iter().chain(after) {
            bytes.extend_from_slice(&(part.len() as u64).to_be_bytes());
            bytes.extend_from_slice(part);
        }
        bytes
    }
}

/// A record that is not what it should be: planted, replayed, cut off, or sealed with another secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a record of the store is not of this fleet, or was changed")]
pub(crate) struct Forged;

/// The keys of one client of an endpoint.
pub(crate) struct StoreKeys {
    seal: LessSafeKey,
    names: hmac::Key,
    gates: hmac::Key,
    random: SystemRandom,
}

impl StoreKeys {
    /// Derives them from the client's secret, or from `store_key`.
    pub(crate) fn derive(secret: &[u8], endpoint: &str, client: &str) -> Self {
        let prk = Salt::new(HKDF_SHA256, VERSION).extract(secret);
        let of = |purpose: &str| expand(&prk, &[purpose, endpoint, client]);
        let seal = UnboundKey::new(&AES_256_GCM, &*of("seal")).expect("32 bytes are a key of AES-256");
        Self {
            seal: LessSafeKey::new(seal),
            names: hmac::Key::new(hmac::HMAC_SHA256, &*of("names")),
            gates: hmac::Key::new(hmac::HMAC_SHA256, &*of("gates")),
            random: SystemRandom::new(),
        }
    }

    /// The name that stands in the store for a text: a client, or the cache key of a credential.
    pub(crate) fn name(&self, of: &[u8]) -> String {
        let tag = hmac::sign(&self.names, of);
        tag.as_ref()[..16].iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Encrypts a secret: nonce, ciphertext and tag.
    pub(crate) fn seal(&self, belonging: &Belonging<'_>, secret: &str) -> Vec<u8> {
        let mut nonce = [0; NONCE_LEN];
        self.random.fill(&mut nonce).expect("the system has random numbers");
        let mut sealed = Zeroizing::new(secret.as_bytes().to_vec());
        let tag = self
            .seal
            .seal_in_place_separate_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(belonging.bytes()),
                &mut sealed,
            )
            .expect("a token is shorter than AES-GCM allows");
        [&nonce, sealed.as_slice(), tag.as_ref()].concat()
    }

    /// Decrypts what was sealed for the same belonging.
    pub(crate) fn open(&self, belonging: &Belonging<'_>, sealed: &[u8]) -> Result<Zeroizing<String>, Forged> {
        let (nonce, rest) = sealed.split_first_chunk::<NONCE_LEN>().ok_or(Forged)?;
        let mut text = Zeroizing::new(rest.to_vec());
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let opened = self.seal.open_in_place(nonce, Aad::from(belonging.bytes()), &mut text);
        let opened = opened.map_err(|_| Forged)?;
        let text = std::str::from_utf8(opened).map_err(|_| Forged)?;
        Ok(Zeroizing::new(text.to_owned()))
    }

    /// A gate that is closed until then, on the store's clock, as the store keeps it.
    pub(crate) fn gate(&self, client: &str, heard: u64, until: u64) -> String {
        let tag = hmac::sign(&self.gates, gate_text(client, heard, until).as_bytes());
        let tag: String = tag.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
        format!("{until} {heard} {tag}")
    }

    /// Until when a gate is closed. `longest`: no wait is kept longer, in milliseconds.
    pub(crate) fn closed_until(&self, client: &str, gate: &str, longest: u64) -> Result<u64, Forged> {
        let mut parts = gate.split(' ');
        let mut number = || parts.next().and_then(|part| part.parse::<u64>().ok()).ok_or(Forged);
        let (until, heard) = (number()?, number()?);
        let tag = parts.next().filter(|tag| tag.len() == 64 && tag.is_ascii()).ok_or(Forged)?;
        let tag: Option<Vec<u8>> =
            (0..32).map(|at| u8::from_str_radix(&tag[2 * at..2 * at + 2], 16).ok()).collect();
        let text = gate_text(client, heard, until);
        hmac::verify(&self.gates, text.as_bytes(), &tag.ok_or(Forged)?).map_err(|_| Forged)?;
        Ok(until.min(heard.saturating_add(longest)))
    }
}

fn gate_text(client: &str, heard: u64, until: u64) -> String {
    format!("gate {} {client} {heard} {until}", client.len())
}

/// A keyed hash that is the same in each process of the fleet: one of several, told apart by a number.
pub(super) fn hasher(keys: &StoreKeys, number: u8) -> SharedHasher {
    let mut context = hmac::Context::with_key(&keys.names);
    context.update(&[number]);
    SharedHasher(context)
}

/// Hashes what tells a credential from another.
#[derive(Clone)]
pub(super) struct SharedHasher(hmac::Context);

impl BuildHasher for SharedHasher {
    type Hasher = Self;

    fn build_hasher(&self) -> Self {
        self.clone()
    }
}

impl Hasher for SharedHasher {
    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    fn finish(&self) -> u64 {
        let tag = self.0.clone().sign();
        tag.as_ref().iter().take(8).fold(0, |hash, byte| hash << 8 | u64::from(*byte))
    }
}

/// A key for one purpose.
fn expand(prk: &Prk, info: &[&str]) -> Zeroizing<[u8; 32]> {
    let mut parts = Vec::new();
    for part in info {
        parts.push((part.len() as u64).to_be_bytes().to_vec());
        parts.push(part.as_bytes().to_vec());
    }
    let parts: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
    let mut key = Zeroizing::new([0; 32]);
    let expanded = prk.expand(&parts, HKDF_SHA256.hmac_algorithm()).and_then(|okm| okm.fill(&mut *key));
    expanded.expect("HKDF-SHA256 gives 32 bytes");
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(secret: &str) -> StoreKeys {
        StoreKeys::derive(secret.as_bytes(), "https://login.example.com/token", "load-test")
    }

    const OF: Belonging<'_> = Belonging {
        kind: Kind::Token,
        credential: "ann",
        fence: Fence(7),
        ends: 1_900_000_000_000,
        after: "",
    };

    #[test]
    fn a_record_opens_for_what_it_belongs_to_alone() {
        let sealed = keys("secret").seal(&OF, "the token");
        assert_eq!(keys("secret").open(&OF, &sealed).expect("it is ours").as_str(), "the token");
        for other in [
            Belonging { kind: Kind::RefreshToken, ..OF },
            Belonging { credential: "bob", ..OF },
            Belonging { fence: Fence(8), ..OF },
            Belonging { ends: OF.ends + 1, ..OF },
            Belonging { after: "10000 16", ..OF },
        ] {
            assert_eq!(keys("secret").open(&other, &sealed), Err(Forged), "{other:?}");
        }
        assert_eq!(keys("another").open(&OF, &sealed), Err(Forged));
        let elsewhere = StoreKeys::derive(b"secret", "https://login.example.com/token", "other");
        assert_eq!(elsewhere.open(&OF, &sealed), Err(Forged));
    }

    #[test]
    fn a_changed_record_does_not_open() {
        let sealed = keys("secret").seal(&OF, "the token");
        assert!(!sealed.windows(5).any(|part| part == b"token"), "it can be read");
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert_eq!(keys("secret").open(&OF, &changed), Err(Forged), "byte {at}");
            assert_eq!(keys("secret").open(&OF, &sealed[..at]), Err(Forged), "{at} bytes");
        }
        assert_ne!(sealed, keys("secret").seal(&OF, "the token"), "the nonce is new");
    }

    #[test]
    fn a_gate_is_closed_by_those_that_have_the_secret_and_not_for_longer_than_waits_are() {
        let keys_of_fleet = keys("secret");
        let gate = keys_of_fleet.gate("load-test", 1_000, 61_000);
        assert_eq!(keys_of_fleet.closed_until("load-test", &gate, 100_000), Ok(61_000));
        assert_eq!(keys_of_fleet.closed_until("load-test", &gate, 30_000), Ok(31_000));
        assert_eq!(keys_of_fleet.closed_until("other", &gate, 100_000), Err(Forged));
        assert_eq!(keys("another").closed_until("load-test", &gate, 100_000), Err(Forged));
        let longer = gate.replacen("61000", "4102444800000", 1);
        for forged in [longer.as_str(), "4102444800000 1000 00", "", "x y z", "4102444800000 1000"] {
            assert_eq!(keys_of_fleet.closed_until("load-test", forged, 100_000), Err(Forged), "{forged}");
        }
    }

    #[test]
    fn names_say_nothing_and_differ_by_secret() {
        let name = keys("secret").name(b"load-test");
        assert_eq!(name.len(), 32);
        assert_eq!(name, keys("secret").name(b"load-test"));
        assert_ne!(name, keys("another").name(b"load-test"));
    }
}

//! Private keys as people have them: PEM (PKCS#8, PKCS#1, SEC1) and JWK. `ring`, which TLS uses here anyway, signs with all
//! of them but P-521, which it does not have.
//!
//! A key that signs assertions is read anew for each signature. That takes less than a millisecond, once in a token's
//! life, and keeps no second copy of it in memory. One that proves every request ([`crate::http::proving`]) is read once.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use p521::ecdsa::signature::Signer as _;
use pkcs8::{DecodePrivateKey as _, EncryptedPrivateKeyInfoRef, LineEnding, SecretDocument};
use ring::rand::SystemRandom;
use ring::rsa::{KeyPairComponents, PublicKeyComponents};
use ring::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, EcdsaSigningAlgorithm,
    Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PKCS1_SHA512, RSA_PSS_SHA256,
    RSA_PSS_SHA384, RSA_PSS_SHA512, RsaEncoding, RsaKeyPair,
};
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject;
use sec1::{EcParameters, EcPrivateKey};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value};
use tollgate_core::oauth::assertion::{Algorithm, SigningKey};
use zeroize::Zeroizing;

/// A private key that was read.
pub(crate) enum PrivateKey {
    Rsa(Box<RsaKeyPair>),
    P256(EcdsaKeyPair),
    P384(EcdsaKeyPair),
    P521(Box<p521::ecdsa::SigningKey>),
    Ed25519(Ed25519KeyPair),
}

const ENCRYPTED: &str = "ENCRYPTED PRIVATE KEY";

/// The curves of [`PrivateKey`] by their names in a JWK and their object identifiers (RFC 5480 section 2.1.1.1).
const P256: (&str, &str) = ("P-256", "1.2.840.10045.3.1.7");
const P384: (&str, &str) = ("P-384", "1.3.132.0.34");
const P521: (&str, &str) = ("P-521", "1.3.132.0.35");

impl PrivateKey {
    /// That of a setting.
    ///
    /// # Errors
    /// What is wrong with it, without any part of it.
    pub(crate) fn of(key: &SigningKey) -> Result<Self, String> {
        Self::read(key.text.expose_secret())
    }

    /// Reads PEM or JWK.
    ///
    /// # Errors
    /// What is wrong with it, without any part of it.
    pub(crate) fn read(text: &str) -> Result<Self, String> {
        if text.trim_start().starts_with('{') { read_jwk(text) } else { read_pem(text) }
    }

    /// A new one, P-256.
    ///
    /// # Errors
    /// If the operating system has no randomness.
    pub(crate) fn made() -> Result<Self, String> {
        let random = SystemRandom::new();
        let failed = |_| "no key could be made: the operating system gives no random numbers".to_owned();
        let made = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).map_err(failed)?;
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, made.as_ref(), &random);
        pair.map(Self::P256).map_err(|error| format!("the key that was made is of no use: {error}"))
    }

    /// What it is, and the algorithms that it can sign with, the usual one first.
    pub(crate) const fn algorithms(&self) -> (&'static str, &'static [Algorithm]) {
        use Algorithm::{EdDsa, Es256, Es384, Es512, Ps256, Ps384, Ps512, Rs256, Rs384, Rs512};
        match self {
            Self::Rsa(_) => ("an RSA key", &[Rs256, Rs384, Rs512, Ps256, Ps384, Ps512]),
            Self::P256(_) => ("a P-256 key", &[Es256]),
            Self::P384(_) => ("a P-384 key", &[Es384]),
            Self::P521(_) => ("a P-521 key", &[Es512]),
            Self::Ed25519(_) => ("an Ed25519 key", &[EdDsa]),
        }
    }

    /// Signs `input`.
    ///
    /// # Errors
    /// If that fails, which no key does that was read.
    pub(crate) fn sign(&self, algorithm: Algorithm, input: &[u8]) -> Result<Vec<u8>, String> {
        let random = SystemRandom::new();
        let failed = |_| "could not sign".to_owned();
        match self {
            Self::Rsa(pair) => {
                let encoding: &dyn RsaEncoding = match algorithm {
                    Algorithm::Rs384 => &RSA_PKCS1_SHA384,
                    Algorithm::Rs512 => &RSA_PKCS1_SHA512,
                    Algorithm::Ps256 => &RSA_PSS_SHA256,
                    Algorithm::Ps384 => &RSA_PSS_SHA384,
                    Algorithm::Ps512 => &RSA_PSS_SHA512,
                    _ => &RSA_PKCS1_SHA256,
                };
                let mut signature = vec![0; pair.public().modulus_len()];
                pair.sign(encoding, &random, input, &mut signature).map_err(failed)?;
                Ok(signature)
            }
            Self::P256(pair) | Self::P384(pair) => {
                Ok(pair.sign(&random, input).map_err(failed)?.as_ref().to_vec())
            }
            Self::P521(pair) => {
                let signature: p521::ecdsa::Signature =
                    pair.try_sign(input).map_err(|_| "could not sign".to_owned())?;
                Ok(signature.to_bytes().to_vec())
            }
            Self::Ed25519(pair) => Ok(pair.sign(input).as_ref().to_vec()),
        }
    }

    /// The public key as it stands in a certificate (RFC 5480 section 2, RFC 8017 appendix A.1.1, RFC 8410 section 4).
    pub(crate) fn public_bytes(&self) -> Vec<u8> {
        match self {
            Self::Rsa(pair) => pair.public_key().as_ref().to_vec(),
            Self::P256(pair) | Self::P384(pair) => pair.public_key().as_ref().to_vec(),
            Self::P521(pair) => pair.verifying_key().to_sec1_point(false).as_bytes().to_vec(),
            Self::Ed25519(pair) => pair.public_key().as_ref().to_vec(),
        }
    }

    /// The public key as a JWK (RFC 7517, RFC 7518 section 6, RFC 8037 section 2).
    pub(crate) fn public(&self) -> Map<String, Value> {
        let text = |bytes: &[u8]| Value::String(URL_SAFE_NO_PAD.encode(bytes));
        let word = |word: &str| Value::String(word.to_owned());
        let point = |curve: &str| {
            // 4, x and y (SEC 1 section 2.3.3).
            let point = self.public_bytes();
            let (x, y) = point[1..].split_at(point.len() / 2);
            vec![("kty", word("EC")), ("crv", word(curve)), ("x", text(x)), ("y", text(y))]
        };
        let parts = match self {
            Self::Rsa(pair) => {
                let PublicKeyComponents { n, e } = PublicKeyComponents::<Vec<u8>>::from(pair.public());
                vec![("kty", word("RSA")), ("n", text(&n)), ("e", text(&e))]
            }
            Self::P256(_) => point(P256.0),
            Self::P384(_) => point(P384.0),
            Self::P521(_) => point(P521.0),
            Self::Ed25519(pair) => {
                vec![("kty", word("OKP")), ("crv", word("Ed25519")), ("x", text(pair.public_key().as_ref()))]
            }
        };
        parts.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }
}

/// A PEM of PKCS#8 that was encrypted with a passphrase, without it.
///
/// # Errors
/// What is wrong with it, without any part of key or passphrase.
pub(crate) fn decrypted(text: &str, passphrase: &str) -> Result<SecretString, String> {
    let (begin, end) = (format!("-----BEGIN {ENCRYPTED}-----"), format!("-----END {ENCRYPTED}-----"));
    let block = text.find(&begin).and_then(|start| {
        let length = text[start..].find(&end)? + end.len();
        Some(&text[start..start + length])
    });
    let Some(block) = block else {
        return Err(if text.contains("Proc-Type:") {
            OLD_ENCRYPTION.to_owned()
        } else {
            "holds no key that is encrypted".to_owned()
        });
    };
    let unreadable = |_| "is an encrypted key that can't be read".to_owned();
    let (_, document) = SecretDocument::from_pem(block).map_err(unreadable)?;
    let info: EncryptedPrivateKeyInfoRef<'_> = document.decode_msg().map_err(unreadable)?;
    let wrong = |_| "can't be decrypted with this passphrase".to_owned();
    let key = info.decrypt(passphrase).map_err(wrong)?;
    let pem = key.to_pem("PRIVATE KEY", LineEnding::LF).map_err(unreadable)?;
    Ok(SecretString::from(pem.as_str()))
}

const OLD_ENCRYPTION: &str =
    "is encrypted as OpenSSL did before PKCS#8 (openssl pkcs8 -topk8 -in KEY -out NEW.pem converts it)";

fn read_pem(text: &str) -> Result<PrivateKey, String> {
    if text.contains("Proc-Type: 4,ENCRYPTED") {
        return Err(OLD_ENCRYPTION.into());
    }
    if text.contains(ENCRYPTED) {
        return Err("is encrypted with a passphrase: set private_key_passphrase".into());
    }
    let der =
        PrivateKeyDer::from_pem_slice(text.as_bytes()).map_err(|_| "is neither PEM nor JWK".to_owned())?;
    match &der {
        PrivateKeyDer::Pkcs1(rsa) => rsa_key(RsaKeyPair::from_der(rsa.secret_pkcs1_der())),
        PrivateKeyDer::Pkcs8(key) => {
            let der = key.secret_pkcs8_der();
            let random = SystemRandom::new();
            if let Ok(pair) = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, der, &random) {
                return Ok(PrivateKey::P256(pair));
            }
            if let Ok(pair) = EcdsaKeyPair::from_pkcs8(&ECDSA_P384_SHA384_FIXED_SIGNING, der, &random) {
                return Ok(PrivateKey::P384(pair));
            }
            if let Ok(key) = p521::SecretKey::from_pkcs8_der(der) {
                return Ok(PrivateKey::P521(Box::new(key.into())));
            }
            // OpenSSL writes Ed25519 keys without their public half.
            if let Ok(pair) = Ed25519KeyPair::from_pkcs8_maybe_unchecked(der) {
                return Ok(PrivateKey::Ed25519(pair));
            }
            rsa_key(RsaKeyPair::from_pkcs8(der))
        }
        PrivateKeyDer::Sec1(key) => read_sec1(key.secret_sec1_der()),
        _ => Err("is neither PEM nor JWK".into()),
    }
}

/// SEC 1 appendix C.4, RFC 5915.
fn read_sec1(der: &[u8]) -> Result<PrivateKey, String> {
    let key = EcPrivateKey::try_from(der).map_err(|_| "is a SEC1 key that can't be read".to_owned())?;
    let curve = key.parameters.and_then(EcParameters::named_curve).map(|curve| curve.to_string());
    let Some(public) = key.public_key else {
        return Err("is a SEC1 key without its public half (openssl ec -in KEY -out NEW.pem adds it)".into());
    };
    match curve.as_deref() {
        Some(curve) if curve == P256.1 => ec_key(P256.0, key.private_key, public),
        Some(curve) if curve == P384.1 => ec_key(P384.0, key.private_key, public),
        Some(curve) if curve == P521.1 => ec_key(P521.0, key.private_key, public),
        _ => Err("is a SEC1 key of another curve than P-256, P-384 and P-521".into()),
    }
}

/// The key on the curve of this name, with its public point (SEC 1 section 2.3.3).
fn ec_key(curve: &str, private: &[u8], public: &[u8]) -> Result<PrivateKey, String> {
    let pair = |algorithm: &'static EcdsaSigningAlgorithm| {
        EcdsaKeyPair::from_private_key_and_public_key(algorithm, private, public, &SystemRandom::new())
            .map_err(|error| format!("is a {curve} key of no use: {error}"))
    };
    match curve {
        "P-256" => pair(&ECDSA_P256_SHA256_FIXED_SIGNING).map(PrivateKey::P256),
        "P-384" => pair(&ECDSA_P384_SHA384_FIXED_SIGNING).map(PrivateKey::P384),
        _ => {
            let of_no_use = |cause: &str| format!("is a {curve} key of no use: {cause}");
            let key = p521::SecretKey::from_slice(private).map_err(|_| of_no_use("InvalidEncoding"))?;
            let key = PrivateKey::P521(Box::new(key.into()));
            if key.public_bytes() != public {
                return Err(of_no_use("InconsistentComponents"));
            }
            Ok(key)
        }
    }
}

/// RFC 7517, RFC 7518 section 6, RFC 8037 section 2.
fn read_jwk(text: &str) -> Result<PrivateKey, String> {
    let json: Value = serde_json::from_str(text).map_err(|_| "is neither PEM nor JWK".to_owned())?;
    let part = |name: &str| -> Result<Zeroizing<Vec<u8>>, String> {
        let text = json.get(name).and_then(Value::as_str).unwrap_or_default();
        let bytes = URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).ok().filter(|bytes| !bytes.is_empty());
        bytes.map(Zeroizing::new).ok_or_else(|| format!("is a JWK without a readable '{name}'"))
    };
    let curve = json.get("crv").and_then(Value::as_str);
    match (json.get("kty").and_then(Value::as_str), curve) {
        (Some("RSA"), _) => {
            let (n, e, d) = (part("n")?, part("e")?, part("d")?);
            let (p, q) = (part("p")?, part("q")?);
            let (dp, dq, qi) = (part("dp")?, part("dq")?, part("qi")?);
            rsa_key(RsaKeyPair::from_components(&KeyPairComponents {
                public_key: PublicKeyComponents { n: &**n, e: &**e },
                d: &**d,
                p: &**p,
                q: &**q,
                dP: &**dp,
                dQ: &**dq,
                qInv: &**qi,
            }))
        }
        (Some("EC"), Some(curve)) if [P256.0, P384.0, P521.0].contains(&curve) => {
            let public = [&[4][..], &part("x")?, &part("y")?].concat();
            ec_key(curve, &part("d")?, &public)
        }
        (Some("OKP"), Some("Ed25519")) => Ed25519KeyPair::from_seed_and_public_key(&part("d")?, &part("x")?)
            .map(PrivateKey::Ed25519)
            .map_err(|error| format!("is an Ed25519 key of no use: {error}")),
        _ => Err("is a JWK of a kind that can't be used: RSA, EC with P-256, P-384 or P-521, and OKP with Ed25519 can"
            .into()),
    }
}

fn rsa_key(read: Result<RsaKeyPair, ring::error::KeyRejected>) -> Result<PrivateKey, String> {
    read.map(|pair| PrivateKey::Rsa(Box::new(pair))).map_err(|error| {
        format!(
            "is a key of no use: {error} (RSA of 2048 bits or more, P-256, P-384, P-521 and Ed25519 can be used)"
        )
    })
}

//! Statements, assertions and certificates, as the server sees them.

use std::collections::BTreeSet;
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig, ServerConnection, StreamOwned};
use tollgate_engine::{Code, Engine};

use crate::server::{Answer, Server, http, token};
use crate::{eventually, failure_of_one_request, log_text, open, read};

const KEY: &str = include_str!("../unit/keys/p256.pem");

/// The value of a form field of a request as it went over the wire.
fn field(request: &str, name: &str) -> Option<String> {
    let body = request.split("\r\n\r\n").nth(1)?;
    body.split('&').find_map(|pair| pair.strip_prefix(&format!("{name}="))).map(str::to_owned)
}

#[test]
fn a_statement_is_signed_anew_for_each_request() {
    let server = Server::start(|n, _| if n < 3 { Answer::Say(http(500, "", "")) } else { token(n, 3600) });
    let engine = Engine::start().unwrap();
    let pairs = [
        ("token_url", &*server.url()),
        ("client_secret", ""),
        ("private_key", KEY),
        ("backoff_base", "10ms"),
        ("backoff_cap", "20ms"),
    ];
    let handle = open(&engine, "signs", &pairs);
    assert_eq!(read(&engine, handle).unwrap().1, "token-3");
    let requests = server.requests();
    let statements: BTreeSet<_> =
        requests.iter().map(|one| field(one, "client_assertion").unwrap()).collect();
    assert_eq!(statements.len(), 3, "a statement was sent twice");
    assert!(statements.iter().all(|one| one.split('.').count() == 3));
    assert!(
        requests.iter().all(|one| field(one, "client_secret").is_none() && !one.contains("authorization"))
    );
    assert!(!log_text(&engine).contains("PRIVATE KEY"));
}

#[test]
fn an_assertion_the_server_echoes_is_not_repeated() {
    let server = Server::start(|_, request| {
        let echo = format!(
            r#"{{"error":"invalid_grant","error_description":"bad {}"}}"#,
            field(request, "assertion").unwrap()
        );
        Answer::Say(http(400, "", &echo))
    });
    let engine = Engine::start().unwrap();
    let pairs =
        [("token_url", &*server.url()), ("client_secret", ""), ("grant", "jwt_bearer"), ("private_key", KEY)];
    let failure = read(&engine, open(&engine, "echo", &pairs)).unwrap_err();
    assert_eq!((failure.code, server.count()), (Code::CredentialRejected, 1));
    assert!(failure.message.contains("invalid_grant: bad [redacted]"), "{failure}");
    assert!(failure.message.contains("Check assertion_issuer"), "{failure}");
}

#[test]
fn an_assertion_changed_in_its_file_is_read_again_when_the_old_one_is_refused() {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), "old\n").unwrap();
    let path = file.path().to_owned();
    let server = Server::start(move |n, request| {
        if field(request, "subject_token").as_deref() == Some("new") {
            return token(n, 3600);
        }
        std::fs::write(&path, "new\n").unwrap();
        Answer::Say(http(400, "", r#"{"error":"invalid_grant"}"#))
    });
    let engine = Engine::start().unwrap();
    let subject = format!("file:{}", file.path().display());
    let pairs = [("token_url", &*server.url()), ("grant", "token_exchange"), ("subject_token", &subject)];
    let handle = open(&engine, "renewed", &pairs);
    assert_eq!(read(&engine, handle).unwrap().1, "token-2");
    assert_eq!(server.count(), 2);
    eventually("word of it", || log_text(&engine).contains("was read again from its file"));
}

#[test]
fn a_certificate_is_shown_to_the_server_that_asks_for_it() {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let signed = |name: &str| {
        let key = KeyPair::generate().unwrap();
        let certificate =
            CertificateParams::new(vec![name.into()]).unwrap().signed_by(&key, &authority).unwrap();
        (certificate, key)
    };
    let (certificate, key) = signed("localhost");
    let mut roots = RootCertStore::empty();
    roots.add(authority.der().clone()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let verifier =
        WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider)).build().unwrap();
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_client_cert_verifier(verifier)
        .with_single_cert(
            vec![certificate.der().clone()],
            PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der())),
        )
        .unwrap();
    let config = Arc::new(config);
    let server = Server::wrapped(
        move |stream| Box::new(StreamOwned::new(ServerConnection::new(Arc::clone(&config)).unwrap(), stream)),
        |n, _| token(n, 3600),
    );
    let url = format!("https://localhost:{}/oauth/token", server.address.port());
    let (ca, shown) = (tempfile::NamedTempFile::new().unwrap(), tempfile::NamedTempFile::new().unwrap());
    std::fs::write(ca.path(), authority.pem()).unwrap();
    let (certificate, key) = signed("client");
    std::fs::write(shown.path(), certificate.pem() + &key.serialize_pem()).unwrap();
    let (ca, shown) = (ca.path().display().to_string(), format!("file:{}", shown.path().display()));
    let engine = Engine::start().unwrap();
    let with = [("token_url", &*url), ("ca_file", &ca), ("client_secret", ""), ("tls_client_cert", &shown)];
    assert_eq!(read(&engine, open(&engine, "shows", &with)).unwrap().1, "token-1");
    assert_eq!(field(&server.requests()[0], "client_id").as_deref(), Some("me"));

    let without = [("token_url", &*url), ("ca_file", &ca)];
    let failure = failure_of_one_request(&engine, open(&engine, "shows-nothing", &without));
    assert_eq!((failure.code, server.count()), (Code::Unreachable, 1), "{failure}");

    let wrong =
        "-----BEGIN CERTIFICATE-----\ns3cret\n-----END CERTIFICATE-----\n-----BEGIN PRIVATE KEY-----\n";
    let pairs = [("token_url", &*url), ("client_secret", ""), ("tls_client_cert", wrong)];
    let failure = engine.open("wrong", &crate::settings(&pairs), false).unwrap_err();
    assert_eq!(failure.code, Code::Config);
    assert!(failure.message.contains("tls_client_cert can't be read"), "{failure}");
    assert!(!failure.message.contains("s3cret"), "{failure}");
}

/// Two profiles that differ in nothing but the key they sign with do not share a token.
#[test]
fn another_key_is_another_credential() {
    let server = Server::start(|n, _| token(n, 3600));
    let engine = Engine::start().unwrap();
    let other = include_str!("../unit/keys/ed25519.pem");
    for (name, key) in [("one", KEY), ("same", KEY), ("other", other)] {
        let pairs = [("token_url", &*server.url()), ("client_secret", ""), ("private_key", key)];
        read(&engine, open(&engine, name, &pairs)).unwrap();
    }
    assert_eq!(server.count(), 2);
}

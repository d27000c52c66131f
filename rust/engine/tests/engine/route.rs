//! The way to the token endpoint: proxies, trust, and names that hang.

use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use tollgate_engine::{Code, Engine, Environment};

use crate::server::{Server, token};
use crate::{failure_of_one_request, log_text, open, read};

/// A server of `localhost` with a certificate of a new authority, and the authority as PEM and DER.
fn tls_server() -> (Server, String, Vec<u8>) {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let certificate =
        CertificateParams::new(vec!["localhost".into()]).unwrap().signed_by(&key, &authority).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
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
    (server, authority.pem(), authority.der().to_vec())
}

fn tls_url(server: &Server) -> String {
    format!("https://localhost:{}/oauth/token", server.address.port())
}

#[test]
fn a_strange_authority_is_refused_and_the_error_names_the_ways_out() {
    let (server, _, _) = tls_server();
    let engine = Engine::start().unwrap();
    let handle = open(&engine, "strange", &[("token_url", &tls_url(&server))]);
    let failure = failure_of_one_request(&engine, handle);
    assert_eq!(failure.code, Code::Unreachable);
    for part in ["certificate is not trusted", "ca_file", "tls_verify=false"] {
        assert!(failure.message.contains(part), "{part} in {failure}");
    }
    assert_eq!(server.count(), 0, "no secret reached it");
}

#[test]
fn an_authority_is_trusted_from_a_file_or_from_the_jvm_with_no_certificates_of_the_system() {
    let (server, pem, der) = tls_server();
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), pem).unwrap();
    let engine = Engine::start().unwrap();
    let path = file.path().display().to_string();
    let by_file = open(&engine, "file", &[("token_url", &tls_url(&server)), ("ca_file", &path)]);
    assert_eq!(read(&engine, by_file).unwrap().1, "token-1");

    let engine = Engine::start().unwrap();
    engine.environment(Environment::read("{}", vec![b"no certificate".to_vec(), der]));
    let by_jvm = open(&engine, "jvm", &[("token_url", &tls_url(&server))]);
    assert_eq!(read(&engine, by_jvm).unwrap().1, "token-2");
}

#[test]
fn tls_verify_false_works_and_is_warned_of_once() {
    let (server, _, _) = tls_server();
    let engine = Engine::start().unwrap();
    let pairs = [("token_url", &*tls_url(&server)), ("tls_verify", "false")];
    let handle = open(&engine, "unverified", &pairs);
    assert_eq!(open(&engine, "unverified", &pairs), handle);
    assert_eq!(read(&engine, handle).unwrap().1, "token-1");
    assert_eq!(log_text(&engine).matches("tls_verify=false").count(), 1);
}

#[test]
fn the_jvms_proxy_is_used_and_a_profile_may_refuse_it_or_name_its_own() {
    let proxy = Server::start(|n, _| token(n, 3600));
    let direct = Server::start(|n, _| token(100 + n, 3600));
    let engine = Engine::start().unwrap();
    let json = format!(
        r#"{{"proxy":{{"http":{{"host":"127.0.0.1","port":{},"user":"u","password":"p"}},"non_proxy_hosts":"local*"}}}}"#,
        proxy.address.port()
    );
    engine.environment(Environment::read(&json, Vec::new()));
    let inherited = open(&engine, "inherited", &[("token_url", &direct.url())]);
    assert_eq!(read(&engine, inherited).unwrap().1, "token-1");
    let seen = proxy.requests().concat();
    assert!(seen.starts_with(&format!("POST {} ", direct.url())), "{seen}");
    assert!(seen.to_ascii_lowercase().contains("proxy-authorization: basic dtpw"), "{seen}");

    let refused = open(&engine, "refused", &[("token_url", &direct.url()), ("proxy", "none")]);
    assert_eq!(read(&engine, refused).unwrap().1, "token-101");
    let by_name = format!("http://localhost:{}/oauth/token", direct.address.port());
    let excepted = open(&engine, "excepted", &[("token_url", &by_name)]);
    assert_eq!(read(&engine, excepted).unwrap().1, "token-102");
    let own = format!("http://127.0.0.1:{}", proxy.address.port());
    let named = open(&engine, "named", &[("token_url", &by_name), ("proxy", &own)]);
    assert_eq!(read(&engine, named).unwrap().1, "token-2");
}

//! The request that the answers are to, with the secrets that no text may repeat.

use tollgate_core::oauth::client_auth::{Client, ClientAuth};
use tollgate_core::oauth::grant::{Grant, Primary, RequestGrant};
use tollgate_core::oauth::token_request::TokenRequest;

/// What no text may repeat.
pub(crate) const SECRET: &str = "s3cr3t/with+odd chars";

/// A client and the request it sent.
pub(crate) fn request() -> (Client, TokenRequest) {
    let client =
        Client { id: "id".into(), secret: SECRET.into(), auth: ClientAuth::SecretBasic, assertion: None };
    let grant = Grant {
        primary: Primary::ClientCredentials,
        scope: None,
        audience: vec![],
        resource: vec![],
        headers: vec![],
        params: vec![],
    };
    let url = url::Url::parse("https://login.example.com/token").expect("a URL");
    let request = TokenRequest::new(
        &url,
        &client,
        &grant,
        &grant.primary,
        &RequestGrant::Refresh("r3fresh-t0ken".into()),
    );
    (client, request)
}

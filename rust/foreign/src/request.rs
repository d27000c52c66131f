//! The token request of the checked answers, with secrets that no text may contain.

use tollgate_core::oauth::client_auth::{Client, ClientAuth};
use tollgate_core::oauth::grant::{Grant, Primary, RequestGrant};
use tollgate_core::oauth::token_request::TokenRequest;

/// A secret that no text may contain.
pub(crate) const SECRET: &str = "s3cr3t/with+odd chars";

/// A client and its token request.
pub(crate) fn token_request() -> (Client, TokenRequest) {
    let client =
        Client { id: "id".into(), secret: SECRET.into(), auth: ClientAuth::SecretBasic, assertion: None };
    let grant = Grant::of(Primary::ClientCredentials);
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

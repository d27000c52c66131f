//! One token request over the wire. Whatever happens becomes a minted token or a refusal; nothing is retried
//! here and nothing is redirected.

use std::sync::Arc;

use bytes::Bytes;
use reqwest::header::HeaderValue;
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret, SecretString};
use tollgate_core::config::profile::Profile;
use tollgate_core::oauth::token_answer::{self, Minted, Refusal, Reply};
use tollgate_core::oauth::token_request::{Method, TokenRequest};

use crate::http::body;
use crate::http::last_response::{self, LastResponse, LastResponses};
use crate::http::proving::Proving;
use crate::http::signing;
use crate::http::transport::HttpTransport;
use crate::http::transport_errors::{describe, is_unprocessed};
use crate::time::clock::Clock;

/// The body of a request where it is, so that no copy of it is left behind.
struct Body(SecretString);

impl AsRef<[u8]> for Body {
    fn as_ref(&self) -> &[u8] {
        self.0.expose_secret().as_bytes()
    }
}

/// A token request, and what it takes to send it.
pub(crate) struct Exchange {
    pub(crate) transport: Arc<HttpTransport>,
    pub(crate) last_responses: Arc<LastResponses>,
    pub(crate) profile: Arc<Profile>,
    pub(crate) proving: Option<Arc<Proving>>,
    pub(crate) request: TokenRequest,
    pub(crate) clock: Clock,
}

/// Sends a token request and reads the answer.
pub(crate) async fn send(exchange: Exchange) -> Result<Minted, Refusal> {
    let Exchange { transport, last_responses, profile, proving, mut request, clock } = exchange;
    let words = |error: reqwest::Error| {
        let message = describe(&error, &profile);
        // Without a connection nothing was sent; after that the server may have read it all, unless it says so.
        if error.is_connect() || is_unprocessed(&error) {
            Refusal::not_sent(message)
        } else {
            Refusal::unanswered(message)
        }
    };
    // The place at the endpoint is held for one request_timeout, the look-up of the endpoint included.
    let mut most = profile.transport.request_timeout;
    if let Some(issuer) = &profile.issuer {
        (request.url, most) = transport.token_endpoint(issuer, &profile, clock).await?;
    }
    let at = clock.now().wall;
    let nonce = if request.assertions.is_empty() { Ok(String::new()) } else { signing::nonce() };
    let signed = nonce.and_then(|nonce| request.signed(at, &nonce, signing::sign));
    let unsent = |words: String| Refusal { maybe_processed: false, ..Refusal::garbled(words) };
    let mut request = signed.map_err(|cause| unsent(format!("private_key {cause}")))?;
    if let Some(proving) = &proving {
        let proof = proving.of_token_request(request.method, &request.url, at);
        let proof = proof.map_err(|cause| unsent(format!("dpop_key {cause}")))?;
        request.headers.push(("dpop".into(), proof.into()));
    }
    let method = match request.method {
        Method::Post => reqwest::Method::POST,
        Method::Put => reqwest::Method::PUT,
        Method::Get => reqwest::Method::GET,
    };
    let mut post = transport.client.request(method, request.target()).timeout(most);
    if request.method != Method::Get {
        post = post.body(Bytes::from_owner(Body(request.body())));
    }
    for (name, value) in &request.headers {
        let mut value = HeaderValue::from_str(value.expose_secret()).map_err(|_| Refusal {
            maybe_processed: false,
            ..Refusal::garbled("client_id or client_secret holds characters that can't stand in a header")
        })?;
        value.set_sensitive(true);
        post = post.header(name.as_ref(), value);
    }
    let mut answer = post.send().await.map_err(words)?;
    let (status, headers) = body::head(&answer);
    let proxy = last_response::proxy(&profile, &transport.environment, &request.url);
    last_responses.note(profile.account(), LastResponse::of(&answer, &headers, clock.now().wall, proxy));
    if let Some(proving) = &proving {
        proving.observe_token_endpoint(&request.url, &headers);
    }
    if profile.issuer.is_some() && matches!(status, 404 | 405 | 410) {
        transport.discovery.forget(&request.url);
    }
    let (body, unread) = match body::read(&mut answer).await {
        Ok(body) => (body, None),
        Err(unread) => (Zeroizing::default(), Some(unread)),
    };
    let reply = Reply { status, headers: &headers, body: &body };
    let scope = profile.grant.scope.as_deref();
    let format = &profile.answer_format;
    let minted = token_answer::read(reply, clock.now().wall, &profile.client, &request, scope, format);
    let usable = |minted: Minted| Minted {
        refresh_token: minted.refresh_token.filter(|_| profile.can_refresh()),
        ..minted
    };
    minted.map(usable).map_err(|refusal| match unread {
        Some(unread) => unread.refusal(refusal, |error| describe(error, &profile)),
        None => refusal,
    })
}

//! The engine's HTTP client without the engine.

use std::time::Duration;

use futures_util::future::BoxFuture;
use tokio::runtime::{Builder, Runtime};

/// Does what any client must: builds a form, posts it with the engine's timeouts, parses the answer and keeps the token.
pub(crate) struct BareClient {
    /// With as many threads as the engine's.
    pub(crate) runtime: Runtime,
    client: reqwest::Client,
    url: reqwest::Url,
}

/// The fields of a token answer.
#[derive(serde::Deserialize)]
struct Answer {
    access_token: String,
    expires_in: u64,
}

impl BareClient {
    pub(crate) fn new(url: &str) -> Self {
        let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        drop(rustls::crypto::ring::default_provider().install_default());
        let limit = Duration::from_secs(10);
        let client =
            reqwest::Client::builder().no_proxy().tls_certs_only([]).connect_timeout(limit).timeout(limit);
        let client = client.redirect(reqwest::redirect::Policy::none()).build().unwrap();
        Self { runtime, client, url: reqwest::Url::parse(url).unwrap() }
    }

    /// Posts the token request of a user, by number, and gives the token.
    pub(crate) fn post(&self) -> impl Fn(usize) -> BoxFuture<'static, String> + Send + 'static {
        let (client, url) = (self.client.clone(), self.url.clone());
        move |n| {
            let (user, password) = (format!("user-{n:06}"), format!("password-{n}"));
            let form = [
                ("grant_type", "password"),
                ("username", user.as_str()),
                ("password", password.as_str()),
                ("scope", "read write"),
            ];
            let form = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
            let post = client.post(url.clone()).basic_auth("me", Some("secret")).body(form);
            let post = post.header("accept", "application/json");
            let post = post.header("content-type", "application/x-www-form-urlencoded");
            Box::pin(async move {
                let body = post.send().await.unwrap().bytes().await.unwrap();
                let answer: Answer = serde_json::from_slice(&body).unwrap();
                assert!(answer.expires_in > 0);
                answer.access_token
            })
        }
    }
}

//! Texts about refusals: what the server said, and what to check next.

use crate::config::profile::{Profile, Proxy};
use crate::failure::Code;
use crate::http::challenge::{challenges, parameter};
use crate::oauth::client_auth::ClientAuth;
use crate::oauth::dpop;
use crate::oauth::grant::{Bearer, Primary};
use crate::oauth::token::Generation;
use crate::oauth::token_answer::{Class, Refusal};

impl Refusal {
    /// What happened, in one clause: endpoint, status, the server's own message, correlation id.
    #[must_use]
    pub fn describe(&self, profile: &Profile) -> String {
        let text = self.describe_alike(profile);
        if self.status.is_none() || self.is_local_limit() || self.is_local() {
            return text;
        }
        let wait = self.named_wait().map(|wait| format!(", {wait}")).unwrap_or_default();
        let id = self.correlation.as_ref().map(|id| format!(" (correlation id {id})")).unwrap_or_default();
        format!("{text}{wait}{id}")
    }

    /// The wait that the server named.
    pub(crate) fn named_wait(&self) -> Option<String> {
        let name = if self.waits_for_quota { "RateLimit reset" } else { "Retry-After" };
        self.retry_after.as_ref().map(|named| format!("{name} {} s", named.wait.as_secs()))
    }

    /// The same without what differs from one answer to the next like it: equal for equal refusals.
    pub(crate) fn describe_alike(&self, profile: &Profile) -> String {
        let endpoint = profile.endpoint();
        let message = &self.message;
        if self.is_local_limit() || self.is_local() {
            return message.clone();
        }
        let Some(status) = self.status else { return format!("{endpoint} gave no answer: {message}") };
        let verdict = match self.class {
            Class::Throttled => "limits this client's token requests:",
            Class::Unavailable if status == 407 => "is behind a proxy that wants a user and a password:",
            Class::Unavailable => "can't serve token requests now:",
            Class::Garbled => "answered something that is no token:",
            Class::Expired => "gave a token that had expired:",
            Class::Challenged => "wants a nonce in the proof:",
            Class::Permanent if self.is_about_binding() => "issued a token of another kind:",
            Class::Permanent if self.remedy.is_some() => "answered without a token where one was expected:",
            Class::Permanent => match self.error.as_deref() {
                Some("invalid_scope") => "refused the scope:",
                Some(dpop::INVALID_PROOF) => "refused the proof:",
                _ if self.may_be_about_secret() => "refused the client:",
                Some("invalid_grant" | "unauthorized_client" | "unsupported_grant_type") => {
                    "refused the grant:"
                }
                _ if self.code == Code::Protocol => "does not look like a token endpoint:",
                _ => "refused the client:",
            },
        };
        format!("{endpoint} {verdict} {status} {message}")
    }

    /// The same for a refused refresh token.
    #[must_use]
    pub fn describe_for_refresh_token(&self, profile: &Profile) -> String {
        let text = self.describe(profile);
        let verdicts = ["refused the client:", "refused the grant:"];
        verdicts.iter().fold(text, |text, verdict| text.replacen(verdict, "refused the refresh token:", 1))
    }

    /// What to check next, in one sentence.
    #[must_use]
    pub fn advice(&self, profile: &Profile) -> String {
        if let Some(remedy) = &self.remedy {
            return remedy.to_string();
        }
        match self.class {
            Class::Throttled if self.is_local_limit() => {
                "That is a limit of this profile: raise it if the server allows.".into()
            }
            _ if self.is_local() && self.class != Class::Permanent => "Nothing was sent.".into(),
            Class::Throttled => {
                "Lower the number of token requests of this client elsewhere, or use another client; \
                 this run makes one at a time."
                    .into()
            }
            Class::Unavailable if self.status == Some(407) => {
                "Check user and password of the proxy: proxy=http://user:password@host:port, or JMeter's -u and -a."
                    .into()
            }
            Class::Unavailable if self.status.is_some() && self.may_be_client => format!(
                "Check the health of the server, and the client too: some servers fail where they do not know it. {}",
                advice_on_client(profile.client.auth)
            ),
            Class::Unavailable if self.status.is_some() => "Check the health of the server.".into(),
            Class::Unavailable => {
                let proxy = match &profile.transport.proxy {
                    Proxy::Inherited => "the proxy of JMeter and the JVM, if one is set",
                    Proxy::None => "proxy=none",
                    Proxy::Through(_) => "the proxy of this profile",
                };
                format!("Check that this machine reaches it (name, port, firewall, TLS, {proxy}).")
            }
            Class::Expired => "It is asked again in about a second; check the server's clock if this goes on.".into(),
            Class::Challenged => "The request is repeated with the nonce it gave.".into(),
            Class::Garbled if self.error.as_deref() == Some(dpop::USE_NONCE) => {
                "It refuses its own nonces: check that all its nodes share them.".into()
            }
            Class::Permanent if self.is_about_binding() => advice_on_binding(profile).into(),
            Class::Garbled => "Check that token_url is a token endpoint and not a page before it.".into(),
            Class::Permanent => match self.error.as_deref() {
                Some("invalid_scope") => match &profile.grant.scope {
                    Some(scope) => {
                        format!("Check scope ('{scope}'): this is about scopes, not about expiry.")
                    }
                    None => "Set scope: this is about scopes, not about expiry.".into(),
                },
                Some(dpop::INVALID_PROOF) => {
                    "Check this machine's clock, and that the server's own URL is the one it is called at (behind a \
                     proxy it may differ)."
                        .into()
                }
                Some("invalid_grant") => advice_on_grant(profile.primary()).into(),
                Some("unauthorized_client" | "unsupported_grant_type") => {
                    let grant =
                        format!("Check that this client may use the grant {}.", profile.primary().name());
                    if self.may_be_about_secret() {
                        format!("{} {grant}", advice_on_client(profile.client.auth))
                    } else {
                        grant
                    }
                }
                _ if self.code == Code::Protocol && profile.issuer.is_some() => "Check issuer.".into(),
                _ if self.code == Code::Protocol => "Check token_url.".into(),
                _ => match profile.genesys_domain {
                    Some(domain) => format!(
                        "Check client_id, client_secret and region: {domain} refuses a client of another region with the \
                         same message."
                    ),
                    None => advice_on_client(profile.client.auth).into(),
                },
            },
        }
    }
}

fn advice_on_grant(primary: &Primary) -> &'static str {
    match primary {
        Primary::ClientCredentials => "Check that this client may use the grant client_credentials.",
        Primary::None => "Put a new refresh token where refresh_token has it.",
        Primary::Password { .. } => {
            "Check username and password, and that this user may use the password grant."
        }
        Primary::JwtBearer(Bearer::Signed(_)) => {
            "Check assertion_issuer, assertion_subject and assertion_audience, that the server knows the public key of \
             private_key, and this machine's clock."
        }
        Primary::JwtBearer(Bearer::Given(_)) | Primary::Saml2Bearer(_) => {
            "Check the audience of the assertion and whether it has expired: put a new one where assertion has it."
        }
        Primary::Own(own) if own.grant_type == "authorization_code" => {
            "An authorization code can be used once, and soon: put a new one, and keep the refresh token that comes with \
             the first answer: refresh_token=file:PATH."
        }
        Primary::Own(_) => "Check grant_type, and what token_param.<name>, username and password say.",
        Primary::Login(_) => {
            "Check token_url, token_body, token_header.<Name>, token_param.<name> and the values that they name."
        }
        Primary::TokenExchange(_) => {
            "Check subject_token and its type, and whether it has expired: put a new one where subject_token has it."
        }
    }
}

fn advice_on_binding(profile: &Profile) -> &'static str {
    if profile.dpop.is_some() {
        "The server does not bind this client's tokens to a key: register the client for DPoP there, or remove dpop=true."
    } else {
        "The server binds this client's tokens to a key: set dpop=true."
    }
}

fn advice_on_client(auth: ClientAuth) -> &'static str {
    match auth {
        ClientAuth::PrivateKeyJwt => {
            "Check client_id, private_key and private_key_id, that the server knows its public key, and this machine's \
             clock."
        }
        ClientAuth::GivenJwt => {
            "Check client_id, and issuer, subject, audience and expiry of client_assertion: put a new one where \
             client_assertion has it."
        }
        ClientAuth::Tls => "Check client_id, and that the server knows the certificate in tls_client_cert.",
        ClientAuth::None => {
            "Check client_id, and that this client may ask without a secret (client_auth=none)."
        }
        _ => "Check client_id and client_secret, and that token_url is the server that knows them.",
    }
}

impl Profile {
    /// What a 403 of the API means (RFC 6750 section 3.1): the token is good, its rights do not suffice.
    #[must_use]
    pub fn describe_forbidden(&self, generation: Generation, headers: &[(String, String)]) -> String {
        let of_all = |name| challenges(headers).find_map(|challenge| parameter(&challenge, name));
        let fits_a_line = |scope: &String| scope.len() <= 200 && !scope.chars().any(char::is_control);
        let lacks = match of_all("scope").filter(fits_a_line) {
            Some(scope) => format!("it lacks the scope '{scope}'"),
            None if of_all("error").is_some_and(|error| error == "insufficient_scope") => {
                "it lacks a scope".to_owned()
            }
            None => "its client may not do this".to_owned(),
        };
        let asked =
            self.grant.scope.as_ref().map(|scope| format!(" (asked for: '{scope}')")).unwrap_or_default();
        format!(
            "{}: the API answers 403 to token {generation}: the token is valid and has not expired, but {lacks}{asked}. \
             No token is refreshed for that. Check the client's scopes, roles and divisions.",
            self.title()
        )
    }

    /// What a 401 about the DPoP proof means (RFC 9449 section 7.1).
    #[must_use]
    pub fn describe_invalid_proof(&self) -> String {
        format!(
            "{}: the API does not believe the proof of a request (401 invalid_dpop_proof). No token is refreshed for that. \
             Check this machine's clock, that the API's own URL is the one it is called at (behind a proxy it may differ), \
             and that no function in the sampler's URL changes its value each time it is read.",
            self.title()
        )
    }

    /// The token endpoint for messages: no query, no user information.
    #[must_use]
    pub fn endpoint(&self) -> String {
        let url = &self.token_url;
        let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
        format!("{}://{}{port}{}", url.scheme(), url.host_str().unwrap_or_default(), url.path())
    }
}

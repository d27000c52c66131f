//! The table of settings: label, section, kind, bounds, default and meaning. Validation, error texts, forms and the
//! settings page use it.

use std::time::Duration;

use super::value::to_setting;
use crate::config::preset;

/// The type of a setting's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Any text.
    Text,
    /// Any text; never repeated in messages.
    Secret,
    /// A URL.
    Url,
    /// `300ms`, `20s`, `5m` or `24h`, from the first to the second.
    Duration(Duration, Duration),
    /// A whole number from the first to the second.
    Number(u32, u32),
    /// One of these.
    OneOf(&'static [&'static str]),
    /// `true` or `false`.
    Flag,
}

impl Kind {
    /// The type as the settings page shows it.
    #[must_use]
    pub fn describe(&self) -> String {
        match self {
            Self::Text => "text".into(),
            Self::Secret => "secret".into(),
            Self::Url => "URL".into(),
            Self::Duration(least, most) => format!("{} to {}", to_setting(*least), to_setting(*most)),
            Self::Number(least, most) => format!("{least} to {most}"),
            Self::OneOf(names) => names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", "),
            Self::Flag => "`true`, `false`".into(),
        }
    }
}

/// The part of a form that shows a setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// Where tokens come from.
    Server,
    /// Who requests them.
    Client,
    /// What is requested.
    Grant,
    /// How the token request looks.
    TokenRequest,
    /// How its answer is read.
    TokenAnswer,
    /// When tokens are replaced.
    Refresh,
    /// How often, and how soon after an error.
    Limits,
    /// What API requests have, and what samples do without it.
    ApiRequests,
    /// How answers of the API are read.
    ApiAnswers,
    /// Connections to the server.
    Network,
}

impl Section {
    /// All, in the order of a form.
    pub const ALL: [Self; 10] = [
        Self::Server,
        Self::Client,
        Self::Grant,
        Self::TokenRequest,
        Self::TokenAnswer,
        Self::Refresh,
        Self::Limits,
        Self::ApiRequests,
        Self::ApiAnswers,
        Self::Network,
    ];

    /// Its title.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Server => "Server",
            Self::Client => "Client",
            Self::Grant => "What is requested",
            Self::TokenRequest => "Token request",
            Self::TokenAnswer => "Token answer",
            Self::Refresh => "Refresh",
            Self::Limits => "Limits and backoff",
            Self::ApiRequests => "API requests",
            Self::ApiAnswers => "API answers",
            Self::Network => "Network",
        }
    }
}

/// One setting.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// Its name; a name that ends in `<…>` matches every key with that prefix.
    pub key: &'static str,
    /// Its name for people.
    pub label: &'static str,
    /// The part of a form that shows it.
    pub section: Section,
    /// The type of its text.
    pub kind: Kind,
    /// The text used if the setting is not given; empty: none.
    pub default: &'static str,
    /// What it means, in Markdown.
    pub help: &'static str,
}

impl Row {
    /// The prefix of a key that ends in a name the user chooses.
    #[must_use]
    pub fn prefix(&self) -> Option<&'static str> {
        self.key.split_once('<').map(|(prefix, _)| prefix)
    }

    /// Whether this row is the setting `key`.
    #[must_use]
    pub fn is(&self, key: &str) -> bool {
        match self.prefix() {
            Some(prefix) => key.len() > prefix.len() && key.starts_with(prefix),
            None => self.key == key,
        }
    }

    /// The label of `key`, one of this row: that of a key that ends in a name of the user's choice has the name too.
    #[must_use]
    pub fn label_of(&self, key: &str) -> String {
        let name = self.prefix().and_then(|prefix| key.strip_prefix(prefix));
        name.map_or_else(|| self.label.into(), |name| format!("{} {name}", self.label))
    }
}

/// The row of a setting.
#[must_use]
pub fn row(key: &str) -> Option<&'static Row> {
    TABLE.iter().find(|row| row.is(key))
}

const fn row_of(
    key: &'static str,
    label: &'static str,
    section: Section,
    kind: Kind,
    default: &'static str,
    help: &'static str,
) -> Row {
    Row { key, label, section, kind, default, help }
}

const MS: Duration = Duration::from_millis(1);
const SECOND: Duration = Duration::from_secs(1);
const HOUR: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(24 * 3600);
const YEAR: Duration = Duration::from_secs(366 * 24 * 3600);

/// Bounds of the timeout of an exchange or a part of it.
const EXCHANGE: Kind = Kind::Duration(Duration::from_millis(10), Duration::from_secs(600));

const GRANTS: Kind = Kind::OneOf(&[
    "client_credentials",
    "password",
    "refresh_token",
    "jwt_bearer",
    "saml2_bearer",
    "token_exchange",
    "login",
]);

const METHODS: Kind = Kind::OneOf(&["POST", "PUT", "GET"]);

const PRESETS: Kind = Kind::OneOf(&preset::NAMES);

const CLIENT_AUTH: Kind = Kind::OneOf(&[
    "client_secret_basic",
    "client_secret_basic_raw",
    "client_secret_post",
    "client_secret_jwt",
    "private_key_jwt",
    "client_assertion",
    "tls_client_auth",
    "none",
]);

/// The settings, in the order of the settings page.
#[rustfmt::skip] // a table is read by its columns
pub const TABLE: [Row; 96] = [
    row_of("preset", "Preset", Section::Server, PRESETS, "",
        "instead of `token_url`: what Tollgate knows about a kind of server; see [presets](presets.md)"),
    row_of("token_url", "Token URL", Section::Server, Kind::Url, "",
        "the token endpoint; `https`, or `http` on loopback"),
    row_of("issuer", "Issuer", Section::Server, Kind::Url, "",
        "instead of `token_url`: the server's issuer name, to the letter; its metadata name the token endpoint (OpenID Connect Discovery, RFC 8414)"),
    row_of("region", "Region", Section::Server, Kind::Text, "",
        "instead of `token_url`, for Genesys Cloud: AWS region (`ap-southeast-2`, `ap_southeast_2`), domain or host"),
    row_of("host", "Server host", Section::Server, Kind::Text, "",
        "the server's host name, if the preset needs it"),
    row_of("tenant", "Tenant", Section::Server, Kind::Text, "",
        "Keycloak: the realm; Entra and Microsoft Graph: the directory; Okta: the authorization server; GitHub App: the installation"),
    row_of("grant", "Grant", Section::Grant, GRANTS, "",
        "the grant of the token request; see [grants](grants.md). If not set: the preset's, mostly `client_credentials`"),
    row_of("grant_type", "Grant that the server defines", Section::Grant, Kind::Text, "",
        "instead of `grant`: the name of a grant that the server defines (`account_credentials`, `authorization_code`); its parameters are `token_param.<name>`, and `username` and `password` if set; see [grants](grants.md#a-grant-that-the-server-defines)"),
    row_of("client_id", "Client ID", Section::Client, Kind::Text, "",
        "the client's id"),
    row_of("client_secret", "Client secret", Section::Client, Kind::Secret, "",
        "the client's secret. A `file:` is read again when the server refuses the secret"),
    row_of("client_id.<n>", "ID of another client", Section::Client, Kind::Text, "",
        "more clients of the profile, numbered from 2 to 1000; see [pools](pools.md)"),
    row_of("client_secret.<n>", "Secret of another client", Section::Client, Kind::Secret, "",
        "the secret of `client_id.<n>`"),
    row_of("pool", "Tokens in use at once", Section::Limits, Kind::Number(1, 64), "1",
        "tokens of each client in use at once, for APIs that limit requests per token; see [pools](pools.md)"),
    row_of("client_auth", "Client authentication", Section::Client, CLIENT_AUTH, "",
        "[client authentication](client-authentication.md). If not set: `client_secret_basic`, form-encoded first (RFC 6749 section 2.3.1), raw for Genesys Cloud; `none` if there is no secret and the grant has an assertion"),
    row_of("private_key", "Private key", Section::Client, Kind::Secret, "",
        "PEM (PKCS#8, PKCS#1, SEC1) or JWK that signs assertions: RSA, P-256, P-384, P-521 or Ed25519"),
    row_of("private_key_passphrase", "Private key passphrase", Section::Client, Kind::Secret, "",
        "the passphrase of `private_key`, if its PEM is encrypted (PKCS#8)"),
    row_of("private_key_id", "Private key ID", Section::Client, Kind::Text, "",
        "the key's `kid` at the server. A JWK contains its own"),
    row_of("private_key_algorithm", "Signature algorithm", Section::Client, Kind::OneOf(&["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]), "",
        "the signature algorithm. If not set: that of the key type, `RS256` for RSA"),
    row_of("private_key_certificate", "Private key certificate", Section::Client, Kind::Text, "",
        "PEM of the certificate of `private_key`: its thumbprints are in the header of assertions (`x5t`, `x5t#S256`), as Entra wants them"),
    row_of("private_key_x5c", "Send the certificate chain", Section::Client, Kind::Flag, "false",
        "`true`: the certificate and its chain too (`x5c`), for servers that trust its issuer"),
    row_of("client_assertion", "Client assertion", Section::Client, Kind::Secret, "",
        "with `client_auth=client_assertion`: a JWT made elsewhere that authenticates the client. A `file:` is read again when the server refuses it"),
    row_of("assertion", "Assertion", Section::Grant, Kind::Secret, "",
        "with `jwt_bearer` or `saml2_bearer`: an assertion made elsewhere. A `file:` is read again when the server refuses it"),
    row_of("assertion_issuer", "Assertion issuer", Section::Grant, Kind::Text, "",
        "`iss` of assertions made here; if not set, `client_id`"),
    row_of("assertion_subject", "Assertion subject", Section::Grant, Kind::Text, "",
        "`sub` of assertions made here, for `jwt_bearer`: the user; if not set, the issuer"),
    row_of("assertion_audience", "Assertion audience", Section::Grant, Kind::Text, "",
        "`aud` of assertions made here; if not set, the token endpoint"),
    row_of("assertion_lifetime", "Assertion lifetime", Section::Grant, Kind::Duration(SECOND, HOUR), "1m",
        "lifetime of an assertion made here"),
    row_of("assertion_claim.<name>", "Assertion claim", Section::Grant, Kind::Secret, "",
        "another claim of assertions for `jwt_bearer`"),
    row_of("subject_token", "Subject token", Section::Grant, Kind::Secret, "",
        "with `token_exchange`: the token to exchange. A `file:` is read again when the server refuses it"),
    row_of("subject_token_type", "Subject token type", Section::Grant, Kind::Text, "access_token",
        "a URI, or the last word of those of RFC 8693 section 3"),
    row_of("actor_token", "Actor token", Section::Grant, Kind::Secret, "",
        "with `token_exchange`: the token of the party that acts for the subject"),
    row_of("actor_token_type", "Actor token type", Section::Grant, Kind::Text, "access_token",
        "as `subject_token_type`"),
    row_of("requested_token_type", "Requested token type", Section::Grant, Kind::Text, "",
        "as `subject_token_type`"),
    row_of("username", "User name", Section::Grant, Kind::Text, "",
        "with `grant=password`: the user's name. In scripts: `forUser(name, password)`"),
    row_of("password", "Password", Section::Grant, Kind::Secret, "",
        "the user's password"),
    row_of("refresh_token", "Refresh token", Section::Grant, Kind::Secret, "",
        "the first refresh token, with any grant. `file:PATH` is read at the start, replaced when the server rotates the token (atomically, mode 0600), and created if it is missing"),
    row_of("authorization_url", "Authorization URL", Section::Server, Kind::Url, "",
        "for the command [`login`](command-line.md#before-a-test-sign-a-user-in): where users sign in. If not set: as the metadata of `issuer` say"),
    row_of("device_authorization_url", "Device authorization URL", Section::Server, Kind::Url, "",
        "for `login --device`: where device codes come from. If not set: as the metadata of `issuer` say"),
    row_of("scope", "Scope", Section::Grant, Kind::Text, "",
        "space-separated"),
    row_of("audience", "Audience", Section::Grant, Kind::Text, "",
        "space-separated; the services that the token is for (RFC 8693, Auth0)"),
    row_of("resource", "Resource", Section::Grant, Kind::Text, "",
        "space-separated URIs (RFC 8707)"),
    row_of("token_field", "Token field", Section::TokenAnswer, Kind::Text, "",
        "where the token stands in the answer: the name of a field (`id_token`), a JSON pointer (RFC 6901, `/data/accessToken`), or `\"\"` if the answer is nothing else. If not set: `access_token`; see [token answers](token-answers.md)"),
    row_of("lifetime_field", "Lifetime field", Section::TokenAnswer, Kind::Text, "",
        "where its lifetime stands, as `token_field`. If not set: `expires_in` beside the token; beside a token that `token_field` names also `expiresIn`, `expires_at` and `expiresAt`"),
    row_of("lifetime_unit", "Lifetime unit", Section::TokenAnswer, Kind::OneOf(&["s", "ms", "date", "epoch"]), "",
        "what the lifetime is written in: seconds, milliseconds, the end as a date (RFC 3339 or HTTP), or the end in seconds or milliseconds since 1970. If not set: `s`"),
    row_of("refresh_token_field", "Refresh token field", Section::TokenAnswer, Kind::Text, "",
        "where the refresh token stands, as `token_field`. If not set: `refresh_token` beside the token; beside a token that `token_field` names also `refreshToken`"),
    row_of("token_header.<Name>", "Token request header", Section::TokenRequest, Kind::Secret, "",
        "a header of the token request. With `grant=login` it may name values, and be `Content-Type`, `Accept` or `Authorization`"),
    row_of("token_param.<name>", "Token request parameter", Section::TokenRequest, Kind::Secret, "",
        "a form parameter of the token request. With `grant=login` it may name values; with `token_body` it is a value that templates may name"),
    row_of("token_method", "Token request method", Section::TokenRequest, METHODS, "",
        "the method of the token request; with `GET` its parameters are the query of the URL. If not set: `POST`"),
    row_of("token_body", "Token request body", Section::TokenRequest, Kind::Secret, "",
        "with `grant=login`: the body, in which `{{username}}`, `{{password}}`, `{{client_id}}`, `{{client_secret}}`, `{{scope}}`, `{{audience}}`, `{{resource}}` and each `token_param.<name>` are values; see [login](grants/login.md)"),
    row_of("refresh_url", "Refresh URL", Section::TokenRequest, Kind::Url, "",
        "where a refresh token is sent. If not set: the token endpoint"),
    row_of("refresh_method", "Refresh request method", Section::TokenRequest, METHODS, "",
        "the method of a request with a refresh token. If not set: that of the token request"),
    row_of("refresh_body", "Refresh request body", Section::TokenRequest, Kind::Secret, "",
        "the body of a request with a refresh token, a template as `token_body` with `{{refresh_token}}`. If not set: the form of RFC 6749 section 6; with `grant=login`, none"),
    row_of("refresh_header.<Name>", "Refresh request header", Section::TokenRequest, Kind::Secret, "",
        "a header of a request with a refresh token, a template as `refresh_body`, in place of the header of the token request"),
    row_of("dpop", "DPoP", Section::TokenRequest, Kind::Flag, "false",
        "`true`: tokens are bound to a key, and each request has a proof (RFC 9449); see [DPoP](dpop.md)"),
    row_of("dpop_key", "DPoP key", Section::TokenRequest, Kind::Secret, "",
        "with `dpop`: PEM (PKCS#8, PKCS#1, SEC1) or JWK of an RSA, P-256, P-384, P-521 or Ed25519 key. If not set: a new P-256 key, in memory only"),
    row_of("tenant_header", "Tenant header", Section::TokenRequest, Kind::Text, "",
        "`X-Tenant: acme`: sent with token requests, and set beside `Authorization` by `authorize(sampler)`"),
    row_of("allowed_hosts", "Allowed hosts", Section::ApiRequests, Kind::Text, "",
        "the only hosts that the token is sent to, comma-separated: `api.example.com`, `*.example.com` (its subdomains, not itself), `localhost:8443`. If not set: the plan decides, and the log names other hosts that redirects and embedded resources took it to; see [Tollgate Authorization](elements/authorization.md)"),
    row_of("token_place", "Place of the token", Section::ApiRequests, Kind::OneOf(&["header", "cookie", "query"]), "header",
        "the part of an API request that has the token: a header, a cookie or a query parameter; see [Tollgate Authorization](elements/authorization.md#where-the-token-goes)"),
    row_of("token_name", "Header, cookie or parameter name", Section::ApiRequests, Kind::Text, "",
        "the name of that header, cookie or parameter: `X-Auth-Token`. If not set: `Authorization`, or `access_token` in a query"),
    row_of("token_scheme", "Scheme before the token", Section::ApiRequests, Kind::Text, "",
        "what stands before the token in its header: `Token`, `SSWS`, or `none`. One that ends in `=` has no space behind it. If not set: `Bearer` in `Authorization`, nothing in other headers"),
    row_of("api_header.<Name>", "API request header", Section::ApiRequests, Kind::Secret, "",
        "another header of API requests, set beside the token: `api_header.X-API-Key`"),
    row_of("on_token_failure", "Without a token", Section::ApiRequests, Kind::OneOf(&["fail_sample", "send_without", "stop_thread", "stop_test"]), "fail_sample",
        "what a sample does without a token"),
    row_of("token_timeout", "Longest wait for a token", Section::ApiRequests, Kind::Duration(MS, HOUR), "30s",
        "how long a thread waits when there is no valid token"),
    row_of("max_pause", "Longest pause", Section::ApiAnswers, Kind::Duration(MS, DAY), "5m",
        "how long one `pause()` lasts at most"),
    row_of("rate_headers", "Obey rate headers", Section::ApiAnswers, Kind::Flag, "true",
        "`pause()` obeys the API's rate headers (`RateLimit`, `RateLimit-Remaining`, `X-RateLimit-Remaining`, `inin-ratelimit-count` and their companions): when they report zero remaining it waits until the reset, before a 429 comes. `false`: 429 and 503 only, for tests that want to meet them, or an API whose headers have another meaning"),
    row_of("rate_reset_unit", "Rate reset unit", Section::ApiAnswers, Kind::OneOf(&["seconds", "milliseconds"]), "",
        "the unit of a bare number in `…-Reset` headers, of the API and of the token endpoint. If not set: learned from how the numbers count down; until then a number below 3600 is seconds, and a larger one is waited for a minute at a time"),
    row_of("pacing", "Pacing", Section::ApiAnswers, Kind::OneOf(&["off", "rate_headers"]), "off",
        "`rate_headers`: `pause()` and [Tollgate Backoff Timer](elements/backoff-timer.md) spread what remains of the API's quotas over the time to their reset"),
    row_of("limit_text", "Text that means a limit", Section::ApiAnswers, Kind::Text, "",
        "texts in the body of an API answer that mean a limit, as a 429 does, whatever the status; `|` between them. 403 and 400 with a wait, with nothing remaining or with a code that is known for it mean one anyway"),
    row_of("rejection_statuses", "Statuses that mean a rejected token", Section::ApiAnswers, Kind::Text, "",
        "statuses beside 401 that mean that the API rejected the token: `403, 419, 440, 498`. `WWW-Authenticate` with `error=\"invalid_token\"` means it under any"),
    row_of("rejection_text", "Text that means a rejected token", Section::ApiAnswers, Kind::Text, "",
        "texts in the body of an API answer that mean it, whatever the status: `Access token expired`; `|` between them. The first 64 KiB of the body are searched"),
    row_of("refresh_margin", "Refresh margin", Section::Refresh, Kind::Duration(MS, DAY), "5m",
        "how long before its deadline a token is refreshed. Less for short lifetimes: a fifth, but at least `request_timeout`, at most half"),
    row_of("refresh_interval", "Refresh interval", Section::Refresh, Kind::Duration(Duration::from_millis(100), YEAR), "",
        "refresh at least this often"),
    row_of("refresh", "Refresh mode", Section::Refresh, Kind::OneOf(&["ahead", "late", "drain"]), "",
        "see [how it works](how-it-works.md). If not set: `ahead`, then `late` once the server is seen to revoke the previous token"),
    row_of("drain_timeout", "Drain timeout", Section::Refresh, EXCHANGE, "5s",
        "how long a drain waits for sends in flight"),
    row_of("max_concurrent_token_requests", "Token requests at once", Section::Limits, Kind::Number(1, 1000), "8",
        "token requests in flight at the endpoint, of all users and profiles; waiting threads are not limited"),
    row_of("token_request_spacing", "Token request spacing", Section::Limits, Kind::Duration(Duration::ZERO, HOUR), "0ms",
        "least time between two token requests of one client"),
    row_of("mint_budget", "Mint budget", Section::Limits, Kind::Text, "",
        "most token requests of one client: `30/1m` in any minute, or `200/run`. Failed ones count. A refresh ahead does not use the last tenth"),
    row_of("default_lifetime", "Default lifetime", Section::TokenAnswer, Kind::Duration(SECOND, YEAR), "5m",
        "the lifetime of a token if neither the answer nor the token names one"),
    row_of("connect_timeout", "Connect timeout", Section::Network, EXCHANGE, "5s",
        "name look-up, TCP and TLS together; at most `request_timeout`"),
    row_of("request_timeout", "Request timeout", Section::Network, EXCHANGE, "15s",
        "one token request from start to end"),
    row_of("backoff_base", "First backoff", Section::Limits, Kind::Duration(MS, HOUR), "500ms",
        "first range after an error: U[0, base·2ⁿ]"),
    row_of("backoff_throttle_base", "First backoff after a 429", Section::Limits, Kind::Duration(MS, HOUR), "1s",
        "first range after a 429 without `Retry-After`: U[base/2, base·2ⁿ]"),
    row_of("backoff_cap", "Longest backoff", Section::Limits, Kind::Duration(MS, HOUR), "1m",
        "the longest backoff"),
    row_of("max_retry_after", "Longest Retry-After", Section::Limits, Kind::Duration(SECOND, YEAR), "",
        "if the token endpoint names a longer wait, its quota is used up: threads get the error at once, with the time at which it ends, while more than this remains. Set or not, nothing is sent before that time"),
    row_of("rejection_backoff", "Backoff after 401s", Section::Limits, Kind::Duration(Duration::from_millis(100), HOUR), "30s",
        "the least time between token requests for 401s while no token that replaced a refused one works; doubles to 10 min. The first distance is 10 s at least"),
    row_of("permanent_cooldown", "Cool-down after a refusal", Section::Limits, Kind::Duration(Duration::from_millis(100), DAY), "5m",
        "how long a refused client, scope or grant is not requested again; a new run requests at once"),
    row_of("proxy", "Proxy", Section::Network, Kind::Text, "",
        "a URL, or `none`. If not set: JMeter's and the JVM's, `-H`, `-P`, `-N`, `https.proxyHost`, `http.nonProxyHosts`"),
    row_of("ca_file", "CA certificates", Section::Network, Kind::Text, "",
        "PEM certificates to trust beside the JVM's"),
    row_of("tls_client_cert", "Client certificate", Section::Client, Kind::Secret, "",
        "the client's certificate chain and its key, for the token endpoint (RFC 8705): a file of PEM, PKCS#12 or JKS, or `jmeter`, which is the key store of JMeter (`javax.net.ssl.keyStore`)"),
    row_of("tls_client_password", "Client certificate password", Section::Client, Kind::Secret, "",
        "the password of the key store in `tls_client_cert`, or the passphrase of its key, if it is PEM. With `jmeter`, if not set: `javax.net.ssl.keyStorePassword`"),
    row_of("tls_client_alias", "Client certificate alias", Section::Client, Kind::Text, "",
        "the name of the key in the key store. If not set: the first key"),
    row_of("tls_verify", "Verify certificates", Section::Network, Kind::Flag, "true",
        "`false` accepts any certificate; the log has a warning"),
    row_of("allow_http", "Allow plain HTTP", Section::Network, Kind::Flag, "false",
        "plain `http` to other hosts than loopback: sends the secret in clear text"),
    row_of("store", "Store of a fleet", Section::Network, Kind::Text, "",
        "a Redis or Valkey that injectors share: they have one token and one backoff together; see [many injectors](fleet.md#a-store). `redis://host:6379/0`, `rediss://` with TLS, `redis+unix:///path`; `redis+sentinel://host:26379,other:26379/name/0` and `redis+cluster://host:6379,other:6379`, each with TLS as `rediss+…`"),
    row_of("store_user", "User at the store", Section::Network, Kind::Text, "",
        "the user of the store's ACL. If not set: the default user"),
    row_of("store_password", "Password at the store", Section::Network, Kind::Secret, "",
        "the user's password. A `file:` is read again with each new connection"),
    row_of("store_key", "Key of what is stored", Section::Network, Kind::Secret, "",
        "the secret that seals what is in the store, the same on each injector, 16 characters at least. If not set: the client's secret. Required where the client has none, or one that changes"),
];

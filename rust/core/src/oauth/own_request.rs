//! A request that is described and not derived from a grant: a login that is no OAuth, or a refresh that is another
//! request than that of RFC 6749 section 6.

use secrecy::{ExposeSecret, SecretString};
use url::Url;

use crate::oauth::client_auth::Client;
use crate::oauth::grant::{Grant, Primary, User};
use crate::oauth::template::{Escape, Template};
use crate::oauth::token_request::{FORM, Method, TokenRequest};

/// Values of a profile that a template may name, beside the parameters of the profile.
pub const VALUES: [&str; 8] =
    ["username", "password", "client_id", "client_secret", "scope", "audience", "resource", "refresh_token"];

/// Values that are public: an answer that repeats them is not redacted.
const PUBLIC: [&str; 5] = ["username", "client_id", "scope", "audience", "resource"];

/// A body with places.
#[derive(Clone, Debug)]
pub struct OwnBody {
    /// The text.
    pub template: Template,
    /// How values are written into it.
    pub escape: Escape,
    /// The value of `Content-Type`, unless a header sets another.
    pub content_type: &'static str,
}

/// A request as described by settings. What is `None` is as it would be without it.
#[derive(Clone, Debug, Default)]
pub struct OwnRequest {
    /// Where it is sent.
    pub url: Option<Url>,
    /// Its method.
    pub method: Option<Method>,
    /// Its headers, names in lower case.
    pub headers: Vec<(String, Template)>,
    /// The parameters of its form or query.
    pub params: Vec<(String, Template)>,
    /// Its body, in place of a form.
    pub body: Option<OwnBody>,
}

/// A login that is no OAuth.
#[derive(Clone, Debug)]
pub struct Login {
    /// The request.
    pub request: std::sync::Arc<OwnRequest>,
    /// The user, if it has one.
    pub user: Option<User>,
}

/// What the values of a request come from.
pub(crate) struct Values<'a> {
    pub(crate) client: &'a Client,
    pub(crate) grant: &'a Grant,
    pub(crate) primary: &'a Primary,
    pub(crate) refresh_token: Option<&'a SecretString>,
}

impl Values<'_> {
    /// The value of that name, if the profile has one.
    pub(crate) fn get(&self, name: &str) -> Option<SecretString> {
        let words = |words: &[String]| (!words.is_empty()).then(|| words.join(" ").into());
        match name {
            "username" => self.primary.user().map(|(name, _)| name.into()),
            "password" => self.primary.user().map(|(_, password)| password.clone()),
            "client_id" => Some(&self.client.id).filter(|id| !id.is_empty()).map(|id| id.clone().into()),
            "client_secret" => Some(&self.client.secret).filter(|it| !it.expose_secret().is_empty()).cloned(),
            "scope" => self.grant.scope.clone().map(SecretString::from),
            "audience" => words(&self.grant.audience),
            "resource" => words(&self.grant.resource),
            "refresh_token" => self.refresh_token.cloned(),
            _ => self.grant.params.iter().find(|(param, _)| param == name).map(|(_, value)| value.clone()),
        }
    }
}

impl OwnRequest {
    /// Its templates.
    pub fn templates(&self) -> impl Iterator<Item = &Template> {
        let body = self.body.iter().map(|body| &body.template);
        self.headers.iter().chain(&self.params).map(|(_, template)| template).chain(body)
    }

    /// Whether a template names this value.
    #[must_use]
    pub fn names(&self, name: &str) -> bool {
        self.templates().flat_map(Template::places).any(|place| place.name == name)
    }

    /// Makes `request` what is described here.
    pub(crate) fn apply(&self, request: &mut TokenRequest, values: &Values<'_>) {
        let value = |name: &str| values.get(name).unwrap_or_default();
        let places = self.templates().flat_map(Template::places);
        let hidden = places.filter(|place| !PUBLIC.contains(&&*place.name));
        request.filled.extend(hidden.map(|place| value(&place.name)));
        if let Some(url) = &self.url {
            request.elsewhere = *url != request.url;
            request.url = url.clone();
        }
        if let Some(method) = self.method {
            request.method = method;
        }
        if let Some(body) = &self.body {
            request.form.clear();
            request.text = Some(body.template.fill(body.escape, value));
            request.set_header("content-type", body.content_type.into());
        }
        let params = self.params.iter();
        request.form.extend(params.map(|(name, text)| (name.clone().into(), text.fill(Escape::None, value))));
        for (name, text) in &self.headers {
            request.set_header(name, text.fill(Escape::None, value));
        }
    }

    /// What is described, as text, for the identity of a profile. Contains secrets.
    pub(crate) fn identity(&self) -> SecretString {
        let Self { url, method, headers, params, body } = self;
        let named = headers.iter().chain(params).map(|(name, text)| (&**name, text));
        let body = body.iter().map(|body| (body.content_type, &body.template));
        let parts =
            named.chain(body).map(|(name, text)| format!("{name:?}: {:?}\n", text.text().expose_secret()));
        let url = url.as_ref().map_or("", Url::as_str);
        format!("{url} {method:?} {}\n{}", headers.len(), parts.collect::<String>()).into()
    }
}

/// How values are written into a body of this type, and the type of a body that names none.
#[must_use]
pub fn body_format(content_type: Option<&str>, text: &str) -> (Escape, &'static str) {
    const JSON: (Escape, &str) = (Escape::Json, "application/json");
    const XML: (Escape, &str) = (Escape::Xml, "text/xml; charset=utf-8");
    const TEXT: (Escape, &str) = (Escape::None, "text/plain; charset=utf-8");
    match content_type.map(str::to_ascii_lowercase) {
        Some(named) if named.contains("json") => JSON,
        Some(named) if named.contains("x-www-form-urlencoded") => (Escape::Form, FORM),
        Some(named) if named.contains("xml") => XML,
        Some(_) => TEXT,
        None => match text.trim_start() {
            text if text.starts_with("{{") => TEXT,
            text if text.starts_with(['{', '[']) => JSON,
            text if text.starts_with('<') => XML,
            text if text.contains('=') => (Escape::Form, FORM),
            _ => TEXT,
        },
    }
}

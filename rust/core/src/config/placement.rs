//! Where a request has the token: a header, a cookie or a query parameter, and what stands before it there.

use secrecy::SecretString;

/// A part of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// A header.
    Header,
    /// A cookie.
    Cookie,
    /// A query parameter of the URL.
    Query,
}

impl Place {
    pub(crate) const NAMES: [(&'static str, Self); 3] =
        [("header", Self::Header), ("cookie", Self::Cookie), ("query", Self::Query)];

    /// Its spelling in settings.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, place)| *place == self).map_or("header", |(name, _)| name)
    }
}

/// Where API requests of a profile have the token, and which other headers.
#[derive(Clone, Debug)]
pub struct Placement {
    /// The part of the request.
    pub place: Place,
    /// The name of the header, cookie or parameter.
    pub name: String,
    /// What stands before the token, with the blank between; empty: nothing.
    pub before: String,
    /// Further headers, in the order of their names. Their values may be secrets.
    pub headers: Vec<(String, SecretString)>,
}

impl Placement {
    /// The usual header (RFC 6750 section 2.1).
    pub const HEADER: &'static str = "Authorization";
    /// The usual parameter (RFC 6750 section 2.3).
    pub const PARAM: &'static str = "access_token";

    /// What stands before the token for a scheme: `Bearer` and a blank. A scheme that ends in `=` has none behind it.
    #[must_use]
    pub fn before(scheme: &str) -> String {
        let blank = if scheme.is_empty() || scheme.ends_with('=') { "" } else { " " };
        format!("{scheme}{blank}")
    }

    /// The token in a value that was sent, if the value has the scheme of this profile.
    #[must_use]
    pub fn bare<'a>(&self, sent: &'a str) -> &'a str {
        let sent = sent.trim();
        let after = sent
            .split_at_checked(self.before.len())
            .filter(|(head, _)| head.eq_ignore_ascii_case(&self.before));
        after.map_or(sent, |(_, token)| token.trim_start())
    }
}

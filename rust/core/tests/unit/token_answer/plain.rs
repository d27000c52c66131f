//! What RFC 6749 says is read as it says, whatever else servers do: any answer of section 5.1 gives its own fields, and any of
//! section 5.2 its own code and words.

use proptest::prelude::*;
use secrecy::ExposeSecret;

use super::*;

/// Types of bearer tokens, and none.
const TYPES: [&str; 4] =
    ["", r#","token_type":"bearer""#, r#","token_type":"Bearer""#, r#","token_type":"BEARER""#];

/// RFC 6749 section 5.2.
const ERRORS: [(&str, bool); 6] = [
    ("invalid_request", false),
    ("invalid_client", false),
    ("invalid_grant", true),
    ("unauthorized_client", false),
    ("unsupported_grant_type", false),
    ("invalid_scope", false),
];

proptest! {
    #[test]
    fn an_answer_of_section_5_1_gives_its_own_fields(
        token in "[A-Za-z0-9._~+/-]{1,200}={0,2}",
        refresh in proptest::option::of("[A-Za-z0-9._~+/-]{4,80}"),
        life in proptest::option::of(0_u64..366 * 24 * 3600),
        kind in 0..TYPES.len(),
        extra in "[a-z]{1,12}",
    ) {
        prop_assume!(!["error", "expires", "scope"].contains(&&*extra));
        let refresh_field = refresh.as_ref().map(|text| format!(r#","refresh_token":"{text}""#)).unwrap_or_default();
        let life_field = life.map(|life| format!(r#","expires_in":{life}"#)).unwrap_or_default();
        let kind = TYPES[kind];
        // `own_…`: an answer may have other fields.
        let body = format!(r#"{{"access_token":"{token}"{kind}{life_field}{refresh_field},"own_{extra}":"x","scope":"read write"}}"#);
        let reply = Reply { status: 200, headers: &[], body: body.as_bytes() };
        let request = request(&client());
        let minted = read(reply, Wall(0), &client(), &request, Some("read write"), &AnswerFormat::default());
        let minted = minted.map_err(|refusal| TestCaseError::fail(format!("{body}: {refusal:?}")))?;
        prop_assert_eq!(minted.secret.expose_secret(), &token);
        prop_assert_eq!(minted.lifetime, life.map(Duration::from_secs));
        prop_assert_eq!(minted.refresh_token.map(|text| text.expose_secret().to_owned()), refresh);
        prop_assert_eq!(minted.scope.as_deref(), Some("read write"));
        prop_assert!(minted.missing_scopes.is_empty() && minted.peculiarities.is_empty());
    }

    #[test]
    fn an_error_of_section_5_2_keeps_its_code_and_words(
        error in 0..ERRORS.len(),
        words in proptest::option::of("[a-z]{2,9}( [a-z]{2,9}){0,5}"),
        unauthorized: bool,
    ) {
        let (error, about_grant) = ERRORS[error];
        let description = words.as_ref().map(|words| format!(r#","error_description":"{words}""#)).unwrap_or_default();
        let refusal = refused(if unauthorized { 401 } else { 400 }, &format!(r#"{{"error":"{error}"{description}}}"#));
        prop_assert_eq!((refusal.class, refusal.code), (Class::Permanent, Code::CredentialRejected));
        prop_assert_eq!(refusal.error.as_deref(), Some(error));
        let shown = words.map_or(error.to_owned(), |words| format!("{error}: {words}"));
        prop_assert_eq!(&refusal.message, &shown);
        prop_assert_eq!(refusal.is_about_grant(), about_grant);
        prop_assert!(refusal.remedy.is_none());
    }
}

//! The forms in which a body can hold its fields.

use secrecy::ExposeSecret;

use super::*;

#[test]
fn a_byte_order_mark_before_the_json_is_skipped() {
    let marked = minted("\u{feff}{\"access_token\":\"t0ken\",\"expires_in\":9}");
    assert_eq!(marked.secret.expose_secret(), TOKEN);
    assert_eq!(refused(401, "\u{feff}{\"error\":\"invalid_client\"}").message, "invalid_client");
    assert_eq!(refused(200, "\u{feff}").message, "an empty body");
    assert_eq!(refused(500, "\u{feff}boom").message, "boom");
    assert_eq!(
        refused(200, "\u{feff}\u{feff}{\"access_token\":\"t0ken\"}").message,
        "a body that is not JSON"
    );
    let utf_16: Vec<u8> = "{\"access_token\":\"t0ken\"}".encode_utf16().flat_map(u16::to_be_bytes).collect();
    assert_eq!(answer(200, &[], utf_16).expect_err("not UTF-8").class, Class::Garbled);
}

#[test]
fn a_form_is_read_like_json() {
    let github =
        "access_token=t0ken&expires_in=28800&refresh_token=r%2B1&scope=read%2Cwrite&token_type=bearer";
    for headers in [&[FORM][..], &[("content-type", "text/plain")], &[]] {
        let minted = answer(200, headers, github).expect("a token");
        assert_eq!(minted.secret.expose_secret(), TOKEN);
        assert_eq!(minted.lifetime, Some(Duration::from_secs(28_800)));
        assert_eq!(minted.refresh_token.as_ref().map(|token| token.expose_secret()), Some("r+1"));
        assert_eq!(minted.missing_scopes, [""; 0]);
    }
    for (named, body, life) in [
        ("Facebook's name for it", "access_token=t0ken&expires=5183944", Some(5_183_944)),
        ("both names", "access_token=t0ken&expires_in=9&expires=5183944", Some(9)),
        ("no life", "access_token=t0ken", None),
        ("a line break after it", "access_token=t0ken&expires_in=9\r\n", Some(9)),
        ("a mark before it", "\u{feff}access_token=t0ken&expires_in=9", Some(9)),
    ] {
        let minted = answer(200, &[], body).expect("a token");
        assert_eq!(minted.lifetime.map(|life| life.as_secs()), life, "{named}");
    }
    assert_eq!(lifetime(r#","expires":9"#), Ok(None), "in JSON that name has no meaning");
}

#[test]
fn errors_in_forms_are_those_of_json() {
    for (named, body, words) in [
        (
            "two tokens",
            "access_token=t0ken-1&access_token=t0ken-2",
            "access_token comes twice, with different values",
        ),
        (
            "two lives",
            "access_token=t0ken&expires_in=1&expires_in=2",
            "expires_in comes twice, with different values",
        ),
        ("no number", "access_token=t0ken&expires_in=soon", "expires_in is not a number"),
        ("another type", "access_token=t0ken&token_type=mac", "the token is of type 'mac', not Bearer"),
        (
            "a space",
            "access_token=t0ken+t0ken",
            "the access token holds characters that can't stand in a header",
        ),
        ("no UTF-8", "access_token=%ff%fe", "the access token holds characters that can't stand in a header"),
        ("no token", "access_token=&token_type=bearer", "access_token is empty"),
        ("an error that is empty", "error=&x=1", "a form without access_token or error (fields: error, x)"),
    ] {
        let refusal = answer(200, &[FORM], body).expect_err(named);
        assert_eq!(
            (refusal.class, refusal.code, &*refusal.message),
            (Class::Garbled, Code::Protocol, words),
            "{named}"
        );
    }
    let error = "error=invalid_client&error_description=no+such+client";
    for status in [200, 400, 401] {
        let refusal = answer(status, &[], error).expect_err("an error");
        assert_eq!((refusal.class, refusal.code), (Class::Permanent, Code::CredentialRejected));
        assert_eq!(refusal.message, "invalid_client: no such client");
        assert_eq!(refusal.error.as_deref(), Some("invalid_client"));
    }
}

#[test]
fn ambiguous_text_is_no_form() {
    for (named, headers, body) in [
        ("a sentence", &[][..], "the parameter access_token=x is wrong"),
        ("a remark", &[], "access_token=t0ken was sent"),
        ("a page", &[FORM], "<a href=\"?access_token=t0ken\">"),
        ("JSON that broke off", &[FORM], r#"{"access_token":"t0ken=","ex"#),
        ("other names", &[FORM], "t0ken=&q=1"),
        ("a token alone", &[], "t0ken=="),
        ("binary", &[FORM], "access_token=t0ken&\u{0}=1"),
    ] {
        let refusal = answer(200, headers, body).expect_err(named);
        assert_eq!((refusal.class, refusal.code), (Class::Garbled, Code::Protocol), "{named}");
        assert!(
            matches!(&*refusal.message, "a body that is not JSON" | "an HTML page"),
            "{named}: {}",
            refusal.message
        );
    }
    assert_eq!(
        answer(200, &[FORM], r#"{"access_token":"t0ken"}"#).map(|_| ()),
        Ok(()),
        "JSON under a wrong type"
    );
    let json = [("content-type", "application/json")];
    assert!(answer(200, &json, "access_token=t0ken").is_ok(), "a form under a wrong type");
}

//! Answers whose token, lifetime or refresh token is not where RFC 6749 has it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::ExposeSecret;

use super::*;

/// How answers are read with these settings.
fn format(token: &str, lifetime: &str, unit: Option<LifetimeUnit>, refresh_token: &str) -> AnswerFormat {
    let place = |text: &str| (!text.is_empty()).then(|| Place::read(text).expect("a place"));
    let (token, lifetime, refresh_token) = (place(token), place(lifetime), place(refresh_token));
    AnswerFormat { token, lifetime, unit, refresh_token, errors: &[] }
}

fn token_at(place: &str) -> AnswerFormat {
    format(place, "", None, "")
}

#[test]
fn without_a_setting_the_refusal_names_what_looks_like_a_token() {
    for (body, place) in [
        (
            r#"{"tokenData":{"access_token":"t0ken","expires_in":600},"success":true}"#,
            "/tokenData/access_token",
        ),
        (r#"{"code":200,"data":{"accessToken":"t0ken","refreshToken":"r"}}"#, "/data/accessToken"),
        (r#"{"token":"t0ken","expires_at":"2030-01-01T00:00:00Z"}"#, "/token"),
        (r#"[{"access_token":"t0ken"}]"#, "/0/access_token"),
        (r#"{"id_token":"t0ken"}"#, "/id_token"),
        (r#"{"a":{"b":{"sessionToken":"t0ken"}},"refresh_token":"r"}"#, "/a/b/sessionToken"),
        (r#"{"result":"eyJ0.t0ken.c2ln"}"#, "/result"),
        (r#""t0ken""#, "\"\""),
        ("t0ken-t0ken-t0ken", "\"\""),
    ] {
        let refusal = refused(200, body);
        assert_eq!((refusal.class, refusal.code), (Class::Permanent, Code::Protocol), "{body}");
        let remedy = refusal.remedy.clone().unwrap_or_default();
        assert!(remedy.ends_with(&format!("set token_field={place}.")), "{body}: {remedy}");
        assert!(refusal.maybe_processed && !refusal.is_about_binding() && !refusal.is_about_grant());
        assert!(answer_in(&token_at(place), 200, &[], body).is_ok(), "{body}");
    }
}

#[test]
fn nothing_that_is_no_token_is_taken_for_one() {
    for body in [
        r#"{"refresh_token":"r"}"#,
        r#"{"token":""}"#,
        r#"{"token":7}"#,
        r#"{"token":"two words"}"#,
        r#"{"csrf_token":"t0ken"}"#,
        r#"{"bad key":{"token":"t0ken"}}"#,
        r#"{"a":{"a":{"a":{"a":{"a":{"token":"t0ken"}}}}}}"#,
        "[]",
        "OK",
    ] {
        let refusal = refused(200, body);
        assert_eq!((refusal.class, refusal.remedy), (Class::Garbled, None), "{body}");
    }
}

#[test]
fn a_token_is_read_where_the_setting_says_with_what_stands_beside_it() {
    let life = |place, body: &str| {
        let date = [("Date", "Thu, 01 Jan 1970 00:16:40 GMT")];
        let minted = answer_in(&token_at(place), 200, &date, body).expect("a token");
        let refresh = minted.refresh_token.map(|token| token.expose_secret().to_owned());
        assert_eq!(minted.secret.expose_secret(), TOKEN);
        (minted.lifetime.map(|life| life.as_secs()), refresh)
    };
    let r = Some("r".to_owned());
    for (place, body, lives, refreshes) in [
        (
            "/d/access_token",
            r#"{"d":{"access_token":"t0ken","expires_in":600,"refresh_token":"r"}}"#,
            Some(600),
            &r,
        ),
        (
            "/d/accessToken",
            r#"{"d":{"accessToken":"t0ken","expiresIn":"600","refreshToken":"r"}}"#,
            Some(600),
            &r,
        ),
        ("token", r#"{"token":"t0ken","expires_at":"1970-01-01T00:26:40Z"}"#, Some(600), &None),
        ("token", r#"{"token":"t0ken","expiresAt":1600}"#, Some(600), &None),
        ("token", r#"{"token":"t0ken","expiresAt":"1970-01-01T00:26:40"}"#, Some(600), &None),
        ("/0/t", r#"[{"t":"t0ken","expires_in":9}]"#, Some(9), &None),
        ("/a~1b/m~0n", r#"{"a/b":{"m~n":"t0ken"}}"#, None, &None),
        ("\"\"", r#""t0ken""#, None, &None),
        ("\"\"", "t0ken\r\n", None, &None),
        ("access_token", r#"{"access_token":"t0ken","expires_in":9}"#, Some(9), &None),
        ("token", "token=t0ken&error=&expires_in=9", Some(9), &None),
    ] {
        assert_eq!(life(place, body), (lives, refreshes.clone()), "{place} {body}");
    }
}

#[test]
fn the_life_of_an_id_token_is_its_own() {
    let jwt = format!("eyJhbGciOiJub25lIn0.{}.c2ln", URL_SAFE_NO_PAD.encode(r#"{"exp":1600}"#));
    let body = format!(r#"{{"access_token":"x","expires_in":86399,"id_token":"{jwt}"}}"#);
    let date = [("Date", "Thu, 01 Jan 1970 00:16:40 GMT")];
    let minted = answer_in(&token_at("id_token"), 200, &date, body).expect("a token");
    assert_eq!((minted.secret.expose_secret(), minted.lifetime), (&*jwt, Some(Duration::from_secs(600))));
    assert!(minted.peculiarities.is_empty(), "{:?}", minted.peculiarities);
}

#[test]
fn a_lifetime_is_read_in_its_unit() {
    use LifetimeUnit::{Date, Epoch, Milliseconds, Seconds};
    let date = [("Date", "Thu, 01 Jan 1970 00:16:40 GMT")];
    for (unit, sent, seconds) in [
        (Seconds, "600", 600.0),
        (Milliseconds, "86399947", 86_399.947),
        (Milliseconds, r#""1500""#, 1.5),
        (Date, r#""1970-01-01T00:26:40Z""#, 600.0),
        (Date, r#""1970-01-01T01:26:40.500+01:00""#, 600.5),
        (Date, r#""Thu, 01 Jan 1970 00:26:40 GMT""#, 600.0),
        (Date, r#""1969-01-01T00:00:00Z""#, 0.0),
        (Epoch, "1600", 600.0),
        (Epoch, r#""1600""#, 600.0),
        (Epoch, "100000000600000", 99_999_999_600.0),
    ] {
        let read = format("", "/e", Some(unit), "");
        let body = format!(r#"{{"access_token":"t0ken","e":{sent}}}"#);
        let life = answer_in(&read, 200, &date, body).expect("a token").lifetime;
        let wanted = Duration::from_secs_f64(seconds).min(Duration::from_secs(100 * 366 * 24 * 3600));
        assert_eq!(life, Some(wanted), "{unit:?} {sent}");
    }
    for (unit, sent, words) in [
        (Seconds, r#""soon""#, "lifetime_field=/e is not a number"),
        (Milliseconds, "[]", "lifetime_field=/e is not a number of milliseconds"),
        (Date, "1600", "lifetime_field=/e is not a date"),
        (Epoch, r#""1970-01-01T00:00:00Z""#, "lifetime_field=/e is not a number of seconds since 1970"),
    ] {
        let read = format("", "/e", Some(unit), "");
        let refusal = answer_in(&read, 200, &date, format!(r#"{{"access_token":"t0ken","e":{sent}}}"#));
        let refusal = refusal.expect_err("no lifetime");
        assert_eq!(
            (refusal.class, refusal.code, &*refusal.message),
            (Class::Permanent, Code::Protocol, words)
        );
        assert!(refusal.remedy.is_some_and(|remedy| remedy.contains("lifetime_unit")));
    }
    let of_standard = format("", "", Some(Milliseconds), "");
    let life = answer_in(&of_standard, 200, &[], r#"{"access_token":"t0ken","expires_in":5000}"#);
    assert_eq!(life.expect("a token").lifetime, Some(Duration::from_secs(5)));
}

#[test]
fn a_place_that_finds_nothing_is_named_with_its_setting() {
    let plain = r#"{"access_token":"t0ken","n":1}"#;
    for (read, body, words, remedy) in [
        (
            token_at("/data/token"),
            plain,
            "token_field=/data/token finds nothing in the answer (fields: access_token, n)",
            "set token_field=/access_token.",
        ),
        (
            token_at("/a"),
            r#"{"n":1}"#,
            "token_field=/a finds nothing in the answer (fields: n)",
            "Correct token_field (/a)",
        ),
        (
            format("", "/x", None, ""),
            plain,
            "lifetime_field=/x finds nothing in the answer",
            "Correct or remove lifetime_field.",
        ),
    ] {
        let refusal = answer_in(&read, 200, &[], body).expect_err("nothing there");
        assert_eq!((refusal.class, refusal.code), (Class::Permanent, Code::Protocol), "{words}");
        assert!(refusal.message.starts_with(words), "{}", refusal.message);
        assert!(refusal.remedy.clone().unwrap_or_default().contains(remedy), "{:?}", refusal.remedy);
    }
    let no_refresh = format("", "", None, "/r");
    assert!(answer_in(&no_refresh, 200, &[], plain).is_ok(), "a refresh may keep the old refresh token");
    let client = client();
    let mut primary = request(&client);
    primary.refresh = false;
    let reply = Reply { status: 200, headers: &[], body: plain.as_bytes() };
    let refusal = read(reply, Wall(0), &client, &primary, None, &no_refresh).expect_err("no refresh token");
    assert_eq!(refusal.message, "refresh_token_field=/r finds nothing in the answer");
    let refused = answer_in(&token_at("/a"), 200, &[], r#"{"errcode":40013,"errmsg":"invalid appid"}"#);
    assert_eq!(
        refused.expect_err("refused").message,
        "40013: invalid appid",
        "the server's own reason goes first"
    );
}

#[test]
fn places_are_read_as_they_are_written() {
    for place in ["id_token", "/a", "/a/b/0", "/", "/a~0b~1c", "\"\""] {
        assert_eq!(Place::read(place).map(|read| read.to_string()).as_deref(), Some(place));
    }
    for nothing in ["", "a/b", "/a~", "/a~2b", "two words", "$.a", &"n".repeat(41)] {
        assert_eq!(Place::read(nothing), None, "{nothing}");
    }
}

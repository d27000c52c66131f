//! Answers that hold a token, or look as if they did.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::ExposeSecret;

use super::*;
use crate::oauth::token_answer::lifetime::LONGEST_LIFETIME;
use crate::time::clock::Mono;

#[test]
fn a_plain_answer_is_a_token() {
    let minted =
        minted(r#"{"access_token":"t0ken","token_type":"Bearer","expires_in":86399,"refresh_token":"r"}"#);
    assert_eq!(minted.secret.expose_secret(), TOKEN);
    assert_eq!(minted.lifetime, Some(Duration::from_secs(86_399)));
    assert!(minted.missing_scopes.is_empty());
}

#[test]
fn expires_in_is_read_in_every_form_servers_send() {
    let seconds = |s: f64| Ok(Some(Duration::from_secs_f64(s)));
    for (named, sent, read) in [
        ("a number", r#","expires_in":3600"#, seconds(3600.0)),
        ("a fraction", r#","expires_in":3599.5"#, seconds(3599.5)),
        ("a power of ten", r#","expires_in":36e2"#, seconds(3600.0)),
        ("text", r#","expires_in":"3600""#, seconds(3600.0)),
        ("text with spaces", r#","expires_in":" 60 ""#, seconds(60.0)),
        ("zero", r#","expires_in":0"#, seconds(0.0)),
        ("less than nothing", r#","expires_in":-0"#, seconds(0.0)),
        ("negative", r#","expires_in":-1"#, seconds(0.0)),
        ("negative text", r#","expires_in":"-1""#, seconds(0.0)),
        ("450 days", r#","expires_in":38880000"#, seconds(38_880_000.0)),
        ("huge", r#","expires_in":1e300"#, Ok(Some(LONGEST_LIFETIME))),
        ("more than a float holds", r#","expires_in":"1e999""#, Ok(Some(LONGEST_LIFETIME))),
        ("milliseconds by mistake", r#","expires_in":10000000000"#, Ok(Some(LONGEST_LIFETIME))),
        ("more than a machine word", r#","expires_in":18446744073709551616"#, Ok(Some(LONGEST_LIFETIME))),
        ("for ever", r#","expires_in":"inf""#, Ok(Some(LONGEST_LIFETIME))),
        ("null", r#","expires_in":null"#, Ok(None)),
        ("absent", "", Ok(None)),
        ("twice the same", r#","expires_in":9,"expires_in":9"#, seconds(9.0)),
    ] {
        assert_eq!(lifetime(sent), read, "{named}");
    }
    for junk in ["\"\"", "\"soon\"", "\"NaN\"", "\"1h\"", "\"3600s\"", "true", "false", "[]", "[9]", "{}"] {
        let refused = lifetime(&format!(r#","expires_in":{junk}"#));
        assert_eq!(refused, Err("expires_in is not a number".into()), "{junk}");
    }
}

#[test]
fn the_longest_lifetime_does_not_overflow() {
    let late = Mono::from_nanos(u64::MAX / 2);
    assert!(late.after(LONGEST_LIFETIME).after(LONGEST_LIFETIME) < Mono::NEVER);
}

fn jwt(claims: &str) -> String {
    format!("eyJhbGciOiJub25lIn0.{}.c2ln", URL_SAFE_NO_PAD.encode(claims))
}

#[test]
fn without_expires_in_a_jwts_exp_counts() {
    let life = |token: &str, headers: &[(&str, &str)]| {
        let body = format!(r#"{{"access_token":"{token}"}}"#);
        answer(200, headers, body).expect("a token").lifetime.map(|life| life.as_secs())
    };
    let date = [("DATE", "Thu, 01 Jan 1970 00:16:40 GMT")];
    assert_eq!(life(&jwt(r#"{"exp":1600}"#), &date), Some(600), "read against the server's clock");
    assert_eq!(life(&jwt(r#"{"exp":1600.5}"#), &date), Some(600));
    assert_eq!(life(&jwt(r#"{"exp":1600}"#), &[]), Some(1600), "without a Date against the local clock");
    assert_eq!(life(&jwt(r#"{"exp":1600}"#), &[("date", "yesterday")]), Some(1600));
    assert_eq!(life(&jwt(r#"{"exp":1}"#), &date), Some(0), "an end that has passed is no life");
    for opaque in [jwt(r#"{"sub":"x"}"#), jwt("junk"), "a.b.c".into(), "opaque".into(), "..".into()] {
        assert_eq!(life(&opaque, &date), None, "{opaque}");
    }
    let both =
        answer(200, &date, format!(r#"{{"access_token":"{}","expires_in":9}}"#, jwt(r#"{"exp":1600}"#)));
    assert_eq!(both.expect("a token").lifetime, Some(Duration::from_secs(9)), "the answer beats the token");
}

#[test]
fn every_name_of_the_bearer_type_is_accepted() {
    for kind in [
        r#","token_type":"Bearer""#,
        r#","token_type":"bearer""#,
        r#","token_type":"BEARER""#,
        r#","token_type":"BearerToken""#,
        r#","token_type":"""#,
        r#","token_type":null"#,
        "",
    ] {
        assert_eq!(
            minted(&format!(r#"{{"access_token":"t0ken"{kind}}}"#)).secret.expose_secret(),
            TOKEN,
            "{kind}"
        );
    }
    for (kind, words) in [
        (r#""mac""#, "the token is of type 'mac', not Bearer"),
        (r#""hmac""#, "the token is of type 'hmac', not Bearer"),
        (r#""PoP""#, "the token is of type 'PoP', not Bearer"),
        ("7", "token_type is a number, not text"),
        (r#"["bearer"]"#, "token_type is a list, not text"),
    ] {
        let refusal = refused(200, &format!(r#"{{"access_token":"t0ken","token_type":{kind}}}"#));
        assert_eq!((refusal.class, refusal.code, &*refusal.message), (Class::Garbled, Code::Protocol, words));
    }
}

#[test]
fn a_token_is_bound_if_and_only_if_requested() {
    let read = |kind: &str, bound| {
        let body = format!(r#"{{"access_token":"t0ken"{kind}}}"#);
        let reply = Reply { status: 200, headers: &[], body: body.as_bytes() };
        let request = TokenRequest { bound, ..request(&client()) };
        super::super::read(reply, Wall(0), &client(), &request, None, &AnswerFormat::default())
    };
    for kind in ["DPoP", "dpop", "DPOP"] {
        let kind = format!(r#","token_type":"{kind}""#);
        assert!(read(&kind, true).is_ok(), "{kind}");
        let refusal = read(&kind, false).unwrap_err();
        assert!(refusal.is_about_binding() && refusal.maybe_processed, "{kind}: {refusal:?}");
    }
    for (kind, words) in [
        (r#","token_type":"Bearer""#, "the token is of type 'Bearer', not DPoP"),
        (r#","token_type":"mac""#, "the token is of type 'mac', not DPoP"),
        (r#","token_type":"""#, "the token has no type, not even DPoP"),
        ("", "the token has no type, not even DPoP"),
    ] {
        let refusal = read(kind, true).unwrap_err();
        assert!(refusal.is_about_binding(), "{kind}");
        assert_eq!(
            (refusal.class, refusal.code, &*refusal.message),
            (Class::Permanent, Code::Protocol, words)
        );
    }
    assert_eq!(read(r#","token_type":7"#, true).unwrap_err().class, Class::Garbled);
    let bound = read("", true).unwrap_err();
    for other in [
        refused(404, ""),
        refused(200, r#"{"error":"invalid_client"}"#),
        Refusal { class: Class::Garbled, ..bound.clone() },
        Refusal { maybe_processed: false, ..bound.clone() },
        Refusal { status: Some(300), ..bound.clone() },
        Refusal { status: None, ..bound.clone() },
        Refusal { error: Some("invalid_client".into()), ..bound },
    ] {
        assert!(!other.is_about_binding(), "{other:?}");
    }
}

#[test]
fn a_challenge_needs_a_nonce_and_a_proof() {
    let read = |status, nonce: &[(&str, &str)], error: &str, bound| {
        let (headers, body) = (headers_of(nonce), format!(r#"{{"error":"{error}"}}"#));
        let reply = Reply { status, headers: &headers, body: body.as_bytes() };
        let request = TokenRequest { bound, ..request(&client()) };
        super::super::read(reply, Wall(0), &client(), &request, None, &AnswerFormat::default())
            .unwrap_err()
            .class
    };
    let nonce = &[("dpop-nonce", "n1")][..];
    assert_eq!(read(400, nonce, "use_dpop_nonce", true), Class::Challenged);
    assert_eq!(read(401, nonce, "use_dpop_nonce", true), Class::Challenged);
    assert_eq!(read(400, nonce, "invalid_grant", true), Class::Permanent);
    assert_eq!(read(400, &[], "use_dpop_nonce", true), Class::Permanent);
    assert_eq!(read(400, nonce, "use_dpop_nonce", false), Class::Permanent);
    assert_eq!(read(429, nonce, "use_dpop_nonce", true), Class::Throttled);
    assert_eq!(read(503, nonce, "use_dpop_nonce", true), Class::Unavailable);
}

#[test]
fn malformed_successes_are_refused() {
    for (named, body, words) in [
        ("a line break", r#"{"access_token":"a\r\nX: y"}"#, "can't stand in a header"),
        ("no ASCII", r#"{"access_token":"tök"}"#, "can't stand in a header"),
        ("a space", r#"{"access_token":"a b"}"#, "can't stand in a header"),
        ("a zero byte", r#"{"access_token":"a\u0000"}"#, "can't stand in a header"),
        ("an empty token", r#"{"access_token":""}"#, "access_token is empty"),
        ("a number", r#"{"access_token":7}"#, "access_token is a number, not text"),
        ("a boolean", r#"{"access_token":true}"#, "access_token is true or false, not text"),
        ("an object", r#"{"access_token":{"v":"t0ken"}}"#, "access_token is an object, not text"),
        ("a list", r#"{"access_token":["t0ken"]}"#, "access_token is a list, not text"),
        ("null", r#"{"access_token":null}"#, "JSON without access_token or error (fields: access_token)"),
        ("another name", r#"{"secret":"t0ken"}"#, "JSON without access_token or error (fields: secret)"),
        ("nothing", "", "an empty body"),
        ("white space", " \r\n ", "an empty body"),
        ("a word", "OK", "a body that is not JSON"),
        ("half of it", r#"{"access_token":"t0ken","expires_in":36"#, "a body that is not JSON"),
        ("more after it", r#"{"access_token":"t0ken"} {}"#, "a body that is not JSON"),
        ("single quotes", "{'access_token':'t0ken'}", "a body that is not JSON"),
        ("a page", "<html><HEAD><Title> Sign in </TITLE></html>", "an HTML page titled 'Sign in'"),
        ("a page without title", "<!doctype html><p>hello", "an HTML page"),
        ("a title that does not end", "<title>open", "an HTML page"),
        ("binary", "\u{fffd}\u{0}\u{1}", "a body that is not JSON"),
    ] {
        let refusal = refused(200, body);
        assert_eq!((refusal.class, refusal.code), (Class::Garbled, Code::Protocol), "{named}");
        assert_eq!(refusal.status, Some(200));
        assert!(refusal.message.contains(words), "{named}: {}", refusal.message);
    }
}

#[test]
fn one_name_with_two_values_is_refused_and_the_same_value_twice_is_not() {
    for (name, one, two) in [
        ("access_token", r#""t0ken-1""#, r#""t0ken-2""#),
        ("access_token", r#""t0ken-1""#, "null"),
        ("expires_in", "60", "3600"),
        ("expires_in", "60", r#""60""#),
        ("refresh_token", r#""r1""#, r#""r2""#),
    ] {
        let token = if name == "access_token" { "" } else { r#""access_token":"t0ken","# };
        let body = |two| format!(r#"{{{token}"{name}":{one},"scope":"x","{name}":{two}}}"#);
        let twice = refused(200, &body(two));
        let words = format!("{name} comes twice, with different values");
        if two != "null" {
            assert_eq!((twice.class, twice.code, twice.message), (Class::Garbled, Code::Protocol, words));
        }
        assert!(twice.maybe_processed, "the server minted something");
        assert_eq!(minted(&body(one)).secret.expose_secret().split('-').next(), Some(TOKEN));
    }
    let last = minted(r#"{"access_token":"t0ken","scope":"read","scope":"read write"}"#);
    assert_eq!(last.missing_scopes, [""; 0], "of other names the last counts");
}

#[test]
fn missing_scopes_are_named() {
    let missing = |granted: &str| minted(&format!(r#"{{"access_token":"t"{granted}}}"#)).missing_scopes;
    assert_eq!(missing(r#","scope":"read""#), ["write"]);
    assert_eq!(missing(r#","scope":"write extra read""#), [""; 0]);
    assert_eq!(missing(r#","scope":["read"]"#), ["write"]);
    assert_eq!(missing(r#","scope":["write","read"]"#), [""; 0]);
    assert_eq!(missing(r#","scope":["write read", 7]"#), [""; 0]);
    assert_eq!(missing(r#","scope":"write,read""#), [""; 0]);
    assert_eq!(missing(r#","scope":"""#), ["read", "write"]);
    assert_eq!(missing(r#","scope":[]"#), ["read", "write"]);
    for silent in ["", r#","scope":null"#, r#","scope":7"#, r#","scope":{}"#] {
        assert_eq!(missing(silent), [""; 0], "silence means: as asked (RFC 6749 section 5.1)");
    }
}

#[test]
fn the_scope_is_granted_or_requested_and_has_no_secret() {
    let scope = |granted: &str| minted(&format!(r#"{{"access_token":"t0ken"{granted}}}"#)).scope;
    assert_eq!(scope(r#","scope":"read""#).as_deref(), Some("read"));
    assert_eq!(scope(r#","scope":["write", "a  b"]"#).as_deref(), Some("write a b"));
    assert_eq!(scope("").as_deref(), Some("read write"), "silence means: as asked");
    assert_eq!(scope(r#","scope":"""#), None);
    assert_eq!(scope(r#","scope":"for t0ken""#), None, "a token is no scope");
    assert_eq!(scope(&format!(r#","scope":"{SECRET}""#)).as_deref(), Some("[redacted]"));
}

#[test]
fn a_refresh_token_is_taken_from_the_answer() {
    let token = |body: &str| minted(body).refresh_token.map(|token| token.expose_secret().to_owned());
    assert_eq!(token(r#"{"access_token":"t","refresh_token":"r"}"#).as_deref(), Some("r"));
    for none in [r#""""#, "null", "7", "{}", "[]", "false"] {
        assert_eq!(token(&format!(r#"{{"access_token":"t","refresh_token":{none}}}"#)), None);
    }
    assert_eq!(token(r#"{"access_token":"t"}"#), None);
}

#[test]
fn debug_hides_a_minted_token() {
    let minted = minted(r#"{"access_token":"t0ken-very-secret","expires_in":9}"#);
    assert!(!format!("{minted:?}").contains("very-secret"));
}

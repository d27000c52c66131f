//! What is unusual in an answer and told once.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::*;

fn minted(headers: &[(&str, &str)], body: &str) -> (Option<u64>, Vec<Peculiarity>) {
    let minted = answer(200, headers, body).expect("a token");
    (minted.lifetime.map(|life| life.as_secs()), minted.peculiarities)
}

#[test]
fn a_type_of_the_servers_own_is_sent_as_bearer() {
    for named in ["Application Access Token", "N_A", " bearer", "jwt", "User"] {
        let body = format!(r#"{{"access_token":"t0ken","token_type":"{named}"}}"#);
        assert_eq!(minted(&[], &body).1, [Peculiarity::TokenType(named.into())]);
    }
    let secret = serde_json::json!({ "access_token": "t0ken", "token_type": SECRET }).to_string();
    assert_eq!(minted(&[], &secret).1, [Peculiarity::TokenType("[redacted]".into())]);
    let token = r#"{"access_token":"t0ken","token_type":"of t0ken"}"#;
    assert_eq!(minted(&[], token).1, [], "a token is no type");
}

#[test]
fn the_sooner_of_expires_in_and_exp_counts() {
    let jwt = |claims: &str| format!("eyJhbGciOiJub25lIn0.{}.c2ln", URL_SAFE_NO_PAD.encode(claims));
    let date = [("Date", "Thu, 01 Jan 1970 00:16:40 GMT")];
    let sooner = |life, named| {
        vec![Peculiarity::EndsSooner { life: Duration::from_secs(life), named: Duration::from_secs(named) }]
    };
    for (headers, claims, expires_in, life, peculiar) in [
        (&date[..], r#"{"exp":1300}"#, 3600, 300, sooner(300, 3600)),
        (&date, r#"{"exp":4599}"#, 3600, 3599, vec![]),
        (&date, r#"{"exp":9999}"#, 3600, 3600, vec![]),
        (&date, r#"{"exp":999}"#, 3600, 0, sooner(0, 3600)),
        (&[], r#"{"exp":1300}"#, 3600, 3600, vec![]),
        (&[], r#"{"iat":1000,"exp":1300}"#, 3600, 300, sooner(300, 3600)),
        (&date, r#"{"iat":900,"exp":1300}"#, 3600, 300, sooner(300, 3600)),
        (&date, r#"{"exp":"soon"}"#, 3600, 3600, vec![]),
    ] {
        let body = format!(r#"{{"access_token":"{}","expires_in":{expires_in}}}"#, jwt(claims));
        assert_eq!(minted(headers, &body), (Some(life), peculiar), "{claims} {headers:?}");
    }
}

#[test]
fn a_life_beyond_a_year_is_doubted() {
    let year = 366 * 24 * 3600;
    let body = |life| format!(r#"{{"access_token":"t0ken","expires_in":{life}}}"#);
    assert_eq!(minted(&[], &body(year)).1, []);
    let (life, peculiar) = minted(&[], &body(86_399_947));
    assert_eq!(life, Some(86_399_947));
    assert_eq!(peculiar, [Peculiarity::LongLife(Duration::from_secs(86_399_947))]);
    assert!(
        peculiar[0].describe().contains("999 days") && peculiar[0].describe().contains("lifetime_unit=ms")
    );
}

//! What only shows on the wire: content codings, bodies without end, forms, bodies that break off behind a header that
//! counts; and what the answers of an API say of its limits.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use tollgate_engine::{Code, Engine, Failure, Report};

use crate::{eventually, log_text, open, read};

const TOKEN: &str = r#"{"access_token":"token-1","token_type":"bearer","expires_in":3600}"#;

const MIB: usize = 1 << 20;

/// A server that gives this answer, byte for byte, and closes. What it was asked comes out of the receiver.
fn server(answer: Vec<u8>) -> (String, Receiver<String>) {
    talking(move |stream| drop(stream.write_all(&answer)))
}

/// A server that talks as `talk` says, once to each request, and closes.
fn talking(talk: impl Fn(&mut TcpStream) + Send + 'static) -> (String, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/oauth/token", listener.local_addr().unwrap());
    let (asked, requests) = channel();
    thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            if let Some(request) = request(&stream) {
                drop(asked.send(request));
                talk(&mut stream);
            }
        }
    });
    (url, requests)
}

fn request(stream: &TcpStream) -> Option<String> {
    let mut lines = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if lines.read_line(&mut head).ok()? == 0 {
            return None;
        }
    }
    let head = head.to_ascii_lowercase();
    let length = head.split("content-length:").nth(1)?.split("\r\n").next()?.trim().parse().ok()?;
    lines.read_exact(&mut vec![0; length]).ok()?;
    Some(head)
}

fn http(status: u16, headers: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 {status} X\r\nContent-Length: {}\r\n{headers}\r\n", body.len());
    [head.as_bytes(), body].concat()
}

/// What the reader of a fresh profile gets.
fn met_by(answer: Vec<u8>) -> Result<(u64, String), Failure> {
    let (url, _requests) = server(answer);
    let engine = Engine::start().unwrap();
    let got = read(&engine, open(&engine, "answers", &[("token_url", &url)]));
    assert!(!log_text(&engine).contains("token-1"));
    got
}

/// What the first request of a fresh profile fails with: code, words, and how long there will be no other.
fn failed_at(url: &str) -> (String, String, u64) {
    let engine = Engine::start().unwrap();
    let handle = open(&engine, "answers", &[("token_url", url)]);
    drop(engine.read(handle, Duration::ZERO, Duration::ZERO, None, None));
    let status = || serde_json::from_str::<serde_json::Value>(&crate::status(&engine, handle)).unwrap();
    eventually("the failure", || !status()["last_error"].is_null());
    assert!(!log_text(&engine).contains("token-1"));
    let status = status();
    let text = |name: &str| status["last_error"][name].as_str().unwrap().to_owned();
    (text("code"), text("message"), status["token_gate_ms"].as_u64().unwrap())
}

/// `answer` and `granted` of the status, once the first request of a fresh profile has been answered.
fn answer_and_grant(answer: Vec<u8>, settings: &[(&str, &str)]) -> (serde_json::Value, serde_json::Value) {
    let (url, _requests) = server(answer);
    let engine = Engine::start().unwrap();
    let settings: Vec<_> = settings.iter().copied().chain([("token_url", url.as_str())]).collect();
    let handle = open(&engine, "answers", &settings);
    drop(read(&engine, handle));
    let status: serde_json::Value = serde_json::from_str(&crate::status(&engine, handle)).unwrap();
    (status["answer"].clone(), status["granted"].clone())
}

#[test]
fn the_status_tells_what_came_along_with_the_answer() {
    let body = r#"{"access_token":"token-1","token_type":"bearer","expires_in":3600,"scope":"a"}"#;
    let date = "Date: Thu, 01 Jan 1970 00:00:00 GMT\r\n";
    let (answer, granted) =
        answer_and_grant(http(200, date, body.as_bytes()), &[("scope", "a b"), ("proxy", "none")]);
    assert_eq!((&answer["status"], &answer["version"]), (&200.into(), &"HTTP/1.1".into()));
    assert!(answer["date_ahead_ms"].as_i64().unwrap() < -50 * 365 * 24 * 3_600_000, "{answer}");
    assert_eq!(answer["proxy"], serde_json::Value::Null);
    assert_eq!(granted["lifetime_ms"], 3_600_000);
    assert_eq!(granted["lifetime_assumed"], false);
    assert_eq!((&granted["scope_asked"], &granted["scope_missing"][0]), (&"a b".into(), &"b".into()));

    let (answer, granted) = answer_and_grant(http(400, "", br#"{"error":"invalid_scope"}"#), &[]);
    assert_eq!((&answer["status"], &answer["date_ahead_ms"]), (&400.into(), &serde_json::Value::Null));
    assert_eq!(granted, serde_json::Value::Null);

    let (_, granted) =
        answer_and_grant(http(200, "", br#"{"access_token":"token-1","token_type":"bearer"}"#), &[]);
    assert_eq!(granted["lifetime_assumed"], true);
}

#[test]
fn the_status_tells_what_was_said_to_its_own_client_at_its_own_endpoint() {
    let (well, _requests) = server(http(200, "", TOKEN.as_bytes()));
    let (ill, _requests) = server(http(400, "", br#"{"error":"invalid_scope"}"#));
    let engine = Engine::start().unwrap();
    let answered = |name: &str, url: &str, client: &str| {
        let handle = open(&engine, name, &[("token_url", url), ("client_id", client)]);
        drop(read(&engine, handle));
        handle
    };
    let status = |handle| {
        let status: serde_json::Value = serde_json::from_str(&crate::status(&engine, handle)).unwrap();
        status["answer"]["status"].clone()
    };
    let first = answered("first", &well, "a");
    let second = answered("second", &ill, "a");
    assert_eq!((status(first), status(second)), (200.into(), 400.into()));
    let other = open(&engine, "other", &[("token_url", &well), ("client_id", "b")]);
    assert_eq!(status(other), serde_json::Value::Null, "its client was told nothing yet");
}

#[test]
fn the_status_names_the_proxy_and_not_its_user() {
    let (proxy, _requests) = server(http(200, "", TOKEN.as_bytes()));
    let proxy = proxy.replace("http://", "http://user:pass-1@").replace("/oauth/token", "");
    let engine = Engine::start().unwrap();
    let settings =
        [("token_url", "http://login.example/oauth/token"), ("allow_http", "true"), ("proxy", &proxy)];
    let handle = open(&engine, "answers", &settings);
    read(&engine, handle).unwrap();
    let status = crate::status(&engine, handle);
    let host = proxy.split('@').nth(1).unwrap();
    assert!(status.contains(&format!("\"proxy\":\"{host}\"")) && !status.contains("pass-1"), "{status}");
}

fn failed_by(answer: Vec<u8>) -> (String, String, u64) {
    let (url, _requests) = server(answer);
    failed_at(&url)
}

/// Asserts that this is told, under this code.
fn assert_tells((code, words, _): &(String, String, u64), expected: Code, part: &str) {
    assert_eq!(code, expected.name(), "{words}");
    assert!(words.contains(part), "{words}");
}

pub(crate) fn gzip(body: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(body).unwrap();
    encoder.finish().unwrap()
}

/// A token answer of exactly so many bytes.
fn padded(length: usize) -> Vec<u8> {
    let mut body = TOKEN.as_bytes().to_vec();
    body.resize(length, b' ');
    body
}

#[test]
fn no_coding_is_asked_for_and_a_body_that_has_one_is_named_and_not_decoded() {
    let (url, requests) = server(http(200, "Content-Encoding: gzip\r\n", &gzip(TOKEN.as_bytes())));
    assert_tells(&failed_at(&url), Code::Protocol, "the content coding 'gzip', which was not asked for");
    assert!(requests.recv().unwrap().contains("\r\naccept-encoding: identity\r\n"));
    // A body of the status and nothing else: what it is in is no matter.
    let throttled = failed_by(http(429, "Content-Encoding: gzip\r\nRetry-After: 600\r\n", b""));
    assert_tells(&throttled, Code::ThrottledUntil, "Retry-After 600 s");
    let plain = met_by(http(200, "Content-Encoding: identity\r\n", TOKEN.as_bytes()));
    assert_eq!(plain, Ok((1, "token-1".into())));
}

#[test]
fn a_body_of_a_mebibyte_is_read_and_no_larger_one() {
    assert_eq!(met_by(http(200, "", &padded(MIB))), Ok((1, "token-1".into())));
    let larger = failed_by(http(200, "", &padded(MIB + 1)));
    assert_tells(&larger, Code::Protocol, "200 an answer of more than 1 MiB");
}

/// The server never stops: only a reader that stops by itself ever tells.
#[test]
fn an_answer_without_end_is_left_at_a_mebibyte() {
    let (url, _requests) = talking(|stream| {
        drop(stream.write_all(b"HTTP/1.1 200 X\r\n\r\n"));
        while stream.write_all(&[b' '; 4096]).is_ok() {}
    });
    assert_tells(&failed_at(&url), Code::Protocol, "an answer of more than 1 MiB");
}

#[test]
fn a_page_that_is_too_long_takes_nothing_from_its_status() {
    let page = vec![b'x'; MIB + 1];
    let throttled = failed_by(http(429, "Retry-After: 600\r\n", &page));
    assert_tells(&throttled, Code::ThrottledUntil, "429 an answer of more than 1 MiB, Retry-After 600 s");
    let refused = failed_by(http(401, "", &page));
    assert_tells(&refused, Code::CredentialRejected, "401 an answer of more than 1 MiB");
}

/// What comes behind it may be lost: a wait that was heard is kept all the same.
#[test]
fn a_body_that_breaks_off_takes_nothing_from_retry_after() {
    for (status, code) in [(429, Code::ThrottledUntil), (503, Code::Unreachable), (500, Code::Unreachable)] {
        let answer = format!("HTTP/1.1 {status} X\r\nRetry-After: 600\r\nContent-Length: 99\r\n\r\n{{");
        let failure = failed_by(answer.into_bytes());
        assert_tells(&failure, code, &format!("{status} the connection broke"));
        assert!(failure.1.contains("Retry-After 600 s") && failure.2 > 590_000, "{failure:?}");
    }
    for status in [200, 400, 401] {
        let answer = format!("HTTP/1.1 {status} X\r\nRetry-After: 600\r\nContent-Length: 99\r\n\r\n{{");
        let failure = failed_by(answer.into_bytes());
        assert_tells(&failure, Code::Unreachable, "gave no answer: the connection broke");
        assert!(failure.2 > 590_000, "{failure:?}");
    }
}

#[test]
fn a_quota_is_told_at_once_with_its_end() {
    let (url, requests) = server(http(429, "Retry-After: 86400\r\n", b"daily limit"));
    let engine = Engine::start().unwrap();
    let handle = open(&engine, "quota", &[("token_url", &url), ("max_retry_after", "3m")]);
    drop(engine.read(handle, Duration::ZERO, Duration::ZERO, None, None));
    eventually("the 429", || crate::status(&engine, handle).contains(r#""state":"held""#));
    for _ in 0..100 {
        let failure = engine.read(handle, Duration::ZERO, Duration::ZERO, None, None).err().unwrap();
        assert_eq!(failure.code, Code::ThrottledUntil);
        let until = failure.message.split("\nUntil ").nth(1).unwrap_or_else(|| panic!("{failure}"));
        assert_eq!(until[..21].chars().filter(char::is_ascii_digit).count(), 14, "{failure}");
        assert!(until[..21].ends_with("Z "), "{failure}");
    }
    drop(engine);
    assert_eq!(requests.try_iter().count(), 1);
}

#[test]
fn rate_headers_of_the_api_close_its_gate_before_a_429_does() {
    let headers = |left: &str| {
        [("RateLimit", format!("\"default\";r={left};t=600")), ("Content-Type", "text/plain".into())]
            .map(|(name, value)| (name.to_owned(), value))
    };
    for (heeded, limits) in [("true", 1), ("false", 0)] {
        let (url, _requests) = server(http(200, "", TOKEN.as_bytes()));
        let engine = Engine::start().unwrap();
        let handle = open(&engine, "rates", &[("token_url", &url), ("rate_headers", heeded)]);
        read(&engine, handle).unwrap();
        let report = |status, headers: &[(String, String)], sent| {
            let origin = Some("https://api");
            let report = Report {
                status,
                origin,
                headers,
                authorization: Some(sent),
                stamp: None,
                ago: Duration::ZERO,
                ..Report::default()
            };
            engine.report(handle, report).unwrap();
            engine.pause(handle, None, false).unwrap()
        };
        assert_eq!(report(200, &headers("1"), "token-1"), Duration::ZERO);
        assert_eq!(report(200, &headers("0"), "a stranger's token"), Duration::ZERO);
        for _ in 0..50 {
            let pause = report(200, &headers("0"), "token-1");
            assert_eq!(pause > Duration::from_secs(590), heeded == "true", "{pause:?}");
        }
        let status = crate::status(&engine, handle);
        assert!(status.contains(&format!(r#""api_throttled":{limits},"#)), "{status}");
        assert_eq!(read(&engine, handle).unwrap().0, 1, "the API's limits hold back no token");
    }
}

#[test]
fn a_token_is_known_to_stray_and_what_is_said_off_the_list_is_not_heard() {
    const API: &str = "https://api.example:443";
    const ELSEWHERE: &str = "https://elsewhere.example:443";
    for (allowed, heard) in [("", 1), ("api.example", 0)] {
        let (url, _requests) = server(http(200, "", TOKEN.as_bytes()));
        let engine = Engine::start().unwrap();
        let handle = open(&engine, "hosts", &[("token_url", &url), ("allowed_hosts", allowed)]);
        read(&engine, handle).unwrap();
        assert!(engine.permits(handle, API).unwrap());
        assert_eq!(engine.permits(handle, ELSEWHERE).unwrap(), heard == 1);
        assert_eq!(engine.permits(handle, "").unwrap(), heard == 1, "nobody knows where");
        assert!(engine.visited(handle, API, ELSEWHERE, true).unwrap());
        assert!(!engine.visited(handle, API, API, true).unwrap());
        assert!(!engine.visited(handle, API, ELSEWHERE, false).unwrap());
        let (origin, authorization) = (Some(ELSEWHERE), Some("token-1"));
        engine
            .report(
                handle,
                Report {
                    status: 403,
                    origin,
                    headers: &[],
                    authorization,
                    stamp: None,
                    ago: Duration::ZERO,
                    ..Report::default()
                },
            )
            .unwrap();
        let status = crate::status(&engine, handle);
        assert!(status.contains(&format!(r#""forbidden":{heard},"#)), "{status}");
        let strayed = 2 - heard;
        assert!(status.contains(&format!(r#""hosts":{{"strayed":{strayed},"withheld":1}}"#)), "{status}");
        let summary = crate::summary(&engine, handle, 0);
        assert!(
            summary.contains(&format!("for allowed_hosts 1; token sent to other hosts {strayed}")),
            "{summary}"
        );
    }
}

#[test]
fn a_form_and_a_mark_before_json_are_tokens() {
    let form = "Content-Type: application/x-www-form-urlencoded\r\n";
    let body = b"access_token=token-1&expires_in=3600&scope=&token_type=bearer";
    assert_eq!(met_by(http(200, form, body)), Ok((1, "token-1".into())));
    assert_eq!(met_by(http(200, "", format!("\u{feff}{TOKEN}").as_bytes())), Ok((1, "token-1".into())));
}

#[test]
fn a_year_of_two_digits_is_the_one_that_is_near() {
    let headers = "Date: Sun, 22 Nov 2026 10:00:00 GMT\r\nRetry-After: Sunday, 22-Nov-26 10:10:00 GMT\r\n";
    let failure = failed_by(http(503, headers, b""));
    assert_tells(&failure, Code::Unreachable, "503 an empty body, Retry-After 600 s");
    assert!((590_000..=606_000).contains(&failure.2), "{failure:?}");
}

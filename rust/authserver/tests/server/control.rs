//! The control endpoints, and the command itself.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

use crate::client::{Bench, no_counts};
use serde_json::{Value, json};

#[tokio::test]
async fn settings_are_taken_whole_or_refused_with_the_reason() {
    let bench = Bench::new(json!({}));
    let answer = bench.post("/control/settings", json!({ "lifetime": "90s", "client": ["a:s3cret"] })).await;
    assert_eq!((answer.status, &answer.json()["lifetime"]), (200, &json!("90s")));
    assert_eq!(answer.json()["client"], json!(["a"]));
    let answer = bench.post("/control/settings", json!({ "lifetime": "5s", "capacity": "many" })).await;
    assert_eq!(answer.status, 400);
    assert!(answer.json()["error"].as_str().unwrap().starts_with("capacity: "), "{answer:?}");
    let answer = bench.post("/control/settings", json!({})).await;
    assert_eq!(answer.json()["lifetime"], json!("90s"));
    assert_eq!(bench.post("/control/settings", json!([])).await.status, 400);
    for (path, status) in [("/nowhere", 404), ("/control/settings", 405)] {
        let answer = bench.get(path).await;
        assert_eq!(answer.status, status);
        assert_eq!(answer.json()["contextId"].as_str(), answer.header("inin-correlation-id"));
    }
}

#[tokio::test]
async fn a_reset_starts_counts_and_log_again() {
    let bench = Bench::new(json!({}));
    let mut client = bench.connect().await;
    let token = client.ask().await.json()["access_token"].as_str().unwrap().to_owned();
    client.call(&token).await;
    assert_eq!(bench.post("/control/reset", json!({})).await.status, 200);
    assert_eq!(bench.counts().await, no_counts());
    assert_eq!(bench.get("/control/requests").await.json(), json!([]));
    assert_eq!(client.call(&token).await.status, 200, "tokens live on");
    client.ask().await;
    assert_eq!(bench.counts().await["token_connections"], json!(1), "an old connection is counted again");
}

#[tokio::test]
async fn the_counts_are_there_as_prometheus_text() {
    let bench = Bench::new(json!({}));
    bench.token().await;
    let answer = bench.get("/control/metrics").await;
    assert!(answer.header("content-type").unwrap().starts_with("text/plain; version=0.0.4"));
    assert!(answer.body.contains("tollgate_authserver_minted_total{client=\"demo\"} 1\n"), "{}", answer.body);
}

/// The real command, which is killed if the test fails.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Running {
    fn start(flags: &[&str]) -> (Self, Value) {
        let mut child = Command::new(env!("CARGO_BIN_EXE_tollgate-authserver"))
            .args(flags)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        (Self(child), serde_json::from_str(&line).unwrap())
    }
}

#[test]
fn the_command_tells_where_it_listens_logs_and_ends_with_stdin() {
    let log = std::env::temp_dir().join(format!("tollgate-authserver-{}.jsonl", std::process::id()));
    let (mut running, urls) = Running::start(&["--exit-with-stdin", "--log", log.to_str().unwrap()]);
    let url = urls["url"].as_str().unwrap();
    assert_eq!(urls["token_url"], json!(format!("{url}/oauth/token")));
    assert_eq!(urls["api_url"], json!(format!("{url}/api/v2/echo")));

    let mut stream = TcpStream::connect(url.strip_prefix("http://").unwrap()).unwrap();
    let body = "grant_type=client_credentials&client_id=demo&client_secret=demo-secret";
    let kind = "application/x-www-form-urlencoded";
    let head =
        format!("Host: x\r\nConnection: close\r\nContent-Type: {kind}\r\nContent-Length: {}", body.len());
    write!(stream, "POST /oauth/token HTTP/1.1\r\n{head}\r\n\r\n{body}").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");

    drop(running.0.stdin.take());
    assert!(running.0.wait().unwrap().success());
    let line: Value = serde_json::from_str(&std::fs::read_to_string(&log).unwrap()).unwrap();
    std::fs::remove_file(&log).unwrap();
    assert_eq!(
        (&line["client"], &line["status"], &line["connection"]),
        (&json!("demo"), &json!(200), &json!(1))
    );
    assert!(line["at_ms"].as_u64().unwrap() > 1_700_000_000_000);
}

#[cfg(unix)]
#[test]
fn the_command_ends_with_a_signal_also_while_an_answer_hangs() {
    let (mut running, urls) = Running::start(&["--token-fault", "hang"]);
    let mut stream =
        TcpStream::connect(urls["url"].as_str().unwrap().strip_prefix("http://").unwrap()).unwrap();
    write!(stream, "POST /oauth/token HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n").unwrap();
    // The shell's own `kill`: a minimal system has no program of that name.
    let kill =
        Command::new("sh").args(["-c", "kill -TERM $0", &running.0.id().to_string()]).status().unwrap();
    assert!(kill.success());
    assert!(running.0.wait().unwrap().success());
}

#[test]
fn a_wrong_flag_ends_with_2_and_a_hint() {
    let output =
        Command::new(env!("CARGO_BIN_EXE_tollgate-authserver")).args(["--lifetme", "5s"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let words = String::from_utf8(output.stderr).unwrap();
    assert!(words.contains("did you mean --lifetime?"), "{words}");
}

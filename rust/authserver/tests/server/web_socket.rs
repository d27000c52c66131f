//! WebSockets, byte by byte.

use serde_json::json;

use crate::client::{Bench, Client};

/// Asks for a WebSocket and tells the status.
async fn open(client: &mut Client, token: &str) -> u16 {
    let headers = [
        ("Authorization", format!("Bearer {token}")),
        ("Connection", "Upgrade".to_owned()),
        ("Upgrade", "websocket".to_owned()),
        ("Sec-WebSocket-Version", "13".to_owned()),
        ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==".to_owned()),
    ];
    client.exchange("GET", "/api/v2/ws", &headers, "").await.unwrap().status
}

#[tokio::test]
async fn it_opens_with_a_valid_token_only_and_says_back_what_it_hears() {
    let bench = Bench::new(json!({}));
    let mut client = bench.connect().await;
    assert_eq!(open(&mut client, "never-issued").await, 401);
    let token = bench.token().await;
    let mut client = bench.connect().await;
    assert_eq!(open(&mut client, &token).await, 101);
    client.send_raw(b"\x81\x82\0\0\0\0hi").await; // a final text frame, masked with zeros
    assert_eq!(client.receive_raw().await, b"\x81\x02hi");
    for (name, count) in [("ws_opened", 1), ("ws_unauthorized", 1), ("ws_closed_by_age", 0), ("ok", 1)] {
        assert_eq!(bench.api(name).await, count, "{name}");
    }
}

#[tokio::test]
async fn an_old_one_is_closed() {
    let bench = Bench::new(json!({ "ws_max_age": "1ms" }));
    let token = bench.token().await;
    let mut client = bench.connect().await;
    assert_eq!(open(&mut client, &token).await, 101);
    let close = client.receive_raw().await;
    assert_eq!(&close[..4], [0x88, close[1], 0x03, 0xe9], "a close frame with code 1001");
    bench.until(|counts| counts["api"]["ws_closed_by_age"] == json!(1)).await;
}

#[tokio::test]
async fn a_request_that_is_no_upgrade_is_told_so() {
    let bench = Bench::new(json!({}));
    let token = bench.token().await;
    let headers = [("Authorization", format!("Bearer {token}"))];
    let answer = bench.connect().await.exchange("GET", "/api/v2/ws", &headers, "").await.unwrap();
    assert_eq!(answer.status, 400);
}

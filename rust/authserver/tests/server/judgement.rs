//! Which refused requests of a client it could have avoided.

use crate::client::Bench;
use serde_json::json;

#[tokio::test]
async fn a_new_token_revokes_the_one_before_while_its_answer_is_on_its_way() {
    let bench = Bench::new(json!({ "revoke_previous": true }));
    let old = bench.token().await;
    assert_eq!(bench.call(&old).await.status, 200);
    bench.set(json!({ "latency_after": "1h" })).await;
    let mut waiting = bench.connect().await;
    waiting.send_token_request().await;
    bench.until(|counts| counts["totals"]["minted"] == json!(2)).await;
    bench.pass(1_000);
    let answer = bench.call(&old).await;
    assert_eq!((answer.status, &answer.json()["code"]), (401, &json!("bad.credentials")));
    assert!(answer.header("www-authenticate").unwrap().starts_with("Bearer"));
    assert_eq!(bench.api("unauthorized_unavoidable").await, 1);
    assert!(waiting.is_silent());

    bench.set(json!({ "latency_after": "0" })).await;
    let new = bench.token().await;
    bench.pass(4);
    bench.call(&old).await;
    assert_eq!(bench.api("unauthorized_unavoidable").await, 2);
    bench.pass(1);
    bench.call(&old).await;
    assert_eq!(
        (bench.api("unauthorized_unavoidable").await, bench.api("unauthorized_avoidable").await),
        (2, 1)
    );
    assert_eq!(bench.call(&new).await.status, 200);
    assert_eq!(bench.api("unauthorized").await, 3);
}

#[tokio::test]
async fn a_client_is_not_blamed_for_the_time_its_requests_lie_unread() {
    let bench = Bench::new(json!({ "revoke_previous": true, "rate_limit": "2/10s", "suspend_for": "30s" }));
    let old = bench.token().await;
    bench.token().await;
    bench.pass(6);
    let mut client = bench.connected().await;
    bench.read_late(2);
    client.call(&old).await;
    assert_eq!(bench.api("unauthorized_unavoidable").await, 1, "arrived 4 ms after the answer");
    bench.read_late(1);
    client.call(&old).await;
    assert_eq!(bench.api("unauthorized_avoidable").await, 1, "arrived 5 ms after the answer");

    assert_eq!(bench.ask().await.status, 429);
    assert_eq!(bench.ask().await.status, 429);
    assert_eq!(bench.demo("inside_retry_after").await, 0, "arrived before the wait was told");
    bench.read_late(0);
    assert_eq!(bench.ask().await.header("retry-after"), Some("30"));
    assert_eq!(bench.demo("inside_retry_after").await, 1);
}

#[tokio::test]
async fn the_first_request_of_a_connection_was_composed_when_that_was_accepted() {
    let bench = Bench::new(json!({ "revoke_previous": true }));
    let old = bench.token().await;
    let mut waiting = bench.connect().await;
    waiting.send_partly("GET /api/v2/echo HTTP/1.1\r\n").await;
    // Accepted in order: once the second is served, the first has long been accepted.
    bench.token().await;
    bench.pass(159);
    waiting.send_partly(&format!("Host: test\r\nAuthorization: Bearer {old}\r\n\r\n")).await;
    assert_eq!(waiting.receive().await.unwrap().status, 401);
    assert_eq!(bench.api("unauthorized_unavoidable").await, 1);
    waiting.call(&old).await;
    assert_eq!(bench.api("unauthorized_avoidable").await, 1, "its second request was not");
}

#[tokio::test]
async fn a_request_that_says_when_its_token_was_read_is_judged_by_that() {
    let bench = Bench::new(json!({ "revoke_previous": true, "read_at_header": "X-Read-At" }));
    let old = bench.token().await;
    bench.token().await;
    bench.pass(2_000);
    let mut client = bench.connected().await;
    // 1994-11-06T08:49:37Z is when the new token was written.
    for read_at in ["784111777004", "784111777005", "soon", "0", "784111799000"] {
        let headers = [("Authorization", format!("Bearer {old}")), ("X-Read-At", read_at.to_owned())];
        assert_eq!(client.exchange("GET", "/api/v2/echo", &headers, "").await.unwrap().status, 401);
    }
    // What can't be read, or lies hours back or in the future, is judged by its arrival.
    let counts = (bench.api("unauthorized_unavoidable").await, bench.api("unauthorized_avoidable").await);
    assert_eq!(counts, (1, 4));
}

#[tokio::test]
async fn the_time_that_threads_wait_for_a_processor_is_measured_from_the_answer_on() {
    let bench = Bench::new(json!({ "revoke_previous": true }));
    bench.wait_for_cpu(5_000);
    let old = bench.token().await;
    bench.token().await;
    bench.pass(20);
    let mut client = bench.connected().await;
    client.call(&old).await;
    assert_eq!(bench.api("unauthorized_avoidable").await, 1, "what was waited before is no excuse");
    bench.wait_for_cpu(16);
    client.call(&old).await;
    assert_eq!(bench.api("unauthorized_unavoidable").await, 1);
    bench.pass(1);
    client.call(&old).await;
    assert_eq!(bench.api("unauthorized_avoidable").await, 2);
}

#[tokio::test]
async fn an_expired_token_is_the_clients_fault_and_a_missing_one_is_counted_apart() {
    let bench = Bench::new(json!({ "lifetime": "5s" }));
    let token = bench.token().await;
    bench.pass(4_999);
    assert_eq!(bench.call(&token).await.status, 200);
    bench.pass(1);
    assert_eq!(bench.call(&token).await.status, 401);
    assert_eq!(bench.get("/api/v2/echo").await.json()["code"], json!("authentication.required"));
    assert_eq!((bench.api("unauthorized").await, bench.api("unauthorized_avoidable").await), (1, 1));
    assert_eq!(bench.api("unauthenticated").await, 1);
}

//! Every way to misbehave, over real connections, with the server's time in the test's hand.

use std::io::ErrorKind;

use crate::client::{Bench, no_counts};
use serde_json::json;

#[tokio::test]
async fn a_token_opens_the_api() {
    let bench = Bench::new(json!({ "scope_granted": "read" }));
    assert_eq!(bench.counts().await, no_counts());
    let mut client = bench.connect().await;
    let answer = client.ask().await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert!(answer.header("inin-correlation-id").is_some());
    let body = answer.json();
    assert_eq!(
        (&body["token_type"], &body["expires_in"], &body["scope"]),
        (&json!("bearer"), &json!(20), &json!("read"))
    );
    let token = body["access_token"].as_str().unwrap();
    assert_eq!(token.len(), 80);

    let answer = client.call(token).await;
    assert_eq!(answer.json(), json!({ "method": "GET", "path": "/api/v2/echo", "client": "demo" }));
    assert!(answer.header("inin-correlation-id").is_some());
    let headers = [("Authorization", format!("bearer {token}"))];
    let answer = client.exchange("PUT", "/api/v2/users/1", &headers, &"x".repeat(200_000)).await.unwrap();
    assert_eq!(answer.json()["method"], json!("PUT"));
    assert_eq!(client.call(token).await.status, 200, "the connection outlives a body that no one wanted");
    assert_eq!((bench.demo("minted").await, bench.api("ok").await), (1, 3));
    assert_eq!(bench.counts().await["token_connections"], json!(1));
}

#[tokio::test]
async fn a_token_is_as_long_as_it_is_asked_to_be() {
    let bench = Bench::new(json!({ "token_bytes": 901 }));
    let (first, second) = (bench.token().await, bench.token().await);
    assert_eq!((first.len(), second.len()), (901, 901));
    assert_ne!(first[880..], second[880..], "random to its end");
    assert_eq!(bench.connect().await.call(&first).await.status, 200);
}

#[tokio::test]
async fn a_refusal_is_worded_as_genesys_cloud_words_it() {
    let bench = Bench::new(json!({}));
    let ask = async |credentials: &str| {
        let mut client = bench.connect().await;
        client.send_token_request_as(credentials).await;
        client.receive().await.unwrap()
    };
    let wrong_secret = ask("ZGVtbzpubw==").await; // demo:no
    assert_eq!(wrong_secret.status, 401);
    let description = "authentication failed";
    assert_eq!(
        wrong_secret.json(),
        json!({ "error": "invalid_client", "description": description, "error_description": description })
    );
    assert!(wrong_secret.header("www-authenticate").unwrap().starts_with("Basic"));
    let unknown = ask("d2hvOmV2ZXI=").await; // who:ever
    assert_eq!((unknown.status, &unknown.json()["error"]), (400, &json!("invalid_client")));
    assert_eq!(unknown.json()["description"], json!("client not found: invalid_client"));

    let answer = bench.get("/oauth/token").await;
    assert_eq!((answer.status, answer.header("allow")), (405, Some("POST")));
    assert_eq!(bench.demo("rejected").await, 1);
    let counts = bench.counts().await;
    assert_eq!(counts["clients"]["who"]["rejected"], json!(1));
    assert_eq!((&counts["totals"]["rejected"], &counts["totals"]["token_requests"]), (&json!(2), &json!(2)));
}

#[tokio::test]
async fn over_the_rate_limit_the_wait_is_told_in_seconds() {
    let bench = Bench::new(json!({ "rate_limit": "1/10s" }));
    bench.token().await;
    bench.pass(2_500);
    let answer = bench.ask().await;
    assert_eq!((answer.status, answer.header("retry-after")), (429, Some("8")));
    let body = answer.json();
    assert_eq!(body["code"], json!("too.many.requests.retry.after"));
    assert_eq!(body["messageParams"]["seconds"], json!("8"));
    assert_eq!(body["contextId"].as_str(), answer.header("inin-correlation-id"));
    assert_eq!(bench.demo("inside_retry_after").await, 0);

    bench.pass(7_999);
    assert_eq!(bench.ask().await.status, 200, "a place is free, but the second is not over");
    assert_eq!(bench.demo("inside_retry_after").await, 1);
    bench.pass(10_000);
    assert_eq!(bench.ask().await.status, 200);
    assert_eq!((bench.demo("inside_retry_after").await, bench.demo("throttled").await), (1, 1));
}

#[tokio::test]
async fn over_the_rate_limit_the_wait_is_told_as_a_date() {
    let bench = Bench::new(json!({ "rate_limit": "1/10s", "retry_after": "date" }));
    bench.token().await;
    bench.pass(500);
    let answer = bench.ask().await;
    assert_eq!(answer.header("date"), Some("Sun, 06 Nov 1994 08:49:37 GMT"));
    assert_eq!(answer.header("retry-after"), Some("Sun, 06 Nov 1994 08:49:47 GMT"));
    bench.pass(9_499);
    bench.ask().await;
    assert_eq!(bench.demo("inside_retry_after").await, 1);
    bench.pass(1);
    assert_eq!(bench.ask().await.status, 200);
    assert_eq!(bench.demo("inside_retry_after").await, 1);
}

#[tokio::test]
async fn a_wait_that_is_not_told_can_not_be_ignored() {
    for (form, header) in [("absent", None), ("garbage", Some("soon"))] {
        let bench = Bench::new(json!({ "rate_limit": "0/10s", "retry_after": form, "suspend_for": "60s" }));
        for _ in 0..3 {
            let answer = bench.ask().await;
            assert_eq!((answer.status, answer.header("retry-after")), (429, header));
            assert_eq!(answer.json()["code"], json!("too.many.requests"));
        }
        let counts = (bench.demo("throttled").await, bench.demo("inside_retry_after").await);
        assert_eq!((counts, bench.demo("suspensions").await), ((3, 0), 0));
    }
}

#[tokio::test]
async fn a_client_that_calls_inside_retry_after_is_suspended() {
    let bench = Bench::new(json!({ "rate_limit": "1/5s", "suspend_for": "30s" }));
    bench.token().await;
    assert_eq!(bench.ask().await.header("retry-after"), Some("5"));
    bench.pass(1_000);
    assert_eq!(bench.ask().await.header("retry-after"), Some("30"));
    bench.pass(10_000);
    assert_eq!(bench.ask().await.header("retry-after"), Some("20"), "the rest, though a place is free");
    bench.pass(20_000);
    assert_eq!(bench.ask().await.status, 200);
    assert_eq!((bench.demo("suspensions").await, bench.demo("inside_retry_after").await), (1, 2));
    let requests = bench.get("/control/requests").await.json();
    let seen: Vec<_> =
        requests.as_array().unwrap().iter().map(|r| (&r["status"], &r["inside_retry_after"])).collect();
    let (ok, no, yes, many) = (json!(200), json!(false), json!(true), json!(429));
    assert_eq!(seen, [(&ok, &no), (&many, &no), (&many, &yes), (&many, &yes), (&ok, &no)]);
    assert_eq!(requests[2]["at_ms"], json!(784_111_778_000_u64));
    assert_eq!(requests[2]["client"], json!("demo"));
}

#[tokio::test]
async fn tokens_die_of_use_or_at_a_word() {
    let bench = Bench::new(json!({ "die_after_uses": 2 }));
    let token = bench.token().await;
    let mut client = bench.connect().await;
    let mut statuses = Vec::new();
    for _ in 0..3 {
        statuses.push(client.call(&token).await.status);
    }
    assert_eq!(statuses, [200, 200, 401]);
    bench.set(json!({ "die_after_uses": 0 })).await;
    let token = bench.token().await;
    assert_eq!(
        bench.post("/control/revoke", json!({ "client": "demo" })).await.json(),
        json!({ "revoked": 1 })
    );
    assert_eq!(bench.call(&token).await.status, 401);
    assert_eq!(bench.api("unauthorized_unavoidable").await, 2);
    assert_eq!(bench.post("/control/revoke", json!({})).await.status, 400);
}

#[tokio::test]
async fn faults_that_are_answers() {
    let bench = Bench::new(json!({ "token_fault": "status:502" }));
    let answer = bench.ask().await;
    assert_eq!((answer.status, &answer.json()["status"]), (502, &json!(502)));
    assert!(answer.header("inin-correlation-id").is_some() && answer.header("retry-after").is_none());
    bench.set(json!({ "token_fault": "html" })).await;
    let answer = bench.ask().await;
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("text/html; charset=utf-8")));
    assert!(answer.body.starts_with("<!DOCTYPE html>"));
    bench.set(json!({ "token_fault": "empty", "token_fault_count": 1 })).await;
    let answer = bench.ask().await;
    assert_eq!(
        (answer.status, answer.header("content-type"), &*answer.body),
        (200, Some("application/json"), "")
    );
    bench.token().await;
    assert_eq!((bench.demo("faulted").await, bench.demo("minted").await), (3, 1));
}

#[tokio::test]
async fn a_reset_is_a_reset() {
    let bench = Bench::new(json!({ "token_fault": "reset" }));
    let mut client = bench.connect().await;
    client.send_token_request().await;
    assert_eq!(client.receive().await.unwrap_err().kind(), ErrorKind::ConnectionReset);
    assert_eq!(bench.get("/control/requests").await.json()[0]["status"], json!(0));
    assert_eq!(bench.counts().await["token_connections_dropped"], json!(0));
}

#[tokio::test]
async fn half_an_answer_ends_in_its_middle() {
    let bench = Bench::new(json!({ "token_fault": "half" }));
    let mut client = bench.connect().await;
    client.send_token_request().await;
    let error = client.receive().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnexpectedEof);
    let text = error.to_string();
    assert!(text.contains("{\"access_token\":\"this"), "{text}");
    assert!(!text.contains("expires_in"), "{text}");
    assert_eq!(bench.demo("faulted").await, 1);
}

#[tokio::test]
async fn a_hung_answer_never_comes_and_holds_no_place_once_its_client_is_gone() {
    let bench = Bench::new(json!({ "token_fault": "hang", "token_fault_count": 1, "capacity": 1 }));
    let mut hung = bench.connect().await;
    hung.send_token_request().await;
    bench.until(|counts| counts["totals"]["faulted"] == json!(1)).await;
    assert!(hung.is_silent());

    let mut dropped = bench.connect().await;
    dropped.send_token_request().await;
    assert_eq!(dropped.receive().await.unwrap_err().kind(), ErrorKind::ConnectionReset);
    let counts = bench.counts().await;
    assert_eq!((&counts["token_connections"], &counts["token_connections_dropped"]), (&json!(2), &json!(1)));
    assert!(hung.is_silent());

    drop(hung);
    let again = async {
        loop {
            let mut client = bench.connect().await;
            client.send_token_request().await;
            if let Ok(answer) = client.receive().await {
                break answer;
            }
        }
    };
    assert_eq!(tokio::time::timeout(std::time::Duration::from_secs(20), again).await.unwrap().status, 200);
}

#[tokio::test]
async fn the_api_tells_its_quota_and_throttles_over_it() {
    let bench = Bench::new(json!({ "api_rate_limit": "2/60s", "lifetime": "10m" }));
    let token = bench.token().await;
    let quota = |answer: &crate::client::Answer| {
        ["count", "allowed", "reset"].map(|name| {
            answer.header(&format!("inin-ratelimit-{name}")).and_then(|text| text.parse().ok()).unwrap_or(0)
        })
    };
    assert_eq!(quota(&bench.call(&token).await), [1, 2, 60]);
    bench.pass(10_500);
    assert_eq!(quota(&bench.call(&token).await), [2, 2, 50]);
    let over = bench.call(&token).await;
    assert_eq!((over.status, quota(&over), over.header("retry-after")), (429, [3, 2, 50], Some("50")));
    assert_eq!(over.json()["code"], json!("too.many.requests.retry.after"));
    bench.pass(49_500);
    assert_eq!(quota(&bench.call(&token).await), [1, 2, 60]);
    assert_eq!((bench.api("throttled").await, bench.api("ok").await), (1, 3));
}

#[tokio::test]
async fn an_api_fault_answers_everyone_for_its_time() {
    let bench = Bench::new(json!({}));
    let token = bench.token().await;
    bench.set(json!({ "api_fault": "status:401" })).await;
    bench.pass(4_999);
    let answer = bench.call(&token).await;
    assert_eq!((answer.status, answer.header("retry-after")), (401, None));
    bench.set(json!({ "api_fault": "status:503" })).await;
    assert_eq!(bench.call(&token).await.header("retry-after"), Some("5"));
    bench.set(json!({ "api_fault": "status:429", "api_fault_for": "0" })).await;
    let answer = bench.call(&token).await;
    assert_eq!((answer.status, answer.header("retry-after")), (429, None), "it has no end to tell");
    bench.set(json!({ "api_fault": "status:500", "api_fault_for": "1s" })).await;
    assert_eq!(bench.call(&token).await.status, 500);
    bench.pass(1_000);
    assert_eq!(bench.call(&token).await.status, 200);
    let api = bench.counts().await["api"].clone();
    for (name, count) in [("requests", 5), ("ok", 1), ("unauthorized", 1), ("throttled", 1), ("faulted", 4)] {
        assert_eq!(api[name], json!(count), "{name}: {api}");
    }
    let others = api.as_object().unwrap().values().filter_map(|count| count.as_u64()).sum::<u64>() - 12;
    assert_eq!(others, 0, "{api}");
}

#[tokio::test]
async fn an_answer_may_lie_about_the_lifetime_or_say_nothing() {
    let bench = Bench::new(json!({ "expires_in": "absent" }));
    assert!(bench.ask().await.json().get("expires_in").is_none());
    for (raw, seen) in
        [(json!(0), json!(0)), (json!("\"3600\""), json!("3600")), (json!("null"), json!(null))]
    {
        bench.set(json!({ "expires_in": raw })).await;
        assert_eq!(bench.ask().await.json().get("expires_in"), Some(&seen));
    }
}

//! Users, refresh tokens, scopes and tenants, over real connections.

use serde_json::{Value, json};

use crate::client::Bench;

const ANN: &str = "grant_type=password&username=ann&password=pw";

fn refresh(answer: &Value) -> String {
    format!("grant_type=refresh_token&refresh_token={}", answer["refresh_token"].as_str().unwrap())
}

#[tokio::test]
async fn a_user_signs_in_and_refreshes_and_an_old_refresh_token_is_refused() {
    let bench = Bench::new(json!({ "user": ["ann:pw"] }));
    let mut client = bench.connect().await;
    let first = client.ask_with(ANN).await.json();
    let second = client.ask_with(&refresh(&first)).await.json();
    assert_ne!(first["refresh_token"], second["refresh_token"]);
    let refused = client.ask_with(&refresh(&first)).await;
    assert_eq!((refused.status, &refused.json()["error"]), (400, &json!("invalid_grant")));
    assert_eq!(refused.json()["error_description"], json!("The refresh token has been revoked."));
    bench.set(json!({ "refresh_refusal": "genesys" })).await;
    let refused = client.ask_with(&refresh(&first)).await;
    assert_eq!(refused.status, 401);
    let message = "The refresh token is invalid or expired";
    assert_eq!(refused.json(), json!({ "code": "bad_request", "message": message, "status": 401 }));
    assert_eq!(client.ask_with("grant_type=password&username=ann&password=no").await.status, 400);

    let log = bench.get("/control/requests").await.json();
    assert_eq!((&log[0]["grant"], &log[0]["user"]), (&json!("password"), &json!("ann")));
    assert_eq!((&log[1]["grant"], &log[1]["user"]), (&json!("refresh_token"), &json!(null)));
    for (name, count) in [
        ("token_requests", 5),
        ("password_requests", 1),
        ("refresh_requests", 3),
        ("refresh_rejected", 2),
        ("refresh_reused", 2),
        ("minted", 2),
        ("users", 1),
        ("rejected", 3),
    ] {
        assert_eq!(bench.demo(name).await, count, "{name}");
    }
}

#[tokio::test]
async fn the_clients_own_tokens_come_with_a_refresh_token_only_if_they_shall() {
    let bench = Bench::new(json!({}));
    assert_eq!(bench.ask().await.json().get("refresh_token"), None);
    bench.set(json!({ "refresh_tokens": "always" })).await;
    assert!(bench.ask().await.json()["refresh_token"].is_string());
    bench.set(json!({ "refresh_tokens": "never" })).await;
    assert_eq!(bench.connect().await.ask_with(ANN).await.json().get("refresh_token"), None);
}

#[tokio::test]
async fn refresh_tokens_are_revoked_without_the_access_tokens() {
    let bench = Bench::new(json!({}));
    let mut client = bench.connect().await;
    let first = client.ask_with(ANN).await.json();
    let revoked = bench.post("/control/revoke", json!({ "client": "demo", "refresh_tokens": true })).await;
    assert_eq!(revoked.json(), json!({ "revoked": 1 }));
    assert_eq!(bench.call(first["access_token"].as_str().unwrap()).await.status, 200);
    assert_eq!(client.ask_with(&refresh(&first)).await.status, 400);
}

#[tokio::test]
async fn a_missing_scope_is_no_expiry() {
    let bench = Bench::new(json!({ "require_scope": "calls:write" }));
    let mut client = bench.connect().await;
    let asked = |scope: &str| format!("grant_type=client_credentials&scope={scope}");
    let token = client.ask_with(&asked("calls:read")).await.json();
    let answer = bench.call(token["access_token"].as_str().unwrap()).await;
    assert_eq!(answer.status, 403);
    let challenge = r#"Bearer error="insufficient_scope", scope="calls:write""#;
    assert_eq!(answer.header("www-authenticate"), Some(challenge));
    let token = client.ask_with(&asked("calls:read+calls:write")).await.json();
    assert_eq!(bench.call(token["access_token"].as_str().unwrap()).await.status, 200);
    assert_eq!((bench.api("forbidden").await, bench.api("ok").await), (1, 1));
}

#[tokio::test]
async fn tenants_are_counted_by_their_names() {
    let bench = Bench::new(json!({ "tenant_header": "X-Tenant" }));
    let token = bench.token().await;
    for tenant in [Some("acme"), Some("acme"), Some("other"), None] {
        let mut headers = vec![("Authorization", format!("Bearer {token}"))];
        headers.extend(tenant.map(|tenant| ("x-tenant", tenant.to_owned())));
        bench.connect().await.exchange("GET", "/api/v2/echo", &headers, "").await.unwrap();
    }
    assert_eq!((bench.api("tenants").await, bench.api("without_tenant").await), (2, 1));
}

#[tokio::test]
async fn the_apis_own_wait_binds_once_its_news_can_have_spread() {
    let bench = Bench::new(json!({ "api_rate_limit": "1/10s" }));
    let token = bench.token().await;
    assert_eq!(bench.call(&token).await.status, 200);
    assert_eq!(bench.call(&token).await.status, 429);
    bench.pass(99);
    assert_eq!(bench.call(&token).await.status, 429);
    assert_eq!(bench.api("inside_retry_after").await, 0);
    bench.pass(101);
    assert_eq!(bench.call(&token).await.status, 429);
    assert_eq!(bench.api("inside_retry_after").await, 1);
    bench.pass(10_000);
    assert_eq!(bench.call(&token).await.status, 200);
    assert_eq!(bench.api("inside_retry_after").await, 1);
}

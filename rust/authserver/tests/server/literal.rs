//! Answers word for word.

use crate::client::Bench;
use serde_json::{Value, json};

/// A server with these cases.
async fn bench(cases: Value) -> Bench {
    let bench = Bench::new(json!({}));
    let count = cases.as_array().map(Vec::len);
    let taken = bench.post("/control/answers", cases).await;
    assert_eq!((taken.status, taken.json()), (200, json!({ "cases": count })), "{taken:?}");
    bench
}

#[tokio::test]
async fn an_answer_is_given_word_for_word_to_any_request_below_its_name() {
    let bench = bench(json!([
        { "name": "odd", "source": "a page", "answers": [{
            "status": 418, "headers": { "Retry-After": ["{now+60 http}", "7"], "X-Own": "a" }, "body": { "n": { "$number": "{now+1}" } },
        }] },
        { "name": "page", "answers": [{ "content_type": "text/html", "raw": "<p>{now}</p>" }] },
        { "name": "nothing", "answers": [{ "status": 204 }] },
    ]))
    .await;
    let odd = bench.post("/answers/odd", json!({})).await;
    assert_eq!((odd.status, odd.body.as_str()), (418, r#"{"n":784111778}"#));
    assert_eq!(odd.header("content-type"), Some("application/json"));
    assert_eq!(odd.header("retry-after"), Some("Sun, 06 Nov 1994 08:50:37 GMT"));
    assert!(odd.header("x-own").is_some() && odd.header("inin-correlation-id").is_none());
    let page = bench.get("/answers/page/api/v1?q=1").await;
    assert_eq!((page.status, page.body.as_str()), (200, "<p>784111777</p>"));
    assert_eq!(page.header("content-type"), Some("text/html"));
    assert_eq!(bench.get("/answers/elsewhere").await.status, 404);
    let received = bench.get("/control/answers").await.json();
    let request = &received["page"]["requests"][0];
    assert_eq!((&received["page"]["count"], &request["method"]), (&json!(1), &json!("GET")));
    assert_eq!(request["target"], json!("/answers/page/api/v1?q=1"));
    assert_eq!(request["at_ms"], json!(784_111_777_000_u64));
    assert_eq!((&request["headers"]["host"], &request["body"]), (&json!("test"), &json!("")));
    assert_eq!(received["odd"]["requests"][0]["body"], json!("{}"));
    assert_eq!(received["nothing"], json!({ "count": 0, "requests": [] }));
}

#[tokio::test]
async fn of_several_answers_the_last_that_holds_is_given() {
    let bench = bench(json!([
        { "name": "by-time", "answers": [{ "raw": "a" }, { "at": 1.5, "raw": "b" }, { "at": 3, "raw": "c" }] },
        { "name": "by-count", "answers": [{ "raw": "{count}a" }, { "from": 3, "raw": "{count}b" }] },
    ]))
    .await;
    bench.pass(10_000);
    let mut by_time = String::new();
    for passes in [0, 1499, 1, 5000] {
        bench.pass(passes);
        by_time += &bench.get("/answers/by-time").await.body;
    }
    assert_eq!(by_time, "aabc");
    let mut by_count = String::new();
    for _ in 0..4 {
        by_count += &bench.get("/answers/by-count").await.body;
    }
    assert_eq!(by_count, "1a2a3b4b");
    assert_eq!(bench.post("/control/reset", json!({})).await.status, 200);
    assert_eq!(bench.get("/answers/by-time").await.body, "a");
    assert_eq!(bench.get("/control/answers").await.json()["by-count"]["count"], json!(0));
}

#[tokio::test]
async fn a_case_that_cannot_be_answered_is_refused_with_its_name() {
    let bench = bench(json!([{ "name": "kept", "answers": [{ "raw": "a" }] }])).await;
    let one = |answer: Value| json!([{ "name": "n", "answers": [answer] }]);
    for (cases, problem) in [
        (json!({}), "not a JSON array"),
        (json!([{ "name": "n", "answers": [] }]), "case 'n': the first of its answers"),
        (json!([{ "name": "a/b", "answers": [{}] }]), "case 'a/b': a name is made of"),
        (
            json!([{ "name": "n", "answers": [{}] }, { "name": "n", "answers": [{}] }]),
            "two cases are called 'n'",
        ),
        (one(json!({ "at": 1 })), "the first of its answers must hold"),
        (one(json!({ "status": 99 })), "99 is not the status"),
        (one(json!({ "stauts": 200 })), "unknown field `stauts`"),
        (one(json!({ "body": {}, "raw": "" })), "not both"),
        (one(json!({ "headers": { "a b": "c" } })), "'a b' can't be a header"),
        (one(json!({ "headers": { "a": "b\n" } })), "'a' can't be a header"),
    ] {
        let refused = bench.post("/control/answers", cases.clone()).await;
        let message = refused.json()["error"].as_str().map(str::to_owned).unwrap_or_default();
        assert!(refused.status == 400 && message.contains(problem), "{cases}: {message}");
    }
    assert_eq!(bench.get("/answers/kept").await.body, "a", "what was there stays");
}

//! Codes and words in the body of an answer that mean a limit, under statuses that mean something else by themselves: 400
//! and 403.
//!
//! From the documentation of the APIs that are named; compared without regard to case, hyphens, underscores and blanks, since
//! one service writes `rate_limit_exceeded` and the next `RateLimitExceeded`.

/// Codes, and words of messages, as [`simplified`] writes them.
const LIMITS: [&str; 18] = [
    "requestlimitexceeded", // Salesforce, Amazon EC2, Tencent
    "ratelimit", // GitHub ("secondary rate limit"), Google (rateLimitExceeded, userRateLimitExceeded), Slack
    "ratelimited", // Slack, Discord
    "ratelimitexceeded",
    "exceededratelimit",
    "toomanyrequests", // Amazon (TooManyRequestsException), Genesys Cloud (too.many.requests)
    "throttled",
    "throttling",    // Amazon (ThrottlingException), Alibaba Cloud (Throttling.User)
    "rateexceeded",  // Amazon
    "limitexceeded", // Amazon (LimitExceededException), Google (dailyLimitExceeded)
    "quotaexceeded", // Google, Azure
    "quotaisexceeded",
    "outofcallvolumequota", // Azure API Management
    "resourceexhausted",    // gRPC
    "slowdown",             // Amazon S3
    "provisionedthroughputexceeded",
    "bandwidthlimitexceeded",
    "exceededconcurrencylimit", // NetSuite
];

/// Whether a body names a limit.
#[must_use]
pub fn names_a_limit(body: &str) -> bool {
    let simplified = simplified(body);
    LIMITS.iter().any(|limit| simplified.contains(limit))
}

/// Letters in lower case, without what stands between words.
fn simplified(text: &str) -> String {
    let is_between = |c: char| matches!(c, '-' | '_' | ' ' | '.');
    text.chars().filter(|c| !is_between(*c)).map(|c| c.to_ascii_lowercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_known_in_every_spelling_and_a_missing_permission_is_none() {
        for body in [
            r#"[{"message":"TotalRequests Limit exceeded.","errorCode":"REQUEST_LIMIT_EXCEEDED"}]"#,
            r#"{"message":"You have exceeded a secondary rate limit. Please wait"}"#,
            r#"{"error":{"errors":[{"reason":"userRateLimitExceeded"}],"code":403}}"#,
            r#"{"error":{"errors":[{"reason":"dailyLimitExceeded"}]}}"#,
            r#"{"__type":"ThrottlingException","message":"Rate exceeded"}"#,
            r#"{"code":"too.many.requests"}"#,
            r#"{"statusCode":403,"message":"Out of call volume quota. Quota will be replenished in 02:11:12."}"#,
            r#"{"error":{"status":"RESOURCE_EXHAUSTED"}}"#,
        ] {
            assert!(names_a_limit(body), "{body}");
        }
        for body in [
            "",
            r#"{"error":"insufficient_scope"}"#,
            r#"{"message":"Forbidden"}"#,
            r#"{"errorCode":"INSUFFICIENT_ACCESS","message":"no access to this object"}"#,
            r#"{"message":"limited to members of the group"}"#,
        ] {
            assert!(!names_a_limit(body), "{body}");
        }
    }
}

//! What the errors of each kind of server mean, where status and standard code say otherwise. The source of each row is the
//! page of its preset or the one named beside it; `tests/cases/presets` tries them.

use crate::oauth::token_answer::{KnownError, Meaning};

pub(super) const GENESYS_CLOUD: &[KnownError] = &[
    KnownError::code("too.many.requests.retry.after", Meaning::Throttled),
    KnownError::code("too.many.requests", Meaning::Throttled),
    KnownError::phrase("client not found", Meaning::Client),
];

pub(super) const ENTRA: &[KnownError] = &[
    // https://learn.microsoft.com/en-us/entra/identity-platform/reference-error-codes
    KnownError::phrase("aadsts50196", Meaning::Throttled), // the server saw a client ask in a loop
    KnownError::phrase("aadsts90055", Meaning::Throttled),
    KnownError::phrase("aadsts700016", Meaning::Client), // no such application in the directory
    KnownError::phrase("aadsts90024", Meaning::Unavailable), // its own request budget; it passes
    KnownError::phrase("aadsts90033", Meaning::Unavailable),
];

pub(super) const AUTH0: &[KnownError] = &[
    KnownError::phrase("token quota", Meaning::Throttled),
    KnownError::phrase("global limit has been reached", Meaning::Throttled),
];

pub(super) const SALESFORCE: &[KnownError] = &[
    KnownError::phrase("login rate exceeded", Meaning::Throttled),
    KnownError::code("REQUEST_LIMIT_EXCEEDED", Meaning::Throttled),
    KnownError::phrase("total requests limit exceeded", Meaning::Throttled),
    KnownError::phrase("retry your request", Meaning::Unavailable),
];

pub(super) const IBM_IAM: &[KnownError] = &[
    KnownError::code("BXNIM0415E", Meaning::Grant), // no such API key
    KnownError::code("BXNIM0400E", Meaning::Grant),
];

pub(super) const SLACK: &[KnownError] = &[
    KnownError::code("ratelimited", Meaning::Throttled),
    KnownError::code("invalid_client_id", Meaning::Client),
    KnownError::code("bad_client_secret", Meaning::Client),
    KnownError::code("invalid_refresh_token", Meaning::Grant),
    KnownError::code("internal_error", Meaning::Unavailable),
    KnownError::code("fatal_error", Meaning::Unavailable),
];

pub(super) const SHOPIFY: &[KnownError] = &[
    KnownError::phrase("application cannot be found", Meaning::Client),
    KnownError::phrase("app not installed", Meaning::Refused),
    KnownError::phrase("shop not permitted", Meaning::Refused),
];

pub(super) const GITHUB_APP: &[KnownError] = &[
    // https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
    KnownError::phrase("secondary rate limit", Meaning::Throttled),
    KnownError::phrase("api rate limit exceeded", Meaning::Throttled),
    KnownError::phrase("a json web token could not be decoded", Meaning::Grant),
    KnownError::phrase("expiration time claim", Meaning::Grant),
];

pub(super) const ATLASSIAN: &[KnownError] = &[
    KnownError::phrase("invalid refresh token", Meaning::Grant),
    KnownError::phrase("refresh token is invalid", Meaning::Grant),
];

pub(super) const COGNITO: &[KnownError] = &[
    KnownError::code("TooManyRequestsException", Meaning::Throttled),
    KnownError::code("invalid_client_secret", Meaning::Client),
];

pub(super) const SERVICENOW: &[KnownError] = &[
    // It says `server_error` of a wrong client, user or password: https://openillumi.com/?p=87705
    KnownError::phrase("access denied", Meaning::Refused),
];

pub(super) const WSO2: &[KnownError] = &[
    // https://apim.docs.wso2.com/en/4.6.0/api-developer-portal/rate-limiting/handle-rate-limiting-errors/
    KnownError::code("900800", Meaning::Throttled),
    KnownError::code("900801", Meaning::Throttled),
    KnownError::code("900802", Meaning::Throttled),
    KnownError::code("900803", Meaning::Throttled),
    KnownError::code("900804", Meaning::Throttled),
    KnownError::code("900806", Meaning::Throttled),
    KnownError::code("900807", Meaning::Throttled),
    KnownError::phrase("throttled out", Meaning::Throttled),
];

pub(super) const APIGEE: &[KnownError] = &[
    // As 500 by default: https://docs.apigee.com/api-platform/develop/comparing-quota-spike-arrest-and-concurrent-rate-limit-policies
    KnownError::code("policies.ratelimit.SpikeArrestViolation", Meaning::Throttled),
    KnownError::code("policies.ratelimit.QuotaViolation", Meaning::Throttled),
    KnownError::code("oauth.v2.InvalidClientIdentifier", Meaning::Client),
    KnownError::phrase("client id is invalid", Meaning::Client),
];

pub(super) const PAYPAL: &[KnownError] = &[KnownError::code("RATE_LIMIT_REACHED", Meaning::Throttled)];

pub(super) const TWILIO: &[KnownError] = &[
    // https://www.twilio.com/docs/api/errors/20003 and 20429
    KnownError::code("20003", Meaning::Client),
    KnownError::code("20429", Meaning::Throttled),
];

//! Errors for users: a code and a message.

use std::fmt;
use std::time::Duration;

/// Error codes, one for each action that a user can take. Part of the public API: Java mirrors the names, and they never
/// change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Code {
    /// A setting is wrong: correct it.
    Config,
    /// Two definitions of one profile in one run: use one, or `redefine`.
    ProfileConflict,
    /// The token endpoint refused client, scope or grant: correct them at the server or here.
    CredentialRejected,
    /// A limit holds for longer than the caller can wait: lower the load or wait.
    ThrottledUntil,
    /// The token endpoint can't be reached or fails: check network, proxy, TLS and the server.
    Unreachable,
    /// The token endpoint's answer is no token: check its URL.
    Protocol,
    /// The API refuses new tokens: check permissions and audience.
    RejectedByApi,
    /// The profile's mint budget is used up.
    BudgetExhausted,
    /// The caller's deadline passed without any answer.
    Deadline,
    /// The test was stopped during a wait.
    Stopped,
    /// The native library can't be loaded (raised in Java only).
    NativeUnavailable,
    /// A bug in Tollgate: report it.
    Internal,
}

impl Code {
    /// Every code, in the order of the Java enum.
    pub const ALL: [Self; 12] = [
        Self::Config,
        Self::ProfileConflict,
        Self::CredentialRejected,
        Self::ThrottledUntil,
        Self::Unreachable,
        Self::Protocol,
        Self::RejectedByApi,
        Self::BudgetExhausted,
        Self::Deadline,
        Self::Stopped,
        Self::NativeUnavailable,
        Self::Internal,
    ];

    /// The name of the Java enum constant.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Config => "CONFIG",
            Self::ProfileConflict => "PROFILE_CONFLICT",
            Self::CredentialRejected => "CREDENTIAL_REJECTED",
            Self::ThrottledUntil => "THROTTLED_UNTIL",
            Self::Unreachable => "UNREACHABLE",
            Self::Protocol => "PROTOCOL",
            Self::RejectedByApi => "REJECTED_BY_API",
            Self::BudgetExhausted => "BUDGET_EXHAUSTED",
            Self::Deadline => "DEADLINE",
            Self::Stopped => "STOPPED",
            Self::NativeUnavailable => "NATIVE_UNAVAILABLE",
            Self::Internal => "INTERNAL",
        }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The error type of this crate: a code and a message. Contains no secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    /// The error code.
    pub code: Code,
    /// Profile, cause with the server's own message, and the next thing to check.
    pub message: String,
}

impl Failure {
    /// A failure with its message.
    #[must_use]
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }
}

/// Formats a duration for messages: `350 ms`, `12.4 s`, `15 min`, `24 h`.
#[must_use]
pub fn in_words(duration: Duration) -> String {
    let seconds = duration.as_secs_f64();
    if seconds < 1.0 {
        format!("{} ms", duration.as_millis())
    } else if seconds < 120.0 {
        format!("{} s", (seconds * 10.0).round() / 10.0)
    } else if seconds < 7200.0 {
        format!("{} min", (seconds / 6.0).round() / 10.0)
    } else {
        format!("{} h", (seconds / 360.0).round() / 10.0)
    }
}

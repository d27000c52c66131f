//! HTTP to token endpoints: transport, TLS, signed requests, and what was answered.

pub(crate) mod body;
pub(crate) mod certificate;
pub(crate) mod discovery;
pub(crate) mod exchange;
pub(crate) mod last_response;
pub(crate) mod private_key;
pub(crate) mod proving;
pub(crate) mod signing;
pub(crate) mod tls;
pub(crate) mod transport;
pub(crate) mod transport_errors;

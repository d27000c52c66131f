//! OAuth 2.0 on the wire: grants, client authentication, token requests and answers, DPoP, discovery.

pub mod assertion;
pub mod client_auth;
pub mod discovery;
pub mod dpop;
pub(crate) mod endpoint_url;
pub mod grant;
pub mod own_request;
pub mod template;
pub mod token;
pub mod token_answer;
pub mod token_request;

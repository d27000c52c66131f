//! Whoever the API's limit is about: a client, or one of its tokens.

use super::told::Told;
use super::window::FixedWindow;

/// Where it stands in the period, and what it was told about waiting.
#[derive(Debug, Default)]
pub(super) struct Limited {
    pub(super) window: FixedWindow,
    pub(super) told: Told,
}

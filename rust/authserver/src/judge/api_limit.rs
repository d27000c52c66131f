//! The API's limit of one client, or of one token.

use super::announced_wait::AnnouncedWait;
use super::window::FixedWindow;

/// Where a client or token stands in the period, and how long it was told to wait.
#[derive(Debug, Default)]
pub(super) struct ApiLimit {
    pub(super) window: FixedWindow,
    pub(super) wait: AnnouncedWait,
}

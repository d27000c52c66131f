//! The scripts that run in the store: each is one atomic step. What they do is `Store` of the model of the protocol
//! (`rust/core/tests/fleet/store.rs`), and a test holds them to it.

use redis::Script;

/// The scripts, each with its digest.
pub(crate) struct Scripts {
    pub(crate) admit: Script,
    pub(crate) mark: Script,
    pub(crate) end: Script,
    pub(crate) renew: Script,
}

impl Default for Scripts {
    fn default() -> Self {
        Self {
            admit: Script::new(include_str!("scripts/admit.lua")),
            mark: Script::new(include_str!("scripts/mark.lua")),
            end: Script::new(include_str!("scripts/end.lua")),
            renew: Script::new(include_str!("scripts/renew.lua")),
        }
    }
}

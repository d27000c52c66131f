//! What a user can set: the settings table, profiles made of it, presets, and the policy of the machine.

mod advice;
pub mod allowed_hosts;
pub mod answer_rules;
pub mod genesys;
pub mod lanes;
pub mod limits;
pub mod needs;
pub mod placement;
pub mod policy;
pub mod preset;
pub mod profile;
pub mod settings;

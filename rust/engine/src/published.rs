//! What readers see without a lock.

pub(crate) mod cell_arena;
pub(crate) mod fingerprints;
mod generation_cell;

pub(crate) use generation_cell::{GenerationCell, Published};

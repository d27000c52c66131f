//! Names for opened profiles.

/// Names an opened profile at the boundary. Never zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Handle(pub(crate) u64);

impl From<u64> for Handle {
    fn from(id: u64) -> Self {
        Self(id)
    }
}

impl From<Handle> for u64 {
    fn from(handle: Handle) -> Self {
        handle.0
    }
}

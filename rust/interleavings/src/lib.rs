//! Nothing but tests: see `tests/`. They compile files of the engine, as shipped, against loom's locks and atomics,
//! which try every order in which threads can meet.
//!
//! A crate of its own rather than `--cfg loom`: that flag reaches every crate of the build, and tokio has no sockets
//! under it, so an engine could not be built. Here the files are the same, and no flag or second build is needed.

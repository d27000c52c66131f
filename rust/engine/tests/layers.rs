//! The folders of the engine are layers: imports run one way.

#[path = "../../core/tests/layers/imports.rs"]
mod imports;

use std::path::Path;

/// From the bottom to the top. A file may import its own layer and those below it.
const LAYERS: [&str; 21] = [
    "sync",
    "handle",
    "runtime",
    "jvm_environment",
    "fault_injection",
    "time",
    "outbox",
    "journal",
    "metrics",
    "published",
    "http",
    "persistence",
    "log_messages",
    "context",
    "api_gates",
    "shared_state",
    "endpoint",
    "report",
    "registry",
    "status",
    "engine",
];

#[test]
fn no_file_imports_a_layer_above_its_own() {
    imports::hold(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &LAYERS);
}

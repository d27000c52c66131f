//! The folders of the core are layers: imports run one way.

mod imports;

use std::collections::BTreeSet;
use std::path::Path;

/// From the bottom to the top. A file may import its own layer and those below it.
const LAYERS: [&str; 8] = ["failure", "time", "http", "oauth", "config", "machine", "fleet", "acquire"];

#[test]
fn no_file_imports_a_layer_above_its_own() {
    imports::hold(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &LAYERS);
}

#[test]
fn an_import_is_found_wherever_it_stands() {
    let text = "use crate::time::clock;\n/// [`crate::machine::Endpoint`]\nfn f() { crate::api_gates::x() }";
    assert_eq!(imports::imports(text), BTreeSet::from(["time", "machine", "api_gates"]));
}

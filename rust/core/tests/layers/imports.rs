//! Reads which modules the sources of a crate import, and holds them to the order of its layers.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    let of = |path: PathBuf| if path.is_dir() { sources(&path) } else { vec![path] };
    entries.flat_map(of).filter(|path| path.extension().is_some_and(|end| end == "rs")).collect()
}

/// The modules that a text names by `crate::layer`.
pub(crate) fn imports(text: &str) -> BTreeSet<&str> {
    let after = text.split("crate::").skip(1);
    after
        .map(|rest| rest.split(|c: char| !(c.is_ascii_lowercase() || c == '_')).next().unwrap_or_default())
        .collect()
}

/// Fails if a file below `root` imports a layer above its own. `layers` are the names of all modules of the crate, from the
/// bottom to the top.
pub(crate) fn hold(root: &Path, layers: &[&str]) {
    let floor = |layer: &str| {
        layers.iter().position(|other| *other == layer).unwrap_or_else(|| panic!("{layer} is no layer"))
    };
    let mut seen = BTreeSet::new();
    for path in sources(root) {
        let inside = path.strip_prefix(root).expect("a path below the root");
        let first = inside.components().next().expect("a file").as_os_str().to_string_lossy();
        let layer = first.trim_end_matches(".rs");
        if layer == "lib" {
            continue;
        }
        let text = fs::read_to_string(&path).expect("a source");
        for import in imports(&text) {
            assert!(floor(import) <= floor(layer), "{} imports {import}", inside.display());
        }
        seen.insert(layer.to_owned());
    }
    assert_eq!(seen.len(), layers.len(), "{seen:?}");
}

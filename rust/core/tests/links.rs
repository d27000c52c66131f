//! Every link of the project's pages to one of its own files, or to a heading in one, leads somewhere.

#![allow(clippy::unwrap_used)] // a panic is a failed test

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Component, Path, PathBuf};

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

/// What builds leave in the tree.
const BUILT: [&str; 4] = ["build", "target", "node_modules", ".git"];

/// A page: where its links lead, and the anchors of its headings.
#[derive(Default)]
struct Page {
    links: Vec<String>,
    anchors: BTreeSet<String>,
}

impl Page {
    fn read(text: &str) -> Self {
        let mut page = Self::default();
        let mut heading: Option<String> = None;
        for event in Parser::new_ext(text, Options::ENABLE_TABLES) {
            match event {
                Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                    page.links.push(dest_url.into_string());
                }
                Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
                Event::End(TagEnd::Heading(_)) => {
                    if let Some(text) = heading.take() {
                        page.add_heading(&text);
                    }
                }
                Event::Text(text) | Event::Code(text) => {
                    if let Some(heading) = &mut heading {
                        heading.push_str(&text);
                    }
                }
                _ => {}
            }
        }
        page
    }

    /// As GitHub makes anchors: letters and digits in lower case, blanks as dashes, a number behind one there is already.
    fn add_heading(&mut self, text: &str) {
        let kept = text.chars().filter(|c| c.is_alphanumeric() || " -_".contains(*c));
        let anchor: String = kept.map(|c| if c == ' ' { '-' } else { c }).collect::<String>().to_lowercase();
        let numbered = (1..).map(|n| format!("{anchor}-{n}"));
        let free = std::iter::once(anchor.clone()).chain(numbered).find(|one| !self.anchors.contains(one));
        self.anchors.extend(free);
    }
}

fn pages_below(directory: &Path, pages: &mut BTreeMap<PathBuf, Page>) {
    for entry in fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()) {
        let name = entry.file_name().unwrap().to_string_lossy();
        if entry.is_dir() && !BUILT.contains(&&*name) {
            pages_below(&entry, pages);
        } else if name.ends_with(".md") {
            let page = Page::read(&fs::read_to_string(&entry).unwrap());
            pages.insert(entry, page);
        }
    }
}

/// Without `.` and `..`, which need not exist on the way.
fn plain(path: &Path) -> PathBuf {
    path.components().fold(PathBuf::new(), |mut plain, part| {
        match part {
            Component::ParentDir => drop(plain.pop()),
            Component::CurDir => {}
            other => plain.push(other),
        }
        plain
    })
}

/// Why a link from this page leads nowhere, if it does.
fn broken(from: &Path, link: &str, pages: &BTreeMap<PathBuf, Page>) -> Option<String> {
    if link.contains("://") || link.starts_with("mailto:") {
        return None;
    }
    let (path, anchor) = link.split_once('#').map_or((link, None), |(path, anchor)| (path, Some(anchor)));
    let target = if path.is_empty() { from.to_owned() } else { plain(&from.parent()?.join(path)) };
    if !target.exists() {
        return Some(format!("{}: {link}: there is no {}", from.display(), target.display()));
    }
    let missing = pages.get(&target).zip(anchor).is_some_and(|(page, anchor)| !page.anchors.contains(anchor));
    missing.then(|| format!("{}: {link}: there is no such heading", from.display()))
}

#[test]
fn every_link_to_a_page_or_heading_of_the_project_leads_there() {
    let root = plain(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."));
    let mut pages = BTreeMap::new();
    pages_below(&root, &mut pages);
    let links = pages.iter().flat_map(|(from, page)| page.links.iter().map(move |link| (from, link)));
    let own: Vec<_> = links.clone().filter(|(_, link)| !link.contains("://")).collect();
    assert!(pages.len() > 30 && own.len() > 100, "{} pages, {} links", pages.len(), own.len());
    let broken: Vec<_> = own.iter().filter_map(|(from, link)| broken(from, link, &pages)).collect();
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn a_link_that_leads_nowhere_is_found() {
    let page =
        Page::read("# A `b`, c!\n\n# A b c\n\n[one](#a-b-c) [two](#a-b-c-1) [three](#a) ![four](none.png)");
    let from = PathBuf::from("/page.md");
    let pages = BTreeMap::from([(from.clone(), Page::default())]);
    assert_eq!(page.anchors, BTreeSet::from(["a-b-c".to_owned(), "a-b-c-1".to_owned()]));
    assert_eq!(page.links, ["#a-b-c", "#a-b-c-1", "#a", "none.png"]);
    assert!(broken(&from, "none.png", &pages).unwrap().contains("there is no /none.png"));
    assert_eq!(broken(&from, "https://example.com/none", &pages), None);
}

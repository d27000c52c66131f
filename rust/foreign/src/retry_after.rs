//! Waits: the first line is the answer's `Date`, each further line a value of one of the headers that name
//! one. Checks that the
//! longest counts, that none is longer than a year, and that a parsed date is written as one.

use tollgate_core::http::http_date;
use tollgate_core::http::retry_after::{LONGEST, RetryAfter};
use tollgate_core::time::clock::Wall;

const NOW: Wall = Wall(1_795_168_800_000);
const NAMES: [&str; 3] = ["Retry-After", "retry-after-ms", "x-ms-retry-after-ms"];

/// Checks one input.
pub fn check(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let mut lines = text.split('\n');
    let date = ("Date".to_owned(), lines.next().unwrap_or_default().to_owned());
    let fields: Vec<_> = lines.map(str::to_owned).collect();
    let name = NAMES[data.len() % NAMES.len()];
    let with = |fields: &[String]| {
        let named = fields.iter().map(|field| (name.to_owned(), field.clone()));
        let headers: Vec<_> = std::iter::once(date.clone()).chain(named).collect();
        RetryAfter::of(&headers, NOW).map(|read| read.wait)
    };
    let read = with(&fields);
    assert!(read.is_none_or(|wait| !wait.is_zero() && wait <= LONGEST));
    let longest = fields.iter().filter_map(|field| with(std::slice::from_ref(field))).max();
    assert_eq!(read, longest, "the longest counts");
    for value in &fields {
        if let Some(wall) = http_date::parse(value, NOW) {
            assert!((24..=33).contains(&value.len()) && value.is_ascii(), "{value}");
            let second = wall.0 / 1000 % 86_400;
            let time = format!("{:02}:{:02}:{:02}", second / 3600, second / 60 % 60, second % 60);
            // A leap second is read as the first of the next day.
            assert!(value.contains(&time) || value.contains("23:59:60") && second == 0, "{value}");
        }
    }
}

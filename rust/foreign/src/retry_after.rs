//! `Retry-After`: the first line is the answer's `Date`, each further line a field. Checks that a parsed date is written as
//! one.

use tollgate_core::http::http_date;
use tollgate_core::http::retry_after::RetryAfter;
use tollgate_core::time::clock::Wall;

const NOW: Wall = Wall(1_795_168_800_000);

/// Checks one input.
pub fn check(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let mut lines = text.split('\n');
    let date = lines.next().unwrap_or_default();
    let values: Vec<_> = lines.collect();
    let read = RetryAfter::read(values.iter().copied(), Some(date), NOW);
    assert!(read.is_none_or(|read| !read.wait.is_zero()));
    for value in &values {
        let one = RetryAfter::read([*value], Some(date), NOW);
        assert!(one.map(|one| one.wait) <= read.map(|read| read.wait), "the longest counts");
        if let Some(wall) = http_date::parse(value, NOW) {
            assert!((24..=33).contains(&value.len()) && value.is_ascii(), "{value}");
            let second = wall.0 / 1000 % 86_400;
            let time = format!("{:02}:{:02}:{:02}", second / 3600, second / 60 % 60, second % 60);
            // A leap second is read as the first of the next day.
            assert!(value.contains(&time) || value.contains("23:59:60") && second == 0, "{value}");
        }
    }
}

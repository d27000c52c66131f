//! How long a server asks to wait, in every form that servers write it.

use std::time::Duration;

use proptest::prelude::*;
use tollgate_core::http::retry_after::{LONGEST, RetryAfter};
use tollgate_core::time::clock::Wall;

/// This machine's clock, which is wrong.
const LOCAL: Wall = Wall(784_111_777_000);
const DATE: (&str, &str) = ("Date", "Fri, 20 Nov 2026 10:00:00 GMT");
/// The same in seconds since the epoch.
const NOW: u64 = 1_795_168_800;

fn headers(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// How many milliseconds to wait, and whether that was a date.
fn read(pairs: &[(&str, &str)]) -> Option<(u128, bool)> {
    RetryAfter::of(&headers(&[&[DATE], pairs].concat()), LOCAL)
        .map(|named| (named.wait.as_millis(), named.dated))
}

fn retry_after(value: &str) -> Option<(u128, bool)> {
    read(&[("Retry-After", value)])
}

fn seconds(seconds: u128) -> Option<(u128, bool)> {
    Some((seconds * 1000, false))
}

#[test]
fn numbers_are_seconds_rounded_up() {
    for (value, wait) in [
        ("120", 120),
        (" 7\t", 7),
        ("007", 7),
        ("2.0", 2),
        ("2.", 2),
        ("299.997", 300),
        ("0.2", 1),
        (".5", 1),
        ("1e2", 100),
        ("+5", 5),
        ("\"5\"", 5),
        ("3600", 3600),
        ("45000", 45_000), // delta-seconds by RFC 9110, however many
    ] {
        assert_eq!(retry_after(value), seconds(wait), "{value:?}");
    }
}

#[test]
fn of_a_list_the_longest_counts() {
    for (value, wait) in [
        ("120, 120", 120),
        ("5,6", 6),
        ("3, soon, 30", 30),
        ("5;", 5),
        ("120;comment=busy", 120),
        ("1, 2.5 ,, 1m", 60),
    ] {
        assert_eq!(retry_after(value), seconds(wait), "{value:?}");
    }
    assert_eq!(retry_after("Fri, 20 Nov 2026 10:01:00 GMT, 59"), Some((60_000, true)));
    assert_eq!(retry_after("61, Fri, 20 Nov 2026 10:01:00 GMT"), seconds(61));
    assert_eq!(read(&[("Retry-After", "3"), ("RETRY-AFTER", "30"), ("retry-after", "junk")]), seconds(30));
}

#[test]
fn dates_are_read_against_the_servers_own() {
    for value in [
        "Fri, 20 Nov 2026 10:01:00 GMT",
        "Friday, 20-Nov-26 10:01:00 GMT",
        "Fri Nov 20 10:01:00 2026",
        "Fri, 20 Nov 2026 11:01:00 +0100",
        "20 Nov 2026 10:01:00 GMT",
        "2026-11-20T10:01:00Z",
        "2026-11-20t10:01:00z",
        "2026-11-20 10:01:00Z",
        "2026-11-20T12:01:00+02:00",
        "1795168860",
        "1795168860.0",
        "1795168860000",
    ] {
        assert_eq!(retry_after(value), Some((60_000, true)), "{value:?}");
    }
    assert_eq!(retry_after("2026-11-20T10:00:00.8501Z"), Some((851, true)), "rounded up");
    assert_eq!(retry_after("1795168800.85"), Some((850, true)));
    assert_eq!(retry_after("1795168860500"), Some((60_500, true)));
    assert_eq!(
        RetryAfter::of(&headers(&[("Retry-After", "1994-11-06T08:50:37Z")]), LOCAL),
        Some(RetryAfter { wait: Duration::from_secs(60), dated: true }),
        "without a Date against the local clock"
    );
}

#[test]
fn durations_name_their_unit() {
    for (value, millis) in [
        ("10s", 10_000),
        ("1m30s", 90_000),
        ("1m30.5s", 90_500),
        ("6m0s", 360_000),
        ("120ms", 120),
        ("10 seconds", 10_000),
        ("1h", 3_600_000),
        ("1d", 86_400_000),
        ("PT1M30S", 90_000),
        ("00:01:30", 90_000),
        ("1us", 1),
    ] {
        assert_eq!(retry_after(value), Some((millis, false)), "{value:?}");
    }
}

#[test]
fn milliseconds_have_headers_of_their_own() {
    for name in ["retry-after-ms", "x-ms-retry-after-ms", "X-MS-Retry-After-MS"] {
        assert_eq!(read(&[(name, "1500")]), Some((1500, false)), "{name}");
        assert_eq!(read(&[(name, "1500.2")]), Some((1501, false)), "{name}");
        assert_eq!(read(&[(name, "soon")]), None, "{name}");
        assert_eq!(read(&[(name, "0")]), None, "{name}");
    }
    assert_eq!(read(&[("Retry-After", "2"), ("retry-after-ms", "1500")]), seconds(2), "the longest counts");
    assert_eq!(read(&[("Retry-After", "1"), ("x-ms-retry-after-ms", "1500")]), Some((1500, false)));
}

#[test]
fn only_what_names_no_time_is_no_wait() {
    for junk in [
        "",
        " ",
        "soon",
        "-1",
        "-1.5",
        "-10s",
        "10s ago",
        "0x10",
        "1_0",
        "\u{663}",
        "NaN",
        "inf",
        "Infinity",
        "null",
        "Sun, 06 Nov",
        "Mon, 20 Nov 2026 10:01:00 GMT",
        "2026-11-20",
        "2026-13-20T10:01:00Z",
        "e5",
        "+",
        ".",
    ] {
        assert_eq!(retry_after(junk), None, "{junk:?}");
    }
    let none: [&str; 9] = [
        "0",
        "000",
        "0.0",
        "0s",
        "Fri, 20 Nov 2026 10:00:00 GMT",
        "2026-11-20T09:59:59Z",
        "1795168800",
        "1795168799",
        "1000000000",
    ];
    for past in none {
        assert_eq!(retry_after(past), None, "{past:?}");
    }
}

#[test]
fn a_wait_beyond_a_year_is_bounded_and_says_so() {
    for (value, dated) in [
        ("31622401", false),
        ("9999999999", true), // an epoch in the year 2286
        ("99999999999999999999999999", false),
        ("1e300", false),
        ("Fri, 31 Dec 9999 23:59:59 GMT", true),
        ("9998-01-01T00:00:00Z", true),
        ("400 days", false),
    ] {
        let read = RetryAfter::of(&headers(&[DATE, ("Retry-After", value)]), LOCAL);
        assert_eq!(read, Some(RetryAfter { wait: LONGEST, dated }), "{value}");
        assert!(read.is_some_and(RetryAfter::is_bounded), "{value}");
    }
    let year = RetryAfter::of(&headers(&[("Retry-After", "31622399")]), LOCAL);
    assert!(year.is_some_and(|year| !year.is_bounded()));
    let early = RetryAfter::of(&headers(&[("Retry-After", "Fri, 31 Dec 9999 23:59:59 GMT")]), Wall(i64::MIN));
    assert!(early.is_some_and(RetryAfter::is_bounded));
}

#[test]
fn a_year_of_two_digits_is_read_against_the_servers_date() {
    let read = |value, date| {
        let read = RetryAfter::of(&headers(&[("Date", date), ("Retry-After", value)]), Wall(0));
        read.map(|read| read.wait.as_secs())
    };
    assert_eq!(read("Sunday, 06-Nov-94 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:00 GMT"), Some(37));
    assert_eq!(
        read("Sunday, 06-Nov-94 08:49:37 GMT", "Sun, 22 Nov 2026 00:00:00 GMT"),
        None,
        "1994, not 2094"
    );
    let new_year = read("Wednesday, 01-Jan-70 00:00:00 GMT", "Tue, 31 Dec 2069 23:59:00 GMT");
    assert_eq!(new_year, Some(60), "2070, not 1970");
}

/// The same wait in each form.
fn forms(wait: u64) -> [String; 8] {
    let at = rfc_5322(NOW + wait);
    [
        wait.to_string(),
        format!("{wait}.000"),
        format!("{}.5", wait - 1),
        format!("{wait}s"),
        format!("PT{wait}S"),
        (NOW + wait).to_string(),
        ((NOW + wait) * 1000).to_string(),
        at,
    ]
}

fn rfc_5322(epoch: u64) -> String {
    httpdate(epoch).replacen("GMT", "+0000", 1)
}

fn httpdate(epoch: u64) -> String {
    let days = epoch / 86_400;
    // 20 Nov 2026 was a Friday, and stays within November for the waits tried here.
    let day = 20 + (days - NOW / 86_400);
    let weekday = ["Fri", "Sat", "Sun", "Mon", "Tue", "Wed", "Thu"]
        [usize::try_from((days - NOW / 86_400) % 7).unwrap_or(0)];
    let second = epoch % 86_400;
    format!(
        "{weekday}, {day:02} Nov 2026 {:02}:{:02}:{:02} GMT",
        second / 3600,
        second / 60 % 60,
        second % 60
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    /// However it is written, and whatever stands beside it, a wait is read as that wait.
    #[test]
    fn a_wait_is_the_same_in_every_form(wait in 1..800_000_u64, form in 0..8_usize, shorter in 0..8_usize, by in 1..1000_u64) {
        let expected = u128::from(wait) * 1000;
        let text = &forms(wait)[form];
        prop_assert_eq!(retry_after(text).map(|(millis, _)| millis), Some(expected), "{}", text);
        let other = &forms(wait.saturating_sub(by).max(1))[shorter];
        let list = format!("{other}, {text}");
        prop_assert_eq!(retry_after(&list).map(|(millis, _)| millis), Some(expected), "{}", list);
    }

    #[test]
    fn no_number_is_read_as_less_than_it_says(whole in 0..1_000_000_u64, fraction in "[0-9]{1,9}") {
        let text = format!("{whole}.{fraction}");
        let exact: f64 = text.parse().unwrap_or(0.0);
        let read = retry_after(&text).map_or(0.0, |(millis, _)| Duration::from_millis(u64::try_from(millis).unwrap_or(0)).as_secs_f64());
        prop_assert!(read >= exact - 1e-9 && read < exact + 1.0, "{} as {}", text, read);
    }

    #[test]
    fn whatever_stands_there_is_read_without_a_panic_and_never_longer_than_a_year(
        given in prop::collection::vec((
            prop_oneof![Just("Retry-After"), Just("retry-after-ms"), Just("x-ms-retry-after-ms"), Just("Date")],
            prop_oneof!["[0-9]{1,20}", "[0-9.eE+-]{1,12}", "\\PC{0,40}", any::<String>(), "[0-9]{1,5} ?[a-z]{1,7}", "P[0-9YMWDTHS]{0,12}"],
        ), 0..5),
        received in any::<i64>(),
    ) {
        let given: Vec<_> = given.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        if let Some(read) = RetryAfter::of(&given, Wall(received)) {
            prop_assert!(!read.wait.is_zero() && read.wait <= LONGEST, "{:?}", read);
        }
    }
}

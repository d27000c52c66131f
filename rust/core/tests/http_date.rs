//! HTTP dates against an independent writer of them, and against everything that is nearly one.

mod dates;

use dates::forms;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use proptest::prelude::*;
use proptest::sample::Index;
use tollgate_core::http::http_date::parse;
use tollgate_core::time::clock::Wall;

/// 21 November 2026, 12:00:00.
const NOW: Wall = Wall(1_795_262_400_000);

const YEAR: i64 = 31_556_952;

fn read(text: &str) -> Option<i64> {
    parse(text, NOW).map(|wall| wall.0 / 1000)
}

fn year_of(wall: Wall) -> i16 {
    TimeZone::UTC.to_datetime(Timestamp::from_millisecond(wall.0).expect("a year of four digits")).year()
}

#[test]
fn the_three_forms_of_the_standard_are_read() {
    for text in
        ["Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"]
    {
        assert_eq!(read(text), Some(784_111_777), "{text}");
    }
    assert_eq!(read("Sun Nov 06 08:49:37 1994"), Some(784_111_777), "its day may be two digits");
    assert_eq!(read("Thu, 01 Jan 1970 00:00:00 GMT"), Some(0));
    assert_eq!(
        read("Wed, 31 Dec 1969 23:59:59 GMT"),
        None,
        "no server's clock is that wrong, and no wait ends then"
    );
    assert_eq!(read("Sat, 31 Dec 2016 23:59:60 GMT"), Some(1_483_228_800), "a leap second");
    assert_eq!(read("Thu, 29 Feb 2024 00:00:00 GMT"), Some(1_709_164_800));
}

#[test]
fn nothing_else_is() {
    for junk in [
        "",
        "Sun",
        "Mon, 06 Nov 1994 08:49:37 GMT",
        "Monday, 06-Nov-94 08:49:37 GMT",
        "Mon Nov  6 08:49:37 1994",
        "sun, 06 nov 1994 08:49:37 gmt",
        "SUN, 06 NOV 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 08:49:37 gmt",
        "Sun, 06 Nov 1994 08:49:37 UTC",
        "Sun, 06 Nov 1994 08:49:37 +0000",
        "Sun, 06 Nov 1994 08:49:37 GMT+1",
        "Sun, 06 Nov 1994 08:49:37 EST",
        "Sun, 06 Nov 1994 08:49:37",
        "Sun, 06 Nov 1994 08:49:37 GMT ",
        "Sun, 06 Nov 1994 08:49:37 GMT;",
        " Sun, 06 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 08:49:37 GMT\n",
        "Sun, 06 Nov 1994 08:49:37 GMT\u{b}",
        "Sun,06 Nov 1994 08:49:37 GMT",
        "Sun, 6 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 94 08:49:37 GMT",
        "Sun, 06 November 1994 08:49:37 GMT",
        "Sunday, 06 Nov 1994 08:49:37 GMT",
        "Sun, 06-Nov-1994 08:49:37 GMT",
        "Sun, 06-Nov-94 08:49:37 GMT",
        "Sunday, 06-Nov-1994 08:49:37 GMT",
        "06 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 8:49:37 GMT",
        "Sun, 06 Nov 1994 08:49 GMT",
        "Sun, 06 Nov 1994 24:00:00 GMT",
        "Sun, 06 Nov 1994 08:60:00 GMT",
        "Sun, 06 Nov 1994 08:49:60 GMT",
        "Sun, 06 Nov 1994 08:49:+7 GMT",
        "Sun, 06 Nov 1994 08:49:37.0 GMT",
        "Sun, 00 Nov 1994 08:49:37 GMT",
        "Thu, 31 Feb 1994 08:49:37 GMT",
        "Thu, 31 Nov 1994 08:49:37 GMT",
        "Thu, 29 Feb 2023 08:49:37 GMT",
        "Sun Nov 6 08:49:37 1994",
        "Sun Nov  6 08:49:37 1994 GMT",
        "Sun Nov   6 08:49:37 1994",
        "1994-11-06T08:49:37Z",
        "Sun, 0６ Nov 1994 08:49:37 GMT",
    ] {
        assert_eq!(read(junk), None, "{junk:?}");
    }
}

#[test]
fn two_digits_of_a_year_are_at_most_fifty_years_ahead() {
    for (text, year) in [
        ("Saturday, 21-Nov-76 12:00:00 GMT", Some(2076)), // to the second fifty years ahead
        ("Saturday, 21-Nov-76 12:00:01 GMT", None),       // so this is 1976, and that was a Sunday
        ("Sunday, 21-Nov-76 12:00:01 GMT", Some(1976)),
        ("Sunday, 21-Nov-76 12:00:00 GMT", None),
        ("Monday, 01-Jan-77 00:00:00 GMT", None),
        ("Saturday, 01-Jan-77 00:00:00 GMT", Some(1977)),
        ("Thursday, 01-Jan-70 00:00:00 GMT", None), // 2070, which begins on a Wednesday
        ("Wednesday, 01-Jan-70 00:00:00 GMT", Some(2070)),
        ("Saturday, 21-Nov-26 12:00:00 GMT", Some(2026)),
        ("Friday, 20-Nov-26 12:00:00 GMT", Some(2026)),
    ] {
        assert_eq!(parse(text, NOW).map(year_of), year, "{text}");
    }
    let in_2099 = |text| parse(text, Wall(4_086_547_200_000)).map(year_of);
    assert_eq!(in_2099("Wednesday, 02-Jan-26 00:00:00 GMT"), Some(2126));
    assert_eq!(in_2099("Friday, 02-Jan-26 00:00:00 GMT"), None, "that was 2026");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_date_round_trips(seconds in 0..253_402_300_800_u64) {
        let [imf, _, asctime] = forms(seconds);
        prop_assert_eq!(read(&imf), i64::try_from(seconds).ok());
        prop_assert_eq!(read(&asctime), i64::try_from(seconds).ok());
    }

    #[test]
    fn a_short_year_round_trips_in_its_hundred_years(now in 60..7_900_i64, apart in -49 * YEAR..49 * YEAR) {
        let now = now * YEAR;
        let seconds = now + apart;
        let [_, text, _] = forms(u64::try_from(seconds).expect("after the epoch"));
        prop_assert_eq!(parse(&text, Wall(now * 1000)), Some(Wall(seconds * 1000)), "{}", text);
    }

    #[test]
    fn what_is_put_into_a_date_or_left_out_spoils_it(
        seconds in 0..253_402_300_800_u64, form in 0..3_usize, at in any::<Index>(), junk in any::<char>(),
    ) {
        let text: Vec<char> = forms(seconds)[form].chars().collect();
        let place = at.index(text.len() + 1);
        let (before, after) = text.split_at(place);
        let more: String = before.iter().chain([&junk]).chain(after).collect();
        prop_assert_eq!(read(&more), None, "{}", more);
        let less: String = before.iter().chain(after.get(1..).unwrap_or_default()).collect();
        prop_assert!(after.is_empty() || read(&less).is_none(), "{}", less);
    }

    /// The strongest of these: a text that is read is one that a writer of dates writes.
    #[test]
    fn only_what_is_written_so_is_read(
        seconds in 0..253_402_300_800_u64,
        form in 0..3_usize,
        changes in prop::collection::vec((any::<Index>(), prop_oneof![
            "[0-9]", "[ ,:-]", "[A-Za-z]", "\\PC",
        ]), 1..4),
    ) {
        let mut text: Vec<char> = forms(seconds)[form].chars().collect();
        for (at, new) in changes {
            let place = at.index(text.len());
            text.splice(place..=place, new.chars());
        }
        let text: String = text.into_iter().collect();
        if let Some(wall) = parse(&text, NOW) && wall.0 >= 0 && !text.contains(":60") {
            let written = forms(u64::try_from(wall.0 / 1000).expect("after the epoch"));
            let padded = written[2].replace("  ", " 0");
            prop_assert!(written.contains(&text) || text == padded, "{} is none of {:?}", text, written);
        }
    }

    #[test]
    fn whatever_stands_there_is_read_without_a_panic(
        date in any::<String>(),
        now in any::<i64>(),
    ) {
        let _ = parse(&date, Wall(now));
    }
}

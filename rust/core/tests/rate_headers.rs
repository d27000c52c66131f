//! Rate headers in every spelling: what closes the gate, for how long, and what says nothing.

use std::time::Duration;

use proptest::prelude::*;
use tollgate_core::http::rate_headers::{Unit, quotas, refused, spent};
use tollgate_core::http::retry_after::{LONGEST, RetryAfter};
use tollgate_core::time::clock::Wall;

/// Sun, 06 Nov 1994 08:49:37 GMT by this machine's clock, which is wrong.
const LOCAL: Wall = Wall(784_111_777_000);
const DATE: (&str, &str) = ("Date", "Fri, 20 Nov 2026 10:00:00 GMT");
/// The same in seconds since the epoch.
const NOW: u64 = 1_795_168_800;

fn headers(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// How many milliseconds nothing remains, and whether that was a date.
fn read(pairs: &[(&str, &str)]) -> Option<(u128, bool)> {
    read_in(None, pairs)
}

fn read_in(unit: Option<Unit>, pairs: &[(&str, &str)]) -> Option<(u128, bool)> {
    let quotas = quotas(&headers(&[&[DATE], pairs].concat()), LOCAL);
    spent(&quotas, unit).map(|named| (named.wait.as_millis(), named.dated))
}

fn seconds(seconds: u128) -> Option<(u128, bool)> {
    Some((seconds * 1000, false))
}

#[test]
fn the_structured_field_is_read() {
    for (value, read_as) in [
        (r#""default";r=0;t=30"#, seconds(30)),
        (r#""default";r=50;t=30"#, None),
        (r#""default"; r=0;  t=30"#, seconds(30)),
        (r#""default";t=30;r=0"#, seconds(30)),
        ("default;r=0;t=30", seconds(30)),
        (r#""burst";r=0;t=5, "daily";r=0;t=3600"#, seconds(3600)),
        (r#""burst";r=0;t=5,"daily";r=9;t=3600"#, seconds(5)),
        (r#""burst";r=1;t=5 , "daily";r=9;t=3600"#, None),
        (r#""a;r=9, \"b\\";r=0;t=3"#, seconds(3)),
        (r#""default";r=0;t=30;pk=:AQID==:;x;y=?0;z="s""#, seconds(30)),
        (r#""default";r=9;r=0;t=9;t=30"#, seconds(30)),
        (r#""default";r=0;t=030"#, seconds(30)),
        (r#""default";r=000000000000000;t=30"#, seconds(30)),
        (r#""default";r=0;t=0"#, None),
        (r#""default";r=0"#, None),
        (r#""default";t=30"#, None),
        (r#""default""#, None),
        (r#""default";r=0;t=31622401"#, seconds(31_622_400)),
        (r#""default";r=0;t=1.5, "other";r=0;t=1"#, Some((1500, false))),
        (r#""app";r=0;t=45000"#, seconds(45_000)), // seconds by the draft
        (r#""default";r=-1;t=5"#, None),
        (r#""default";r="0";t=5"#, None),
        (r#""default";r=0.0;t=5"#, seconds(5)),
        ("limit=100, remaining=0, reset=5", seconds(5)),
        ("limit=100,remaining=1,reset=5", None),
        ("remaining=0, reset=5;x=1, remaining=3", None),
        ("limit=100, reset=5", None),
        ("", None),
    ] {
        assert_eq!(read(&[("RateLimit", value)]), read_as, "{value}");
    }
}

#[test]
fn one_malformed_member_spoils_the_field() {
    for bad in [
        r#""other"#,
        r#""oth\er";r=1;t=1"#,
        "\"\u{e4}\";r=1;t=1",
        r#""other" r=1;t=1"#,
        r#""other";R=1;t=1"#,
        r#""other";=1;t=1"#,
        r#""other";r=;t=1"#,
        r#""other";;t=1"#,
        r#"other"x";r=1;t=1"#,
        ";r=1;t=1",
        "=1",
        "remaining=",
        ",",
        "\u{e4}",
    ] {
        let good = r#""default";r=0;t=30"#;
        assert_eq!(read(&[("RateLimit", &format!("{good}, {bad}"))]), None, "{bad}");
        assert_eq!(read(&[("RateLimit", good), ("ratelimit", bad)]), None, "several fields are one: {bad}");
        let beside = read(&[("RateLimit", bad), ("X-RateLimit-Remaining", "0"), ("X-RateLimit-Reset", "7")]);
        assert_eq!(beside, seconds(7), "{bad}");
    }
    let two = [("RateLimit", r#""a";r=0;t=3"#), ("RATELIMIT", r#""b";r=0;t=8"#)];
    assert_eq!(read(&two), seconds(8));
    assert_eq!(read(&[("RateLimit", r#""a";r=0;t=3,"#)]), None, "nothing behind a comma");
}

#[test]
fn remaining_and_reset_belong_together() {
    for family in ["RateLimit", "X-RateLimit", "x-ratelimit", "X-Rate-Limit"] {
        let (remaining, reset) = (format!("{family}-Remaining"), format!("{family}-Reset"));
        let read = |left, until| read(&[(&remaining, left), (&reset, until), ("RateLimit-Limit", "100")]);
        assert_eq!(read("0", "30"), seconds(30), "{family}");
        assert_eq!(read(" 0\t", " 30 "), seconds(30));
        assert_eq!(read("00", "30"), seconds(30));
        assert_eq!(read("1", "30"), None);
        assert_eq!(read("0.0", "363"), seconds(363));
        assert_eq!(read("0.9", "30"), seconds(30), "no whole request remains");
        assert_eq!(read("1.0", "30"), None);
        for junk in ["", "-1", "none", "0;w=60", "\u{660}"] {
            assert_eq!(read(junk, "30"), None, "{junk:?}");
        }
        for (until, wait) in [
            ("1.5", (1500, false)),
            ("30s", (30_000, false)),
            ("1m30s", (90_000, false)),
            ("30, 60", (60_000, false)),
            ("1795168860", (60_000, true)),
            ("1795168800.85", (850, true)),
            ("1795168860000", (60_000, true)),
            ("2026-11-20T10:01:00Z", (60_000, true)),
            ("Fri, 20 Nov 2026 10:01:00 GMT", (60_000, true)),
        ] {
            assert_eq!(read("0", until), Some(wait), "{until}");
        }
        for junk in ["", "-30", "soon", "0", "0.0", "1795168800", "2026-11-20T10:00:00Z"] {
            assert_eq!(read("0", junk), None, "{junk:?}");
        }
    }
    assert_eq!(read(&[("X-RateLimit-Remaining", "0")]), None, "until when?");
    assert_eq!(read(&[("X-RateLimit-Reset", "30")]), None, "what remains?");
    assert_eq!(read(&[("X-RateLimit-Remaining", "0"), ("RateLimit-Reset", "30")]), None, "two families");
    let twice = [
        ("X-RateLimit-Remaining", "5"),
        ("X-RateLimit-Reset", "3600"),
        ("X-RateLimit-Remaining", "0"),
        ("X-RateLimit-Reset", "30"),
    ];
    assert_eq!(read(&twice), seconds(30), "each with its own");
}

#[test]
fn families_may_have_any_prefix_and_suffix() {
    for (remaining, reset) in [
        ("x-ratelimit-remaining-requests", "x-ratelimit-reset-requests"),
        ("X-RateLimit-Remaining-Minute", "X-RateLimit-Reset-Minute"),
        ("anthropic-ratelimit-requests-remaining", "anthropic-ratelimit-requests-reset"),
        ("X-Shop-Rate-Limit-Remaining", "X-Shop-Rate-Limit-Reset"),
    ] {
        assert_eq!(read(&[(remaining, "0"), (reset, "1m30s")]), seconds(90), "{remaining}");
        assert_eq!(read(&[(remaining, "1"), (reset, "1m30s")]), None, "{remaining}");
        assert_eq!(
            read(&[(remaining, "0"), ("X-RateLimit-Reset", "30")]),
            None,
            "another family: {remaining}"
        );
    }
    let two = [
        ("x-ratelimit-remaining-requests", "9"),
        ("x-ratelimit-reset-requests", "30s"),
        ("x-ratelimit-remaining-tokens", "0"),
        ("x-ratelimit-reset-tokens", "6m0s"),
    ];
    assert_eq!(read(&two), seconds(360), "the healthy one does not hide the spent one");
    for other in ["X-Remaining", "X-Limit-Remaining", "X-Upload-Limit-Remaining"] {
        assert_eq!(read(&[(other, "0"), ("X-Reset", "9"), ("X-Limit-Reset", "9")]), None, "{other}");
    }
}

#[test]
fn a_reset_may_name_its_unit() {
    let left = ("X-RateLimit-Remaining", "0");
    assert_eq!(read(&[left, ("X-RateLimit-Reset-After", "0.850")]), Some((850, false)));
    assert_eq!(read(&[left, ("X-RateLimit-Reset-After", "45000")]), seconds(45_000));
    assert_eq!(read(&[left, ("X-RateLimit-Reset-Ms", "45000")]), seconds(45));
    let both = [left, ("X-RateLimit-Reset", "1795168800.85"), ("X-RateLimit-Reset-After", "0.850")];
    assert_eq!(read(&both), Some((850, true)));
}

#[test]
fn a_bare_number_is_what_the_unit_says_and_in_doubt_a_minute_at_most() {
    let at = |unit, number: u64| {
        read_in(unit, &[("X-RateLimit-Remaining", "0"), ("X-RateLimit-Reset", &number.to_string())])
    };
    for (number, doubtful, in_seconds, in_millis) in [
        (1, 1000, 1000, 1),
        (3599, 3_599_000, 3_599_000, 3599),
        (3600, 60_000, 3_600_000, 3600),
        (45_000, 60_000, 45_000_000, 45_000),
        (31_622_401, 60_000, 31_622_400_000, 31_622_401),
        (999_999_999, 60_000, 31_622_400_000, 999_999_999),
        (10_000_000_000, 60_000, 31_622_400_000, 10_000_000_000),
    ] {
        assert_eq!(at(None, number), Some((doubtful, false)), "{number}");
        assert_eq!(at(Some(Unit::Seconds), number), Some((in_seconds, false)), "{number}");
        assert_eq!(at(Some(Unit::Millis), number), Some((in_millis, false)), "{number}");
    }
    for unit in [None, Some(Unit::Seconds), Some(Unit::Millis)] {
        assert_eq!(at(unit, NOW + 60), Some((60_000, true)), "a date is one, against the answer's own");
        assert_eq!(at(unit, NOW), None, "it has passed");
        assert_eq!(at(unit, NOW * 1000 + 60_500), Some((60_500, true)), "in milliseconds");
        assert_eq!(at(unit, NOW * 1000 - 1), None);
        assert_eq!(at(unit, NOW + 40_000_000), Some((LONGEST.as_millis(), true)), "more than a year");
    }
    let undated = headers(&[("X-RateLimit-Remaining", "0"), ("X-RateLimit-Reset", &(NOW + 60).to_string())]);
    let local = spent(&quotas(&undated, Wall(i64::try_from(NOW * 1000).unwrap_or(0))), None);
    assert_eq!(local, Some(RetryAfter { wait: Duration::from_secs(60), dated: true }));
}

#[test]
fn what_is_not_in_doubt_has_no_other_unit() {
    for pairs in [
        &[("RateLimit", r#""app";r=0;t=7200"#)][..],
        &[("inin-ratelimit-count", "9"), ("inin-ratelimit-allowed", "9"), ("inin-ratelimit-reset", "7200")],
        &[("X-RateLimit-Remaining", "0"), ("X-RateLimit-Reset", "2h")],
        &[("X-RateLimit-Remaining", "0"), ("X-RateLimit-Reset-After", "7200")],
    ] {
        for unit in [None, Some(Unit::Seconds), Some(Unit::Millis)] {
            assert_eq!(read_in(unit, pairs), seconds(7200), "{pairs:?}");
        }
    }
}

#[test]
fn genesys_cloud_counts_upwards() {
    let genesys = |count, allowed, reset| {
        read(&[
            ("inin-ratelimit-count", count),
            ("ININ-RateLimit-Allowed", allowed),
            ("inin-ratelimit-reset", reset),
        ])
    };
    assert_eq!(genesys("299", "300", "61"), None);
    assert_eq!(genesys("300", "300", "61"), seconds(61));
    assert_eq!(genesys("301", "300", "61"), seconds(61));
    assert_eq!(genesys("300", "300", "0"), None);
    assert_eq!(genesys("many", "300", "61"), None);
    assert_eq!(genesys("300", "", "61"), None);
    assert_eq!(genesys("0", "0", "61"), seconds(61));
}

#[test]
fn of_several_quotas_the_longest_counts() {
    let all = [
        ("RateLimit", r#""burst";r=0;t=5"#),
        ("X-RateLimit-Remaining", "0"),
        ("X-RateLimit-Reset", "40"),
        ("inin-ratelimit-count", "9"),
        ("inin-ratelimit-allowed", "9"),
        ("inin-ratelimit-reset", "20"),
        ("RateLimit-Policy", r#""daily";q=0;w=86400"#),
    ];
    assert_eq!(read(&all), seconds(40));
}

#[test]
fn a_refusal_need_not_say_what_remains() {
    let refused = |pairs: &[(&str, &str)]| {
        refused(&quotas(&headers(pairs), LOCAL), None).map(|named| named.wait.as_secs())
    };
    assert_eq!(refused(&[("inin-ratelimit-reset", "9")]), Some(9));
    assert_eq!(refused(&[("X-RateLimit-Reset", "9")]), Some(9));
    assert_eq!(refused(&[("RateLimit", r#""default";t=9"#)]), Some(9));
    assert_eq!(refused(&[("X-RateLimit-Reset", "9"), ("X-RateLimit-Remaining", "0")]), Some(9));
    // Another limit refused it.
    assert_eq!(refused(&[("X-RateLimit-Reset", "9"), ("X-RateLimit-Remaining", "5")]), None);
    assert_eq!(refused(&[("X-RateLimit-Reset", "9"), ("X-RateLimit-Remaining", "?")]), None);
    assert_eq!(refused(&[("inin-ratelimit-reset", "Sun, 06 Nov 1994 08:50:00 GMT")]), Some(23));
    assert_eq!(refused(&[]), None);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_stands_there_is_read_without_a_panic_and_never_longer_than_a_year(
        given in prop::collection::vec((
            prop_oneof![
                Just("RateLimit"), Just("RateLimit-Remaining"), Just("RateLimit-Reset"), Just("X-RateLimit-Remaining"),
                Just("X-RateLimit-Reset"), Just("inin-ratelimit-count"), Just("inin-ratelimit-allowed"),
                Just("inin-ratelimit-reset"), Just("X-RateLimit-Reset-After"), Just("x-ratelimit-limit"), Just("Date"),
            ],
            prop_oneof![
                "[0-9]{1,20}", "\\PC{0,30}", any::<String>(), "(\"[a-z\\\\\"]{0,5}\"|[a-z]{1,3})(; ?[rt]=[0-9]{0,5}){0,3}",
                "([a-z]{1,9}=[0-9]{0,4},? ?){1,4}",
            ],
        ), 0..7),
        received in any::<i64>(),
    ) {
        let given: Vec<_> = given.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        let quotas = quotas(&given, Wall(received));
        for unit in [None, Some(Unit::Seconds), Some(Unit::Millis)] {
            for read in [spent(&quotas, unit), refused(&quotas, unit)].into_iter().flatten() {
                prop_assert!(!read.wait.is_zero() && read.wait <= LONGEST, "{:?}", read);
            }
        }
    }

    /// A well-formed field says what it says, whatever stands beside its two parameters.
    #[test]
    fn a_well_formed_field_round_trips(
        quotas in prop::collection::vec(("[ !#-\\[\\]-~]{0,12}", 0..3_u64, 1..100_000_u64, any::<bool>()), 1..5),
    ) {
        let members: Vec<_> = quotas
            .iter()
            .map(|(name, left, until, more)| format!("\"{name}\";r={left}{};t={until}", if *more { ";pk=:aGk=:" } else { "" }))
            .collect();
        let longest = quotas.iter().filter(|(_, left, ..)| *left == 0).map(|(_, _, until, _)| u128::from(*until)).max();
        prop_assert_eq!(read(&[("ratelimit", &members.join(", "))]), longest.and_then(seconds));
    }
}

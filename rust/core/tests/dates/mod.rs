//! HTTP dates, written by someone else's code (RFC 9110 section 5.6.7).

use std::time::{Duration, SystemTime};

/// `seconds` since the epoch in the three forms.
pub(crate) fn forms(seconds: u64) -> [String; 3] {
    let imf = httpdate::fmt_http_date(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds));
    let parts: Vec<_> = imf.split([' ', ',']).filter(|part| !part.is_empty()).collect();
    let [weekday, day, month, year, time, "GMT"] = parts[..] else { panic!("{imf}") };
    let long = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
        .into_iter()
        .find(|name| name.starts_with(weekday))
        .expect("a weekday");
    let asctime = format!("{weekday} {month} {:>2} {time} {year}", day.trim_start_matches('0'));
    [imf.clone(), format!("{long}, {day}-{month}-{} {time} GMT", &year[2..]), asctime]
}

//! Between Java's values and the engine's. Copies of texts that may be secrets are zeroed.
//!
//! Settings come as the maps that Java has, so that no text with all secrets of a profile is left on Java's heap. Header
//! fields come as the lines that JMeter records: one string costs less than an array of many.

use std::ffi::CStr;
use std::mem::take;
use std::time::Duration;

use jni::Env;
use jni::objects::{JByteArray, JMap, JObject, JObjectArray, JString};
use jni::strings::JNIStr;
use jni::sys::jlong;
use tollgate_engine::{Code, Failure, Handle, Setting, Source};
use zeroize::Zeroizing;

use crate::fault::Fault;

/// Local references that one entry of a map takes, and those of the map in it.
const REFERENCES: usize = 16;

/// A Java string; `None` for `null`.
pub(crate) fn text(env: &Env<'_>, string: &JString<'_>) -> Result<Option<Zeroizing<String>>, Fault> {
    if string.is_null() {
        return Ok(None);
    }
    Ok(Some(Zeroizing::new(string.try_to_string(env)?)))
}

/// The elements of a Java array of byte arrays; none for `null`.
pub(crate) fn byte_arrays(
    env: &mut Env<'_>,
    array: &JObjectArray<'_, JByteArray<'_>>,
) -> Result<Vec<Vec<u8>>, Fault> {
    if array.is_null() {
        return Ok(Vec::new());
    }
    let length = array.len(env)?;
    let mut found = Vec::with_capacity(length);
    for index in 0..length {
        let element = array.get_element(env, index)?;
        found.push(env.convert_byte_array(&element)?);
        // Not left to the end of the call: a frame holds few local references for sure.
        env.delete_local_ref(element);
    }
    Ok(found)
}

/// The settings of a profile, by their sources; none for `null`.
pub(crate) fn settings(env: &mut Env<'_>, by_source: &JMap<'_>) -> Result<Vec<Setting>, Fault> {
    let mut settings = Vec::new();
    for_each(env, by_source, |env, source, of_source| {
        let source = Source::named(&source)
            .ok_or_else(|| Failure::new(Code::Internal, format!("no such source: {}", *source)))?;
        let of_source = env.cast_local::<JMap>(of_source)?;
        for_each(env, &of_source, |env, mut key, value| {
            let value = env.cast_local::<JString>(value)?;
            let mut value = text(env, &value)?.unwrap_or_default();
            settings.push(Setting { key: take(&mut key), value: take(&mut value), source });
            Ok(())
        })
    })?;
    Ok(settings)
}

/// Calls `visit` with each key, a string, and value of a Java map.
fn for_each(
    env: &mut Env<'_>,
    map: &JMap<'_>,
    mut visit: impl FnMut(&mut Env<'_>, Zeroizing<String>, JObject<'_>) -> Result<(), Fault>,
) -> Result<(), Fault> {
    if map.is_null() {
        return Ok(());
    }
    let mut entries = map.iter(env)?;
    loop {
        let is_last = env.with_local_frame(REFERENCES, |env| -> Result<bool, Fault> {
            let Some(entry) = entries.next(env)? else { return Ok(true) };
            let key = entry.key(env)?;
            let key = env.cast_local::<JString>(key)?;
            let (key, value) = (text(env, &key)?.unwrap_or_default(), entry.value(env)?);
            visit(env, key, value)?;
            Ok(false)
        })?;
        if is_last {
            return Ok(());
        }
    }
}

/// Header fields from header lines as JMeter records them (RFC 9112 section 2.1). Other lines, like the status line, are
/// passed over.
pub(crate) fn header_fields(lines: &str) -> Vec<(String, String)> {
    let fields = lines.lines().filter(|line| !line.starts_with("HTTP/"));
    fields
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()))
        .filter(|(name, _)| !name.is_empty())
        .collect()
}

/// A Java string of a secret, without leaving a copy behind on this side.
pub(crate) fn secret<'local>(env: &mut Env<'local>, secret: &str) -> Result<JString<'local>, Fault> {
    // Sized exactly: growing would leave the old copy in freed memory.
    let mut bytes = Zeroizing::new(Vec::with_capacity(secret.len() + 1));
    bytes.extend_from_slice(secret.as_bytes());
    bytes.push(0);
    // Java's own encoding differs from UTF-8 only beyond the 16-bit characters, which no token has (RFC 6750).
    match CStr::from_bytes_with_nul(&bytes).ok().and_then(JNIStr::from_cstr) {
        Some(encoded) => Ok(JString::from_jni_str(env, encoded)?),
        None => Ok(JString::new(env, secret)?),
    }
}

/// A Java array of strings.
pub(crate) fn strings<'local, T: AsRef<str>>(
    env: &mut Env<'local>,
    texts: &[T],
) -> Result<JObjectArray<'local, JString<'local>>, Fault> {
    let array = JObjectArray::<JString>::new(env, texts.len(), JString::null())?;
    for (index, text) in texts.iter().enumerate() {
        let element = JString::new(env, text)?;
        array.set_element(env, index, &element)?;
        env.delete_local_ref(element);
    }
    Ok(array)
}

/// A handle from Java. The engine looks it up: a wrong number is an error, not a crash.
pub(crate) fn handle(id: jlong) -> Handle {
    Handle::from(unsigned(id))
}

/// A count or an id from Java; a negative one is zero.
pub(crate) fn unsigned(number: jlong) -> u64 {
    u64::try_from(number).unwrap_or_default()
}

/// Nanoseconds from Java; negative ones count as zero.
pub(crate) fn duration(nanos: jlong) -> Duration {
    Duration::from_nanos(unsigned(nanos))
}

/// Milliseconds from Java; negative ones count as zero.
pub(crate) fn millis(millis: jlong) -> Duration {
    Duration::from_millis(unsigned(millis))
}

/// Nanoseconds for Java, at most 292 years.
pub(crate) fn nanos(duration: Duration) -> jlong {
    jlong::try_from(duration.as_nanos()).unwrap_or(jlong::MAX)
}

/// A count or an id for Java.
pub(crate) fn long(number: u64) -> jlong {
    jlong::try_from(number).unwrap_or(jlong::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_saturate_instead_of_wrapping() {
        assert_eq!(nanos(Duration::MAX), jlong::MAX);
        assert_eq!(long(u64::MAX), jlong::MAX);
        assert_eq!(duration(-1), Duration::ZERO);
        assert_eq!(handle(-7), handle(0));
    }

    #[test]
    fn header_lines_are_read_with_either_line_end_and_without_the_status() {
        let lines = "HTTP/1.1 429 Too Many\r\nRetry-After: 3\r\nDate:Sun, 06 Nov 1994 08:49:37 GMT\nX\n: none\n\nEmpty:";
        let fields = [("Retry-After", "3"), ("Date", "Sun, 06 Nov 1994 08:49:37 GMT"), ("Empty", "")];
        assert_eq!(header_fields(lines), fields.map(|(name, value)| (name.to_owned(), value.to_owned())));
    }
}

//! Between Java's values and the engine's. Copies of texts that may be secrets are zeroed.

use std::ffi::CStr;
use std::time::Duration;

use jni::Env;
use jni::objects::{JByteArray, JObjectArray, JString};
use jni::strings::JNIStr;
use jni::sys::jlong;
use tollgate_engine::{Code, Failure, Handle, Setting, Source};
use zeroize::Zeroizing;

use crate::fault::Fault;

/// A Java string; `None` for `null`.
pub(crate) fn text(env: &Env<'_>, string: &JString<'_>) -> Result<Option<Zeroizing<String>>, Fault> {
    if string.is_null() {
        return Ok(None);
    }
    Ok(Some(Zeroizing::new(string.try_to_string(env)?)))
}

/// The elements of a Java array of strings; none for `null`.
pub(crate) fn texts(
    env: &mut Env<'_>,
    array: &JObjectArray<'_, JString<'_>>,
) -> Result<Vec<Zeroizing<String>>, Fault> {
    if array.is_null() {
        return Ok(Vec::new());
    }
    let length = array.len(env)?;
    let mut found = Vec::with_capacity(length);
    for index in 0..length {
        let element = array.get_element(env, index)?;
        found.push(text(env, &element)?.unwrap_or_default());
        // Not left to the end of the call: a frame holds few local references for sure.
        env.delete_local_ref(element);
    }
    Ok(found)
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
        env.delete_local_ref(element);
    }
    Ok(found)
}

/// Settings from flat triples of key, value and source.
pub(crate) fn settings(triples: &[Zeroizing<String>]) -> Result<Vec<Setting>, Failure> {
    let (triples, rest) = triples.as_chunks::<3>();
    if !rest.is_empty() {
        return Err(Failure::new(Code::Internal, "settings did not come as triples"));
    }
    triples
        .iter()
        .map(|[key, value, source]| {
            let source = Source::named(source)
                .ok_or_else(|| Failure::new(Code::Internal, format!("no such source: {}", **source)))?;
            Ok(Setting { key: (**key).clone(), value: (**value).clone(), source })
        })
        .collect()
}

/// Header fields from flat pairs; a name without a value at the end is dropped.
pub(crate) fn headers(pairs: &[Zeroizing<String>]) -> Vec<(String, String)> {
    pairs.as_chunks::<2>().0.iter().map(|[name, value]| ((**name).clone(), (**value).clone())).collect()
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
    Handle::from(u64::try_from(id).unwrap_or_default())
}

/// Nanoseconds from Java; negative ones count as zero.
pub(crate) fn duration(nanos: jlong) -> Duration {
    Duration::from_nanos(u64::try_from(nanos).unwrap_or_default())
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

    fn given(texts: &[&str]) -> Vec<Zeroizing<String>> {
        texts.iter().map(|text| Zeroizing::new((*text).to_owned())).collect()
    }

    #[test]
    fn settings_come_as_triples_with_a_known_source() {
        let read = settings(&given(&["scope", "a b", "define", "scope", "c", "property"])).unwrap();
        assert_eq!(read.len(), 2);
        assert_eq!((read[0].value.as_str(), read[0].source), ("a b", Source::Define));
        assert_eq!((read[1].value.as_str(), read[1].source), ("c", Source::Property));
        assert_eq!(settings(&given(&["scope", "a"])).unwrap_err().code, Code::Internal);
        assert_eq!(settings(&given(&["scope", "a", "rumour"])).unwrap_err().code, Code::Internal);
    }

    #[test]
    fn numbers_saturate_instead_of_wrapping() {
        assert_eq!(nanos(Duration::MAX), jlong::MAX);
        assert_eq!(long(u64::MAX), jlong::MAX);
        assert_eq!(duration(-1), Duration::ZERO);
        assert_eq!(handle(-7), handle(0));
    }

    #[test]
    fn a_header_without_a_value_is_dropped() {
        assert_eq!(headers(&given(&["Retry-After", "3", "X"])), [("Retry-After".into(), "3".into())]);
    }
}

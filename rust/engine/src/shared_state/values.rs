//! Numbers, texts and bytes as the store has them.

use std::time::Duration;

use redis::Value;

use super::connection::StoreError;

pub(super) fn bytes_of(value: Option<&Value>) -> &[u8] {
    match value {
        Some(Value::BulkString(bytes)) => bytes,
        _ => &[],
    }
}

pub(super) fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::BulkString(bytes) => String::from_utf8(bytes.clone()).ok(),
        Value::SimpleString(text) => Some(text.clone()),
        Value::Int(number) => Some(number.to_string()),
        _ => None,
    }
}

pub(super) fn number(text: &str) -> Result<u64, StoreError> {
    text.parse().map_err(|_| StoreError::Garbled)
}

pub(super) fn millis(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}

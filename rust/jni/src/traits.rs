//! What Java must know of a profile, as a JSON object.

use secrecy::ExposeSecret;
use serde::Serialize;
use tollgate_engine::{Code, Failure, Traits};
use zeroize::Zeroizing;

use crate::convert::nanos;

#[derive(Serialize)]
struct Object<'a> {
    token_timeout_nanos: i64,
    on_token_failure: &'a str,
    drains: bool,
    lanes: bool,
    bound: bool,
    paced: bool,
    place: &'a str,
    name: &'a str,
    before: &'a str,
    rejection_statuses: &'a str,
    rejection_texts: &'a str,
    limit_texts: &'a str,
    tenant_header: Option<Header<'a>>,
    headers: Vec<Header<'a>>,
}

#[derive(Serialize)]
struct Header<'a> {
    name: &'a str,
    value: &'a str,
}

/// Everything but the values of headers, which are counted: names and texts of a few settings.
const ROOM: usize = 4096;

/// A byte of a value in JSON at most: `\u0000`.
const ESCAPED: usize = 6;

pub(crate) fn json(traits: &Traits) -> Result<Zeroizing<String>, Failure> {
    let (placement, answers) = (&traits.placement, &traits.answers);
    let statuses: Vec<_> = answers.rejection_statuses.iter().map(u16::to_string).collect();
    let headers: Vec<_> =
        placement.headers.iter().map(|(name, value)| Header { name, value: value.expose_secret() }).collect();
    // Sized for all: growing would leave values of headers, which may be secrets, in freed memory.
    let room = headers.iter().map(|header| ESCAPED * (header.name.len() + header.value.len()));
    let mut text = Vec::with_capacity(ROOM + room.sum::<usize>());
    let object = Object {
        token_timeout_nanos: nanos(traits.token_timeout),
        on_token_failure: traits.on_token_failure,
        drains: traits.drains,
        lanes: traits.lanes,
        bound: traits.bound,
        paced: answers.paced,
        place: placement.place.name(),
        name: &placement.name,
        before: &placement.before,
        rejection_statuses: &statuses.join(","),
        rejection_texts: &answers.rejection_texts.join("|"),
        limit_texts: &answers.limit_texts.join("|"),
        tenant_header: traits.tenant_header.as_ref().map(|(name, value)| Header { name, value }),
        headers,
    };
    let failure = || Failure::new(Code::Internal, "the traits of a profile could not be written as JSON");
    serde_json::to_writer(&mut text, &object).map_err(|_| failure())?;
    String::from_utf8(text).map(Zeroizing::new).map_err(|_| failure())
}

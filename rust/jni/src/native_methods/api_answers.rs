//! Answers of APIs, and what they make threads wait for.

use jni::Env;
use jni::objects::JString;
use jni::sys::{jboolean, jint, jlong};
use tollgate_engine::{Finding, Pace, Report, Stamp};

use super::NativeEngine;
use crate::convert::{duration, handle, header_fields, nanos, text};
use crate::fault::Fault;
use crate::process::engine;

pub(super) fn report(
    env: &mut Env<'_>,
    _: NativeEngine<'_>,
    id: jlong,
    status: jint,
    origin: JString<'_>,
    response_headers: JString<'_>,
    body: JString<'_>,
    finding: jint,
    authorization: JString<'_>,
    stamp: jlong,
    ago: jlong,
) -> Result<jboolean, Fault> {
    let origin = text(env, &origin)?;
    let response_headers = text(env, &response_headers)?.unwrap_or_default();
    let body = text(env, &body)?;
    let authorization = text(env, &authorization)?;
    let report = Report {
        status: u16::try_from(status).unwrap_or_default(),
        origin: origin.as_deref().map(String::as_str),
        headers: &header_fields(&response_headers),
        body: body.as_deref().map(String::as_str).unwrap_or_default(),
        finding: match finding {
            1 => Some(Finding::Rejection),
            2 => Some(Finding::Limit),
            _ => None,
        },
        authorization: authorization.as_deref().map(String::as_str),
        stamp: Stamp::from_bits(stamp.cast_unsigned()),
        ago: duration(ago),
    };
    Ok(engine()?.report(handle(id), report)?)
}

pub(super) fn pace(
    env: &mut Env<'_>,
    _: NativeEngine<'_>,
    id: jlong,
    origin: JString<'_>,
    waited: jlong,
) -> Result<jlong, Fault> {
    let origin = text(env, &origin)?;
    Ok(match engine()?.pace(handle(id), origin.as_deref().map(String::as_str), duration(waited))? {
        Pace::After(wait) => nanos(wait),
        Pace::AskAgain(wait) => -nanos(wait),
    })
}

pub(super) fn pause_nanos(
    env: &mut Env<'_>,
    _: NativeEngine<'_>,
    id: jlong,
    origin: JString<'_>,
    spread: jboolean,
) -> Result<jlong, Fault> {
    let origin = text(env, &origin)?;
    let origin = origin.as_deref().map(String::as_str);
    Ok(nanos(engine()?.pause(handle(id), origin, spread)?))
}

pub(super) fn paused(_: &mut Env<'_>, _: NativeEngine<'_>, id: jlong, time: jlong) -> Result<(), Fault> {
    Ok(engine()?.paused(handle(id), duration(time))?)
}

pub(super) fn permits(
    env: &mut Env<'_>,
    _: NativeEngine<'_>,
    id: jlong,
    origin: JString<'_>,
) -> Result<jboolean, Fault> {
    let origin = text(env, &origin)?.unwrap_or_default();
    Ok(engine()?.permits(handle(id), &origin)?)
}

pub(super) fn visited(
    env: &mut Env<'_>,
    _: NativeEngine<'_>,
    id: jlong,
    own: JString<'_>,
    to: JString<'_>,
    carried: jboolean,
) -> Result<jboolean, Fault> {
    let own = text(env, &own)?.unwrap_or_default();
    let to = text(env, &to)?.unwrap_or_default();
    Ok(engine()?.visited(handle(id), &own, &to, carried)?)
}

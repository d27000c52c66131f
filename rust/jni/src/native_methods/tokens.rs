//! Reads of tokens, and what a sampler does with one.

use jni::objects::{JClass, JString};
use jni::sys::{jboolean, jlong};
use jni::{Env, EnvUnowned};
use secrecy::ExposeSecret;
use tollgate_engine::Moment;

use super::NativeEngine;
use crate::convert::{duration, handle, long, nanos, secret, text, unsigned};
use crate::fault::Fault;
use crate::process::{engine, started};
use crate::served_token::ServedToken;

pub(super) fn look(_: EnvUnowned<'_>, _: JClass<'_>, id: jlong, until: jlong) -> jlong {
    let until = Moment::from_nanos(unsigned(until));
    started().map_or(0, |engine| long(engine.look(handle(id), until)))
}

pub(super) fn is_accepted(_: EnvUnowned<'_>, _: NativeEngine<'_>, id: jlong, generation: jlong) -> jboolean {
    let generation = unsigned(generation);
    started().is_some_and(|engine| engine.is_accepted(handle(id), generation))
}

pub(super) fn read<'local>(
    env: &mut Env<'local>,
    _: NativeEngine<'local>,
    id: jlong,
    min_remaining: jlong,
    waited: jlong,
    limit: jlong,
    flight: jlong,
) -> Result<ServedToken<'local>, Fault> {
    let limit = (limit >= 0).then(|| duration(limit));
    let flight = u64::try_from(flight).ok().filter(|flight| *flight > 0);
    let now = Moment::now(); // before the read, for the same reason as Java's clock
    let read = engine()?.read(handle(id), duration(min_remaining), duration(waited), limit, flight)?;
    let Some(served) = read else { return Ok(ServedToken::null()) };
    let until = long(now.after(served.remaining).nanos());
    let remaining = nanos(served.remaining);
    let stamp = served.stamp.bits().cast_signed();
    let token = secret(env, served.token.expose_secret())?;
    Ok(ServedToken::new(env, long(served.generation), remaining, until, stamp, &token)?)
}

pub(super) fn proof<'local>(
    env: &mut Env<'local>,
    _: NativeEngine<'local>,
    id: jlong,
    generation: jlong,
    method: JString<'local>,
    url: JString<'local>,
) -> Result<JString<'local>, Fault> {
    let method = text(env, &method)?.unwrap_or_default();
    let url = text(env, &url)?.unwrap_or_default();
    let generation = unsigned(generation);
    Ok(JString::new(env, engine()?.proof(handle(id), generation, &method, &url)?)?)
}

pub(super) fn ended(_: &mut Env<'_>, _: NativeEngine<'_>, id: jlong, flight: jlong) -> Result<(), Fault> {
    Ok(engine()?.ended(handle(id), unsigned(flight))?)
}

pub(super) fn waited(_: &mut Env<'_>, _: NativeEngine<'_>, id: jlong, time: jlong) -> Result<(), Fault> {
    Ok(engine()?.waited(handle(id), duration(time))?)
}

pub(super) fn steer(_: &mut Env<'_>, _: NativeEngine<'_>, id: jlong, thread: jlong) -> Result<jlong, Fault> {
    Ok(long(engine()?.steer(handle(id), thread.cast_unsigned())?.into()))
}

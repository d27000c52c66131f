//! Runs: their begin and end, what they report, and what the event thread reads.

use jni::Env;
use jni::objects::JString;
use jni::sys::{jboolean, jint, jlong};
use tollgate_engine::{Code, Event};

use super::{NativeEngine, Texts};
use crate::convert::{handle, millis, strings, unsigned};
use crate::fault::Fault;
use crate::process::{engine, started};

pub(super) fn version<'local>(
    env: &mut Env<'local>,
    _: NativeEngine<'local>,
) -> Result<JString<'local>, Fault> {
    Ok(JString::new(env, env!("CARGO_PKG_VERSION"))?)
}

pub(super) fn error_codes<'local>(
    env: &mut Env<'local>,
    _: NativeEngine<'local>,
) -> Result<Texts<'local>, Fault> {
    strings(env, &Code::ALL.map(Code::name))
}

pub(super) fn run_started(_: &mut Env<'_>, _: NativeEngine<'_>, run: jlong) -> Result<(), Fault> {
    engine()?.run_started(unsigned(run));
    Ok(())
}

pub(super) fn run_ended(_: &mut Env<'_>, _: NativeEngine<'_>) -> Result<(), Fault> {
    engine()?.run_ended();
    Ok(())
}

pub(super) fn status<'local>(
    env: &mut Env<'local>,
    _: NativeEngine<'local>,
    id: jlong,
) -> Result<JString<'local>, Fault> {
    Ok(JString::new(env, engine()?.status(handle(id))?)?)
}

pub(super) fn summary<'local>(
    env: &mut Env<'local>,
    _: NativeEngine<'local>,
    id: jlong,
    reads: jlong,
) -> Result<JString<'local>, Fault> {
    Ok(JString::new(env, engine()?.summary(handle(id), unsigned(reads))?)?)
}

pub(super) fn journal<'local>(
    env: &mut Env<'local>,
    _: NativeEngine<'local>,
    after: jlong,
    most: jint,
) -> Result<Texts<'local>, Fault> {
    let most = usize::try_from(most).unwrap_or_default();
    strings(env, &engine()?.journal(unsigned(after), most))
}

pub(super) fn await_events<'local>(
    env: &mut Env<'local>,
    _: NativeEngine<'local>,
    timeout_millis: jlong,
) -> Result<Texts<'local>, Fault> {
    let events = engine()?.await_events(millis(timeout_millis));
    strings(env, &events.iter().map(line).collect::<Vec<_>>())
}

pub(super) fn finish(_: &mut Env<'_>, _: NativeEngine<'_>, most_millis: jlong) -> Result<jboolean, Fault> {
    Ok(started().is_none_or(|engine| engine.finish(millis(most_millis))))
}

/// An event as Java's event thread reads it.
fn line(event: &Event) -> String {
    match event {
        Event::Wake(handle) => format!("WAKE {}", u64::from(*handle)),
        Event::Info(text) => format!("INFO {text}"),
        Event::Warn(text) => format!("WARN {text}"),
        Event::Error(text) => format!("ERROR {text}"),
    }
}

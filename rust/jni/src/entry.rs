//! The entry points, one for each native method of `io.tollgate.engine.NativeEngine`, in its order. Each only
//! unpacks its arguments, calls the engine and packs the answer; what may go wrong goes through [`guarded`].

#![allow(unsafe_code)]

use std::time::Duration;

use jni::EnvUnowned;
use jni::objects::{JByteArray, JClass, JObjectArray, JString};
use jni::sys::{jboolean, jint, jlong};
use secrecy::ExposeSecret;
use tollgate_engine::{Code, Environment, Event, Moment, Report, Stamp, Traits};

use crate::convert::{
    byte_arrays, duration, handle, headers, long, nanos, secret, settings, strings, text, texts,
};
use crate::fault::guarded;
use crate::process::{engine, started};

type Texts<'local> = JObjectArray<'local, JString<'local>>;

#[unsafe(no_mangle)]
extern "system" fn Java_io_tollgate_engine_NativeEngine_version<'local>(
    mut env: EnvUnowned<'local>,
    _: JClass<'local>,
) -> JString<'local> {
    guarded(&mut env, |env| Ok(JString::new(env, env!("CARGO_PKG_VERSION"))?))
}

#[unsafe(no_mangle)]
extern "system" fn Java_io_tollgate_engine_NativeEngine_environment<'local>(
    mut env: EnvUnowned<'local>,
    _: JClass<'local>,
    json: JString<'local>,
    anchors: JObjectArray<'local, JByteArray<'local>>,
) {
    guarded(&mut env, |env| {
        let json = text(env, &json)?.unwrap_or_default();
        engine()?.environment(Environment::read(&json, byte_arrays(env, &anchors)?));
        Ok(())
    });
}

#[unsafe(no_mangle)]
extern "system" fn Java_io_tollgate_engine_NativeEngine_open<'local>(
    mut env: EnvUnowned<'local>,
    _: JClass<'local>,
    profile: JString<'local>,
    triples: Texts<'local>,
    redefine: jboolean,
) -> jlong {
    guarded(&mut env, |env| {
        let profile = text(env, &profile)?.unwrap_or_default();
        let given = settings(&texts(env, &triples)?)?;
        Ok(long(engine()?.open(&profile, &given, redefine)?.into()))
    })
}

#[unsafe(no_mangle)]
extern "system" fn Java_io_tollgate_engine_NativeEngine_forUser<'local>(
    mut env: EnvUnowned<'local>,
    _: JClass<'local>,
    id: jlong,
    user: JString<'local>,
    password: JString<'local>,
) -> jlong {
    guarded(&mut env, |env| {
        let user = text(env, &user)?.unwrap_or_default();
        let password = text(env, &password)?.unwrap_or_default();
        Ok(long(engine()?.for_user(handle(id), &user, password.as_str().into())?.into()))
    })
}

/// The hot path: no guard, because nothing here can fail or panic.
#[unsafe(no_mangle)]
extern "system" fn Java_io_tollgate_engine_NativeEngine_look<'local>(
    _: EnvUnowned<'local>,
    _: JClass<'local>,
    id: jlong,
    until: jlong,
) -> jlong {
    let until = Moment::from_nanos(u64::try_from(until).unwrap_or_default());
    started().map_or(0, |engine| long(engine.look(handle(id), until)))
}

#[unsafe(no_mangle)]
extern "system" fn Java_io_tollgate_engine_NativeEngine_read<'local>(
    mut env: EnvUnowned<'local>,
    _: JClass<'local>,
    id: jlong,
    min_remaining: jlong,
    waited: jlong,
    limit: jlong,
    flight: jlong,
) -> Texts<'local> {
    guarded(&mut env, |env| {
        let limit = (limit >= 0).then(|| duration(limit));
        let flight = u64::try_from(flight).ok().filter(|flight| *flight > 0);
        let now = Moment::now(); // before the read, for the same reason as Java's clock
        let read = engine()?.read(handle(id), duration(min_remaining), duration(waited), limit, flight)?;
        let Some(served) = read else { return Ok(Texts::null()) };
        let until = long(now.after(served.remaining).nanos());
        let remaining = nanos(served.remaining);
        let stamp = served.stamp.bits().cast_signed();
        let [generation, remaining] = [served.generation.to_string(), remaining.to_string()];
        let public = [generation, remaining, String::new(), until.to_string(), stamp.to_string()];
        let answer = strings(env, &public)?;
        let token = secret(env, served.token.expose_secret())?;
        answer.set_element(env, 2, &token)?;
        Ok(answer)
    })
}

#[unsafe(no_mangle)]
extern "system" fn Java_io_tollgate_engine_NativeEngine_proof<'local>(
    mut env: EnvUnowned<'local>,
    _: JClass<'local>,
    id: jlong,
    generation: jlong,
    method: JString<'local>,
    url: JString<'local>,
) -> JString<'local> {
    guarded(&mut env, |env| {
        let method = text(env, &method)?.unwrap_or_default();
        let url = text(env, &url)?.unwrap_or_default();
        let generation = u64::try_from(generation).unwrap_or_default();
        Ok(JString::new(env, engine()?.proof(handle(id), generation, &method, &url)?)?)
    })
}

#[unsafe(no_mangle)]
extern "system" fn Java_io_tollgate_engine_NativeEngine_ended<'local>(
    mut env: EnvUnowned<'local>,
    _: JClass<'local>,
    id: jlong,
    flight: jlong,
) {
    guarded(&mut env, |_| Ok(engine()?.ended(handle(id), u64::try_from(flight).unwrap_or_default())?));
}

#[unsafe(no_mangle)]
extern "system" fn Java_io_tollgate_engine_NativeEngine_waited<'local>(
    mut env: EnvUnowned<'local>,
    _: JClass<'local>,
    id: jlong,
    time: jlong,
) {
    guarded(&mut env, |_| Ok(engine()?.waited(handle(id), duration(time))?));
}

#[unsafe(no_mangle)]
extern "system" fn Java_io_tollgate_engine_NativeEngine_report<'local>(
    mut env: EnvUnowned<'local>,
    _: JClass<'local>,
    id: jlong,
    status: jint,
    origin: JString<'local>,
    response_headers: Texts<'local>,
    authorization: JString<'local>,
    stamp: jlong,
) {
    guarded(&mut env, |env| {
        let origin = text(env, &origin)?;
        let authorization = text(env, &authorization)?;
        let report = Report {
            status: u16::try_from(status).unwrap_or_default(),
            origin: origin.as_deref().map(String::as_str),
            headers: &headers(&texts(env, &response_headers)?),
            authorization: authorization.as_deref().map(String::as_str),
            stamp: Stamp::from_bits(stamp.cast_unsigned()),
        };
        Ok(engine()?.report(handle(id), report)?)
    });
}

#[unsafe(no_mangle)]
extern "system" fn Java_io_tollgate_engine_NativeEngine_pauseNanos<'local>(
    mut env: EnvUnowned<'local>,
    _: JClass<'local>,
    id: jlong,
    origin: JString<'local>,
    spread: jboolean,
) -> jlong {
    guarded(&mut env, |env| {
        let origin = text(env, &origin)?;
        let origin = origin.as_deref().map(String::as_str);
        Ok(nanos(engine()?.pause(handle(id), origin, spread)?))
    })
}

#[unsafe(no_mangle)]
extern "system" fn Java_io_tollgate_engine_NativeEngine_paused<'local>(
    mut env: EnvUnowned<'local>,
    _: JClass<'local>,
    id: jlong,
    time: jlong,
) {
    guarded(&mut env, |_| Ok(engine()?.paused(handle(id), duration(time))?));
}

#[unsafe(no_mangle)]
extern "system" fn Java_io_tollgate_engine_NativeEngine_status<'local>(
    mut env: EnvUnowned<'local>,
    _: JClass<'local>,
    id: jlong,
) -> JString<'local> {
    guarded(&mut env, |env| Ok(JString::new(env, engine()?.status(handle(id))?)?))
}

#[unsafe(no_mangle)]
extern "system" fn Java_io_tollgate_engine_NativeEngine_runStarted<'local>(
    mut env: EnvUnowned<'local>,
    _: JClass<'local>,
    run: jlong,
) {
    guarded(&mut env, |_| {
        engine()?.run_started(u64::try_from(run).unwrap_or_default());
        Ok(())
    });
}

#[unsafe(no_mangle)]
extern "system" fn Java_io_tollgate_engine_NativeEngine_runEnded<'local>(
    mut env: EnvUnowned<'local>,
    _: JClass<'local>,
) {
    guarded(&mut env, |_| {
        engine()?.run_ended();
        Ok(())
    });
}

#[unsafe(no_mangle)]
extern "system" fn Java_io_tollgate_engine_NativeEngine_summary<'local>(
    mut env: EnvUnowned<'local>,
    _: JClass<'local>,
    id: jlong,
    reads: jlong,
) -> JString<'local> {
    guarded(&mut env, |env| {
        let reads = u64::try_from(reads).unwrap_or_default();
        Ok(JString::new(env, engine()?.summary(handle(id), reads)?)?)
    })
}

#[unsafe(no_mangle)]
extern "system" fn Java_io_tollgate_engine_NativeEngine_awaitEvents<'local>(
    mut env: EnvUnowned<'local>,
    _: JClass<'local>,
    timeout_millis: jlong,
) -> Texts<'local> {
    guarded(&mut env, |env| {
        let timeout = Duration::from_millis(u64::try_from(timeout_millis).unwrap_or_default());
        let events = engine()?.await_events(timeout);
        strings(env, &events.iter().map(line).collect::<Vec<_>>())
    })
}

#[unsafe(no_mangle)]
extern "system" fn Java_io_tollgate_engine_NativeEngine_errorCodes<'local>(
    mut env: EnvUnowned<'local>,
    _: JClass<'local>,
) -> Texts<'local> {
    guarded(&mut env, |env| strings(env, &Code::ALL.map(Code::name)))
}

#[unsafe(no_mangle)]
extern "system" fn Java_io_tollgate_engine_NativeEngine_traits<'local>(
    mut env: EnvUnowned<'local>,
    _: JClass<'local>,
    id: jlong,
) -> Texts<'local> {
    guarded(&mut env, |env| {
        let Traits { token_timeout, on_token_failure, drains, scheme, tenant_header, lanes } =
            engine()?.traits(handle(id))?;
        let (name, value) = tenant_header.unwrap_or_default();
        let [timeout, drains, lanes] =
            [nanos(token_timeout).to_string(), drains.to_string(), lanes.to_string()];
        strings(env, &[timeout, on_token_failure.to_owned(), drains, name, value, scheme.to_owned(), lanes])
    })
}

#[unsafe(no_mangle)]
extern "system" fn Java_io_tollgate_engine_NativeEngine_steer<'local>(
    mut env: EnvUnowned<'local>,
    _: JClass<'local>,
    id: jlong,
    thread: jlong,
) -> jlong {
    guarded(&mut env, |_| Ok(long(engine()?.steer(handle(id), thread.cast_unsigned())?.into())))
}

#[unsafe(no_mangle)]
extern "system" fn Java_io_tollgate_engine_NativeEngine_permits<'local>(
    mut env: EnvUnowned<'local>,
    _: JClass<'local>,
    id: jlong,
    origin: JString<'local>,
) -> jboolean {
    guarded(&mut env, |env| {
        let origin = text(env, &origin)?.unwrap_or_default();
        Ok(engine()?.permits(handle(id), &origin)?)
    })
}

#[unsafe(no_mangle)]
extern "system" fn Java_io_tollgate_engine_NativeEngine_visited<'local>(
    mut env: EnvUnowned<'local>,
    _: JClass<'local>,
    id: jlong,
    own: JString<'local>,
    to: JString<'local>,
    carried: jboolean,
) -> jboolean {
    guarded(&mut env, |env| {
        let own = text(env, &own)?.unwrap_or_default();
        let to = text(env, &to)?.unwrap_or_default();
        Ok(engine()?.visited(handle(id), &own, &to, carried)?)
    })
}

#[unsafe(no_mangle)]
extern "system" fn Java_io_tollgate_engine_NativeEngine_journal<'local>(
    mut env: EnvUnowned<'local>,
    _: JClass<'local>,
    after: jlong,
    most: jint,
) -> Texts<'local> {
    guarded(&mut env, |env| {
        let (after, most) =
            (u64::try_from(after).unwrap_or_default(), usize::try_from(most).unwrap_or_default());
        strings(env, &engine()?.journal(after, most))
    })
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

#[cfg(test)]
#[path = "../tests/unit/in_a_jvm.rs"]
mod in_a_jvm;

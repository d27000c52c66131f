//! The native methods of `io.tollgate.engine.NativeEngine`. Each unpacks its arguments, calls the engine and packs the
//! answer.
//!
//! The table below is the one place that declares them. The macro exports each under its name with its signature, so
//! that a method declared otherwise in Java does not link; and it catches panics and errors of all but `look` and
//! `is_accepted` ([`ThrowTollgateException`]).

#![allow(unsafe_code, clippy::too_many_arguments)] // in what the macro writes

use std::time::Duration;

use jni::objects::{JByteArray, JClass, JMap, JObjectArray, JString};
use jni::sys::{jboolean, jint, jlong};
use jni::{Env, EnvUnowned, bind_java_type};
use secrecy::ExposeSecret;
use tollgate_engine::{Code, Environment, Event, Finding, Moment, Pace, Report, Stamp};

use crate::convert::{
    byte_arrays, duration, handle, header_fields, long, nanos, secret, settings, strings, text,
};
use crate::fault::{Fault, ThrowTollgateException};
use crate::process::{engine, started};
use crate::served_token::ServedToken;
use crate::traits;

type Texts<'local> = JObjectArray<'local, JString<'local>>;

bind_java_type! {
    NativeEngine => io.tollgate.engine.NativeEngine,
    type_map = {
        ServedToken => io.tollgate.engine.ServedToken,
    },
    native_methods_error_policy = ThrowTollgateException,
    native_methods {
        fn version() -> JString,
        fn environment(json: JString, anchors: jbyte[][]),
        fn open(profile: JString, settings: JMap, redefine: jboolean) -> jlong,
        fn for_user(id: jlong, user: JString, password: JString) -> jlong,
        fn for_client(id: jlong, client: JString, secret: JString) -> jlong,
        /// The hot path: no guard, because nothing here can fail or panic.
        static raw fn look {
            sig = (id: jlong, until: jlong) -> jlong,
            abi_check = UnsafeNever,
        },
        /// As hot, and for the same reason without a guard.
        raw fn is_accepted {
            sig = (id: jlong, generation: jlong) -> jboolean,
            abi_check = UnsafeNever,
        },
        fn read(id: jlong, min_remaining: jlong, waited: jlong, limit: jlong, flight: jlong) -> ServedToken,
        fn proof(id: jlong, generation: jlong, method: JString, url: JString) -> JString,
        fn ended(id: jlong, flight: jlong),
        fn waited(id: jlong, time: jlong),
        fn report(id: jlong, status: jint, origin: JString, response_headers: JString, body: JString, finding: jint, authorization: JString, stamp: jlong, ago: jlong) -> jboolean,
        fn pace(id: jlong, origin: JString, waited: jlong) -> jlong,
        fn pause_nanos(id: jlong, origin: JString, spread: jboolean) -> jlong,
        fn paused(id: jlong, time: jlong),
        fn status(id: jlong) -> JString,
        fn token_endpoint(id: jlong) -> JString,
        fn token_endpoint_of(profile: JString, settings: JMap) -> JString,
        fn fleet_state(profile: JString, settings: JMap, tries_rights: jboolean) -> JString,
        fn try_out(profile: JString, settings: JMap) -> jlong,
        fn trial_news(trial: jlong, after: jlong, wait_millis: jlong) -> JString[],
        fn forget_trial(trial: jlong),
        fn run_started(run: jlong),
        fn run_ended(),
        fn summary(id: jlong, reads: jlong) -> JString,
        fn await_events(timeout_millis: jlong) -> JString[],
        fn error_codes() -> JString[],
        fn traits(id: jlong) -> JString,
        fn steer(id: jlong, thread: jlong) -> jlong,
        fn permits(id: jlong, origin: JString) -> jboolean,
        fn visited(id: jlong, own: JString, to: JString, carried: jboolean) -> jboolean,
        fn journal(after: jlong, most: jint) -> JString[],
        fn finish(most_millis: jlong) -> jboolean,
    },
}

impl NativeEngineNativeInterface for NativeEngineAPI {
    type Error = Fault;

    fn version<'local>(env: &mut Env<'local>, _: NativeEngine<'local>) -> Result<JString<'local>, Fault> {
        Ok(JString::new(env, env!("CARGO_PKG_VERSION"))?)
    }

    fn environment<'local>(
        env: &mut Env<'local>,
        _: NativeEngine<'local>,
        json: JString<'local>,
        anchors: JObjectArray<'local, JByteArray<'local>>,
    ) -> Result<(), Fault> {
        let json = text(env, &json)?.unwrap_or_default();
        engine()?.environment(Environment::read(&json, byte_arrays(env, &anchors)?));
        Ok(())
    }

    fn open<'local>(
        env: &mut Env<'local>,
        _: NativeEngine<'local>,
        profile: JString<'local>,
        by_source: JMap<'local>,
        redefine: jboolean,
    ) -> Result<jlong, Fault> {
        let profile = text(env, &profile)?.unwrap_or_default();
        let given = settings(env, &by_source)?;
        Ok(long(engine()?.open(&profile, &given, redefine)?.into()))
    }

    fn for_user<'local>(
        env: &mut Env<'local>,
        _: NativeEngine<'local>,
        id: jlong,
        user: JString<'local>,
        password: JString<'local>,
    ) -> Result<jlong, Fault> {
        let user = text(env, &user)?.unwrap_or_default();
        let password = text(env, &password)?.unwrap_or_default();
        Ok(long(engine()?.for_user(handle(id), &user, password.as_str().into())?.into()))
    }

    fn for_client<'local>(
        env: &mut Env<'local>,
        _: NativeEngine<'local>,
        id: jlong,
        client: JString<'local>,
        secret: JString<'local>,
    ) -> Result<jlong, Fault> {
        let client = text(env, &client)?.unwrap_or_default();
        let secret = text(env, &secret)?.unwrap_or_default();
        Ok(long(engine()?.for_client(handle(id), &client, secret.as_str().into())?.into()))
    }

    fn look<'local>(_: EnvUnowned<'local>, _: JClass<'local>, id: jlong, until: jlong) -> jlong {
        let until = Moment::from_nanos(u64::try_from(until).unwrap_or_default());
        started().map_or(0, |engine| long(engine.look(handle(id), until)))
    }

    fn is_accepted<'local>(
        _: EnvUnowned<'local>,
        _: NativeEngine<'local>,
        id: jlong,
        generation: jlong,
    ) -> jboolean {
        let generation = u64::try_from(generation).unwrap_or_default();
        started().is_some_and(|engine| engine.is_accepted(handle(id), generation))
    }

    fn read<'local>(
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

    fn proof<'local>(
        env: &mut Env<'local>,
        _: NativeEngine<'local>,
        id: jlong,
        generation: jlong,
        method: JString<'local>,
        url: JString<'local>,
    ) -> Result<JString<'local>, Fault> {
        let method = text(env, &method)?.unwrap_or_default();
        let url = text(env, &url)?.unwrap_or_default();
        let generation = u64::try_from(generation).unwrap_or_default();
        Ok(JString::new(env, engine()?.proof(handle(id), generation, &method, &url)?)?)
    }

    fn ended<'local>(
        _: &mut Env<'local>,
        _: NativeEngine<'local>,
        id: jlong,
        flight: jlong,
    ) -> Result<(), Fault> {
        Ok(engine()?.ended(handle(id), u64::try_from(flight).unwrap_or_default())?)
    }

    fn waited<'local>(
        _: &mut Env<'local>,
        _: NativeEngine<'local>,
        id: jlong,
        time: jlong,
    ) -> Result<(), Fault> {
        Ok(engine()?.waited(handle(id), duration(time))?)
    }

    fn report<'local>(
        env: &mut Env<'local>,
        _: NativeEngine<'local>,
        id: jlong,
        status: jint,
        origin: JString<'local>,
        response_headers: JString<'local>,
        body: JString<'local>,
        finding: jint,
        authorization: JString<'local>,
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

    fn pace<'local>(
        env: &mut Env<'local>,
        _: NativeEngine<'local>,
        id: jlong,
        origin: JString<'local>,
        waited: jlong,
    ) -> Result<jlong, Fault> {
        let origin = text(env, &origin)?;
        let waited = Duration::from_nanos(u64::try_from(waited).unwrap_or(0));
        Ok(match engine()?.pace(handle(id), origin.as_deref().map(String::as_str), waited)? {
            Pace::After(wait) => nanos(wait),
            Pace::AskAgain(wait) => -nanos(wait),
        })
    }

    fn pause_nanos<'local>(
        env: &mut Env<'local>,
        _: NativeEngine<'local>,
        id: jlong,
        origin: JString<'local>,
        spread: jboolean,
    ) -> Result<jlong, Fault> {
        let origin = text(env, &origin)?;
        let origin = origin.as_deref().map(String::as_str);
        Ok(nanos(engine()?.pause(handle(id), origin, spread)?))
    }

    fn paused<'local>(
        _: &mut Env<'local>,
        _: NativeEngine<'local>,
        id: jlong,
        time: jlong,
    ) -> Result<(), Fault> {
        Ok(engine()?.paused(handle(id), duration(time))?)
    }

    fn status<'local>(
        env: &mut Env<'local>,
        _: NativeEngine<'local>,
        id: jlong,
    ) -> Result<JString<'local>, Fault> {
        Ok(JString::new(env, engine()?.status(handle(id))?)?)
    }

    fn token_endpoint<'local>(
        env: &mut Env<'local>,
        _: NativeEngine<'local>,
        id: jlong,
    ) -> Result<JString<'local>, Fault> {
        let endpoint = engine()?.token_endpoint(handle(id))?;
        Ok(JString::new(env, endpoint.unwrap_or_default())?)
    }

    fn token_endpoint_of<'local>(
        env: &mut Env<'local>,
        _: NativeEngine<'local>,
        profile: JString<'local>,
        by_source: JMap<'local>,
    ) -> Result<JString<'local>, Fault> {
        let profile = text(env, &profile)?.unwrap_or_default();
        let given = settings(env, &by_source)?;
        let endpoint = engine()?.token_endpoint_of(&profile, &given)?;
        Ok(JString::new(env, endpoint.unwrap_or_default())?)
    }

    fn fleet_state<'local>(
        env: &mut Env<'local>,
        _: NativeEngine<'local>,
        profile: JString<'local>,
        by_source: JMap<'local>,
        tries_rights: jboolean,
    ) -> Result<JString<'local>, Fault> {
        let profile = text(env, &profile)?.unwrap_or_default();
        let given = settings(env, &by_source)?;
        Ok(JString::new(env, engine()?.fleet_state(&profile, &given, tries_rights)?)?)
    }

    fn try_out<'local>(
        env: &mut Env<'local>,
        _: NativeEngine<'local>,
        profile: JString<'local>,
        by_source: JMap<'local>,
    ) -> Result<jlong, Fault> {
        let profile = text(env, &profile)?.unwrap_or_default();
        let given = settings(env, &by_source)?;
        Ok(long(engine()?.try_out(&profile, &given)?))
    }

    fn trial_news<'local>(
        env: &mut Env<'local>,
        _: NativeEngine<'local>,
        trial: jlong,
        after: jlong,
        wait_millis: jlong,
    ) -> Result<Texts<'local>, Fault> {
        let (trial, after) =
            (u64::try_from(trial).unwrap_or_default(), u64::try_from(after).unwrap_or_default());
        let wait = Duration::from_millis(u64::try_from(wait_millis).unwrap_or_default());
        let news = engine()?.trial_news(trial, after, wait)?;
        let lines = [news.outcome.unwrap_or_default()].into_iter().chain(news.journal);
        strings(env, &lines.collect::<Vec<_>>())
    }

    fn forget_trial<'local>(_: &mut Env<'local>, _: NativeEngine<'local>, trial: jlong) -> Result<(), Fault> {
        engine()?.forget_trial(u64::try_from(trial).unwrap_or_default());
        Ok(())
    }

    fn run_started<'local>(_: &mut Env<'local>, _: NativeEngine<'local>, run: jlong) -> Result<(), Fault> {
        engine()?.run_started(u64::try_from(run).unwrap_or_default());
        Ok(())
    }

    fn run_ended<'local>(_: &mut Env<'local>, _: NativeEngine<'local>) -> Result<(), Fault> {
        engine()?.run_ended();
        Ok(())
    }

    fn summary<'local>(
        env: &mut Env<'local>,
        _: NativeEngine<'local>,
        id: jlong,
        reads: jlong,
    ) -> Result<JString<'local>, Fault> {
        let reads = u64::try_from(reads).unwrap_or_default();
        Ok(JString::new(env, engine()?.summary(handle(id), reads)?)?)
    }

    fn await_events<'local>(
        env: &mut Env<'local>,
        _: NativeEngine<'local>,
        timeout_millis: jlong,
    ) -> Result<Texts<'local>, Fault> {
        let timeout = Duration::from_millis(u64::try_from(timeout_millis).unwrap_or_default());
        let events = engine()?.await_events(timeout);
        strings(env, &events.iter().map(line).collect::<Vec<_>>())
    }

    fn error_codes<'local>(env: &mut Env<'local>, _: NativeEngine<'local>) -> Result<Texts<'local>, Fault> {
        strings(env, &Code::ALL.map(Code::name))
    }

    fn traits<'local>(
        env: &mut Env<'local>,
        _: NativeEngine<'local>,
        id: jlong,
    ) -> Result<JString<'local>, Fault> {
        let json = traits::json(&engine()?.traits(handle(id))?)?;
        secret(env, &json)
    }

    fn steer<'local>(
        _: &mut Env<'local>,
        _: NativeEngine<'local>,
        id: jlong,
        thread: jlong,
    ) -> Result<jlong, Fault> {
        Ok(long(engine()?.steer(handle(id), thread.cast_unsigned())?.into()))
    }

    fn permits<'local>(
        env: &mut Env<'local>,
        _: NativeEngine<'local>,
        id: jlong,
        origin: JString<'local>,
    ) -> Result<jboolean, Fault> {
        let origin = text(env, &origin)?.unwrap_or_default();
        Ok(engine()?.permits(handle(id), &origin)?)
    }

    fn visited<'local>(
        env: &mut Env<'local>,
        _: NativeEngine<'local>,
        id: jlong,
        own: JString<'local>,
        to: JString<'local>,
        carried: jboolean,
    ) -> Result<jboolean, Fault> {
        let own = text(env, &own)?.unwrap_or_default();
        let to = text(env, &to)?.unwrap_or_default();
        Ok(engine()?.visited(handle(id), &own, &to, carried)?)
    }

    fn journal<'local>(
        env: &mut Env<'local>,
        _: NativeEngine<'local>,
        after: jlong,
        most: jint,
    ) -> Result<Texts<'local>, Fault> {
        let (after, most) =
            (u64::try_from(after).unwrap_or_default(), usize::try_from(most).unwrap_or_default());
        strings(env, &engine()?.journal(after, most))
    }

    fn finish<'local>(
        _: &mut Env<'local>,
        _: NativeEngine<'local>,
        most_millis: jlong,
    ) -> Result<jboolean, Fault> {
        let most = Duration::from_millis(u64::try_from(most_millis).unwrap_or_default());
        Ok(started().is_none_or(|engine| engine.finish(most)))
    }
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

//! The native methods of `io.tollgate.engine.NativeEngine`. Each unpacks its arguments, calls the engine and packs the
//! answer.
//!
//! The table below is the one place that declares them. The macro exports each under its name with its signature, so
//! that a method declared otherwise in Java does not link; and it catches panics and errors of all but `look` and
//! `is_accepted` ([`ThrowTollgateException`]).

#![allow(unsafe_code, clippy::too_many_arguments)] // in what the macro writes

use jni::bind_java_type;
use jni::objects::{JObjectArray, JString};

use crate::fault::ThrowTollgateException;
use crate::served_token::ServedToken;

mod api_answers;
mod profiles;
mod runs;
mod tokens;
mod trials;

type Texts<'local> = JObjectArray<'local, JString<'local>>;

bind_java_type! {
    NativeEngine => io.tollgate.engine.NativeEngine,
    type_map = {
        ServedToken => io.tollgate.engine.ServedToken,
    },
    native_methods_error_policy = ThrowTollgateException,
    native_methods {
        fn version { sig = () -> JString, fn = runs::version },
        fn environment { sig = (json: JString, anchors: jbyte[][]), fn = profiles::environment },
        fn open { sig = (profile: JString, settings: JMap, redefine: jboolean) -> jlong, fn = profiles::open },
        fn for_user { sig = (id: jlong, user: JString, password: JString) -> jlong, fn = profiles::for_user },
        fn for_client { sig = (id: jlong, client: JString, secret: JString) -> jlong, fn = profiles::for_client },
        /// The hot path: no guard, because nothing here can fail or panic.
        static raw fn look {
            sig = (id: jlong, until: jlong) -> jlong,
            fn = tokens::look,
            abi_check = UnsafeNever,
        },
        /// As hot, and for the same reason without a guard.
        raw fn is_accepted {
            sig = (id: jlong, generation: jlong) -> jboolean,
            fn = tokens::is_accepted,
            abi_check = UnsafeNever,
        },
        fn read { sig = (id: jlong, min_remaining: jlong, waited: jlong, limit: jlong, flight: jlong) -> ServedToken, fn = tokens::read },
        fn proof { sig = (id: jlong, generation: jlong, method: JString, url: JString) -> JString, fn = tokens::proof },
        fn ended { sig = (id: jlong, flight: jlong), fn = tokens::ended },
        fn waited { sig = (id: jlong, time: jlong), fn = tokens::waited },
        fn report { sig = (id: jlong, status: jint, origin: JString, response_headers: JString, body: JString, finding: jint, authorization: JString, stamp: jlong, ago: jlong) -> jboolean, fn = api_answers::report },
        fn pace { sig = (id: jlong, origin: JString, waited: jlong) -> jlong, fn = api_answers::pace },
        fn pause_nanos { sig = (id: jlong, origin: JString, spread: jboolean) -> jlong, fn = api_answers::pause_nanos },
        fn paused { sig = (id: jlong, time: jlong), fn = api_answers::paused },
        fn status { sig = (id: jlong) -> JString, fn = runs::status },
        fn token_endpoint { sig = (id: jlong) -> JString, fn = profiles::token_endpoint },
        fn token_endpoint_of { sig = (profile: JString, settings: JMap) -> JString, fn = profiles::token_endpoint_of },
        fn fleet_state { sig = (profile: JString, settings: JMap, tries_rights: jboolean) -> JString, fn = profiles::fleet_state },
        fn try_out { sig = (profile: JString, settings: JMap) -> jlong, fn = trials::try_out },
        fn trial_news { sig = (trial: jlong, after: jlong, wait_millis: jlong) -> JString[], fn = trials::trial_news },
        fn forget_trial { sig = (trial: jlong), fn = trials::forget_trial },
        fn run_started { sig = (run: jlong), fn = runs::run_started },
        fn run_ended { sig = (), fn = runs::run_ended },
        fn summary { sig = (id: jlong, reads: jlong) -> JString, fn = runs::summary },
        fn await_events { sig = (timeout_millis: jlong) -> JString[], fn = runs::await_events },
        fn error_codes { sig = () -> JString[], fn = runs::error_codes },
        fn traits { sig = (id: jlong) -> JString, fn = profiles::traits },
        fn steer { sig = (id: jlong, thread: jlong) -> jlong, fn = tokens::steer },
        fn permits { sig = (id: jlong, origin: JString) -> jboolean, fn = api_answers::permits },
        fn visited { sig = (id: jlong, own: JString, to: JString, carried: jboolean) -> jboolean, fn = api_answers::visited },
        fn journal { sig = (after: jlong, most: jint) -> JString[], fn = runs::journal },
        fn finish { sig = (most_millis: jlong) -> jboolean, fn = runs::finish },
    },
}

#[cfg(test)]
#[path = "../tests/unit/in_a_jvm.rs"]
mod in_a_jvm;

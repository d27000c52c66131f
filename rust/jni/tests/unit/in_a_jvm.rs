//! A panic in each entry point, in a real JVM: what Java gets is an exception that says where and quotes nothing, and
//! the next call finds everything as it was.

#![allow(unsafe_code)]

use jni::objects::{JClass, JObject, JObjectArray, JString};
use jni::{Env, EnvUnowned, InitArgsBuilder, JNIVersion, JavaVM};

use super::*;
use crate::fault::{STRIKE, hook_panics};

/// The one JVM of this process.
fn jvm() -> JavaVM {
    let arguments = InitArgsBuilder::new().version(JNIVersion::V1_8).option("-Xcheck:jni").build().unwrap();
    JavaVM::new(arguments).unwrap()
}

/// The text of the exception that is pending, which is taken away.
fn thrown(env: &mut Env<'_>) -> Option<String> {
    let thrown = env.exception_occurred()?;
    env.exception_clear();
    Some(thrown.get_message(env).unwrap().try_to_string(env).unwrap())
}

/// Calls an entry point as the JVM does, and gives what it threw.
fn enter<'local, T>(
    env: &mut Env<'local>,
    entry: impl FnOnce(EnvUnowned<'local>, JClass<'local>) -> T,
) -> (T, Option<String>) {
    // SAFETY: the pointer is that of this thread's attachment, and lives as long as its frame.
    let unowned = unsafe { EnvUnowned::from_raw(env.get_raw()) };
    let answer = entry(unowned, JClass::null());
    (answer, thrown(env))
}

macro_rules! entries {
    ($($name:ident($($argument:expr),*);)*) => {
        /// Each entry point with a panic in it: its name and what it threw.
        fn strike_each(env: &mut Env<'_>) -> Vec<(&'static str, Option<String>)> {
            vec![$({
                STRIKE.set(true);
                let (_, thrown) = enter(env, |env, class| $name(env, class, $($argument),*));
                assert!(!STRIKE.get(), "it reached the guard");
                (stringify!($name), thrown)
            }),*]
        }
    };
}

entries! {
    Java_io_tollgate_engine_NativeEngine_version();
    Java_io_tollgate_engine_NativeEngine_environment(JString::null(), JObjectArray::<JByteArray<'_>>::null());
    Java_io_tollgate_engine_NativeEngine_open(JString::null(), Texts::null(), false);
    Java_io_tollgate_engine_NativeEngine_forUser(1, JString::null(), JString::null());
    Java_io_tollgate_engine_NativeEngine_read(1, 0, 0, -1, 0);
    Java_io_tollgate_engine_NativeEngine_proof(1, 1, JString::null(), JString::null());
    Java_io_tollgate_engine_NativeEngine_ended(1, 1);
    Java_io_tollgate_engine_NativeEngine_waited(1, 1);
    Java_io_tollgate_engine_NativeEngine_report(1, 200, JString::null(), Texts::null(), JString::null(), 0);
    Java_io_tollgate_engine_NativeEngine_pauseNanos(1, JString::null(), false);
    Java_io_tollgate_engine_NativeEngine_paused(1, 1);
    Java_io_tollgate_engine_NativeEngine_status(1);
    Java_io_tollgate_engine_NativeEngine_runStarted(1);
    Java_io_tollgate_engine_NativeEngine_runEnded();
    Java_io_tollgate_engine_NativeEngine_summary(1, 1);
    Java_io_tollgate_engine_NativeEngine_awaitEvents(0);
    Java_io_tollgate_engine_NativeEngine_errorCodes();
    Java_io_tollgate_engine_NativeEngine_traits(1);
    Java_io_tollgate_engine_NativeEngine_steer(1, 1);
    Java_io_tollgate_engine_NativeEngine_permits(1, JString::null());
    Java_io_tollgate_engine_NativeEngine_visited(1, JString::null(), JString::null(), true);
    Java_io_tollgate_engine_NativeEngine_journal(0, 1);
}

#[test]
fn a_panic_in_any_entry_point_becomes_an_exception_and_the_next_call_is_served() {
    hook_panics();
    let vm = jvm();
    vm.attach_current_thread(|env| -> jni::errors::Result<()> {
        let struck = strike_each(env);
        let guarded = include_str!("../../src/entry.rs").matches("\n    guarded(&mut env, |").count();
        assert_eq!(struck.len(), guarded, "each guarded entry point is listed here");
        for (name, thrown) in struck {
            let thrown = thrown.unwrap_or_default();
            assert!(
                thrown.starts_with("INTERNAL: a fault in Tollgate, please report it: panic at "),
                "{name}: {thrown}"
            );
            assert!(thrown.contains("fault.rs:") && !thrown.contains("s3cret"), "{name}: {thrown}");
        }
        // Without a mishap: an answer, and an error that is the engine's own.
        let (version, nothing) =
            enter(env, |env, class| Java_io_tollgate_engine_NativeEngine_version(env, class));
        let version = JObject::from(version);
        assert!(!version.is_null() && nothing.is_none());
        let (_, unknown) =
            enter(env, |env, class| Java_io_tollgate_engine_NativeEngine_status(env, class, 7));
        assert!(unknown.is_some_and(|told| told.contains("there is no credential")));
        Ok(())
    })
    .unwrap();
}

//! A panic in a native method, in a real JVM: Java gets an exception that names the place and quotes nothing, and the
//! next call succeeds.

use jni::objects::JObject;
use jni::sys::jlong;
use jni::{Env, EnvUnowned, InitArgsBuilder, JNIVersion, JavaVM};

use super::*;
use crate::fault::hook_panics;
use crate::process::fault_injection::PANIC;

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

/// Calls an exported function as the JVM does, and gives what it threw.
fn call<'local, T>(
    env: &mut Env<'local>,
    native: unsafe extern "system" fn(EnvUnowned<'local>, NativeEngine<'local>, jlong) -> T,
    argument: jlong,
) -> (T, Option<String>) {
    let object = JString::new(env, "no method looks at its object").unwrap().into_raw();
    // SAFETY: the pointer is that of this thread's attachment, and lives as long as its frame; so does the object.
    let answer = unsafe {
        let this = NativeEngine::from_raw(env, object);
        native(EnvUnowned::from_raw(env.get_raw()), this, argument)
    };
    (answer, thrown(env))
}

#[test]
fn a_panic_becomes_an_exception_and_the_next_call_succeeds() {
    hook_panics();
    jvm()
        .attach_current_thread(|env| -> jni::errors::Result<()> {
            PANIC.set(true);
            let (none, panicked) = call(env, Java_io_tollgate_engine_NativeEngine_status__J, 7);
            let (none, panicked) = (JObject::from(none), panicked.unwrap());
            assert!(!PANIC.get() && none.is_null());
            assert!(
                panicked.starts_with("INTERNAL: a fault in Tollgate, please report it: panic at "),
                "{panicked}"
            );
            assert!(panicked.contains("process.rs:") && !panicked.contains("s3cret"), "{panicked}");

            let (_, unknown) = call(env, Java_io_tollgate_engine_NativeEngine_status__J, 7);
            assert!(unknown.unwrap().contains("there is no credential"));
            let (events, nothing) = call(env, Java_io_tollgate_engine_NativeEngine_awaitEvents__J, 0);
            assert!(!events.is_null() && nothing.is_none());
            Ok(())
        })
        .unwrap();
}

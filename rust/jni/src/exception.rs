//! The one Java exception, looked up once and kept.
//!
//! It is looked up while the library loads, because only then does the JVM resolve names through the class loader
//! that loads it; JMeter's `lib/ext` is not on the system's.

#![allow(unsafe_code)]

use std::sync::OnceLock;

use jni::objects::{JClass, JMethodID, JString, JThrowable, JValue};
use jni::refs::Global;
use jni::{Env, jni_sig, jni_str};
use tollgate_engine::Failure;

struct Known {
    class: Global<JClass<'static>>,
    constructor: JMethodID,
}

static KNOWN: OnceLock<Known> = OnceLock::new();

/// Looks the exception up. Call on a Java thread, from `JNI_OnLoad`.
pub(crate) fn look_up(env: &mut Env<'_>) -> jni::errors::Result<()> {
    let class = env.find_class(jni_str!("io/tollgate/TollgateException"))?;
    let constructor =
        env.get_method_id(&class, jni_str!("<init>"), jni_sig!((java.lang.String, java.lang.String) -> ()))?;
    let class = env.new_global_ref(&class)?;
    // A second load of one library cannot happen; if it did, the first answer would do.
    let _ = KNOWN.set(Known { class, constructor });
    Ok(())
}

/// Leaves an exception pending: the `TollgateException` of `failure`, or a `RuntimeException` with its text if that
/// can't be built. One that is pending already stands.
pub(crate) fn throw(env: &mut Env<'_>, failure: &Failure) {
    if env.exception_check() {
        return;
    }
    if let Ok(exception) = build(env, failure) {
        // `throw` reports the exception it raised as an error; that is the intent here.
        let _ = env.throw(exception);
    }
    if !env.exception_check() {
        let text = jni::strings::JNIString::new(format!("{}: {}", failure.code, failure.message));
        let _ = env.throw_new(jni_str!("java/lang/RuntimeException"), text);
    }
}

fn build<'local>(env: &mut Env<'local>, failure: &Failure) -> jni::errors::Result<JThrowable<'local>> {
    let known = KNOWN.get().ok_or(jni::errors::Error::NullPtr("the exception class was not found"))?;
    let code = JString::new(env, failure.code.name())?;
    let message = JString::new(env, &failure.message)?;
    let arguments = [JValue::from(&code).as_jni(), JValue::from(&message).as_jni()];
    // SAFETY: the constructor was looked up on this very class with two `String` parameters, which is what is passed.
    let object = unsafe { env.new_object_unchecked(&known.class, known.constructor, &arguments)? };
    env.cast_local::<JThrowable>(object)
}

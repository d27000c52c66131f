//! The one Java exception.

#![allow(unsafe_code)] // in what the macro writes

use jni::objects::{JString, JThrowable};
use jni::refs::LoaderContext;
use jni::strings::JNIString;
use jni::{Env, bind_java_type, jni_str};
use tollgate_engine::Failure;

bind_java_type! {
    TollgateException => io.tollgate.TollgateException,
    is_instance_of = { JThrowable },
    constructors {
        fn new(code: JString, message: JString),
    },
}

/// Looks the class up and keeps it. Call while the library loads, for the reason that [`crate::load`] gives.
pub(crate) fn look_up(env: &mut Env<'_>, loader: &LoaderContext<'_, '_>) -> jni::errors::Result<()> {
    TollgateExceptionAPI::get(env, loader).map(drop)
}

/// Leaves an exception pending: the `TollgateException` of `failure`, or a `RuntimeException` with its text if that
/// can't be built. One that is pending already stands.
pub(crate) fn throw(env: &mut Env<'_>, failure: &Failure) {
    if env.exception_check() {
        return;
    }
    // A throw that succeeded is returned as an error too: what counts is whether an exception is pending.
    build(env, failure).and_then(|exception| env.throw(exception)).unwrap_or(());
    if !env.exception_check() {
        let text = JNIString::new(format!("{}: {}", failure.code, failure.message));
        env.throw_new(jni_str!("java/lang/RuntimeException"), text).unwrap_or(());
    }
}

fn build<'local>(env: &mut Env<'local>, failure: &Failure) -> jni::errors::Result<JThrowable<'local>> {
    let code = JString::new(env, failure.code.name())?;
    let message = JString::new(env, &failure.message)?;
    Ok(TollgateException::new(env, &code, &message)?.into())
}

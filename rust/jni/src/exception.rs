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

/// Looks the class up and keeps it. Call while the library loads: only then does the JVM resolve names through the class
/// loader that loads the library. JMeter's `lib/ext` is not on the system's, and the loader of a thread may know another
/// copy of the jar.
pub(crate) fn look_up(env: &mut Env<'_>) -> jni::errors::Result<()> {
    let loader = env.find_class(jni_str!("io/tollgate/TollgateException"))?.get_class_loader(env)?;
    TollgateExceptionAPI::get(env, &LoaderContext::Loader(&loader))?;
    Ok(())
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

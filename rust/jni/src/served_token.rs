//! The token that one read hands out, as Java's object.

#![allow(unsafe_code)] // in what the macro writes

use jni::refs::LoaderContext;
use jni::{Env, bind_java_type};

bind_java_type! {
    pub(crate) ServedToken => io.tollgate.engine.ServedToken,
    constructors {
        fn new(generation: jlong, remaining_nanos: jlong, until: jlong, stamp: jlong, token: JString),
    },
}

/// Looks the class up and keeps it. Call while the library loads, for the reason that [`crate::load`] gives.
pub(crate) fn look_up(env: &mut Env<'_>, loader: &LoaderContext<'_, '_>) -> jni::errors::Result<()> {
    ServedTokenAPI::get(env, loader).map(drop)
}

//! What happens when the JVM loads the library: the classes that it makes objects of are looked up and kept.
//!
//! Only while the library loads does the JVM resolve names through the class loader that loads it. JMeter's `lib/ext` is not
//! on the system's, and the loader of a thread may know another copy of the jar.

#![allow(unsafe_code)]

use std::ffi::c_void;
use std::panic::{AssertUnwindSafe, catch_unwind};

use jni::refs::LoaderContext;
use jni::sys::{JNI_VERSION_1_8, jint};
use jni::{Env, JavaVM, jni_str};

use crate::{exception, fault, served_token};

/// Prepares what later calls need. A failure here is not fatal: exceptions then are plain `RuntimeException`s, and the
/// version check that follows the load says what is wrong.
#[unsafe(no_mangle)]
extern "system" fn JNI_OnLoad(vm: *mut jni::sys::JavaVM, _: *mut c_void) -> jint {
    let prepared = catch_unwind(AssertUnwindSafe(|| {
        fault::hook_panics();
        // SAFETY: the JVM passes its own, valid pointer.
        let vm = unsafe { JavaVM::from_raw(vm) };
        // This thread is Java's and attached already, so nothing is attached here.
        vm.attach_current_thread(look_up)
    }));
    if !matches!(prepared, Ok(Ok(()))) {
        fault::warn(format_args!("its classes were not found: errors are thrown as RuntimeException"));
    }
    JNI_VERSION_1_8
}

fn look_up(env: &mut Env<'_>) -> jni::errors::Result<()> {
    let loader = env.find_class(jni_str!("io/tollgate/TollgateException"))?.get_class_loader(env)?;
    let loader = LoaderContext::Loader(&loader);
    exception::look_up(env, &loader)?;
    served_token::look_up(env, &loader)
}

//! What happens when the JVM loads the library.

#![allow(unsafe_code)]

use std::ffi::c_void;
use std::panic::{AssertUnwindSafe, catch_unwind};

use jni::JavaVM;
use jni::sys::{JNI_VERSION_1_8, jint};

use crate::{exception, fault};

/// Prepares what later calls need. A failure here is not fatal: exceptions then are plain `RuntimeException`s, and the
/// version check that follows the load says what is wrong.
#[unsafe(no_mangle)]
extern "system" fn JNI_OnLoad(vm: *mut jni::sys::JavaVM, _: *mut c_void) -> jint {
    let prepared = catch_unwind(AssertUnwindSafe(|| {
        fault::hook_panics();
        // SAFETY: the JVM passes its own, valid pointer.
        let vm = unsafe { JavaVM::from_raw(vm) };
        // This thread is Java's and attached already, so nothing is attached here.
        vm.attach_current_thread(exception::look_up)
    }));
    if !matches!(prepared, Ok(Ok(()))) {
        fault::warn(format_args!("its exception class was not found: errors are thrown as RuntimeException"));
    }
    JNI_VERSION_1_8
}

//! What a native method does when it can't answer: throw, whatever went wrong.
//!
//! An unguarded panic would end the JVM and the load test with it. Its text may quote data, so only texts that are
//! literals of the program are passed on, and the place.

use std::any::Any;
use std::cell::RefCell;
use std::fmt;
use std::io::Write as _;

use jni::Env;
use jni::errors::ErrorPolicy;
use tollgate_engine::{Code, Failure};

use crate::exception;

/// Why a native method has no answer.
#[derive(Debug)]
pub(crate) enum Fault {
    /// The engine's own.
    Failure(Failure),
    /// A call into the JVM failed. If a Java exception is pending, it stands.
    Jni(jni::errors::Error),
}

impl From<Failure> for Fault {
    fn from(failure: Failure) -> Self {
        Self::Failure(failure)
    }
}

impl From<jni::errors::Error> for Fault {
    fn from(error: jni::errors::Error) -> Self {
        Self::Jni(error)
    }
}

/// Throws what went wrong in a native method as a `TollgateException`; the method returns the default value.
pub(crate) struct ThrowTollgateException;

impl<T: Default> ErrorPolicy<T, Fault> for ThrowTollgateException {
    type Captures<'unowned_env_local: 'native_method, 'native_method> = ();

    fn on_error<'unowned_env_local: 'native_method, 'native_method>(
        env: &mut Env<'unowned_env_local>,
        (): &mut (),
        fault: Fault,
    ) -> jni::errors::Result<T> {
        let failure = match fault {
            Fault::Failure(failure) => failure,
            Fault::Jni(error) => internal(&format!("a call into the JVM failed: {error}")),
        };
        exception::throw(env, &failure);
        Ok(T::default())
    }

    fn on_panic<'unowned_env_local: 'native_method, 'native_method>(
        env: &mut Env<'unowned_env_local>,
        (): &mut (),
        payload: Box<dyn Any + Send + 'static>,
    ) -> jni::errors::Result<T> {
        exception::throw(env, &internal(&describe(payload.as_ref())));
        // What dropping an unknown payload runs could panic in turn, and there is nothing to gain.
        std::mem::forget(payload);
        Ok(T::default())
    }

    fn on_internal_jni_error<'unowned_env_local: 'native_method, 'native_method>(
        (): &mut (),
        _: jni::errors::Error,
    ) -> T {
        T::default()
    }

    fn on_internal_panic<'unowned_env_local: 'native_method, 'native_method>(
        (): &mut (),
        payload: Box<dyn Any + Send + 'static>,
    ) -> T {
        std::mem::forget(payload);
        T::default()
    }
}

fn internal(what: &str) -> Failure {
    Failure::new(Code::Internal, format!("a fault in Tollgate, please report it: {what}"))
}

thread_local! {
    /// Where the last panic of this thread was raised.
    static PLACE: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Keeps panics from printing their texts, which may quote data; prints and remembers the place instead.
pub(crate) fn hook_panics() {
    std::panic::set_hook(Box::new(|info| {
        let place = info.location().map_or_else(String::new, |at| format!(" at {}:{}", at.file(), at.line()));
        let thread = std::thread::current();
        warn(format_args!("panic on thread {}{place}", thread.name().unwrap_or("?")));
        PLACE.with_borrow_mut(|remembered| *remembered = Some(place));
    }));
}

/// Prints a line, if there is anything to print it to. `eprintln!` panics where standard error is a pipe that nobody reads,
/// and a panic in the hook of panics ends the JVM.
pub(crate) fn warn(text: fmt::Arguments<'_>) {
    let printed = writeln!(std::io::stderr(), "Tollgate: {text}");
    printed.unwrap_or_default(); // nobody reads it
}

/// What is known of a panic of this thread that was just caught.
fn describe(payload: &(dyn Any + Send)) -> String {
    let place = PLACE.with_borrow_mut(Option::take).unwrap_or_default();
    let text = payload.downcast_ref::<&'static str>().copied().unwrap_or("(text withheld)");
    format!("panic{place}: {text}")
}

#[cfg(test)]
mod tests {
    use std::panic::catch_unwind;

    use super::*;

    /// Set in the process whose standard error nobody reads.
    const UNREAD: &str = "TOLLGATE_TEST_UNREAD";

    #[test]
    fn a_panic_is_caught_where_nobody_reads_standard_error() {
        if std::env::var_os(UNREAD).is_some() {
            hook_panics();
            let caught = catch_unwind(|| panic!("off by one")).unwrap_err();
            assert!(describe(caught.as_ref()).ends_with("off by one"));
            return;
        }
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let name = std::thread::current().name().expect("a test's thread has its name").to_owned();
        let mut alone = std::process::Command::new(std::env::current_exe().unwrap());
        alone.args([&name, "--exact", "--nocapture"]).env(UNREAD, "1").stderr(writer);
        let output = alone.output().unwrap();
        assert!(output.status.success(), "{output:?}");
        assert!(String::from_utf8_lossy(&output.stdout).contains("1 passed"), "{output:?}");
    }

    #[test]
    fn a_panic_names_its_place_and_only_texts_that_are_literals() {
        hook_panics();
        let secret = String::from("hunter2");
        let formatted = catch_unwind(|| panic!("the secret is {secret}")).unwrap_err();
        let described = describe(formatted.as_ref());
        assert!(described.contains("fault.rs:"), "{described}");
        assert!(!described.contains("hunter2"), "{described}");
        let literal = catch_unwind(|| panic!("off by one")).unwrap_err();
        assert!(describe(literal.as_ref()).ends_with("off by one"));
    }
}

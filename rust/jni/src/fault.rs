//! What an entry point does when it can't answer: throw, whatever went wrong.
//!
//! An unguarded panic would end the JVM and the load test with it. Its text may quote data, so only texts that are
//! literals of the program are passed on; the place is always told.

use std::any::Any;
use std::cell::RefCell;

use jni::errors::ErrorPolicy;
use jni::{Env, EnvUnowned};
use tollgate_engine::{Code, Failure};

use crate::exception;

/// Why an entry point has no answer.
#[derive(Debug)]
pub(crate) enum Fault {
    /// The engine says no.
    Failure(Failure),
    /// The JVM says no; there may be a Java exception pending, which then stands.
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

/// Runs the body of an entry point; whatever goes wrong in it becomes a Java exception and the default value.
pub(crate) fn guarded<'local, T: Default>(
    env: &mut EnvUnowned<'local>,
    body: impl FnOnce(&mut Env<'local>) -> Result<T, Fault>,
) -> T {
    #[cfg(test)]
    let body = |env: &mut Env<'local>| {
        let quoted = "s3cret";
        assert!(!STRIKE.take(), "a mishap that quotes {quoted}");
        body(env)
    };
    env.with_env(body).resolve::<ThrowTollgateException>()
}

#[cfg(test)]
thread_local! {
    /// The next guarded body of this thread panics.
    pub(crate) static STRIKE: std::cell::Cell<bool> = const { std::cell::Cell::new(false) };
}

struct ThrowTollgateException;

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
        exception::throw(env, &internal(&told(payload.as_ref())));
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

/// Keeps panics from printing their texts, which may quote data; tells and remembers the place instead.
pub(crate) fn hook_panics() {
    std::panic::set_hook(Box::new(|info| {
        let place = info.location().map_or_else(String::new, |at| format!(" at {}:{}", at.file(), at.line()));
        let thread = std::thread::current();
        eprintln!("Tollgate: panic on thread {}{place}", thread.name().unwrap_or("?"));
        PLACE.with_borrow_mut(|remembered| *remembered = Some(place));
    }));
}

/// What is known of a panic of this thread that was just caught.
fn told(payload: &(dyn Any + Send)) -> String {
    let place = PLACE.with_borrow_mut(Option::take).unwrap_or_default();
    let text = payload.downcast_ref::<&'static str>().copied().unwrap_or("(text withheld)");
    format!("panic{place}: {text}")
}

#[cfg(test)]
mod tests {
    use std::panic::catch_unwind;

    use super::*;

    #[test]
    fn a_panic_tells_its_place_and_only_texts_that_are_literals() {
        hook_panics();
        let secret = String::from("hunter2");
        let formatted = catch_unwind(|| panic!("the secret is {secret}")).unwrap_err();
        let told_of_formatted = told(formatted.as_ref());
        assert!(told_of_formatted.contains("fault.rs:"), "{told_of_formatted}");
        assert!(!told_of_formatted.contains("hunter2"), "{told_of_formatted}");
        let literal = catch_unwind(|| panic!("off by one")).unwrap_err();
        assert!(told(literal.as_ref()).ends_with("off by one"));
    }
}

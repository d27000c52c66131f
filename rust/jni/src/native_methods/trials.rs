//! Trials of a profile.

use jni::Env;
use jni::objects::{JMap, JString};
use jni::sys::jlong;

use super::{NativeEngine, Texts};
use crate::convert::{long, millis, settings, strings, text, unsigned};
use crate::fault::Fault;
use crate::process::engine;

pub(super) fn try_out(
    env: &mut Env<'_>,
    _: NativeEngine<'_>,
    profile: JString<'_>,
    by_source: JMap<'_>,
) -> Result<jlong, Fault> {
    let profile = text(env, &profile)?.unwrap_or_default();
    let given = settings(env, &by_source)?;
    Ok(long(engine()?.try_out(&profile, &given)?))
}

pub(super) fn trial_news<'local>(
    env: &mut Env<'local>,
    _: NativeEngine<'local>,
    trial: jlong,
    after: jlong,
    wait_millis: jlong,
) -> Result<Texts<'local>, Fault> {
    let news = engine()?.trial_news(unsigned(trial), unsigned(after), millis(wait_millis))?;
    let lines = [news.outcome.unwrap_or_default()].into_iter().chain(news.journal);
    strings(env, &lines.collect::<Vec<_>>())
}

pub(super) fn forget_trial(_: &mut Env<'_>, _: NativeEngine<'_>, trial: jlong) -> Result<(), Fault> {
    engine()?.forget_trial(unsigned(trial));
    Ok(())
}

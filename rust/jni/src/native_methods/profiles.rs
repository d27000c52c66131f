//! Profiles, their users and clients, and what is known of them.

use jni::Env;
use jni::objects::{JByteArray, JMap, JObjectArray, JString};
use jni::sys::{jboolean, jlong};
use tollgate_engine::Environment;

use super::NativeEngine;
use crate::convert::{byte_arrays, handle, long, secret, settings, text};
use crate::fault::Fault;
use crate::process::engine;
use crate::traits;

pub(super) fn environment(
    env: &mut Env<'_>,
    _: NativeEngine<'_>,
    json: JString<'_>,
    anchors: JObjectArray<'_, JByteArray<'_>>,
) -> Result<(), Fault> {
    let json = text(env, &json)?.unwrap_or_default();
    engine()?.environment(Environment::read(&json, byte_arrays(env, &anchors)?));
    Ok(())
}

pub(super) fn open(
    env: &mut Env<'_>,
    _: NativeEngine<'_>,
    profile: JString<'_>,
    by_source: JMap<'_>,
    redefine: jboolean,
) -> Result<jlong, Fault> {
    let profile = text(env, &profile)?.unwrap_or_default();
    let given = settings(env, &by_source)?;
    Ok(long(engine()?.open(&profile, &given, redefine)?.into()))
}

pub(super) fn for_user(
    env: &mut Env<'_>,
    _: NativeEngine<'_>,
    id: jlong,
    user: JString<'_>,
    password: JString<'_>,
) -> Result<jlong, Fault> {
    let user = text(env, &user)?.unwrap_or_default();
    let password = text(env, &password)?.unwrap_or_default();
    Ok(long(engine()?.for_user(handle(id), &user, password.as_str().into())?.into()))
}

pub(super) fn for_client(
    env: &mut Env<'_>,
    _: NativeEngine<'_>,
    id: jlong,
    client: JString<'_>,
    secret: JString<'_>,
) -> Result<jlong, Fault> {
    let client = text(env, &client)?.unwrap_or_default();
    let secret = text(env, &secret)?.unwrap_or_default();
    Ok(long(engine()?.for_client(handle(id), &client, secret.as_str().into())?.into()))
}

pub(super) fn traits<'local>(
    env: &mut Env<'local>,
    _: NativeEngine<'local>,
    id: jlong,
) -> Result<JString<'local>, Fault> {
    let json = traits::json(&engine()?.traits(handle(id))?)?;
    secret(env, &json)
}

pub(super) fn token_endpoint<'local>(
    env: &mut Env<'local>,
    _: NativeEngine<'local>,
    id: jlong,
) -> Result<JString<'local>, Fault> {
    let endpoint = engine()?.token_endpoint(handle(id))?;
    Ok(JString::new(env, endpoint.unwrap_or_default())?)
}

pub(super) fn token_endpoint_of<'local>(
    env: &mut Env<'local>,
    _: NativeEngine<'local>,
    profile: JString<'local>,
    by_source: JMap<'local>,
) -> Result<JString<'local>, Fault> {
    let profile = text(env, &profile)?.unwrap_or_default();
    let given = settings(env, &by_source)?;
    let endpoint = engine()?.token_endpoint_of(&profile, &given)?;
    Ok(JString::new(env, endpoint.unwrap_or_default())?)
}

pub(super) fn fleet_state<'local>(
    env: &mut Env<'local>,
    _: NativeEngine<'local>,
    profile: JString<'local>,
    by_source: JMap<'local>,
    tries_rights: jboolean,
) -> Result<JString<'local>, Fault> {
    let profile = text(env, &profile)?.unwrap_or_default();
    let given = settings(env, &by_source)?;
    Ok(JString::new(env, engine()?.fleet_state(&profile, &given, tries_rights)?)?)
}

//! A number of one call and nothing else, for a tool that counts instructions: what a run with more of them takes over a
//! run with fewer is theirs, and not the start's.

#![allow(clippy::unwrap_used)] // it measures, and nobody is harmed

mod common;

use std::hint::black_box;

use tollgate_engine::{Engine, Handle, Moment};

// Not inlined, so that their own share shows by name.

#[inline(never)]
fn looks(engine: &Engine, handle: Handle, number: u64) {
    for _ in 0..number {
        black_box(engine.look(black_box(handle), Moment::NEVER));
    }
}

#[inline(never)]
fn reports(engine: &Engine, handle: Handle, number: u64, token: &str) {
    for _ in 0..number {
        common::report(engine, black_box(handle), 200, token);
    }
}

#[inline(never)]
fn refreshes(engine: &Engine, handle: Handle, number: u64, mut token: String) {
    for _ in 0..number {
        token = common::refresh(engine, handle, &token);
    }
}

fn main() {
    let arguments: Vec<_> = std::env::args().collect();
    let [_, what, number, ..] = arguments.as_slice() else {
        panic!("usage: instructions looks|reports|refreshes NUMBER");
    };
    let number = number.parse().unwrap();
    let engine = Engine::start().unwrap();
    let handle = common::open(&engine, "instructions", &common::endpoint("bearer"), &[]);
    let token = common::token(&engine, handle);
    // The first says something new. Until that is settled so do the next, and how many depends on the scheduler.
    common::report(&engine, handle, 200, &token);
    engine.status(handle).unwrap(); // which waits until the machine has heard it
    match what.as_str() {
        "looks" => looks(&engine, handle, number),
        "reports" => reports(&engine, handle, number, &token),
        "refreshes" => refreshes(&engine, handle, number, token),
        _ => panic!("there is no such call: {what}"),
    }
}

//! A number of hits or of refreshes and nothing else, for a tool that counts instructions: what a run with more of them
//! takes over a run with fewer is theirs, and not the start's.

#![allow(clippy::unwrap_used)] // it measures, and nobody is harmed

mod common;

use std::hint::black_box;

use tollgate_engine::{Engine, Handle};

/// Not inlined, so that its own share shows by name.
#[inline(never)]
fn hits(engine: &Engine, handle: Handle, number: u64) {
    for _ in 0..number {
        black_box(engine.generation(black_box(handle)));
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
        panic!("usage: instructions hits|refreshes NUMBER");
    };
    let number = number.parse().unwrap();
    let engine = Engine::start().unwrap();
    let handle = common::open(&engine, "instructions", &common::endpoint("bearer"), &[]);
    let token = common::token(&engine, handle);
    match what.as_str() {
        "hits" => hits(&engine, handle, number),
        "refreshes" => refreshes(&engine, handle, number, token),
        _ => panic!("neither hits nor refreshes: {what}"),
    }
}

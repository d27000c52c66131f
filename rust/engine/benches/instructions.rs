//! A number of one call and nothing else, for a tool that counts instructions: what a run with more of them takes over a
//! run with fewer is theirs, and not the start's.

#![allow(clippy::unwrap_used)] // it measures, and nobody is harmed

mod common;

use std::hint::black_box;

use tollgate_engine::{Engine, Handle, Word};

// Not inlined, so that their own share shows by name.

#[inline(never)]
fn words(word: &'static Word, number: u64) {
    for _ in 0..number {
        black_box(black_box(word).number());
    }
}

#[inline(never)]
fn handles(engine: &Engine, handle: Handle, number: u64) {
    for _ in 0..number {
        black_box(engine.generation(black_box(handle)));
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
        panic!("usage: instructions words|handles|reports|refreshes NUMBER");
    };
    let number = number.parse().unwrap();
    let engine = Engine::start().unwrap();
    let handle = common::open(&engine, "instructions", &common::endpoint("bearer"), &[]);
    let token = common::token(&engine, handle);
    match what.as_str() {
        "words" => words(engine.word(handle).unwrap(), number),
        "handles" => handles(&engine, handle, number),
        "reports" => reports(&engine, handle, number, &token),
        "refreshes" => refreshes(&engine, handle, number, token),
        _ => panic!("there is no such call: {what}"),
    }
}

//! Every entry point of the boundary is guarded: the rule that no panic crosses into the JVM, read from the source,
//! so that a new entry point can't forget it. What the guard does with a panic is tested where it stands.

use tollgate_engine::{Engine, Moment};

const ENTRY: &str = include_str!("../src/entry.rs");

/// The hot path: a look at a clock, one look-up in a table and one atomic load, which can't panic.
const UNGUARDED: [&str; 1] = ["look"];

/// The name of each entry point and its body.
fn entry_points() -> Vec<(&'static str, &'static str)> {
    let functions = ENTRY.split("extern \"system\" fn Java_io_tollgate_engine_NativeEngine_").skip(1);
    functions
        .map(|function| {
            let name = function.split(['<', '(']).next().unwrap_or_default();
            // rustfmt puts the brace of the body at the end of the line that closes the parameters.
            let body = function.split_once(" {\n").map_or("", |(_, body)| body);
            (name, body.split("\n}\n").next().unwrap_or_default().trim())
        })
        .collect()
}

#[test]
fn every_entry_point_is_guarded_from_its_first_to_its_last_word() {
    let found = entry_points();
    assert!(!found.is_empty());
    assert_eq!(found.len(), ENTRY.matches("#[unsafe(no_mangle)]").count());
    for (name, body) in found {
        // One statement, and that a guarded closure: nothing runs before it or after it.
        let guarded = body.starts_with("guarded(&mut env, |") && body.trim_end_matches(';').ends_with(')');
        let alone = body.lines().skip(1).all(|line| line.starts_with("    ") && !line.trim().is_empty());
        let last = body.lines().last().unwrap_or_default();
        let one = alone && (body.lines().count() == 1 || last.starts_with("    })"));
        let one = one && body.matches("\n    })").count() == usize::from(body.lines().count() > 1);
        assert_eq!(guarded && one, !UNGUARDED.contains(&name), "{name}:\n{body}");
    }
}

#[test]
fn the_one_without_a_guard_takes_any_number() {
    let engine = Engine::start().expect("threads");
    for id in [0, 1, u64::from(u32::MAX), i64::MAX.unsigned_abs(), u64::MAX] {
        for until in [Moment::from_nanos(0), Moment::now(), Moment::NEVER] {
            assert_eq!(engine.look(id.into(), until), 0);
        }
    }
}

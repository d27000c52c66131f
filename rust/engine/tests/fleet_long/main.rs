//! A fleet of processes through every fault there is, for as many lifetimes as are asked for: `make test-long` names it.
//!
//! Each process reaches the token server by a proxy of its own, which is how the server knows who asks. The bounds are those
//! that [docs/fleet.md](../../../../docs/fleet.md) promises, counted at the server.

#![cfg(unix)] // it sends signals
#![allow(clippy::unwrap_used)] // in a test an unwrap is an assertion
#![allow(clippy::disallowed_methods)] // what is measured here is real time
#![allow(dead_code)] // what the other tests of the engine use of these files

#[path = "../fleet/fleet.rs"]
mod fleet;
#[path = "../fleet/redis.rs"]
mod redis;
#[path = "../engine/server.rs"]
mod server;

mod failover;
mod injector;
mod world;

use std::env;
use std::time::Duration;

use injector::Injectors;
use redis::RealStore;
use world::{Fault, World};

/// Processes, and threads in each.
const PROCESSES: usize = 8;
const THREADS: usize = 100;

/// Lifetimes to go through; `TOLLGATE_TEST_LIFETIMES` says another number.
const LIFETIMES: u32 = 40;

#[test]
fn eight_processes_through_every_fault() {
    if injector::is_child() {
        return;
    }
    let lifetimes = env::var("TOLLGATE_TEST_LIFETIMES").map_or(LIFETIMES, |number| number.parse().unwrap());
    let mut store = RealStore::start();
    let world = World::new(PROCESSES);
    let injectors = Injectors::start(PROCESSES, &world, &store.url());
    let faults = [
        Fault::None,
        Fault::KillBeforeAnswer,
        Fault::Throttle,
        Fault::KillAfterAnswer,
        Fault::StopWhileAsking,
        Fault::Flush,
        Fault::Revoke,
        Fault::Restart,
    ];
    for (number, fault) in faults.into_iter().cycle().take(lifetimes as usize).enumerate() {
        world.plan(fault);
        match fault {
            Fault::Flush => drop(store.command(&["FLUSHALL"])),
            Fault::Revoke => injectors.reject(&world.revoke()),
            Fault::Restart => {
                store.stop();
                world.outage();
                std::thread::sleep(world::LIFETIME / 4);
                store.begin();
            }
            _ => {}
        }
        world.await_another_token(&injectors);
        world.await_token_everywhere(&injectors);
        println!("lifetime {number}, {fault:?}: {}", world.summary());
    }
    injectors.end();
    world.judge(&injectors, Duration::from_millis(50));
}

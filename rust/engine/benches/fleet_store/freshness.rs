//! How soon the other injectors have the token that one requested: real engines, from the server's answer to their reads.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use crate::fleet::{Injector, requests_alone};
use crate::redis::RealStore;
use crate::server::{Server, token};

const INJECTORS: usize = 8;
const ROUNDS: usize = 60;

/// The rows of a table.
pub(crate) fn measure() -> Vec<(String, String)> {
    let store = RealStore::start();
    let answered = Arc::new(Mutex::new(Instant::now()));
    let noted = Arc::clone(&answered);
    let server = Server::start(move |number, _| {
        *noted.lock().unwrap() = Instant::now();
        token(number, 3600)
    });
    let (url, at) = (server.url(), store.url());
    let settings = [("token_url", &*url), ("store", &*at), ("refresh_interval", "400ms")];
    let fleet: Vec<_> = (0..INJECTORS).map(|_| Injector::start(&settings)).collect();
    fleet.iter().for_each(|injector| drop(injector.token()));
    let mut lags = Vec::new();
    while lags.len() < ROUNDS * INJECTORS {
        let number = server.count();
        let newest = format!("token-{number}");
        let mut has: Vec<_> = fleet.iter().map(|injector| injector.token() == newest).collect();
        if has.iter().all(|has| *has) {
            // Until one of them requests the next.
            while server.count() == number {
                fleet.iter().for_each(|injector| drop(injector.token()));
                std::thread::sleep(Duration::from_micros(100));
            }
            continue;
        }
        // One that is late may miss it for the next.
        while has.iter().any(|has| !has) && server.count() == number {
            for (injector, has) in fleet.iter().zip(&mut has) {
                if !*has && injector.token() == newest {
                    *has = true;
                    lags.push(answered.lock().unwrap().elapsed());
                }
            }
        }
    }
    lags.sort_unstable();
    let at = |share: f64| lags[((lags.len() - 1) as f64 * share) as usize].as_secs_f64() * 1000.0;
    let rows = [("median", at(0.5)), ("99 %", at(0.99))];
    let row = |(share, time): (&str, f64)| {
        (format!("until one of {INJECTORS} injectors has another's token, {share}"), format!("{time:.1} ms"))
    };
    println!("{} requests without the store's leave", requests_alone(&fleet));
    rows.into_iter().map(row).collect()
}

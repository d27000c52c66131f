#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| tollgate_foreign::keys::check(data));

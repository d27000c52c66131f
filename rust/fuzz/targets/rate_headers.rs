#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| tollgate_foreign::rate_headers::check(data));

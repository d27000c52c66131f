#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| tollgate_foreign::token_response::check(data));

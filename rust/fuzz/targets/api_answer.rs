#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| tollgate_foreign::api_answer::check(data));

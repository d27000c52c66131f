//! What was in memory that is freed is not there any more.

use std::fs::File;
use std::hint::black_box;
use std::os::unix::fs::FileExt;

/// Smaller than what an allocator gives back to the operating system.
const LENGTH: usize = 8 * 1024;

const TEXT: u8 = 0x5a;

fn is_left_at(address: usize) -> bool {
    let memory = File::open("/proc/self/mem").expect("it is Linux");
    let mut read = [0; LENGTH]; // not on the heap, where it would take the place of what is looked for
    memory.read_exact_at(&mut read, address as u64).expect("it is memory of this process");
    read.windows(64).any(|window| window.iter().all(|byte| *byte == TEXT))
}

#[test]
fn a_freed_buffer_and_one_that_grew_are_zeroed() {
    for grows in [false, true] {
        let mut buffer = black_box(vec![TEXT; LENGTH]);
        let address = buffer.as_ptr() as usize;
        assert!(is_left_at(address), "the search finds what is there");
        if grows {
            buffer.reserve_exact(100 * LENGTH);
            assert_ne!(buffer.as_ptr() as usize, address);
        } else {
            drop(buffer);
        }
        assert!(!is_left_at(address), "grows: {grows}");
    }
}

//! Memory is zeroed when it is freed. Secrets and tokens of ours are zeroed when they are dropped; the buffers of TLS and
//! HTTP, which hold requests and answers, are not ours.

use std::alloc::System;

use zeroizing_alloc::ZeroAlloc;

#[global_allocator]
static ALLOCATOR: ZeroAlloc<System> = ZeroAlloc(System);

#[cfg(all(test, target_os = "linux"))]
#[path = "../tests/unit/freed_memory.rs"]
mod freed_memory;

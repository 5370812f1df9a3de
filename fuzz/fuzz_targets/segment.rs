//! Damages a segment that processes use, and lets them go on: pages are shown and updates are made, nothing panics.
//!
//! The client's own test on stable runs the same function, with what we could think of: `cargo test -p ferula torn`.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../lib/client/tests/client/format.rs"]
mod format;
#[path = "../../lib/client/tests/client/torn.rs"]
mod torn;

fuzz_target!(|bytes: &[u8]| torn::survive(bytes).expect("a file of our own"));

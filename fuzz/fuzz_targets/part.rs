//! Opens any bytes as a part and walks all of it: damage is told, nothing panics.
//!
//! Good seeds are the fixtures of the format: `cargo +nightly fuzz run part ../crates/tsdb/tests/part/fixtures`. Checksums make most mutations
//! end early; `crates/tsdb/tests/part` has damage behind good checksums, on stable.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tsdb::part::Part;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(part) = Part::open(bytes) {
        let _ = part.check();
    }
});

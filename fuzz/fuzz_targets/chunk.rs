//! Reads any bytes as a chunk of Prometheus, in each of its encodings: nothing panics, and reading ends.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tsdb::prometheus::chunk::decode;

fuzz_target!(|bytes: &[u8]| {
    if let Some((encoding, data)) = bytes.split_first() {
        let _ = decode(*encoding, data, drop);
    }
});

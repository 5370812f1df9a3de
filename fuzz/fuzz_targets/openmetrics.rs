//! Reads and checks any bytes as the format: nothing panics, and reading ends.
//!
//! Good seeds lie in `../../shared/cases`: `cargo +nightly fuzz run openmetrics ../../shared/cases/expositions`.

#![no_main]

use ferula_exposition::{Entries, Entry, Format, check};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|page: &[u8]| {
    let mut right = true;
    for entry in Entries::new(page, Format::OpenMetrics) {
        match entry {
            Ok(Entry::Sample(sample)) => right &= sample.series.labels().all(|label| label.is_ok()),
            Ok(_) => {}
            Err(_) => right = false,
        }
    }
    assert!(right || check(page, Format::OpenMetrics).is_err());
});

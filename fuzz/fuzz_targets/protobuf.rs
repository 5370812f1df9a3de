//! Reads any bytes as a page in protobuf, and what it becomes as text: nothing panics, and reading ends.
//!
//! Good seeds are pages that the client writes: `curl -H 'Accept: application/vnd.google.protobuf'` of any of its endpoints.

#![no_main]

use ferula_exposition::protobuf::{Histograms, translate};
use ferula_exposition::{Entries, Format};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|page: &[u8]| {
    for histograms in [Histograms::Classic, Histograms::Native, Histograms::Both] {
        if let Ok(translated) = translate(page, histograms) {
            let _read = Entries::new(&translated.text, Format::OpenMetrics).count();
        }
    }
});

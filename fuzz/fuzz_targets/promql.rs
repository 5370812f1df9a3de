//! Parses any text as a query and as a series line: nothing panics, and what is printed reads back.
//!
//! Good seeds lie in `../../shared/cases`: `cargo +nightly fuzz run promql ../../shared/cases/promqltest`.

#![no_main]

use libfuzzer_sys::fuzz_target;
use promql::series_notation::parse_line;
use promql::{Features, parse, pretty};

fuzz_target!(|text: &str| {
    let _any_answer_will_do = parse_line(text);
    let Ok(expr) = parse(text, &Features::ALL) else {
        return;
    };
    for printed in [expr.to_string(), pretty(&expr)] {
        match parse(&printed, &Features::ALL) {
            Ok(again) => assert_eq!(again.to_string(), expr.to_string()),
            Err(error) => panic!("{printed}: {error}"),
        }
    }
});

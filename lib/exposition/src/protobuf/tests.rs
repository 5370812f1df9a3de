use proptest::prelude::*;

use super::*;

fn varint(mut number: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
    bytes
}

fn number(field: u64, value: u64) -> Vec<u8> {
    [varint(field << 3), varint(value)].concat()
}

fn double(field: u64, value: f64) -> Vec<u8> {
    [varint(field << 3 | 1), value.to_le_bytes().to_vec()].concat()
}

fn bytes(field: u64, bytes: &[u8]) -> Vec<u8> {
    let length = varint(bytes.len() as u64);
    [&varint(field << 3 | 2), &length, bytes].concat()
}

fn message(field: u64, fields: &[Vec<u8>]) -> Vec<u8> {
    bytes(field, &fields.concat())
}

/// The small negative numbers are odd.
fn folded(value: i64) -> u64 {
    (value << 1 ^ value >> 63) as u64
}

fn labels(pairs: &[(&str, &str)]) -> Vec<u8> {
    let pair = |&(name, value): &(&str, &str)| {
        message(1, &[bytes(1, name.as_bytes()), bytes(2, value.as_bytes())])
    };
    pairs.iter().map(pair).collect::<Vec<_>>().concat()
}

fn family(name: &str, kind: u64, metrics: &[Vec<u8>]) -> Vec<u8> {
    let metrics = metrics.iter().map(|metric| bytes(4, metric));
    let metrics = metrics.collect::<Vec<_>>().concat();
    let family = [bytes(1, name.as_bytes()), number(3, kind), metrics].concat();
    [varint(family.len() as u64), family].concat()
}

/// What becomes of the pages of all the families, without the line at the end.
fn translated(histograms: Histograms, families: &[Vec<u8>]) -> (String, Vec<NativeSample>) {
    let translated = translate(&families.concat(), histograms).expect("a page");
    let text = String::from_utf8(translated.text).expect("text");
    let text = text.strip_suffix("# EOF\n").expect("an end").to_owned();
    (text, translated.natives)
}

fn check(family: Vec<u8>, expected: &str) {
    let (text, natives) = translated(Histograms::Native, &[family]);
    assert_eq!(text, expected);
    assert!(natives.is_empty());
}

#[test]
fn numbers_are_lines() {
    let get = [labels(&[("method", "GET")]), message(3, &[double(1, 3.0)])];
    check(
        family("requests_total", 0, &[get.concat()]),
        "# TYPE requests_total counter\nrequests_total{method=\"GET\"} 3.0\n",
    );
    let gauges = [message(2, &[double(1, 0.1 + 0.2)]), message(2, &[])];
    check(
        family("level", 1, &gauges),
        "# TYPE level gauge\nlevel 0.30000000000000004\nlevel 0.0\n",
    );
    check(
        family("x", 3, &[message(5, &[double(1, f64::NEG_INFINITY)])]),
        "# TYPE x unknown\nx -Inf\n",
    );
}

#[test]
fn families_say_what_they_are() {
    let whole = |name: &str, unit: &[u8]| {
        let fields = [
            bytes(1, name.as_bytes()),
            bytes(2, b"a \"b\"\n\\"),
            number(3, 1),
            bytes(5, unit),
        ];
        let family = fields.concat();
        [varint(family.len() as u64), family].concat()
    };
    check(
        whole("size_bytes", b"bytes"),
        "# HELP size_bytes a \\\"b\\\"\\n\\\\\n# TYPE size_bytes gauge\n# UNIT size_bytes bytes\n",
    );
    // OpenMetrics refuses such a unit, and the page with it.
    check(
        whole("size", b"bytes"),
        "# HELP size a \\\"b\\\"\\n\\\\\n# TYPE size gauge\n",
    );
}

#[test]
fn names_and_values_are_escaped() {
    let metric = [
        labels(&[("a.b", "\"\\\n"), ("c", "")]),
        message(2, &[double(1, 1.0)]),
    ];
    check(
        family("my.level", 1, &[metric.concat(), message(2, &[])]),
        "# TYPE \"my.level\" gauge\n{\"my.level\",\"a.b\"=\"\\\"\\\\\\n\",c=\"\"} 1.0\n{\"my.level\"} 0.0\n",
    );
}

#[test]
fn times_and_examples_are_kept() {
    let time = message(3, &[number(1, 1_700_000_000), number(2, 123_456_789)]);
    let example = message(2, &[labels(&[("trace_id", "x")]), double(2, 0.5), time]);
    let metric = [
        message(3, &[double(1, 7.0), example]),
        number(6, 1_600_000_000_001),
    ];
    check(
        family("c_total", 0, &[metric.concat()]),
        "# TYPE c_total counter\nc_total 7.0 1600000000.001 # {trace_id=\"x\"} 0.5 1700000000.123\n",
    );
    // Negative numbers are not folded here, and so of ten bytes.
    let before = [message(2, &[]), number(6, -1_i64 as u64)];
    check(
        family("g", 1, &[before.concat()]),
        "# TYPE g gauge\ng 0.0 -0.001\n",
    );
}

#[test]
fn summaries_are_lines() {
    let quantile = message(3, &[double(1, 0.5), double(2, 1.25)]);
    let summary = message(4, &[number(1, 2), double(2, 2.5), quantile]);
    let metric = [labels(&[("a", "b")]), summary];
    check(
        family("s", 2, &[metric.concat()]),
        "# TYPE s summary\ns{a=\"b\",quantile=\"0.5\"} 1.25\ns_sum{a=\"b\"} 2.5\ns_count{a=\"b\"} 2.0\n",
    );
}

fn bucket(bound: f64, count: u64) -> Vec<u8> {
    message(3, &[number(1, count), double(2, bound)])
}

#[test]
fn classic_histograms_are_lines() {
    let last = |end: &[Vec<u8>]| {
        let fields = [&[number(1, 3), double(2, 4.5), bucket(1.0, 2)], end].concat();
        family("h", 4, &[message(7, &fields)])
    };
    let expected = "# TYPE h histogram\nh_bucket{le=\"1.0\"} 2.0\nh_bucket{le=\"+Inf\"} 3.0\nh_sum 4.5\nh_count 3.0\n";
    check(last(&[]), expected);
    check(last(&[bucket(f64::INFINITY, 3)]), expected);
    let floats = [
        double(4, 2.5),
        message(3, &[double(4, 1.5), double(2, 1.0)]),
    ];
    check(
        family("h", 5, &[message(7, &floats)]),
        "# TYPE h gaugehistogram\nh_bucket{le=\"1.0\"} 1.5\nh_bucket{le=\"+Inf\"} 2.5\nh_sum 0.0\nh_count 2.5\n",
    );
}

fn span(offset: i64, length: u64) -> [Vec<u8>; 2] {
    [number(1, folded(offset)), number(2, length)]
}

/// One that is sound but for what is said of it.
#[test]
fn native_histograms_must_be_sound() {
    let check = |change: &[Vec<u8>], sound: bool| {
        let fields = [
            &[
                number(1, 3),
                double(2, 1.0),
                message(12, &span(1, 2)),
                number(13, folded(1)),
                number(13, folded(1)),
            ],
            change,
        ];
        let page = family("h", 4, &[message(7, &fields.concat())]);
        let fault = translate(&page, Histograms::Native)
            .err()
            .map(|error| error.fault);
        assert_eq!(
            fault,
            (!sound).then_some(ProtobufFault::Histogram),
            "{change:?}"
        );
    };
    check(&[], true);
    // Too coarse and too fine; the finest of all.
    check(&[number(5, folded(-5))], false);
    check(&[number(5, folded(9))], false);
    check(&[number(5, folded(8))], true);
    // A bucket without a span, a span without buckets, and one that goes back.
    check(&[number(13, folded(0))], false);
    check(&[message(12, &span(0, u64::from(u32::MAX)))], false);
    check(&[message(12, &span(-1, 0))], false);
    check(&[message(12, &span(i64::from(i32::MAX), 0))], false);
    // Counts that are not those of all, or below nothing.
    check(&[number(1, 4)], false);
    check(&[number(1, 4), double(2, f64::NAN)], true);
    check(&[number(7, 1)], false);
    check(&[number(7, 1), number(1, 4)], true);
    check(
        &[
            message(12, &span(0, 1)),
            number(13, folded(-3)),
            number(1, 2),
        ],
        false,
    );
    check(&[double(6, -1.0)], false);
    check(&[double(6, f64::NAN)], false);
}

/// Two buckets from index -1 on with 1 and 3, one with 2 after a gap of two; one below zero.
fn native(packed: bool) -> Vec<u8> {
    let deltas = [1, 2, -1].map(folded);
    let deltas = if packed {
        bytes(13, &deltas.map(varint).concat())
    } else {
        deltas.map(|delta| number(13, delta)).concat()
    };
    message(
        7,
        &[
            number(1, 11),
            double(2, 5.5),
            number(5, folded(-2)),
            double(6, 0.25),
            number(7, 4),
            message(9, &span(0, 1)),
            number(10, folded(1)),
            message(12, &span(-1, 2)),
            message(12, &span(2, 1)),
            deltas,
            bucket(1.0, 2),
        ],
    )
}

#[test]
fn native_histograms_stand_beside() {
    for packed in [false, true] {
        let metric = [labels(&[("a", "b")]), native(packed), number(6, 9)].concat();
        let page = [family("h", 4, &[metric])];
        let (text, natives) = translated(Histograms::Native, &page);
        assert_eq!(text, "# TYPE h histogram\n");
        let expected = NativeSample {
            series: "h{a=\"b\"}".to_owned(),
            histogram: NativeHistogram {
                schema: -2,
                zero_threshold: 0.25,
                zero_count: 4.0,
                count: 11.0,
                sum: 5.5,
                positive_spans: vec![
                    Span {
                        offset: -1,
                        length: 2,
                    },
                    Span {
                        offset: 2,
                        length: 1,
                    },
                ],
                positive_buckets: vec![1.0, 3.0, 2.0],
                negative_spans: vec![Span {
                    offset: 0,
                    length: 1,
                }],
                negative_buckets: vec![1.0],
                integer: true,
                gauge: false,
            },
            timestamp_ms: Some(9),
        };
        assert_eq!(natives, [expected]);
    }
}

#[test]
fn one_form_or_the_other_or_both_are_wanted() {
    let check = |histograms, lines: usize, natives: usize| {
        let (text, found) = translated(histograms, &[family("h", 4, &[native(true)])]);
        // One says which kind it is.
        assert_eq!(
            (text.lines().count() - 1, found.len()),
            (lines, natives),
            "{histograms:?}"
        );
    };
    check(Histograms::Classic, 4, 0);
    check(Histograms::Native, 0, 1);
    check(Histograms::Both, 4, 1);
    // It has no classic form.
    let empty = message(7, &[message(12, &span(0, 0))]);
    let (text, natives) = translated(Histograms::Both, &[family("h", 4, &[empty])]);
    assert_eq!((text.as_str(), natives.len()), ("# TYPE h histogram\n", 1));
}

#[test]
fn counts_may_be_floats() {
    let histogram = [
        double(4, 2.5),
        message(12, &span(0, 2)),
        double(14, 0.5),
        bytes(14, &2.0_f64.to_le_bytes()),
    ];
    let (_, natives) = translated(
        Histograms::Native,
        &[family("h", 5, &[message(7, &histogram)])],
    );
    let histogram = &natives[0].histogram;
    assert_eq!(
        (histogram.count, histogram.positive_buckets.as_slice()),
        (2.5, &[0.5, 2.0][..])
    );
    assert!(histogram.gauge && !histogram.integer);
}

#[test]
fn what_is_wrong_is_said() {
    let check = |page: &[u8], expected: &str| {
        let refused = translate(page, Histograms::Both).map_err(|error| error.to_string());
        assert_eq!(refused, Err(format!("invalid protobuf: {expected}")));
    };
    check(&[5, 0x0a], "the page is cut short (byte 1)");
    check(&[0xff; 12], "a number has more than 64 bits (byte 0)");
    // Field 1, the name, as a number; and a group, which nobody has used for long.
    check(&[2, 0x08, 1], "a field has an unexpected type (byte 1)");
    check(&[1, 0x0b], "a field has an unexpected type (byte 1)");
    check(&[4, 0x0a, 2, b'a', 0xff], "invalid UTF-8 (byte 4)");
    check(&[0], "a name is missing (byte 1)");
    let nameless = [labels(&[("", "x")]), message(2, &[])].concat();
    check(&family("g", 1, &[nameless]), "a name is missing (byte 15)");
}

#[test]
fn strange_fields_are_passed_over() {
    let strange = [
        number(99, 1),
        double(98, 1.0),
        bytes(97, b"x"),
        vec![0xb5, 0x06, 1, 2, 3, 4],
    ]
    .concat();
    let metric = [strange.clone(), message(2, &[strange, double(1, 1.0)])].concat();
    check(family("g", 1, &[metric]), "# TYPE g gauge\ng 1.0\n");
}

#[test]
fn a_small_page_is_not_blown_up() {
    let buckets = bytes(3, b"").repeat(400);
    let metric = [labels(&[("a", &"x".repeat(10_000))]), bytes(7, &buckets)].concat();
    let refused = translate(&family("h", 4, &[metric]), Histograms::Classic);
    assert_eq!(
        refused.map_err(|error| error.fault),
        Err(ProtobufFault::TooLong)
    );
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever is translated can be read.
    #[test]
    fn damage_is_survived(damage in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 0..4)) {
        let labelled = [labels(&[("a", "b")]), native(true)].concat();
        let mut page = [family("h", 4, &[labelled]), family("g", 1, &[message(2, &[double(1, 1.0)])])].concat();
        for (at, byte) in damage {
            let at = at.index(page.len());
            page[at] = byte;
        }
        if let Ok(translated) = translate(&page, Histograms::Both) {
            for entry in crate::Entries::new(&translated.text, crate::Format::OpenMetrics) {
                prop_assert!(entry.is_ok(), "{entry:?}");
            }
        }
    }
}

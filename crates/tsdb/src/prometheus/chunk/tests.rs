//! What goes in comes out, to the bit; what is damaged is refused.

use std::sync::Arc;

use model::histogram::{CUSTOM_BUCKETS_SCHEMA, ResetHint, Span};
use model::{Histogram, STALE_NAN, Value};
use proptest::prelude::*;

use super::*;

/// Compresses as the writer of blocks does.
fn compress(samples: &[Sample]) -> Vec<Chunk> {
    let mut chunks = Vec::new();
    let mut open: Option<ChunkBuilder> = None;
    for sample in samples {
        let Some(builder) = &mut open else {
            open = Some(ChunkBuilder::starting_with(sample));
            continue;
        };
        if !builder.push(sample) {
            let next = builder.following(sample);
            chunks.extend(open.replace(next).map(ChunkBuilder::finish));
        }
    }
    chunks.extend(open.map(ChunkBuilder::finish));
    chunks
}

fn decompress(chunks: &[Chunk]) -> Vec<Sample> {
    let mut samples = Vec::new();
    for chunk in chunks {
        let before = samples.len();
        decode(chunk.encoding.byte(), &chunk.data, |sample| {
            samples.push(sample);
        })
        .expect("we wrote it");
        assert_eq!(samples.len() - before, usize::from(chunk.samples));
        assert_eq!(samples[before].timestamp_ms, chunk.min_ms);
        assert_eq!(samples.last().expect("one").timestamp_ms, chunk.max_ms);
    }
    samples
}

/// A sample as text in which every bit of every float is seen. What is known of resets is left out: see `check_hints`.
fn exact(sample: &Sample) -> String {
    let bits = |values: &[f64]| values.iter().map(|v| v.to_bits()).collect::<Vec<_>>();
    match &sample.value {
        Value::Float(value) => format!("{} {:x}", sample.timestamp_ms, value.to_bits()),
        Value::Histogram(h) if h.sum.to_bits() == STALE_NAN.to_bits() => {
            format!("{} stale {}", sample.timestamp_ms, h.integer)
        }
        Value::Histogram(h) => format!(
            "{} {} {:?} {:?} {:?} {:?} {:?} {}",
            sample.timestamp_ms,
            h.schema,
            bits(&[h.zero_threshold, h.zero_count, h.count, h.sum]),
            (&h.positive_spans, bits(&h.positive_buckets)),
            (&h.negative_spans, bits(&h.negative_buckets)),
            bits(&h.custom_values),
            h.reset_hint == ResetHint::Gauge,
            h.integer,
        ),
    }
}

fn check(samples: &[Sample]) {
    let back = decompress(&compress(samples));
    assert_eq!(back.len(), samples.len());
    for (back, sample) in back.iter().zip(samples) {
        assert_eq!(exact(back), exact(sample));
    }
}

fn at_times(times: &[i64], values: impl IntoIterator<Item = Value>) -> Vec<Sample> {
    let pairs = times.iter().zip(values);
    pairs
        .map(|(timestamp_ms, value)| Sample {
            timestamp_ms: *timestamp_ms,
            value,
        })
        .collect()
}

/// Ascending times with steps of every size.
fn times() -> impl Strategy<Value = Vec<i64>> {
    let step = prop_oneof![Just(15_000_i64), 1_i64..40_000, 1_i64..1 << 45];
    (-(1_i64 << 50)..1 << 50, prop::collection::vec(step, 1..300)).prop_map(|(first, steps)| {
        let next = |time: &mut i64, step: i64| {
            *time += step;
            Some(*time)
        };
        steps.into_iter().scan(first, next).collect()
    })
}

fn float() -> impl Strategy<Value = f64> {
    prop_oneof![
        any::<u64>().prop_map(f64::from_bits),
        (-1000_i32..1000).prop_map(f64::from),
        prop::sample::select(vec![0.0, -0.0, STALE_NAN, f64::NAN, f64::INFINITY, 5e-324]),
    ]
}

/// A histogram of one of few layouts, so that some follow each other in a chunk and some don't.
fn histogram() -> impl Strategy<Value = Histogram> {
    let counts = prop::collection::vec(0_u32..5000, 5);
    let threshold = prop::sample::select(vec![0.0, 0.001, 2_f64.powi(-128), 1024.0, 2048.0]);
    let hint = prop::sample::select(vec![ResetHint::Unknown, ResetHint::Gauge, ResetHint::Reset]);
    (0..6_u8, counts, float(), threshold, hint, any::<bool>()).prop_map(
        |(kind, counts, sum, zero_threshold, reset_hint, integer)| {
            let share = if integer { 1.0 } else { 0.37 };
            let counts: Vec<f64> = counts.into_iter().map(|n| f64::from(n) * share).collect();
            let span = |offset, length| Span { offset, length };
            let mut histogram = Histogram {
                schema: 3,
                zero_threshold,
                zero_count: counts[0],
                count: counts.iter().sum(),
                sum,
                positive_spans: vec![span(-3, 2), span(70_000, 1)],
                positive_buckets: counts[1..4].to_vec(),
                negative_spans: vec![span(4, 1)],
                negative_buckets: counts[4..].to_vec(),
                custom_values: Vec::new(),
                reset_hint,
                integer,
            };
            match kind {
                0 => histogram.sum = STALE_NAN,
                1 => {
                    histogram.schema = CUSTOM_BUCKETS_SCHEMA;
                    histogram.custom_values = vec![-1.0, -0.0, 0.005, 0.1, 10.0, 33554.431, 1e9];
                }
                _ => {}
            }
            histogram
        },
    )
}

proptest! {
    #[test]
    fn floats_come_back_to_the_bit(times in times(), values in prop::collection::vec(float(), 300)) {
        check(&at_times(&times, values.into_iter().map(Value::Float)));
    }

    #[test]
    fn histograms_come_back_to_the_bit(times in times(), values in prop::collection::vec(histogram(), 60)) {
        check(&at_times(&times, values.into_iter().map(|h| Value::Histogram(Arc::new(h)))));
    }

    #[test]
    fn kinds_may_follow_each_other(
        times in times(),
        values in prop::collection::vec(prop_oneof![
            float().prop_map(Value::Float),
            histogram().prop_map(|h| Value::Histogram(Arc::new(h))),
        ], 40),
    ) {
        check(&at_times(&times, values));
    }

    #[test]
    fn any_bytes_are_read_or_refused(encoding in 0_u8..8, data in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = decode(encoding, &data, |_| {});
    }

    #[test]
    fn any_damage_is_read_or_refused(
        times in times(),
        values in prop::collection::vec(histogram(), 20),
        place in any::<prop::sample::Index>(),
        bit in 0_u8..8,
    ) {
        let samples = at_times(&times, values.into_iter().map(|h| Value::Histogram(Arc::new(h))));
        for mut chunk in compress(&samples) {
            let place = place.index(chunk.data.len());
            chunk.data[place] ^= 1 << bit;
            let _ = decode(chunk.encoding.byte(), &chunk.data, |_| {});
            let _ = decode(chunk.encoding.byte(), &chunk.data[..place], |_| {});
        }
    }
}

#[test]
fn a_chunk_cut_short_says_where() {
    let samples = at_times(&[1000, 2000], [Value::Float(1.5), Value::Float(2.5)]);
    let chunk = compress(&samples).remove(0);
    // Two bytes of count, two of time (zigzag of 1000), then the value: five of its eight bytes are there.
    let damage = decode(1, &chunk.data[..9], |_| {}).expect_err("it is short");
    assert_eq!(damage.to_string(), "unexpected end at byte 4");
}

#[test]
fn unknown_encodings_are_named() {
    let damage = decode(5, &[0, 1], |_| {}).expect_err("unknown");
    assert_eq!(damage.to_string(), "unknown chunk encoding 5 at byte 0");
}

/// The bytes are worked out by hand from the format page.
#[test]
fn floats_are_written_as_the_format_says() {
    let samples = at_times(&[2, 4, 6], [1.0, 1.0, 2.0].map(Value::Float));
    let one = [0x3f, 0xf0, 0, 0, 0, 0, 0, 0];
    let mut expected = vec![0, 3, 4];
    expected.extend(one);
    // Step 2; value as before: 0; step as before: 0; 1.0 ^ 2.0 = 0x7ff << 52: 11, 1 leading zero: 00001, 11 bits: 001011, ones.
    expected.push(2);
    expected.extend([0b0011_0000, 0b1001_0111, 0b1111_1111, 0b1100_0000]);
    assert_eq!(compress(&samples)[0].data, expected);
}

/// Made by hand from the format page: 13-bit step change, a stale marker, an unchanged value.
#[test]
fn the_second_float_form_is_read() {
    let mut data = vec![0, 5, 0, 4];
    data.extend(1.0_f64.to_bits().to_be_bytes());
    // Step 2, value as before: 0. Then 110 and -1 in 13 bits, value as before: 0. Then 11111: stale. Then 0: all as before.
    data.push(2);
    data.extend([0b0110_1111, 0b1111_1111, 0b1011_1110]);
    let mut read = Vec::new();
    decode(4, &data, |sample| read.push(exact(&sample))).expect("it is whole");
    let expected = at_times(
        &[2, 4, 5, 6, 7],
        [1.0, 1.0, 1.0, STALE_NAN, 1.0].map(Value::Float),
    );
    assert_eq!(read, expected.iter().map(exact).collect::<Vec<_>>());
}

#[test]
fn a_reset_begins_a_chunk_that_says_so() {
    let of = |count: f64, reset_hint| {
        Value::Histogram(Arc::new(Histogram {
            count,
            zero_count: count,
            integer: true,
            reset_hint,
            ..Histogram::default()
        }))
    };
    let unknown = ResetHint::Unknown;
    let written = [
        of(5.0, unknown),
        of(7.0, unknown),
        of(2.0, unknown),
        of(9.0, ResetHint::Reset),
    ];
    let chunks = compress(&at_times(&[1, 2, 3, 4], written));
    assert_eq!(chunks.len(), 3);
    let hints: Vec<ResetHint> = decompress(&chunks)
        .iter()
        .map(|sample| match &sample.value {
            Value::Histogram(histogram) => histogram.reset_hint,
            Value::Float(_) => panic!("a histogram was written"),
        })
        .collect();
    let (reset, not) = (ResetHint::Reset, ResetHint::NotReset);
    assert_eq!(hints, [unknown, not, reset, reset]);
}

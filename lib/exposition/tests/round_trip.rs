//! What the writer writes, the reader reads: the same names, labels, values, times and exemplars, in both formats.

use ferula_exposition::read::METRIC_NAME;
use ferula_exposition::write::{
    Bound, Exemplar, Family, Number, Numbers, Sample, Style, Writer, render_labels,
};
use ferula_exposition::{Entries, Entry, Escaping, Format, Kind, Suffix, check};
use proptest::prelude::*;

/// A gauge's sample.
#[derive(Clone, Debug, PartialEq)]
struct Gauge {
    labels: Vec<(String, String)>,
    value: f64,
    timestamp_ms: Option<i64>,
}

fn gauge() -> impl Strategy<Value = Gauge> {
    let name = prop_oneof!["[a-z_][a-z0-9_]{0,6}", "\\PC{1,6}"];
    let labels = prop::collection::btree_map(name, any::<String>(), 0..4);
    let value = prop_oneof![any::<f64>(), (-1000..1000).prop_map(f64::from)];
    let time = prop::option::of(0..4_102_444_800_000_i64);
    (labels, value, time).prop_map(|(labels, value, timestamp_ms)| Gauge {
        labels: labels.into_iter().collect(),
        value,
        timestamp_ms,
    })
}

fn page(style: Style, name: &str, help: &str, gauges: &[Gauge]) -> Vec<u8> {
    let mut page = Vec::new();
    let mut writer = Writer::new(&mut page, style);
    let mut family = writer.family(&Family {
        name,
        kind: Kind::Gauge,
        help: Some(help),
        unit: "",
    });
    for gauge in gauges {
        let labels = gauge.labels.iter().map(|(name, value)| (&**name, &**value));
        family.write(&Sample {
            suffix: Suffix::None,
            labels: &render_labels(labels, style.escaping),
            bound: Bound::None,
            labels_after: "",
            value: Number::Float(gauge.value),
            timestamp_ms: gauge.timestamp_ms,
            exemplar: None,
        });
    }
    drop(family);
    writer.finish();
    page
}

fn read(page: &[u8], format: Format) -> (Vec<(String, Gauge)>, Vec<String>) {
    let mut gauges = Vec::new();
    let mut helps = Vec::new();
    for entry in Entries::new(page, format) {
        match entry.expect("a page that was just written") {
            Entry::Sample(sample) => {
                let mut labels = Vec::new();
                let mut name = String::new();
                for label in sample.series.labels() {
                    let label = label.expect("labels that were just written");
                    if label.name == METRIC_NAME {
                        name = label.value.into_owned();
                    } else {
                        labels.push((label.name.into_owned(), label.value.into_owned()));
                    }
                }
                let (value, timestamp_ms) = (sample.value, sample.timestamp_ms);
                gauges.push((
                    name,
                    Gauge {
                        labels,
                        value,
                        timestamp_ms,
                    },
                ));
            }
            Entry::Help { text, .. } => helps.push(text.into_owned()),
            _ => {}
        }
    }
    (gauges, helps)
}

proptest! {
    #[test]
    fn gauges(
        name in prop_oneof!["[a-z_:][a-z0-9_:]{0,9}", "\\PC{1,9}"],
        help: String,
        gauges in prop::collection::vec(gauge(), 0..5),
    ) {
        for format in [Format::Text, Format::OpenMetrics] {
            for numbers in [Numbers::Go, Numbers::Python] {
                let style = Style { format, escaping: Escaping::AllowUtf8, numbers, created: true };
                let page = page(style, &name, &help, &gauges);
                let (read, helps) = read(&page, format);
                prop_assert_eq!(&helps, std::slice::from_ref(&help));
                prop_assert_eq!(read.len(), gauges.len());
                for (gauge, (name_read, gauge_read)) in gauges.iter().zip(&read) {
                    prop_assert_eq!(name_read, &name);
                    prop_assert_eq!(&gauge_read.labels, &gauge.labels);
                    prop_assert_eq!(gauge_read.timestamp_ms, gauge.timestamp_ms);
                    let same = gauge_read.value.to_bits() == gauge.value.to_bits();
                    prop_assert!(same || (gauge_read.value.is_nan() && gauge.value.is_nan()));
                }
            }
        }
    }

    #[test]
    fn histograms_keep_the_rules(counts in prop::collection::vec(0..1000_u64, 1..8), exemplar in 0.0..1.0) {
        let style = Style { format: Format::OpenMetrics, escaping: Escaping::AllowUtf8, numbers: Numbers::Go, created: true };
        let mut page = Vec::new();
        let mut writer = Writer::new(&mut page, style);
        let mut family = writer.family(&Family { name: "h_seconds", kind: Kind::Histogram, help: None, unit: "seconds" });
        let mut total = 0;
        for (index, count) in counts.iter().enumerate() {
            total += count;
            let last = index + 1 == counts.len();
            family.write(&Sample {
                suffix: Suffix::Bucket,
                labels: "a=\"b\"",
                bound: Bound::Le(if last { f64::INFINITY } else { 1.0 + index as f64 }),
                labels_after: "",
                value: Number::Integer(total),
                timestamp_ms: None,
                exemplar: Some(Exemplar { labels: &[("trace_id", "x y")], value: exemplar, timestamp_ms: Some(1_500) }),
            });
        }
        family.sample(Suffix::Count, [("a", "b")], total);
        family.sample(Suffix::Sum, [("a", "b")], 12.5);
        family.sample(Suffix::Created, [("a", "b")], 1.5e9);
        drop(family);
        writer.finish();
        let report = check(&page, Format::OpenMetrics);
        prop_assert_eq!(report.map(|report| report.samples), Ok(counts.len() + 3));
    }
}

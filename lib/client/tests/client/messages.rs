//! What the client writes in protobuf is what a scraper reads from it, and says the same as the text.

use std::collections::BTreeMap;

use ferula::{
    Buckets, Counter, Error, Escaping, Exemplar, Format, Gauge, Histogram, Info, Native, Quantiles,
    Registry, Selection, StateSet, Style, Summary, encode, encode_protobuf,
};
use ferula_exposition::protobuf::{Histograms, NativeSample, translate};
use ferula_exposition::{Entries, Entry};

/// One of each kind, and names and values that need care.
fn registry() -> Result<Registry, Error> {
    let registry = Registry::new();
    let requests = Counter::builder("requests", "Requests, \"all\".").labels(["code", "path"]);
    let requests = requests.register(&registry)?;
    requests.with(&["200", "/a\\b\n"]).inc_by(41);
    requests.with(&["500", "é\""]).add(0.5);
    let level = Gauge::builder("queue_length", "").labels(["of_what"]);
    level.register(&registry)?.with(&["jobs"]).set(-2.5);
    let sizes = Histogram::builder("sizes", "").unit("bytes");
    let sizes = sizes.buckets(Buckets::exponential(1.0, 10.0, 5)?);
    let sizes = sizes.register(&registry)?;
    let exemplar = Exemplar {
        labels: &[("trace_id", "x")],
        value: 20.0,
        timestamp_ms: Some(1_700_000_000_123),
    };
    sizes.observe_with(20.0, &exemplar);
    let pause = Summary::builder("pause", "").unit("seconds");
    let window = std::time::Duration::from_secs(3600);
    let pause = pause.quantiles(Quantiles::new(&[0.5], window)?);
    pause.register(&registry)?.observe(0.25);
    let latency = Histogram::builder("latency", "").native(Native::schema(3)?);
    let latency = latency.register(&registry)?;
    for value in [-1.0, 0.0, 0.5, 1.0, 1.0, 4.0, f64::NAN] {
        latency.observe(value);
    }
    let info = Info::builder("build", "").register(&registry)?;
    info.set(&[("version", "1.2")])?;
    let door = StateSet::builder("door", "", &["open", "shut"]);
    door.register(&registry)?.set("shut");
    Ok(registry)
}

/// Series with their values, and with what hangs on them.
fn samples(page: &[u8]) -> BTreeMap<String, String> {
    let mut samples = BTreeMap::new();
    for entry in Entries::new(page, Format::OpenMetrics) {
        if let Entry::Sample(sample) = entry.expect("a page that can be read") {
            let exemplar = sample.exemplar();
            let exemplar = exemplar.map(|exemplar| (exemplar.value, exemplar.timestamp_ms));
            let value = format!("{} {:?} {exemplar:?}", sample.value, sample.timestamp_ms);
            samples.insert(sample.series.as_str().to_owned(), value);
        }
    }
    samples
}

fn read(histograms: Histograms) -> Result<(BTreeMap<String, String>, Vec<NativeSample>), Error> {
    let mut page = Vec::new();
    let registry = registry()?;
    encode_protobuf(&registry, &Selection::all(), Escaping::AllowUtf8, &mut page);
    let translated = translate(&page, histograms).expect("our own messages");
    Ok((samples(&translated.text), translated.natives))
}

#[test]
fn both_formats_say_the_same() -> Result<(), Error> {
    let mut page = Vec::new();
    let style = Style {
        escaping: Escaping::AllowUtf8,
        ..Style::new(Format::OpenMetrics)
    };
    encode(&registry()?, &Selection::all(), style, &mut page);
    let (mut found, _) = read(Histograms::Classic)?;
    let mut expected = samples(&page);
    // Buckets of their own are left to the text.
    found.retain(|series, _| !series.starts_with("latency"));
    expected.retain(|series, _| !series.starts_with("latency"));
    assert!(found.len() > 15, "{found:?}");
    assert_eq!(found, expected);
    Ok(())
}

/// Seven values, of which one is no number and one is in the middle; buckets of schema 3 end with powers of two.
#[test]
fn native_histograms_arrive() -> Result<(), Error> {
    let (_, natives) = read(Histograms::Native)?;
    let [latency] = &natives[..] else {
        panic!("{natives:?}")
    };
    let histogram = &latency.histogram;
    assert_eq!(latency.series, "latency");
    assert_eq!((histogram.schema, histogram.count), (3, 7.0));
    assert_eq!((histogram.zero_count, histogram.sum.is_nan()), (1.0, true));
    assert_eq!(histogram.negative_buckets, [1.0]);
    assert_eq!(histogram.positive_buckets.iter().sum::<f64>(), 4.0);
    // 0.5, 1 and 4 are the upper bounds of buckets -8, 0 and 16.
    let starts = histogram.positive_spans.iter().map(|span| span.offset);
    assert_eq!(starts.clone().next(), Some(-8));
    assert!(histogram.integer && !histogram.gauge);
    Ok(())
}

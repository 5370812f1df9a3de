use proptest::prelude::*;

use super::*;

/// What a page becomes, one line per item.
fn shown(page: &str, format: Format) -> Vec<String> {
    let mut lines = Vec::new();
    let mut page = Page::new(page.as_bytes(), format);
    while let Some(item) = page.next() {
        lines.push(match item {
            Ok(Item::Family(family)) => {
                let metadata = family.metadata();
                assert!(family.is(&metadata));
                let (kind, help, unit) = (metadata.kind, metadata.help, metadata.unit);
                format!("family {} {kind} {help:?} {unit:?}", family.name())
            }
            Ok(Item::Sample(sample)) => sample_shown(&page, &sample),
            Ok(Item::Histogram(_)) => unreachable!("no text format has histograms"),
            Err(error) => format!("error {error}"),
        });
    }
    lines
}

fn sample_shown(page: &Page<'_>, sample: &ExposedSample<'_>) -> String {
    let mut builder = LabelsBuilder::default();
    if let Err(error) = sample.labels(&mut builder) {
        return format!("error {}", page.error(error));
    }
    let mut line = format!("{} {:?}", builder.build(), sample.value());
    if let Some(timestamp) = sample.timestamp() {
        line += &format!(" at {timestamp}");
    }
    if let Some(exemplar) = sample.exemplar(Timestamp(7_000)) {
        line += &format!(
            " like {} {:?} at {}",
            exemplar.labels, exemplar.value, exemplar.timestamp
        );
    }
    line
}

fn check(page: &str, expected: &[&str]) {
    assert_eq!(shown(page, Format::Text), expected, "{page}");
}

fn check_openmetrics(page: &str, expected: &[&str]) {
    assert_eq!(shown(page, Format::OpenMetrics), expected, "{page}");
}

#[test]
fn a_family_comes_before_its_samples() {
    check(
        "# HELP a what it is\n# TYPE a gauge\na 1\na{b=\"c\"} 2 5\n# TYPE d counter\n# TYPE e gauge\ne 3\n",
        &[
            "family a gauge \"what it is\" \"\"",
            "a 1.0",
            "a{b=\"c\"} 2.0 at 0.005",
            "family d counter \"\" \"\"",
            "family e gauge \"\" \"\"",
            "e 3.0",
        ],
    );
}

#[test]
fn lines_that_come_late_add_to_their_family() {
    check(
        "# TYPE a gauge\na 1\n# HELP a x\n",
        &[
            "family a gauge \"\" \"\"",
            "a 1.0",
            "family a gauge \"x\" \"\"",
        ],
    );
}

/// Prometheus 3.0 and later: only in families of these two kinds, and only what is a number.
#[test]
fn bounds_get_their_float_form() {
    check(
        "# TYPE h histogram\nh_bucket{le=\"1\"} 1\nh_bucket{le=\"1e6\"} 1\nh_bucket{le=\"+Inf\",quantile=\"1\"} 1\n",
        &[
            "family h histogram \"\" \"\"",
            "h_bucket{le=\"1.0\"} 1.0",
            "h_bucket{le=\"1e+06\"} 1.0",
            "h_bucket{le=\"+Inf\", quantile=\"1\"} 1.0",
        ],
    );
    check(
        "# TYPE s summary\ns{quantile=\"0\"} 1\ns{quantile=\"x\"} 1\n",
        &[
            "family s summary \"\" \"\"",
            "s{quantile=\"0.0\"} 1.0",
            "s{quantile=\"x\"} 1.0",
        ],
    );
    check("h_bucket{le=\"1\"} 1\n", &["h_bucket{le=\"1\"} 1.0"]);
}

#[test]
fn exemplars_have_a_time() {
    check_openmetrics(
        "a_total 1 # {t=\"x\"} 0.5\nb_total 1 2 # {} 0.5 1.5\n# EOF\n",
        &[
            "a_total 1.0 like {t=\"x\"} 0.5 at 7",
            "b_total 1.0 at 2 like {} 0.5 at 1.500",
        ],
    );
}

#[test]
fn no_target_makes_a_stale_marker() {
    let sample = Page::new(b"a NaN\n", Format::Text).find_map(|item| match item {
        Ok(Item::Sample(sample)) => Some(sample.value()),
        _ => None,
    });
    assert_eq!(sample.map(f64::to_bits), Some(f64::NAN.to_bits()));
    assert_ne!(f64::NAN.to_bits(), model::STALE_NAN.to_bits());
}

#[test]
fn labels_that_no_store_could_keep() {
    check(
        "a{b=\"c\",b=\"d\"} 1\n",
        &["error label name \"b\" is not unique: invalid sample"],
    );
    check(
        "a{__name__=\"b\"} 1\n",
        &["error label name \"__name__\" is not unique: invalid sample"],
    );
    check("{\"\"} 1\n", &["error metric name not set"]);
    check("{\"a\",\"\"=\"b\"} 1\n", &["error metric name not set"]);
    check(
        "a{b=c} 1\n",
        &["error expected label value, got \"c}\" (line 1, column 5)"],
    );
    check("a{b=\"\"} 1\n", &["a 1.0"]);
}

#[test]
fn an_error_ends_the_page() {
    check(
        "# TYPE a gauge\nb x\nc 1\n",
        &["error invalid value: \"x\": invalid syntax (line 2, column 3)"],
    );
}

/// How many families each of `pages`, read one after the other, hands out; and all samples must be the same as without memory.
fn families_told(pages: &[&str]) -> Vec<usize> {
    let mut known = KnownFamilies::default();
    let mut told = Vec::new();
    for bytes in pages {
        let mut families = 0;
        let mut samples = Vec::new();
        let mut page = Page::with_known(bytes.as_bytes(), Format::Text, &mut known);
        while let Some(item) = page.next() {
            match item.expect("a good page") {
                Item::Family(_) => families += 1,
                Item::Sample(sample) => samples.push(sample_shown(&page, &sample)),
                Item::Histogram(_) => unreachable!("no text format has histograms"),
            }
        }
        let mut all = shown(bytes, Format::Text);
        all.retain(|line| !line.starts_with("family "));
        assert_eq!(samples, all);
        told.push(families);
    }
    told
}

#[test]
fn families_that_are_known_are_not_told_again() {
    let page = "# HELP a x\n# TYPE a histogram\na_bucket{le=\"1\"} 1\n# TYPE b gauge\n# TYPE c gauge\nb 1\n";
    assert_eq!(families_told(&[page, page, page]), [3, 0, 0]);
    let other_help = page.replace("HELP a x", "HELP a y");
    assert_eq!(families_told(&[page, &other_help, page]), [3, 3, 3]);
    let other_end = page.replace("TYPE c", "TYPE d");
    assert_eq!(families_told(&[page, &other_end, page]), [3, 2, 2]);
    let shorter = "# HELP a x\n# TYPE a histogram\na_bucket{le=\"1\"} 1\n";
    assert_eq!(families_told(&[page, shorter, page]), [3, 0, 2]);
    let longer = format!("# HELP z x\n{page}");
    assert_eq!(families_told(&[page, &longer]), [3, 4]);
    assert_eq!(
        families_told(&["# TYPE a gauge", "# TYPE a gauge", "# TYPE a gauge\n"]),
        [1, 1, 1]
    );
    assert_eq!(
        families_told(&["a 1\n", "# x\na 1\n", "# x\na 1\n"]),
        [0, 0, 0]
    );
}

/// What was known was only the beginning of the lines before the next sample, so its kind was lost.
#[test]
fn lines_that_go_on_after_what_is_known_are_read() {
    let sample = "a{le=\"1\"} 1\n";
    let before = "# TYPE a histogram\n\n";
    let now = format!("# TYPE a histogram\n# x\n{sample}");
    assert_eq!(families_told(&[before, &now, &now]), [1, 1, 0]);
}

#[test]
fn lines_that_come_late_add_to_a_family_that_was_passed_over() {
    let before = b"# TYPE a gauge\na 1\n";
    let now = b"# TYPE a gauge\na 1\n# HELP a x\n";
    let mut known = KnownFamilies::default();
    assert_eq!(
        Page::with_known(before, Format::Text, &mut known).count(),
        2
    );
    let told: Vec<_> = Page::with_known(now, Format::Text, &mut known)
        .filter_map(|item| match item {
            Ok(Item::Family(family)) => Some(family.metadata()),
            _ => None,
        })
        .collect();
    let whole = model::Metadata {
        kind: model::MetricKind::Gauge,
        help: "x".to_owned(),
        unit: String::new(),
    };
    assert_eq!(told, [whole]);
}

#[test]
fn a_foreseen_sample_is_the_one_that_is_read() {
    let bytes =
        "# TYPE a histogram\na_bucket{le=\"1\"} 1\na_bucket{le=\"2\"} 2 5\nb 3\n".as_bytes();
    let mut known = KnownFamilies::default();
    assert_eq!(Page::with_known(bytes, Format::Text, &mut known).count(), 4);
    let mut page = Page::with_known(bytes, Format::Text, &mut known);
    assert!(page.expect("b").is_none());
    let sample = page.expect("a_bucket{le=\"1\"}").expect("a plain sample");
    assert_eq!(sample_shown(&page, &sample), "a_bucket{le=\"1.0\"} 1.0");
    // It has a time, so it must be read.
    assert!(page.expect("a_bucket{le=\"2\"}").is_none());
    assert!(matches!(page.next(), Some(Ok(Item::Sample(_)))));
    assert!(page.expect("b").is_some());
    assert!(page.next().is_none());
    // A family that isn't known comes before its samples.
    let mut page = Page::new(bytes, Format::Text);
    assert!(page.expect("a_bucket{le=\"1\"}").is_none());
    assert!(matches!(page.next(), Some(Ok(Item::Family(_)))));
    assert!(page.expect("a_bucket{le=\"1\"}").is_none());
}

/// Lines of a page that take every way through the reader.
const LINES: [&str; 14] = [
    "# HELP a x\n",
    "# HELP a y\n",
    "# TYPE a histogram\n",
    "# TYPE a summary\n",
    "# TYPE b gauge\n",
    "# x\n",
    "\n",
    "a{le=\"1\"} 1\n",
    "a{le=\"1\"} 2 5\n",
    "a{le=\"1\",c=\"# HELP a x\n\"} 3\n",
    " a {le=\"1\"} 4\n",
    "a 5\n",
    "b 6\n",
    "b x\n",
];

fn lines() -> impl Strategy<Value = String> {
    let line = prop::sample::select(&LINES[..]);
    prop::collection::vec(line, 0..9).prop_map(|lines| lines.concat())
}

/// All samples of a page, and the error; with the keys that a reader foresees, taken round and round.
fn samples(mut page: Page<'_>, keys: &[String]) -> Vec<String> {
    let mut lines = Vec::new();
    let mut foreseen = keys.iter().cycle();
    loop {
        if let Some(sample) = foreseen.next().and_then(|key| page.expect(key)) {
            lines.push(sample_shown(&page, &sample));
            continue;
        }
        match page.next() {
            Some(Ok(Item::Sample(sample))) => lines.push(sample_shown(&page, &sample)),
            Some(Ok(_)) => {}
            Some(Err(error)) => lines.push(error.to_string()),
            None => return lines,
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn memory_changes_no_sample(before in lines(), now in lines()) {
        let mut known = KnownFamilies::default();
        let mut keys = Vec::new();
        for item in Page::with_known(before.as_bytes(), Format::Text, &mut known) {
            if let Ok(Item::Sample(sample)) = item {
                keys.push(sample.key().to_owned());
            }
        }
        for page in [&now, &before, &before] {
            let plain = samples(Page::new(page.as_bytes(), Format::Text), &[]);
            let remembered = Page::with_known(page.as_bytes(), Format::Text, &mut known);
            prop_assert_eq!(samples(remembered, &keys), plain);
        }
    }
}

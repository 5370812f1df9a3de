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

/// Reads pages of one target, each with the layout of the one before.
#[derive(Default)]
struct Reader {
    layouts: Layouts,
    layout: Layout,
}

impl Reader {
    /// What it is told, families as their names, and whether all lines were foreseen.
    fn read(&mut self, bytes: &str) -> (Vec<String>, bool) {
        let mut told = Vec::new();
        let mut in_step = true;
        let mut builder = LayoutBuilder::default();
        let mut cursor = Cursor::default();
        let mut page = Page::new(bytes.as_bytes(), Format::Text);
        loop {
            let foreseen = self.layout.line(cursor);
            let sample = match foreseen.and_then(|line| page.expect(line)) {
                Some(sample) => sample,
                None if page.ends_with(self.layout.end()) => break,
                None => match page.next() {
                    None => break,
                    Some(Ok(Item::Family(family))) => {
                        told.push(format!("family {}", family.name()));
                        continue;
                    }
                    Some(Ok(Item::Sample(sample))) => sample,
                    // What came before an error is not remembered.
                    Some(Err(error)) => {
                        told.push(format!("error {error}"));
                        return (told, in_step);
                    }
                },
            };
            told.push(sample_shown(&page, &sample));
            let line = page.line(&sample);
            builder.push(line);
            in_step &= foreseen == Some(line);
            if foreseen.is_some_and(|foreseen| foreseen.key() == line.key()) {
                cursor = self.layout.after(cursor);
            }
        }
        in_step &= page.end() == self.layout.end();
        self.layout = builder.finish(page.end(), &self.layouts);
        (told, in_step)
    }
}

/// How many families each of `pages`, read one after the other, hands out; and all samples must be the same as without memory.
fn families_told(pages: &[&str]) -> Vec<usize> {
    let mut reader = Reader::default();
    let families = |lines: &[String]| {
        let families = lines.iter().filter(|line| line.starts_with("family "));
        families.count()
    };
    let without_families = |mut lines: Vec<String>| {
        lines.retain(|line| !line.starts_with("family "));
        lines
    };
    let told = pages.iter().map(|page| {
        let (told, in_step) = reader.read(page);
        let families = families(&told);
        let all = without_families(shown(page, Format::Text));
        assert_eq!(without_families(told), all);
        // Now that it is known, nothing is left to tell.
        assert!(in_step || reader.read(page).1, "{page}");
        families
    });
    told.collect()
}

#[test]
fn families_that_are_known_are_not_told_again() {
    let page = "# HELP a x\n# TYPE a histogram\na_bucket{le=\"1\"} 1\n# TYPE b gauge\n# TYPE c gauge\nb 1\n";
    assert_eq!(families_told(&[page, page, page]), [3, 0, 0]);
    let other_help = page.replace("HELP a x", "HELP a y");
    assert_eq!(families_told(&[page, &other_help, page]), [3, 1, 1]);
    let other_end = page.replace("TYPE c", "TYPE d");
    assert_eq!(families_told(&[page, &other_end, page]), [3, 2, 2]);
    let shorter = "# HELP a x\n# TYPE a histogram\na_bucket{le=\"1\"} 1\n";
    assert_eq!(families_told(&[page, shorter, page]), [3, 0, 2]);
    let longer = format!("# HELP z x\n{page}");
    assert_eq!(families_told(&[page, &longer]), [3, 2]);
    assert_eq!(
        families_told(&["# TYPE a gauge", "# TYPE a gauge", "# TYPE a gauge\n"]),
        [1, 0, 1]
    );
    assert_eq!(
        families_told(&["a 1\n", "# x\na 1\n", "# x\na 1\n"]),
        [0, 0, 0]
    );
    // Comments before a sample that must be read are known all the same.
    let with_time = "# TYPE a gauge\na 1 5\n# TYPE b gauge\n b 2\n";
    assert_eq!(families_told(&[with_time, with_time]), [2, 0]);
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
    let mut page = Page::new(b"# TYPE a gauge\na 1\n# HELP a x\n", Format::Text);
    let before = Line::new("# TYPE a gauge\na", 15, Some(Kind::Gauge));
    assert!(page.expect(before).is_some());
    let told: Vec<_> = page
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
        "# TYPE a histogram\na_bucket{le=\"1\"} 1\na_bucket{le=\"2\"} 2  5\nb 3 7\n".as_bytes();
    let first = Line::new(
        "# TYPE a histogram\na_bucket{le=\"1\"}",
        19,
        Some(Kind::Histogram),
    );
    let b = Line::new("b", 0, None);
    let mut page = Page::new(bytes, Format::Text);
    assert!(page.expect(b).is_none());
    let sample = page.expect(first).expect("a plain sample");
    assert_eq!(page.line(&sample), first);
    assert_eq!(sample_shown(&page, &sample), "a_bucket{le=\"1.0\"} 1.0");
    // It is not as it usually is, so it must be read.
    let second = Line::new("a_bucket{le=\"2\"}", 0, None);
    assert!(page.expect(second).is_none());
    assert!(matches!(page.next(), Some(Ok(Item::Sample(_)))));
    let sample = page.expect(b).expect("a plain sample");
    assert_eq!(sample_shown(&page, &sample), "b 3.0 at 0.007");
    assert!(page.next().is_none());
    // Once a family was handed out, its sample comes from there too.
    let mut page = Page::new(bytes, Format::Text);
    assert!(matches!(page.next(), Some(Ok(Item::Family(_)))));
    assert!(page.expect(first).is_none());
}

/// Lines of a page that take every way through the reader.
const LINES: [&str; 15] = [
    "# HELP a x\n",
    "# HELP a y\n",
    "# TYPE a histogram\n",
    "# TYPE a summary\n",
    "# TYPE b gauge\n",
    "# x\n",
    "\n",
    "a{le=\"1\"} 1\n",
    "a{le=\"1\"} 2 5\n",
    "a{le=\"1\"} 2  5\n",
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

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn memory_changes_no_sample(before in lines(), now in lines()) {
        let mut reader = Reader::default();
        reader.read(&before);
        for page in [&now, &before, &before] {
            let mut plain = shown(page, Format::Text);
            let (mut remembered, _) = reader.read(page);
            plain.retain(|line| !line.starts_with("family "));
            remembered.retain(|line| !line.starts_with("family "));
            prop_assert_eq!(remembered, plain);
        }
    }
}

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

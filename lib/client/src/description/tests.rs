use super::*;

#[test]
fn a_family_answers_to_its_samples() {
    let check = |description: Description<'_>, yes: &[&str], no: &[&str]| {
        for name in yes {
            assert!(
                description.answers_to(name),
                "{description:?} should answer to {name}"
            );
        }
        for name in no {
            assert!(
                !description.answers_to(name),
                "{description:?} should not answer to {name}"
            );
        }
    };
    check(
        Description::counter("a_total", ""),
        &["a", "a_total", "a_created"],
        &["a_sum", "b", ""],
    );
    check(Description::gauge("a", ""), &["a"], &["a_total", "aa"]);
    let histogram = Description::new(Kind::Histogram, "a", "");
    check(
        histogram,
        &["a", "a_bucket", "a_sum", "a_count"],
        &["a_total", "a_info"],
    );
    check(
        Description::new(Kind::Info, "a_info", ""),
        &["a", "a_info"],
        &["a_total"],
    );
}

#[test]
fn names_are_what_every_format_carries_unquoted() {
    for good in ["a", "_a", "a:b", "A1_total", ":"] {
        assert_eq!(check_metric_name(good), Ok(()));
    }
    for bad in ["", "1a", "a b", "a-b", "ä", "a.b", "a\n"] {
        assert_eq!(
            check_metric_name(bad),
            Err(Error::MetricName {
                name: bad.to_owned()
            })
        );
    }
    for good in ["a", "_a", "A1"] {
        assert_eq!(check_label_name(good), Ok(()));
    }
    for bad in ["", "1a", "a:b", "__a", "ä", "a\""] {
        assert_eq!(
            check_label_name(bad),
            Err(Error::LabelName {
                name: bad.to_owned()
            })
        );
    }
}

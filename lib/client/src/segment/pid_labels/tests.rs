use super::*;
use crate::labels::LabelText;

/// Labels in the order in which a family names them, and what is shown for each pid: as text where names can stand in any, and as pairs.
fn check(sorted: bool, labels: &[(&str, &str)], shown: &[(u32, &str)]) {
    let names = labels.iter().map(|&(name, _)| name.into()).collect();
    let names = if sorted {
        LabelNames::sorted(names, None)
    } else {
        LabelNames::as_given(names)
    };
    let values = labels.iter().map(|&(_, value)| value).collect::<Vec<_>>();
    let text = LabelText::new(&names, &values);
    let mut of_pids = PidLabels::new(LabelPairs::rendered(&names, &text), &names);
    for &(pid, expected) in shown {
        let labels = of_pids.with(pid);
        let pairs = labels.iter().collect::<Vec<_>>();
        assert_eq!(written(&pairs), expected);
        let bare = names.bare().then_some((expected, ""));
        assert_eq!(labels.text(), bare, "{pid}");
    }
}

#[test]
fn the_pid_stands_last_or_in_its_place() {
    check(false, &[], &[(7, r#"pid="7""#)]);
    check(true, &[], &[(7, r#"pid="7""#)]);
    let labels = [("zone", "z"), ("arena", "a")];
    check(false, &labels, &[(7, r#"zone="z",arena="a",pid="7""#)]);
    check(true, &labels, &[(7, r#"arena="a",pid="7",zone="z""#)]);
    check(true, &labels[..1], &[(7, r#"pid="7",zone="z""#)]);
    check(true, &labels[1..], &[(7, r#"arena="a",pid="7""#)]);
}

#[test]
fn one_pid_leaves_nothing_to_the_next() {
    let pids = [
        (u32::MAX, r#"a="1",pid="4294967295""#),
        (0, r#"a="1",pid="0""#),
        (1234, r#"a="1",pid="1234""#),
        (10, r#"a="1",pid="10""#),
    ];
    check(true, &[("a", "1")], &pids);
}

/// Else there would be two of them.
#[test]
fn a_label_of_that_name_gives_way() {
    let labels = [("pid", "mine"), ("a", "1")];
    check(false, &labels, &[(7, r#"a="1",pid="7""#)]);
    check(true, &labels, &[(7, r#"a="1",pid="7""#)]);
    check(true, &labels[..1], &[(7, r#"pid="7""#)]);
}

#[test]
fn values_are_escaped_before_and_after_it() {
    let labels = [("a", "\"\n"), ("z", "\\")];
    check(true, &labels, &[(7, r#"a="\"\n",pid="7",z="\\""#)]);
}

/// How they are written depends on the reader, so that there is no text.
#[test]
fn unusual_names_are_pairs() {
    check(true, &[("a.b", "1")], &[(7, r#"a.b="1",pid="7""#)]);
}

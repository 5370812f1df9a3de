use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

fn check(pairs: &[(&str, &str)], printed: &str) {
    assert_eq!(
        Labels::from_pairs(pairs.iter().copied()).to_string(),
        printed
    );
}

#[test]
fn prints_as_promql() {
    check(&[], "{}");
    check(&[("__name__", "up")], "up");
    check(&[("job", "node"), ("__name__", "up")], r#"up{job="node"}"#);
    check(&[("b", "2"), ("a", "1")], r#"{a="1", b="2"}"#);
    check(&[("__name__", "a.b")], r#"{"a.b"}"#);
    check(
        &[("__name__", "a.b"), ("c.d", "x\"y\\z\n")],
        r#"{"a.b", "c.d"="x\"y\\z\n"}"#,
    );
    check(&[("a", "")], "{}");
    check(&[("a", "1"), ("a", "2")], r#"{a="2"}"#);
}

#[test]
fn orders_by_names_then_values() {
    let set = |pairs: &[(&str, &str)]| Labels::from_pairs(pairs.iter().copied());
    let sorted = [
        set(&[]),
        set(&[("a", "1")]),
        set(&[("a", "1"), ("b", "1")]),
        set(&[("a", "2")]),
        set(&[("aa", "1")]),
        set(&[("b", "0")]),
    ];
    assert!(sorted.is_sorted());
}

proptest! {
    /// The packed form must behave as a sorted map does.
    #[test]
    fn behaves_as_a_map(
        ours in prop::collection::btree_map("[a-cé]{1,3}", "\\PC{1,200}", 0..6),
        theirs in prop::collection::btree_map("[a-cé]{1,3}", "\\PC{1,3}", 0..6),
    ) {
        let a = Labels::from_pairs(&ours);
        let b = Labels::from_pairs(&theirs);
        let pairs: Vec<_> = ours.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        prop_assert_eq!(a.iter().collect::<Vec<_>>(), pairs);
        prop_assert_eq!(a.len(), ours.len());
        for name in ours.keys().chain(theirs.keys()) {
            prop_assert_eq!(a.get(name), ours.get(name).map(String::as_str));
        }
        let mut both: BTreeMap<_, _> = ours.clone();
        both.extend(theirs.clone());
        prop_assert_eq!(a.merged(&b), Labels::from_pairs(&both));
        prop_assert_eq!(a.cmp(&b), ours.iter().cmp(theirs.iter()));
        prop_assert_eq!(a.to_builder().build(), a);
    }

    /// Sets that begin alike for long, which the comparison passes over.
    #[test]
    fn orders_as_pairs_do(
        ours in prop::collection::btree_map("[a-c]{1,3}", "[ab]{1,20}", 1..6),
        name in "[a-c]{1,3}",
        value in "[ab]{1,20}",
    ) {
        let mut theirs = ours.clone();
        theirs.insert(name, value);
        let (a, b) = (Labels::from_pairs(&ours), Labels::from_pairs(&theirs));
        prop_assert_eq!(a.cmp(&b), ours.iter().cmp(theirs.iter()));
        prop_assert_eq!(b.cmp(&a), theirs.iter().cmp(ours.iter()));
    }
}

use super::*;
use crate::{Labels, LabelsBuilder};

fn rule(source_labels: &str, regex: &str, action: Action) -> Rule {
    Rule {
        source_labels: source_labels
            .split_terminator(',')
            .map(str::to_owned)
            .collect(),
        separator: ";".to_owned(),
        regex: Regexp::new(regex).expect("the test's expression"),
        action,
    }
}

fn replace(source_labels: &str, regex: &str, target_label: &str, replacement: &str) -> Rule {
    let action = Action::Replace {
        target_label: target_label.to_owned(),
        replacement: replacement.to_owned(),
    };
    rule(source_labels, regex, action)
}

fn hash_mod(source_labels: &str, modulus: u64) -> Rule {
    let target_label = "shard".to_owned();
    let action = Action::HashMod {
        target_label,
        modulus,
    };
    rule(source_labels, "(.*)", action)
}

fn label_map(regex: &str, replacement: &str) -> Rule {
    let replacement = replacement.to_owned();
    rule("", regex, Action::LabelMap { replacement })
}

fn to(action: fn(String) -> Action, target_label: &str) -> Action {
    action(target_label.to_owned())
}

/// From `a=1 b=2`.
fn labels(text: &str) -> LabelsBuilder {
    let mut labels = LabelsBuilder::default();
    for pair in text.split_whitespace() {
        let (name, value) = pair.split_once('=').expect("name=value");
        labels.set(name, value);
    }
    labels
}

fn check(before: &str, rules: &[Rule], after: &str) {
    check_as(NameScheme::Utf8, before, rules, after);
}

/// `after` is what the labels become, or `dropped`.
fn check_as(names: NameScheme, before: &str, rules: &[Rule], after: &str) {
    let mut builder = labels(before);
    let start = builder.build();
    let verdict = apply_with(rules, names, &mut builder);
    let shown = match verdict {
        Verdict::Keep => builder.build().to_string(),
        Verdict::Drop => "dropped".to_owned(),
    };
    let expected = match after {
        "dropped" => after.to_owned(),
        after => labels(after).build().to_string(),
    };
    assert_eq!(shown, expected, "{before} -> {rules:?}");

    // The explanation must end where the verdict does.
    let steps = explain(rules, names, &start);
    if let Some(last) = steps.last() {
        assert_eq!(last.verdict, verdict);
        assert!(verdict == Verdict::Drop || last.output == builder.build());
    }
}

#[test]
fn replaces() {
    let before = "a=foo b=bar c=baz";
    check(before, &[], before);
    check(
        before,
        &[replace("a", "f(.*)", "d", "ch$1-ch$1")],
        "a=foo b=bar c=baz d=choo-choo",
    );
    check(
        before,
        &[replace("a,b", "f(.*);(.*)r", "a", "b${1}${2}m")],
        "a=boobam b=bar c=baz",
    );
    check(
        before,
        &[replace("a", "(.*)", "b", "$1")],
        "a=foo b=foo c=baz",
    );
    check(
        before,
        &[replace("", "(.*)", "site", "x")],
        "a=foo b=bar c=baz site=x",
    );
    check(before, &[replace("a", "o", "d", "x")], before);
    check(
        before,
        &[replace("absent", "(.*)", "d", "[$1]")],
        "a=foo b=bar c=baz d=[]",
    );
}

#[test]
fn each_rule_sees_what_the_one_before_left() {
    let rules = [
        replace("a", "(.*)", "b", "${1}1"),
        replace("b", "(.*)", "c", "${1}2"),
        rule("c", "x12", Action::Keep),
    ];
    check("a=x", &rules, "a=x b=x1 c=x12");
    check("a=y", &rules, "dropped");
}

#[test]
fn an_empty_replacement_removes_the_label() {
    check("a=foo b=bar", &[replace("a", "foo", "b", "")], "a=foo");
    check(
        "a=foo b=bar",
        &[replace("absent", "(.*)", "b", "$1")],
        "a=foo",
    );
    check(
        "a=foo b=bar",
        &[replace("a", "f(x)?oo", "b", "$1")],
        "a=foo",
    );
}

#[test]
fn the_target_may_be_a_template() {
    let target = |target: &str| [replace("a", "(.*)-(.*)", target, "$2")];
    check("a=some-value", &target("${1}"), "a=some-value some=value");
    check(
        "a=some-value",
        &target("l_${1}_x"),
        "a=some-value l_some_x=value",
    );
    check("a=-value", &target("${1}"), "a=-value");
    check("a=3.x-value", &target("${1}"), "3.x=value a=3.x-value");
    check_as(
        NameScheme::Legacy,
        "a=3.x-value",
        &target("${1}"),
        "a=3.x-value",
    );
    check_as(
        NameScheme::Legacy,
        "a=ok-value",
        &target("${1}"),
        "a=ok-value ok=value",
    );
}

#[test]
fn expands_as_go_does() {
    let expand = |replacement: &str, result: &str| {
        let rules = [replace("a", "(?P<first>.)(.)(x)?", "b", replacement)];
        check("a=12", &rules, &format!("a=12 b={result}"));
    };
    expand("$1$2", "12");
    expand("$0", "12");
    expand("${first}-${2}", "1-2");
    expand("$first", "1");
    // The longest name is taken, and there is no group with that name.
    expand("[$1abc]", "[]");
    expand("[$1_]", "[]");
    expand("[${1}abc]", "[1abc]");
    expand("[$3]", "[]");
    expand("[$7]", "[]");
    expand("[$01]", "[]");
    expand("$$1", "$1");
    expand("$$${1}", "$1");
    expand("a$", "a$");
    expand("$-$1", "$-1");
    expand("${1", "${1");
    expand("${}", "${}");
    expand("${1-}", "${1-}");
}

#[test]
fn keeps_and_drops() {
    check("a=foo", &[rule("a", "foo", Action::Keep)], "a=foo");
    check("a=foo", &[rule("a", "fo", Action::Keep)], "dropped");
    check("a=foo", &[rule("a", "foo", Action::Drop)], "dropped");
    check("a=foo", &[rule("a", "fo", Action::Drop)], "a=foo");
    check("a=foo", &[rule("absent", "", Action::Keep)], "a=foo");
    check("a=foo", &[rule("absent", ".+", Action::Keep)], "dropped");
    check(
        "a=foo b=bar",
        &[rule("a,b", "foo;bar", Action::Drop)],
        "dropped",
    );
    check("a=foo", &[rule("a", "x|foo|y", Action::Keep)], "a=foo");
}

#[test]
fn compares_with_another_label() {
    let keep = |source| {
        [rule(
            source,
            "(.*)",
            to(|target_label| Action::KeepEqual { target_label }, "t"),
        )]
    };
    let drop = |source| {
        [rule(
            source,
            "(.*)",
            to(|target_label| Action::DropEqual { target_label }, "t"),
        )]
    };
    check("a=1 t=1", &keep("a"), "a=1 t=1");
    check("a=1 t=2", &keep("a"), "dropped");
    check("a=1 t=1", &drop("a"), "dropped");
    check("a=1 t=2", &drop("a"), "a=1 t=2");
    check("a=1 b=2 t=1;2", &keep("a,b"), "a=1 b=2 t=1;2");
    check("a=1", &keep("absent"), "a=1");
}

/// The numbers come from Python's `hashlib`.
#[test]
fn hashes() {
    check(
        "a=localhost:9090",
        &[hash_mod("a", 10)],
        "a=localhost:9090 shard=8",
    );
    check(
        "a=localhost:9090",
        &[hash_mod("a", 1000)],
        "a=localhost:9090 shard=618",
    );
    check("a=a b=b", &[hash_mod("a,b", 16)], "a=a b=b shard=10");
    check("a=x", &[hash_mod("absent", 16)], "a=x shard=14");
    check(
        "a=http://web-7.example:8080",
        &[hash_mod("a", u64::MAX)],
        "a=http://web-7.example:8080 shard=5408650876092691467",
    );
}

#[test]
fn maps_drops_and_keeps_names() {
    let meta = "__meta_a=1 __meta_b=2 c=3";
    check(
        meta,
        &[label_map("__meta_(.+)", "$1")],
        "__meta_a=1 __meta_b=2 a=1 b=2 c=3",
    );
    check("a1=x a2=y", &[label_map("a[12]", "b")], "a1=x a2=y b=y");
    // `b` is made by the rule, and not mapped to `bb` by the same rule.
    check("a=1", &[label_map("(a|b)", "b")], "a=1 b=1");
    check("a=1", &[label_map("(x)?a", "$1")], "a=1");
    check(
        "a_b=1 c.d=2",
        &[label_map("(.+)", "m_$1")],
        "a_b=1 c.d=2 m_a_b=1 m_c.d=2",
    );
    check_as(
        NameScheme::Legacy,
        "c.d=2",
        &[label_map("(.+)", "m_$1")],
        "c.d=2",
    );
    check(meta, &[rule("", "__meta_.*", Action::LabelDrop)], "c=3");
    check(
        meta,
        &[rule("", "__meta_.*", Action::LabelKeep)],
        "__meta_a=1 __meta_b=2",
    );
}

#[test]
fn changes_case_character_by_character() {
    let lower = |text: &str, result: &str| {
        let action = to(|target_label| Action::Lowercase { target_label }, "b");
        check(
            &format!("a={text}"),
            &[rule("a", "(.*)", action)],
            &format!("a={text} b={result}"),
        );
    };
    let upper = |text: &str, result: &str| {
        let action = to(|target_label| Action::Uppercase { target_label }, "b");
        check(
            &format!("a={text}"),
            &[rule("a", "(.*)", action)],
            &format!("a={text} b={result}"),
        );
    };
    lower("FoO", "foo");
    upper("FoO", "FOO");
    upper("straße", "STRAßE");
    lower("ΟΔΟΣ", "οδοσ");
    lower("İ", "i");
    upper("ᾳ", "ᾼ");
}

#[test]
fn explains_up_to_the_drop() {
    let rules = [
        replace("a", "(.*)", "b", "$1"),
        rule("b", "x", Action::Drop),
        replace("a", "(.*)", "c", "$1"),
    ];
    let steps = explain(&rules, NameScheme::Utf8, &Labels::from_pairs([("a", "x")]));
    let shown: Vec<_> = steps
        .iter()
        .map(|step| format!("{} {:?}", step.output, step.verdict))
        .collect();
    assert_eq!(shown, [r#"{a="x", b="x"} Keep"#, r#"{a="x", b="x"} Drop"#]);
}

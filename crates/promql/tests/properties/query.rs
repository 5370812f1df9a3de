//! Random queries: well-formed ones, whose types mostly fit, and ways to damage them.

use proptest::prelude::{BoxedStrategy, Just, Strategy, any as arbitrary, prop, prop_oneof};
use proptest::sample::select;

const NAMES: &[&str] = &[
    "up",
    "a:b",
    "sum",
    "offset",
    "by",
    "and",
    "start",
    "fill",
    "http_requests_total",
];
const LABELS: &[&str] = &["job", "le", "on", "by", "\"x.y\"", "without_", "instance"];
const STRINGS: &[&str] = &[
    r#""x""#,
    "'y.*'",
    "`z`",
    r#""a\n\t\\b""#,
    r#""é\u00ad\x7f""#,
    r#"''"#,
];
const DURATIONS: &[&str] = &["5m", "1h30m", "300", "1.5", "250ms", "0x10", "1y", "2w1d"];
const NUMBERS: &[&str] = &[
    "1", "0.5", "-3", "Inf", "-Inf", "NaN", "1e-7", "1e21", "0x1f", "5m", "-1h1ms", "1_000",
];
const LEFT_OUT: &[&str] = &["", " ", "\n", " # why\n"];

fn of(words: &'static [&'static str]) -> impl Strategy<Value = String> {
    select(words).prop_map(str::to_owned)
}

/// A query of any type.
pub(crate) fn any() -> impl Strategy<Value = String> {
    prop_oneof![6 => vector(), 1 => matrix(vector()), 1 => scalar(vector()), 1 => of(STRINGS)]
}

fn vector() -> BoxedStrategy<String> {
    modified(selector())
        .prop_recursive(5, 24, 3, |inner| {
            let (vector, range, number) = (inner.clone(), matrix(inner.clone()), scalar(inner.clone()).boxed());
            prop_oneof![
                2 => binary(vector.clone(), number.clone()),
                2 => aggregation(vector.clone(), number.clone()),
                1 => (select(&["rate", "last_over_time", "mad_over_time"][..]), range)
                    .prop_map(|(name, arg)| format!("{name}({arg})")),
                1 => (select(&["abs", "sort", "absent", "hour"][..]), vector.clone())
                    .prop_map(|(name, arg)| format!("{name}({arg})")),
                1 => (vector.clone(), number).prop_map(|(a, b)| format!("round({a}, {b})")),
                1 => (vector.clone(), of(STRINGS)).prop_map(|(a, s)| format!("label_join({a}, {s}, {s})")),
                1 => (vector.clone(), braces()).prop_map(|(a, b)| format!("info({a}, {b})")),
                1 => (vector.clone(), of(LEFT_OUT)).prop_map(|(a, space)| format!("({space}{a}{space})")),
                1 => (select(&["-", "+", "- "][..]), vector).prop_map(|(sign, a)| format!("{sign}{a}")),
            ]
        })
        .boxed()
}

fn selector() -> impl Strategy<Value = String> {
    let extension = select(&["", "", "", " anchored", " smoothed"][..]);
    prop_oneof![
        of(NAMES),
        (of(NAMES), braces()).prop_map(|(name, braces)| format!("{name}{braces}")),
        braces().prop_map(|braces| format!("{{\"quoted name\",{}", &braces[1..])),
    ]
    .prop_flat_map(move |selector| {
        extension
            .clone()
            .prop_map(move |e| format!("{selector}{e}"))
    })
}

fn braces() -> impl Strategy<Value = String> {
    let op = select(&["=", "!=", "=~", "!~"][..]);
    let matcher =
        (of(LABELS), op, of(STRINGS)).prop_map(|(name, op, value)| format!("{name}{op}{value}"));
    prop::collection::vec(matcher, 0..3).prop_map(|matchers| format!("{{{}}}", matchers.join(", ")))
}

/// With `offset` and `@`, or without.
fn modified(selector: impl Strategy<Value = String>) -> impl Strategy<Value = String> {
    let offset = prop_oneof![
        4 => Just(String::new()),
        1 => (select(&["", "-"][..]), of(DURATIONS)).prop_map(|(sign, d)| format!(" offset {sign}{d}")),
        1 => duration().prop_map(|d| format!(" offset ({d})")),
        1 => Just(" offset -step()".to_owned()),
    ];
    let at = select(
        &[
            "",
            "",
            "",
            " @ start()",
            " @ end()",
            " @ 1609746000.5",
            " @ -1",
        ][..],
    );
    (selector, offset, at).prop_map(|(selector, offset, at)| format!("{selector}{offset}{at}"))
}

fn duration() -> impl Strategy<Value = String> {
    of(DURATIONS).prop_recursive(3, 8, 2, |inner| {
        let op = select(&["+", "-", "*", "/", "%", "^"][..]);
        prop_oneof![
            (inner.clone(), op, inner.clone()).prop_map(|(a, op, b)| format!("{a} {op} {b}")),
            inner.clone().prop_map(|a| format!("({a})")),
            inner.clone().prop_map(|a| format!("-{a}")),
            (inner.clone(), inner).prop_map(|(a, b)| format!("min_of({a}, max_of({b}, range()))")),
        ]
    })
}

fn matrix(inner: impl Strategy<Value = String>) -> impl Strategy<Value = String> {
    let range = prop_oneof![3 => of(DURATIONS).boxed(), 1 => duration().boxed()];
    let step = prop_oneof![Just(String::new()), of(DURATIONS)];
    modified(prop_oneof![
        (selector(), range.clone()).prop_map(|(selector, range)| format!("{selector}[{range}]")),
        (inner, range, step).prop_map(|(inner, range, step)| format!("({inner})[{range}:{step}]")),
    ])
}

fn scalar(inner: impl Strategy<Value = String>) -> impl Strategy<Value = String> {
    prop_oneof![
        3 => of(NUMBERS),
        1 => inner.prop_map(|inner| format!("scalar({inner})")),
        1 => (of(NUMBERS), of(NUMBERS)).prop_map(|(a, b)| format!("{a} ^ {b} * step()")),
    ]
}

fn labels() -> impl Strategy<Value = String> {
    prop::collection::vec(of(LABELS), 0..3).prop_map(|labels| format!("({})", labels.join(",")))
}

fn aggregation(
    inner: impl Strategy<Value = String>,
    number: impl Strategy<Value = String>,
) -> impl Strategy<Value = String> {
    let op = select(&["sum", "AVG", "topk", "quantile", "limitk", "group"][..]);
    let clause = select(&["", " by ", " without "][..]);
    (op, clause, labels(), inner, number, arbitrary::<bool>()).prop_map(
        |(op, clause, labels, inner, number, before)| {
            let param = matches!(op, "topk" | "quantile" | "limitk").then_some(number + ", ");
            let args = format!("({}{inner})", param.unwrap_or_default());
            match (clause, before) {
                ("", _) => format!("{op}{args}"),
                (_, true) => format!("{op}{clause}{labels}{args}"),
                (_, false) => format!("{op}{args}{clause}{labels}"),
            }
        },
    )
}

fn binary(
    inner: impl Strategy<Value = String> + Clone,
    number: impl Strategy<Value = String>,
) -> impl Strategy<Value = String> {
    let arithmetic = (
        select(
            &[
                "+", "-", "*", "/", "%", "^", "atan2", "</", ">/", "==", "< bool",
            ][..],
        ),
        prop_oneof![
            2 => Just(String::new()),
            1 => labels().prop_map(|l| format!(" on {l}")),
            1 => labels().prop_map(|l| format!(" ignoring {l} group_left")),
            1 => Just(" on (a) group_right (b)".to_owned()),
        ],
        select(&["", "", " fill (-1)", " fill_right (NaN) fill_left (1e-9)"][..]),
    )
        .prop_map(|(op, matching, fill)| format!("{op}{matching}{fill}"));
    let set = (
        select(&["and", "or", "unless"][..]),
        prop_oneof![Just("()".to_owned()), labels()],
    )
        .prop_map(|(op, labels)| format!("{op} on {labels}"));
    prop_oneof![
        2 => (inner.clone(), arithmetic, inner.clone()).prop_map(|(a, op, b)| format!("{a} {op} {b}")),
        1 => (inner.clone(), set, inner.clone()).prop_map(|(a, op, b)| format!("{a} {op} {b}")),
        1 => (inner, number).prop_map(|(a, b)| format!("{b} * {a} > {b}")),
    ]
}

/// What to do to a query, place by place: the place as a part of its length, and the text to put there; none cuts out
/// a character.
pub(crate) type Damage = Vec<(prop::sample::Index, Option<&'static str>)>;

pub(crate) fn damage() -> impl Strategy<Value = Damage> {
    const INSERTED: &[&str] = &[
        "(", ")", "{", "}", "[", "]", ",", "\"", "'", "`", "=", "~", "!", "@", "#", ":", "\\", "-",
        "+", "^", "/", " ", "1", "5m", "x", "by", "on", "offset", "bool", "step()", "fill", "é",
        "\n", "0x", "1e",
    ];
    let text = prop_oneof![1 => Just(None), 2 => select(INSERTED).prop_map(Some)];
    prop::collection::vec((arbitrary::<prop::sample::Index>(), text), 1..4)
}

pub(crate) fn damaged(query: &str, damage: &Damage) -> String {
    let mut chars: Vec<char> = query.chars().collect();
    for (place, text) in damage {
        let at = place.index(chars.len() + 1);
        match text {
            Some(text) => drop(chars.splice(at..at, text.chars())),
            None if at < chars.len() => drop(chars.remove(at)),
            None => {}
        }
    }
    chars.into_iter().collect()
}

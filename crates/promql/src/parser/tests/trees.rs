use super::{parsed, tree};

fn check(query: &str, expected: &str) {
    assert_eq!(tree(&parsed(query)), expected, "{query}");
}

#[test]
fn numbers() {
    check("1", "1");
    check("-1", "-1");
    check("+ 1", "1");
    check("- -1", "1");
    check(".5", "0.5");
    check("5.", "5");
    check("1e3", "1000");
    check("1.5E-3", "0.0015");
    check("0x1F", "31");
    check("0xae", "174");
    check("017", "15");
    check("019", "19");
    check("1_000_000.5", "1000000.5");
    check("0x_ff_ff", "65535");
    check("Inf", "inf");
    check("-iNf", "-inf");
    check("nan", "NaN");
    check("5m", "300s");
    check("1h30m", "5400s");
    check("-250ms", "-0.25s");
}

#[test]
fn strings() {
    check(r#""a\tb\"c\\""#, r#""a\tb\"c\\""#);
    check(r"'it\'s'", r#""it's""#);
    check(r#"'say "x"'"#, r#""say \"x\"""#);
    check(r"`raw \n`", r#""raw \\n""#);
    check("`two\nlines`", r#""two\nlines""#);
    check(r#""\x41\u00e9\U0001F600\101""#, r#""Aé😀A""#);
}

#[test]
fn selectors() {
    check("up", r#"{__name__="up"}"#);
    check("job:up:sum", r#"{__name__="job:up:sum"}"#);
    check(
        r#"up{a="1",b!="2",c=~"3",d!~"4",}"#,
        r#"{a="1",b!="2",c=~"3",d!~"4",__name__="up"}"#,
    );
    check(r#"{a="1"}"#, r#"{a="1"}"#);
    check(r#"{"http.requests"}"#, r#"{__name__="http.requests"}"#);
    check(
        r#"{"http.requests", "a.b"=~"x", c="y"}"#,
        r#"{__name__="http.requests","a.b"=~"x",c="y"}"#,
    );
    check(r#"{`x y`}"#, r#"{__name__="x y"}"#);
    check("up{}", r#"{__name__="up"}"#);
    check("up # all\n{ # of them\n}", r#"{__name__="up"}"#);
}

/// In braces every word is a label; elsewhere most keywords may be metrics.
#[test]
fn keywords_as_names() {
    check(
        r#"sum{by="1",on="2",bool="3",offset="4"}"#,
        r#"{by="1",on="2",bool="3",offset="4",__name__="sum"}"#,
    );
    for name in [
        "sum",
        "count_values",
        "by",
        "without",
        "and",
        "or",
        "unless",
        "offset",
        "start",
        "end",
        "step",
        "range",
        "min_of",
        "max_of",
        "anchored",
        "smoothed",
        "limitk",
        "fill",
        "fill_left",
        "fill_right",
        "Sum",
    ] {
        check(name, &format!("{{__name__=\"{name}\"}}"));
    }
    check(
        "and and and",
        r#"(and many-to-many ignoring [] {__name__="and"} {__name__="and"})"#,
    );
    check(
        "fill + fill(0) fill",
        r#"(+ one-to-one ignoring [] fill Some(0.0) Some(0.0) {__name__="fill"} {__name__="fill"})"#,
    );
    check(
        "sum by (sum, on, bool, atan2, group_left, offset, step) (x)",
        r#"(sum by ["sum", "on", "bool", "atan2", "group_left", "offset", "step"] {__name__="x"})"#,
    );
}

#[test]
fn modifiers() {
    check("up offset 5m", r#"({__name__="up"} offset 300000ms)"#);
    check("up offset -1.5", r#"({__name__="up"} offset -1500ms)"#);
    check("up offset 0s", r#"{__name__="up"}"#);
    check("up @ 1.5", r#"({__name__="up"} at Time(Timestamp(1500)))"#);
    check("up @ -1", r#"({__name__="up"} at Time(Timestamp(-1000)))"#);
    check(
        "up @ start() offset 1s",
        r#"({__name__="up"} offset 1000ms at Start)"#,
    );
    check(
        "up offset 1s @ end()",
        r#"({__name__="up"} offset 1000ms at End)"#,
    );
    check("up[5m]", r#"(range {__name__="up"} 300000ms)"#);
    check("up[300]", r#"(range {__name__="up"} 300000ms)"#);
    check(
        "up[5m] offset 1m @ 2",
        r#"(range ({__name__="up"} offset 60000ms at Time(Timestamp(2000))) 300000ms)"#,
    );
    check("up anchored", r#"({__name__="up"} anchored)"#);
    check(
        "up[5m] smoothed offset 1m",
        r#"(range ({__name__="up"} smoothed offset 60000ms) 300000ms)"#,
    );
    check("up[5m:]", r#"(subquery {__name__="up"} 300000ms -)"#);
    check(
        "(1 + up)[5m:30s] offset 1m @ 2",
        r#"(subquery (paren (+ 1 {__name__="up"})) 300000ms 30000ms offset 60000ms at Time(Timestamp(2000)))"#,
    );
    check(
        "up[5m:1m] ",
        r#"(subquery {__name__="up"} 300000ms 60000ms)"#,
    );
}

#[test]
fn duration_expressions() {
    check(
        "up[1m + 2 * 3s]",
        r#"(range {__name__="up"} (+ 60 (* 2 3)))"#,
    );
    check("up[2 ^ 3 ^ 2]", r#"(range {__name__="up"} (^ 2 (^ 3 2)))"#);
    check(
        "up[-2 ^ 2 + 10]",
        r#"(range {__name__="up"} (+ (- (^ 2 2)) 10))"#,
    );
    check("up[(1m)]", r#"(range {__name__="up"} (paren 60))"#);
    check(
        "up[(step() - 5) * 2]",
        r#"(range {__name__="up"} (* (paren (- step 5)) 2))"#,
    );
    check(
        "up[max_of(STEP(), 1h):min_of(range(), 5)]",
        r#"(subquery {__name__="up"} (max_of step 3600) (min_of range 5))"#,
    );
    check(
        "up offset (100 + 2)",
        r#"({__name__="up"} offset (paren (+ 100 2)))"#,
    );
    check(
        "up offset -(step() * 2)",
        r#"({__name__="up"} offset (- (paren (* step 2))))"#,
    );
    check("up[1.0005]", r#"(range {__name__="up"} 1.0005)"#);
}

/// Only one operand belongs to an offset without parentheses, as it always has.
#[test]
fn offsets_take_one_operand() {
    let up = r#"{__name__="up"}"#;
    check(
        "up offset 100 + 2",
        &format!("(+ ({up} offset 100000ms) 2)"),
    );
    check("up offset -2 ^ 2", &format!("(^ ({up} offset -2000ms) 2)"));
    check("up offset step() * 0", &format!("(* ({up} offset step) 0)"));
    check(
        "up offset -min_of(step(), 1s) + 8",
        &format!("(+ ({up} offset (- (min_of step 1))) 8)"),
    );
    check(
        "up offset -(step()) + 8",
        &format!("(+ ({up} offset (- (paren step))) 8)"),
    );
    check(
        "up offset (-1m) * 100",
        &format!("(* ({up} offset (paren -60)) 100)"),
    );
}

#[test]
fn precedence() {
    check("1 + 2 * 3 - 4", "(- (+ 1 (* 2 3)) 4)");
    check("2 ^ 3 ^ 4", "(^ 2 (^ 3 4))");
    check("-1 ^ 2", "(- (^ 1 2))");
    check("2 ^ -1 * 3", "(* (^ 2 -1) 3)");
    check("2 ^ -1 ^ 3", "(^ 2 (- (^ 1 3)))");
    check("1 * -2 + 3", "(+ (* 1 -2) 3)");
    check("8 / 4 / 2 % 3 atan2 1", "(atan2 (% (/ (/ 8 4) 2) 3) 1)");
    check("1 < bool 2 + 3", "(< bool 1 (+ 2 3))");
    check("1 == bool 2 > bool 3", "(> bool (== bool 1 2) 3)");
    let many = "many-to-many ignoring []";
    check(
        r#"{a="1"} or {b="1"} and {c="1"} unless {d="1"}"#,
        &format!(
            r#"(or {many} {{a="1"}} (unless {many} (and {many} {{b="1"}} {{c="1"}}) {{d="1"}}))"#
        ),
    );
    check("-up offset 5m", r#"(- ({__name__="up"} offset 300000ms))"#);
}

#[test]
fn histogram_trimming() {
    let one = "one-to-one ignoring []";
    check(r#"{a="1"} </ 2"#, r#"(</ {a="1"} 2)"#);
    check(
        r#"{a="1"} >/ {b="1"}"#,
        &format!(r#"(>/ {one} {{a="1"}} {{b="1"}})"#),
    );
    check(
        r#"{a="1"} + {b="1"} </ 2"#,
        &format!(r#"(</ (+ {one} {{a="1"}} {{b="1"}}) 2)"#),
    );
}

#[test]
fn matching() {
    let (a, b) = (r#"{__name__="a"}"#, r#"{__name__="b"}"#);
    check("a + b", &format!("(+ one-to-one ignoring [] {a} {b})"));
    check(
        "a + on (x) b",
        &format!("(+ one-to-one on [\"x\"] {a} {b})"),
    );
    check(
        "a > bool ignoring (x, y,) b",
        &format!("(> bool one-to-one ignoring [\"x\", \"y\"] {a} {b})"),
    );
    check(
        "a * on () group_left b",
        &format!("(* many-to-one on [] {a} {b})"),
    );
    check(
        r#"a * on (x) group_right (y, "z.z") b"#,
        &format!("(* one-to-many on [\"x\"] include [\"y\", \"z.z\"] {a} {b})"),
    );
    check(
        "a and on (x) b",
        &format!("(and many-to-many on [\"x\"] {a} {b})"),
    );
    check(
        "a + fill (1) b",
        &format!("(+ one-to-one ignoring [] fill Some(1.0) Some(1.0) {a} {b})"),
    );
    check(
        "a + on (x) group_left fill_right (-Inf) fill_left (2m) b",
        &format!("(+ many-to-one on [\"x\"] fill Some(120.0) Some(-inf) {a} {b})"),
    );
    // The parenthesis behind group_left holds labels, never an expression.
    check(
        "a * on (x) group_left (y) (b)",
        &format!("(* many-to-one on [\"x\"] include [\"y\"] {a} (paren {b}))"),
    );
}

#[test]
fn aggregations() {
    let a = r#"{__name__="a"}"#;
    check("sum(a)", &format!("(sum by [] {a})"));
    check("SUM By (x) (a)", &format!("(sum by [\"x\"] {a})"));
    check("sum(a) without (x,)", &format!("(sum without [\"x\"] {a})"));
    check("topk(3, a) by (x)", &format!("(topk by [\"x\"] 3 {a})"));
    check(
        r#"count_values without () ("v", a)"#,
        &format!("(count_values without [] \"v\" {a})"),
    );
    check(
        r#"limit_ratio by ("x.y", a:b) (-0.5, a)"#,
        &format!("(limit_ratio by [\"x.y\", \"a:b\"] -0.5 {a})"),
    );
    check(
        "quantile(scalar(a), a)",
        &format!("(quantile by [] (scalar {a}) {a})"),
    );
}

#[test]
fn calls() {
    let a = r#"{__name__="a"}"#;
    check("time()", "(time)");
    check("rate(a[5m])", &format!("(rate (range {a} 300000ms))"));
    check("round(a, 2)", &format!("(round {a} 2)"));
    check(
        "start() + step() * range() - end()",
        "(- (+ (start) (* (step) (range))) (end))",
    );
    check("min_of(1, max_of(2, 3))", "(min_of 1 (max_of 2 3))");
    check(r#"info(a, {b="c"})"#, &format!("(info {a} {{b=\"c\"}})"));
    check("info(a, {})", &format!("(info {a} {{}})"));
    check(
        r#"label_join(a, "d", ",", "s", "t", "u")"#,
        &format!(r#"(label_join {a} "d" "," "s" "t" "u")"#),
    );
}

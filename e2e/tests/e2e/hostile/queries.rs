//! Queries that are too deep, too long, too many, or no queries at all.

use std::sync::atomic::{AtomicUsize, Ordering};

use e2e::{Answer, Sandbox, get, post, query, wait_until};

use super::{RESIDENT_BYTES_MAX, Watch};

/// A form, the status of its answer, the `errorType`, and words of the message.
type Case<'a> = (&'a str, &'a [(&'a str, &'a str)], u16, &'a str, &'a str);

fn expect(what: &str, answer: &Answer, status: u16, kind: &str, words: &str) -> Option<String> {
    let start: String = answer.body.chars().take(1000).collect();
    let json = answer.json();
    let text = json["error"].as_str().unwrap_or_default();
    let right = answer.status == status && json["errorType"] == kind && text.contains(words);
    // A message must not be as long as what it complains of.
    let short = answer.body.len() < 10_000;
    (!right || !short).then(|| format!("{what}: {}: {start}", answer.status))
}

fn check(watch: &Watch, cases: &[Case<'_>]) {
    let wrong: Vec<String> = cases
        .iter()
        .filter_map(|(path, form, status, kind, words)| {
            let answer = post(&watch.ferula.url, path, form).expect("an answer");
            let what = format!("{path} {form:.100?}")
                .chars()
                .take(200)
                .collect::<String>();
            expect(&what, &answer, *status, kind, words)
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

const QUERY: &str = "/api/v1/query";
const RANGE: &str = "/api/v1/query_range";
const SERIES: &str = "/api/v1/series";
const BAD: &str = "bad_data";

#[test]
fn bad_parameters_are_named() {
    let sandbox = Sandbox::new("bad_parameters");
    let watch = Watch::start(&sandbox, "500ms", &[], &[]);
    let range = |start, end, step| {
        [
            ("query", "up"),
            ("start", start),
            ("end", end),
            ("step", step),
        ]
    };
    check(
        &watch,
        &[
            (QUERY, &[], 400, BAD, "invalid parameter \"query\""),
            (
                QUERY,
                &[("query", "")],
                400,
                BAD,
                "no expression found in input",
            ),
            (
                QUERY,
                &[("query", "up"), ("time", "soon")],
                400,
                BAD,
                "invalid parameter \"time\": invalid time value for 'time': cannot parse \"soon\" to a valid timestamp",
            ),
            (
                QUERY,
                &[("query", "up"), ("timeout", "soon")],
                400,
                BAD,
                "invalid parameter \"timeout\": cannot parse \"soon\" to a valid duration",
            ),
            (
                QUERY,
                &[("query", "up"), ("limit", "-1")],
                400,
                BAD,
                "invalid parameter \"limit\"",
            ),
            (
                QUERY,
                &[("query", "up"), ("lookback_delta", "soon")],
                400,
                BAD,
                "lookback delta",
            ),
            (
                QUERY,
                &[("query", "up\u{0}")],
                400,
                BAD,
                "unexpected character",
            ),
            (
                QUERY,
                &[("query", "up{x=\"")],
                400,
                BAD,
                "unterminated quoted string",
            ),
            (
                QUERY,
                &[("query", "no_function(up)")],
                400,
                BAD,
                "unknown function with name \"no_function\"",
            ),
            (
                QUERY,
                &[("query", "{__name__=~\"(\"}")],
                400,
                BAD,
                "error parsing regexp",
            ),
            (
                QUERY,
                &[("query", "{}")],
                400,
                BAD,
                "vector selector must contain at least one non-empty matcher",
            ),
            (
                RANGE,
                &range("soon", "1", "1"),
                400,
                BAD,
                "invalid parameter \"start\"",
            ),
            (
                RANGE,
                &range("0", "soon", "1"),
                400,
                BAD,
                "invalid parameter \"end\"",
            ),
            (
                RANGE,
                &range("0", "1", "soon"),
                400,
                BAD,
                "invalid parameter \"step\"",
            ),
            (
                RANGE,
                &range("0", "1", "0"),
                400,
                BAD,
                "zero or negative query resolution step widths are not accepted",
            ),
            (RANGE, &range("0", "1", "-1"), 400, BAD, "zero or negative"),
            (
                RANGE,
                &range("1", "0", "1"),
                400,
                BAD,
                "end timestamp must not be before start time",
            ),
            (
                RANGE,
                &range("NaN", "1", "1"),
                400,
                BAD,
                "invalid parameter \"start\"",
            ),
            (
                RANGE,
                &range("0", "1e300", "1"),
                400,
                BAD,
                "invalid parameter \"end\"",
            ),
            (
                RANGE,
                &[
                    ("query", "up[5m]"),
                    ("start", "0"),
                    ("end", "1"),
                    ("step", "1"),
                ],
                400,
                BAD,
                "must be Scalar or instant Vector",
            ),
            (SERIES, &[], 400, BAD, "no match[] parameter provided"),
            (
                SERIES,
                &[("match[]", "{x=\"\"}")],
                400,
                BAD,
                "match[] must contain at least one non-empty matcher",
            ),
            (
                SERIES,
                &[("match[]", "sum(up)")],
                400,
                BAD,
                "invalid parameter \"match[]\"",
            ),
        ],
    );
    let missing = get(&watch.ferula.url, "/api/v1/nothing").expect("an answer");
    assert_eq!(missing.status, 404, "{}", missing.body);
    watch.expect_well("bad parameters", RESIDENT_BYTES_MAX);
}

#[test]
fn what_would_give_too_much_is_refused() {
    let sandbox = Sandbox::new("too_much");
    let watch = Watch::start(&sandbox, "500ms", &[], &["--query.max-samples=1000000"]);
    let too_many = "query processing would load too many samples into memory in query execution";
    let execution = "execution";
    let step = |text, step| {
        [
            ("query", text),
            ("start", "0"),
            ("end", "1000000000"),
            ("step", step),
        ]
    };
    check(
        &watch,
        &[
            // A billion points.
            (
                RANGE,
                &step("up", "1"),
                400,
                BAD,
                "exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)",
            ),
            (
                RANGE,
                &step("vector(1)", "1ms"),
                400,
                BAD,
                "exceeded maximum resolution",
            ),
            // Few points, of which each wants many.
            (
                QUERY,
                &[("query", "sum_over_time(vector(1)[30d:1ms])")],
                422,
                execution,
                too_many,
            ),
            (
                QUERY,
                &[("query", "count_over_time(up[100y:1s])")],
                422,
                execution,
                too_many,
            ),
            (
                RANGE,
                &step("sum_over_time(vector(1)[10000d:100s])", "100000"),
                422,
                execution,
                too_many,
            ),
            (
                QUERY,
                &[("query", "{__name__=~\"(a{1000}){1000}\"}")],
                400,
                BAD,
                "regexp",
            ),
        ],
    );
    watch.expect_well("queries for too much", RESIDENT_BYTES_MAX);
}

/// The default bound: fifty million samples are eight bytes each, with their times twice as much.
#[test]
fn the_default_bound_of_samples_bounds_memory() {
    const BYTES_MAX: u64 = 1200 << 20;
    let sandbox = Sandbox::new("default_budget");
    let watch = Watch::start(&sandbox, "500ms", &[], &[]);
    let form = [("query", "sum_over_time(vector(1)[30d:1ms])")];
    let answer = post(&watch.ferula.url, QUERY, &form).expect("an answer");
    let apart = expect("30d:1ms", &answer, 422, "execution", "too many samples");
    assert_eq!(apart, None);
    watch.expect_well("a query of the default bound", BYTES_MAX);
}

#[test]
fn what_is_too_deep_or_too_long_is_refused() {
    let sandbox = Sandbox::new("too_deep");
    let watch = Watch::start(&sandbox, "500ms", &[], &[]);
    let around = |open: &str, inside: &str, close: &str, times| {
        format!("{}{inside}{}", open.repeat(times), close.repeat(times))
    };
    let deep = "query is nested too deeply";
    let row = "query has too many operators in a row";
    let long = "longer than";
    let cases = [
        (around("(", "1", ")", 100_000), deep),
        (around("-", "1", "", 100_000), deep),
        (around("abs(", "up", ")", 100_000), deep),
        (around("sum by (x) (", "up", ")", 50_000), deep),
        (around("1+", "1", "", 100_000), row),
        (around("(", "", "", 500_000), deep),
        (around("2^", "1", "", 100_000), deep),
        (format!("up{}", "[1m:1s]".repeat(50_000)), ""),
        (format!("up{{x=\"{}\"}}", "x".repeat(2 << 20)), long),
        (format!("up{{{}}}", "x=\"1\",".repeat(100_000)), ""),
        ("x".repeat(5 << 20), long),
    ];
    let wrong: Vec<String> = cases
        .iter()
        .filter_map(|(text, words)| {
            let answer = post(&watch.ferula.url, QUERY, &[("query", text)]).expect("an answer");
            let what: String = text.chars().take(20).collect();
            expect(&what, &answer, 400, BAD, words)
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    watch.expect_well("queries too deep and too long", RESIDENT_BYTES_MAX);
}

#[test]
fn a_query_beyond_its_time_is_stopped() {
    let sandbox = Sandbox::new("out_of_time");
    let watch = Watch::start(&sandbox, "500ms", &[], &["--query.timeout=20ms"]);
    // Eight million samples.
    let slow = "sum_over_time(vector(1)[1d:10ms])";
    // Few at once, and billions of times the same.
    let slower = "max_over_time(sum_over_time(vector(time())[1d:1s])[1d:1s])";
    let timeout = "query timed out in query execution";
    check(
        &watch,
        &[
            (QUERY, &[("query", slow)], 503, "timeout", timeout),
            (QUERY, &[("query", slower)], 503, "timeout", timeout),
            (
                QUERY,
                &[("query", slow), ("timeout", "5ms")],
                503,
                "timeout",
                timeout,
            ),
            (
                QUERY,
                &[("query", slow), ("timeout", "1h")],
                503,
                "timeout",
                timeout,
            ),
        ],
    );
    // None of them goes on working, and then what they held is free.
    wait_until("no query runs", || {
        let page = get(&watch.ferula.url, "/metrics").expect("its page").body;
        page.contains("\nprometheus_engine_queries 0\n")
            .then_some(())
    });
    watch.expect_well("slow queries", RESIDENT_BYTES_MAX);
}

/// Clients at once, each with a connection of its own.
const CLIENTS: usize = 200;
/// Queries in all.
const QUERIES: usize = 10_000;

#[test]
fn ten_thousand_queries_from_two_hundred_clients_are_answered() {
    let sandbox = Sandbox::new("many_queries");
    let watch = Watch::start(&sandbox, "500ms", &[], &[]);
    let url = &watch.ferula.url;
    let answered = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..CLIENTS {
            scope.spawn(|| {
                let agent = ureq::Agent::new_with_defaults();
                while answered.fetch_add(1, Ordering::Relaxed) < QUERIES {
                    let query = format!("{url}{QUERY}?query=sum(up)%2Bscalar(shown)");
                    let mut answer = agent.get(query).call().expect("an answer");
                    let body = answer.body_mut().read_to_string().expect("a body");
                    assert!(body.contains("\"8\""), "{body}");
                }
            });
        }
    });
    watch.expect_well("ten thousand queries", RESIDENT_BYTES_MAX);
    let data = query(url, "sum(up)", None);
    assert_eq!(data["result"][0]["value"][1], "1");
}

//! Whole scripts: a scripted network, time that passes at once, a store that writes down what it is told.

use std::sync::Arc;
use std::time::Duration;

use ferula::Registry;
use futures_util::future::BoxFuture;
use model::relabel::{Action, Rule};
use model::{Regexp, Timestamp};
use platform::TimerClock;
use platform::http::StatusCode;
use platform::http::simulated::{Answer, Ending, SimulatedNetwork};
use tokio::time::sleep;

use super::*;
use crate::error::FetchError;
use crate::options::{Discovery, TargetGroup};
use crate::source::{NetworkOnly, Page, Source, Sources};
use crate::status::{Health, TargetStatus};
use crate::target::Target;
use crate::telemetry::Telemetry;
use crate::testing::{Ledger, job};

const TEXT: &str = "text/plain; version=0.0.4";
/// A round moment, so that times are easy to read.
const START_MS: i64 = 1_800_000_000_000;

struct Script {
    network: SimulatedNetwork,
    store: Arc<Ledger>,
    scraper: Scraper,
}

/// A job that scrapes `targets` every 10 s.
fn targets(name: &str, targets: &[&str]) -> JobOptions {
    let group = TargetGroup {
        source: "test".to_owned(),
        targets: targets.iter().map(|target| (*target).to_owned()).collect(),
        labels: Vec::new(),
    };
    JobOptions {
        interval_ms: 10_000,
        timeout_ms: 5_000,
        discoveries: vec![Discovery::Static(vec![group])],
        ..job(name)
    }
}

impl Script {
    fn start(network: SimulatedNetwork, jobs: Vec<JobOptions>) -> Self {
        Self::start_with(network, Arc::new(NetworkOnly), jobs)
    }

    fn start_with(
        network: SimulatedNetwork,
        sources: Arc<dyn Sources>,
        jobs: Vec<JobOptions>,
    ) -> Self {
        let store = Arc::new(Ledger::default());
        let world = World {
            store: Arc::clone(&store) as _,
            network: Arc::new(network.clone()),
            sources,
            clock: Arc::new(TimerClock::starting_at(Timestamp(START_MS))),
            seed: 0,
            agent: "Ferula/test".to_owned(),
            type_and_unit_labels: false,
            telemetry: Telemetry::new(&Registry::new()).expect("an empty registry"),
        };
        let (scraper, left_out) = Scraper::start(world, jobs);
        assert!(left_out.is_empty(), "{left_out:?}");
        Self {
            network,
            store,
            scraper,
        }
    }

    /// Lets time pass; answers the lines that were written, report apart from `up`, as `<series>=<value>` without times.
    async fn pass(&self, seconds: u64) -> Vec<String> {
        sleep(Duration::from_secs(seconds)).await;
        let lines = self.store.take().into_iter();
        let lines = lines.filter(|line| !line.contains(" scrape_"));
        lines
            .map(|line| {
                let (_, rest) = line.split_once(' ').expect("a time");
                let (series, value) = rest.rsplit_once(' ').expect("a value");
                format!(
                    "{}={value}",
                    series.replace(r#", job="j""#, "").replace("instance=", "")
                )
            })
            .collect()
    }

    fn only_target(&self) -> TargetStatus {
        let mut pools = self.scraper.status().pools;
        assert_eq!((pools.len(), pools[0].active.len()), (1, 1));
        pools.remove(0).active.remove(0)
    }
}

#[tokio::test(start_paused = true)]
async fn scrapes_at_its_place_in_the_interval() {
    let network = SimulatedNetwork::default();
    network.script(
        "http://a:1/metrics",
        ["x 1\n", "x 2\n"].map(|page| Answer::ok(TEXT, page)),
    );
    let script = Script::start(network, vec![targets("j", &["a:1"])]);
    assert_eq!(script.only_target().health, Health::Unknown);
    sleep(Duration::from_secs(30)).await;
    let lines = script.store.take();
    let times: Vec<i64> = lines
        .iter()
        .filter(|line| line.contains(" x{"))
        .filter_map(|line| line.split_once(' ')?.0.replace('.', "").parse().ok())
        .collect();
    // Exactly an interval apart, whatever the offset is.
    assert_eq!(times.len(), 3);
    assert!(
        times.windows(2).all(|pair| pair[1] - pair[0] == 10_000),
        "{times:?}"
    );
    let values: Vec<&str> = lines
        .iter()
        .filter(|line| line.contains(" x{"))
        .filter_map(|line| line.rsplit(' ').next())
        .collect();
    assert_eq!(values, ["1", "2", "2"]);

    let target = script.only_target();
    assert_eq!(
        (target.health, target.samples, target.url.as_str()),
        (Health::Up, 1, "http://a:1/metrics")
    );
    assert_eq!(target.last_scrape, Some(Timestamp(times[2])));

    let request = script.network.take_requests().pop().expect("a request");
    let header = |name: &str| {
        request
            .headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    };
    assert_eq!(header("user-agent"), "Ferula/test");
    assert_eq!(header("accept-encoding"), "gzip");
    assert_eq!(header("x-prometheus-scrape-timeout-seconds"), "5");
    assert!(
        header("accept")
            .starts_with("application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,")
    );
}

#[tokio::test(start_paused = true)]
async fn targets_are_spread_over_the_interval() {
    let addresses: Vec<String> = (0..20).map(|number| format!("host-{number}:80")).collect();
    let addresses: Vec<&str> = addresses.iter().map(String::as_str).collect();
    let script = Script::start(SimulatedNetwork::default(), vec![targets("j", &addresses)]);
    let mut seen = Vec::new();
    for _ in 0..10 {
        seen.push(script.pass(1).await.len());
    }
    assert_eq!(seen.iter().sum::<usize>(), 20);
    assert!(seen.iter().all(|in_a_second| *in_a_second <= 8), "{seen:?}");
}

/// `a` answers with one page, then so, then with the page again.
async fn check_failure(answer: Answer, change: impl FnOnce(&mut JobOptions), error: &str) {
    let network = SimulatedNetwork::default();
    let page = || Answer::ok(TEXT, "x 1\n");
    network.script("http://a:1/metrics", [page(), answer, page()]);
    let mut options = targets("j", &["a:1"]);
    change(&mut options);
    let script = Script::start(network, vec![options]);
    let mut written = Vec::new();
    for second in 0..30 {
        written.extend(script.pass(1).await);
        if written.len() == 4 && second < 25 {
            let target = script.only_target();
            assert_eq!(
                (target.health, target.last_error.as_str()),
                (Health::Down, error)
            );
        }
    }
    assert_eq!(
        written,
        [
            r#"x{"a:1"}=1"#,
            r#"up{"a:1"}=1"#,
            r#"x{"a:1"}=stale"#,
            r#"up{"a:1"}=0"#,
            r#"x{"a:1"}=1"#,
            r#"up{"a:1"}=1"#
        ],
        "{error}"
    );
}

#[tokio::test(start_paused = true)]
async fn failures_are_told_and_do_no_harm() {
    let get = r#"Get "http://a:1/metrics": "#;
    let page = || Answer::ok(TEXT, "x 1\n");
    let same = |_: &mut JobOptions| {};
    check_failure(
        Answer::status(StatusCode::INTERNAL_SERVER_ERROR),
        same,
        "server returned HTTP status 500 Internal Server Error",
    )
    .await;
    check_failure(
        Answer::status(StatusCode::FOUND),
        same,
        "server returned HTTP status 302 Found",
    )
    .await;
    check_failure(
        page().after(Duration::from_secs(9)),
        same,
        &format!("{get}context deadline exceeded"),
    )
    .await;
    check_failure(
        page().ending(Ending::HangAfter(2)),
        same,
        "context deadline exceeded",
    )
    .await;
    check_failure(
        page().ending(Ending::Drip(Duration::from_secs(2))),
        same,
        "context deadline exceeded",
    )
    .await;
    check_failure(page().ending(Ending::CutAfter(2)), same, "unexpected EOF").await;
    let limited = |job: &mut JobOptions| job.limits.body_size_bytes = 1000;
    check_failure(
        page().ending(Ending::Endless),
        limited,
        "body size limit exceeded",
    )
    .await;
    check_failure(
        Answer::ok("text/html", "<p>hello"),
        same,
        "received unsupported Content-Type \"text/html\" and no fallback_scrape_protocol specified for target",
    )
    .await;
    check_failure(
        Answer::ok(TEXT, "x 2\ny z\n"),
        same,
        "invalid value: \"z\": invalid syntax (line 2, column 3)",
    )
    .await;
    let one = |job: &mut JobOptions| job.limits.samples = 1;
    check_failure(Answer::ok(TEXT, "x 1\ny 1\n"), one, "sample limit exceeded").await;
}

/// Without a limit of the job's own there is still one.
#[tokio::test(start_paused = true)]
async fn an_endless_page_ends() {
    let network = SimulatedNetwork::default();
    let endless = "x 1\n".repeat(1 << 18);
    network.answer(
        "http://a:1/metrics",
        Answer::ok(TEXT, endless).ending(Ending::Endless),
    );
    let script = Script::start(network, vec![targets("j", &["a:1"])]);
    assert_eq!(script.pass(10).await, [r#"up{"a:1"}=0"#]);
    assert_eq!(script.only_target().last_error, "body size limit exceeded");
}

#[tokio::test(start_paused = true)]
async fn a_reload_leaves_alone_what_stays() {
    let network = SimulatedNetwork::default();
    for host in ["a", "b", "c"] {
        network.answer(
            &format!("http://{host}:1/metrics"),
            Answer::ok(TEXT, "x 1\n"),
        );
    }
    let script = Script::start(network, vec![targets("j", &["a:1", "b:1"])]);
    assert_eq!(script.pass(10).await.len(), 4);
    let before = script.store.take_by_reference();
    script
        .scraper
        .apply(vec![targets("j", &["b:1", "c:1"])])
        .expect("the test's jobs");
    let written = script.pass(10).await;
    let has = |written: &[String], line: &str| written.iter().any(|own| own == line);
    assert!(
        has(&written, r#"x{"b:1"}=1"#) && has(&written, r#"x{"c:1"}=1"#),
        "{written:?}"
    );
    assert!(
        !written.iter().any(|line| line.contains("a:1")),
        "{written:?}"
    );
    // Of `b`, all six series came by reference: its loop knows them still.
    assert_eq!(script.store.take_by_reference() - before, 6);
    // `a` ends when two more intervals are over.
    let written = script.pass(15).await;
    assert!(
        has(&written, r#"x{"a:1"}=stale"#) && has(&written, r#"up{"a:1"}=stale"#),
        "{written:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_target_that_comes_back_does_not_end() {
    let network = SimulatedNetwork::default();
    network.answer("http://a:1/metrics", Answer::ok(TEXT, "x 1\n"));
    let script = Script::start(network, vec![targets("j", &["a:1"])]);
    script.pass(10).await;
    script
        .scraper
        .apply(vec![targets("j", &[])])
        .expect("the test's jobs");
    script.pass(5).await;
    assert!(script.scraper.status().pools[0].active.is_empty());
    script
        .scraper
        .apply(vec![targets("j", &["a:1"])])
        .expect("the test's jobs");
    let written = script.pass(60).await;
    assert!(
        !written.iter().any(|line| line.contains("stale")),
        "{written:?}"
    );
    // The same if the whole job goes and comes back.
    script.scraper.apply(Vec::new()).expect("no jobs");
    script.pass(5).await;
    script
        .scraper
        .apply(vec![targets("j", &["a:1"])])
        .expect("the test's jobs");
    let written = script.pass(60).await;
    assert!(
        !written.iter().any(|line| line.contains("stale")),
        "{written:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_job_that_goes_ends_and_one_that_stops_does_not() {
    let network = SimulatedNetwork::default();
    network.answer("http://a:1/metrics", Answer::ok(TEXT, "x 1\n"));
    let script = Script::start(network.clone(), vec![targets("j", &["a:1"])]);
    script.pass(10).await;
    script.scraper.apply(Vec::new()).expect("no jobs");
    assert!(script.scraper.status().pools.is_empty());
    let written = script.pass(40).await;
    assert!(
        written.iter().any(|line| line == r#"x{"a:1"}=stale"#),
        "{written:?}"
    );
    script.scraper.stop().await;

    let script = Script::start(network, vec![targets("j", &["a:1"])]);
    script.pass(10).await;
    script.scraper.stop().await;
    assert!(script.pass(60).await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn changed_rules_hold_from_the_next_scrape_on() {
    let network = SimulatedNetwork::default();
    network.answer("http://a:1/metrics", Answer::ok(TEXT, "x 1\ny 1\n"));
    let script = Script::start(network, vec![targets("j", &["a:1"])]);
    script.pass(10).await;
    let mut options = targets("j", &["a:1"]);
    options.metric_relabel_rules = vec![Rule {
        source_labels: vec!["__name__".to_owned()],
        separator: ";".to_owned(),
        regex: Regexp::new("x").expect("the test's expression"),
        action: Action::Drop,
    }];
    script
        .scraper
        .apply(vec![options])
        .expect("the test's jobs");
    assert_eq!(
        script.pass(10).await,
        [r#"y{"a:1"}=1"#, r#"x{"a:1"}=stale"#, r#"up{"a:1"}=1"#]
    );
}

#[tokio::test(start_paused = true)]
async fn too_many_targets_are_all_down() {
    let mut options = targets("j", &["a:1", "b:1", "a:1"]);
    options.limits.targets = 1;
    let script = Script::start(SimulatedNetwork::default(), vec![options]);
    let mut written = script.pass(10).await;
    written.sort();
    // The same target twice is one.
    assert_eq!(written, [r#"up{"a:1"}=0"#, r#"up{"b:1"}=0"#]);
    let pool = script.scraper.status().pools.remove(0);
    assert_eq!(
        pool.active[0].last_error,
        "target_limit exceeded (number of targets: 2, limit: 1)"
    );
    assert!(script.network.take_requests().is_empty());
}

#[tokio::test(start_paused = true)]
async fn dropped_targets_are_remembered_up_to_a_limit() {
    let mut options = targets("j", &["a:1", "b:1", "c:1"]);
    options.limits.keep_dropped_targets = 1;
    options.relabel_rules = vec![Rule {
        source_labels: vec!["__address__".to_owned()],
        separator: ";".to_owned(),
        regex: Regexp::new("a:1").expect("the test's expression"),
        action: Action::Keep,
    }];
    let script = Script::start(SimulatedNetwork::default(), vec![options]);
    let pool = script.scraper.status().pools.remove(0);
    assert_eq!(
        (pool.active.len(), pool.dropped.len(), pool.dropped_count),
        (1, 1, 2)
    );
    assert_eq!(pool.dropped[0].get("__address__"), Some("b:1"));
}

/// Answers for one instance from within.
struct Own;

impl Source for Own {
    fn fetch<'a>(&'a self, page: &'a mut Page) -> BoxFuture<'a, Result<(), FetchError>> {
        Box::pin(async {
            page.content_type = TEXT.to_owned();
            page.bytes.extend_from_slice(b"inside 1\n");
            Ok(())
        })
    }
}

impl Sources for Own {
    fn source(&self, job: &str, target: &Target) -> Option<Arc<dyn Source>> {
        let is_own = job == "j" && target.labels.get("instance") == Some("own:9100");
        is_own.then(|| Arc::new(Self) as _)
    }
}

#[tokio::test(start_paused = true)]
async fn a_target_may_be_in_this_process() {
    let network = SimulatedNetwork::default();
    network.answer("http://a:1/metrics", Answer::ok(TEXT, "outside 1\n"));
    let jobs = vec![targets("j", &["own:9100", "a:1"])];
    let script = Script::start_with(network, Arc::new(Own), jobs);
    let mut written = script.pass(10).await;
    written.sort();
    let expected = [
        r#"inside{"own:9100"}=1"#,
        r#"outside{"a:1"}=1"#,
        r#"up{"a:1"}=1"#,
        r#"up{"own:9100"}=1"#,
    ];
    assert_eq!(written, expected);
    assert_eq!(script.network.take_requests().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn targets_come_from_files_too() {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let path = folder.path().join("targets.json");
    let write = |text: &str| platform::file::replace(&path, text.as_bytes()).expect("written");
    write(r#"[{"targets":["a:1"],"labels":{"team":"x"}}]"#);
    let mut options = targets("j", &[]);
    options.discoveries = vec![Discovery::Files {
        patterns: vec![path.clone()],
        refresh_interval_ms: 300_000,
    }];
    let script = Script::start(SimulatedNetwork::default(), vec![options]);
    let shown = || -> Vec<String> {
        let pool = script.scraper.status().pools.remove(0);
        pool.active
            .iter()
            .map(|target| target.labels.to_string())
            .collect()
    };
    assert_eq!(shown(), [r#"{instance="a:1", job="j", team="x"}"#]);
    write(r#"[{"targets":["a:1","b:1"],"labels":{"team":"x"}}]"#);
    script.pass(6).await;
    assert_eq!(shown().len(), 2);
    write("[");
    script.pass(6).await;
    assert_eq!(shown().len(), 2);
    write("[]");
    script.pass(6).await;
    assert!(shown().is_empty());
}

/// With threads, as the server has them: pages are taken in on one of their own, and a mistake there costs what it had in hand and no more.
#[tokio::test(flavor = "multi_thread")]
async fn a_thread_takes_pages_in() {
    let network = SimulatedNetwork::default();
    let names: Vec<String> = (0..20).map(|number| format!("t{number}:1")).collect();
    for name in &names {
        network.script(
            &format!("http://{name}/metrics"),
            [Answer::ok(TEXT, "x 1\n")],
        );
    }
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let job = JobOptions {
        interval_ms: 50,
        timeout_ms: 50,
        ..targets("j", &names)
    };
    let script = Script::start(network, vec![job]);
    for _ in 0..2 {
        let mut pages = 0;
        let all = async {
            while pages < 100 {
                let lines = script.store.take();
                pages += lines.iter().filter(|line| line.contains(" x{")).count();
                tokio::task::yield_now().await;
            }
        };
        let in_time = tokio::time::timeout(Duration::from_secs(60), all).await;
        assert_eq!(in_time, Ok(()), "{pages} pages");
        script.store.panic_once();
    }
    script.scraper.stop().await;
}

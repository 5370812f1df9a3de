//! What handles, families and registries put on a page, seen through a sink that writes it down.

use ferula::{
    Buckets, BuildInfo, Collector, Counter, Description, Error, Gauge, Histogram, Info, Page,
    Process, Registry, Selection, StateSet, Summary,
};

use crate::written::{page, page_of};

fn check(registry: &Registry, expected: &[&str]) {
    assert_eq!(page(registry), expected);
}

#[test]
fn a_counter_counts() -> Result<(), Error> {
    let registry = Registry::new();
    let jobs = Counter::builder("jobs_total", "Jobs.").register(&registry)?;
    let waited = Counter::builder("waited", "Waited.")
        .unit("seconds")
        .register(&registry)?;
    jobs.inc();
    jobs.clone().inc_by(41);
    waited.add(0.5);
    waited.add(0.25);
    // A counter doesn't go down, whatever it is told.
    waited.add(-1.0);
    waited.add(f64::NAN);
    assert_eq!(jobs.get(), 42.0);
    check(
        &registry,
        &[
            "jobs Counter: Jobs.",
            "{} 42",
            "waited_seconds Counter [seconds]: Waited.",
            "{} 0.75",
        ],
    );
    Ok(())
}

#[test]
fn a_gauge_goes_up_and_down() -> Result<(), Error> {
    let registry = Registry::new();
    let queue = Gauge::builder("queue_length", "Waiting.").register(&registry)?;
    queue.set(5.0);
    queue.inc();
    queue.dec();
    queue.add(2.5);
    queue.sub(0.5);
    {
        let _working = queue.track_in_progress();
        assert_eq!(queue.get(), 8.0);
    }
    check(&registry, &["queue_length Gauge: Waiting.", "{} 7"]);
    queue.set_to_current_time();
    assert!(queue.get() > 1.7e9, "seconds since 1970");
    Ok(())
}

#[test]
fn a_histogram_counts_by_bucket() -> Result<(), Error> {
    let registry = Registry::new();
    let size = Histogram::builder("size", "Size.")
        .unit("bytes")
        .buckets(Buckets::exponential(1.0, 10.0, 3)?)
        .register(&registry)?;
    for value in [0.5, 1.0, 1.5, 100.0, 101.0] {
        size.observe(value);
    }
    assert_eq!((size.count(), size.sum()), (5, 204.0));
    check(
        &registry,
        &[
            "size_bytes Histogram [bytes]: Size.",
            "{} bounds [1.0, 10.0, 100.0] counts [2, 1, 1, 1] sum Some(204.0)",
        ],
    );
    Ok(())
}

#[test]
fn a_histogram_of_negative_values_has_no_sum() -> Result<(), Error> {
    let registry = Registry::new();
    let drift = Histogram::builder("drift_celsius", "Drift.")
        .buckets(Buckets::new(&[-1.0, 1.0])?)
        .register(&registry)?;
    drift.observe(-3.0);
    check(
        &registry,
        &[
            "drift_celsius Histogram: Drift.",
            "{} bounds [-1.0, 1.0] counts [1, 0, 0] sum None",
        ],
    );
    Ok(())
}

#[test]
fn a_summary_counts_and_adds() -> Result<(), Error> {
    let registry = Registry::new();
    let pause = Summary::builder("pause_seconds", "Pause.").register(&registry)?;
    pause.observe(0.5);
    pause.observe(1.5);
    check(
        &registry,
        &["pause_seconds Summary: Pause.", "{} count 2 sum 2"],
    );
    Ok(())
}

#[test]
fn facts_are_labels() -> Result<(), Error> {
    let registry = Registry::new();
    let engine = Info::builder("engine_info", "Engine.").register(&registry)?;
    engine.set(&[("name", "steam"), ("year", "1712")])?;
    let refused = engine.set(&[("a", "1"), ("a", "2")]);
    assert_eq!(
        refused,
        Err(Error::DuplicateLabel {
            name: "a".to_owned()
        })
    );
    registry.register(BuildInfo::new(
        "demo",
        &[("version", "1.2"), ("revision", "abc")],
    ))?;
    check(
        &registry,
        &[
            "engine Info: Engine.",
            "{} name=steam year=1712",
            "demo_build_info Gauge: A metric with a constant '1' value labeled by version and \
             revision from which demo was built.",
            "{version=\"1.2\",revision=\"abc\"} 1",
        ],
    );
    Ok(())
}

#[test]
fn one_state_of_a_set_holds() -> Result<(), Error> {
    let registry = Registry::new();
    let door = StateSet::builder("door", "Door.", &["open", "ajar", "shut"]).register(&registry)?;
    assert!(door.holds("open"));
    assert!(door.set("shut"));
    assert!(!door.set("gone"));
    check(
        &registry,
        &["door StateSet: Door.", "{} open=false ajar=false shut=true"],
    );
    Ok(())
}

#[test]
fn children_are_found_by_borrowed_values() -> Result<(), Error> {
    let registry = Registry::new();
    let requests = Counter::builder("requests_total", "Requests.")
        .labels(["method", "code"])
        .register(&registry)?;
    check(&registry, &[]);
    requests.with(&["GET", "200"]).inc();
    requests.with(&["POST", "500"]).inc_by(2);
    let method = String::from("GET");
    requests.with(&[&method, "200"]).inc();
    assert_eq!(requests.series(), 2);
    check(
        &registry,
        &[
            "requests Counter: Requests.",
            "{method=\"GET\",code=\"200\"} 2",
            "{method=\"POST\",code=\"500\"} 2",
        ],
    );
    let given = requests
        .try_with(&["GET"])
        .expect_err("one value is missing");
    assert_eq!(
        given.to_string(),
        "requests has 2 labels, number of values given: 1"
    );
    Ok(())
}

#[test]
fn removed_children_leave_the_page() -> Result<(), Error> {
    let registry = Registry::new();
    let queues = Gauge::builder("queue", "Queues.")
        .labels(["name"])
        .register(&registry)?;
    let one = queues.handle(&["one"]);
    queues.with(&["two"]).set(2.0);
    assert!(queues.remove(&["one"]));
    assert!(!queues.remove(&["one"]));
    one.set(7.0);
    check(&registry, &["queue Gauge: Queues.", "{name=\"two\"} 2"]);
    // Born again, it starts again; the old handle is a stranger to it.
    assert_eq!(queues.with(&["one"]).get(), 0.0);
    queues.clear();
    check(&registry, &[]);
    assert_eq!(queues.with(&["two"]).get(), 0.0);
    Ok(())
}

#[test]
fn a_family_without_end_ends_at_its_cap() -> Result<(), Error> {
    let registry = Registry::new();
    let paths = Counter::builder("paths_total", "Paths.")
        .labels(["path"])
        .series_max(2)
        .register(&registry)?;
    for path in ["/a", "/b", "/c", "/d", "/a"] {
        paths.with(&[path]).inc();
    }
    check(
        &registry,
        &[
            "paths Counter: Paths.",
            "{path=\"/a\"} 2",
            "{path=\"/b\"} 1",
            "{path=\"__overflow__\"} 2",
            "ferula_client_series_overflows Counter: Look-ups answered with the overflow series \
             because the family has as many series as it may.",
            "{family=\"paths\"} 2",
        ],
    );
    Ok(())
}

#[test]
fn a_name_is_registered_once() -> Result<(), Error> {
    let registry = Registry::new();
    let taken = |name: &str| {
        Err(Error::Duplicate {
            name: name.to_owned(),
        })
    };
    Counter::builder("a_total", "").register(&registry)?;
    assert_eq!(
        Counter::builder("a", "").register(&registry).map(drop),
        taken("a")
    );
    assert_eq!(
        Gauge::builder("a_total", "").register(&registry).map(drop),
        taken("a_total")
    );
    Histogram::builder("h", "").register(&registry)?;
    assert_eq!(
        Gauge::builder("h_count", "").register(&registry).map(drop),
        taken("h_count")
    );

    let process = registry.register(Process::current())?;
    assert!(registry.register(Process::current()).is_err());
    assert!(registry.unregister(process));
    assert!(!registry.unregister(process));
    registry.register(Process::current()).map(drop)
}

#[test]
fn what_could_not_be_on_a_page_is_refused() {
    let registry = Registry::new();
    let refused = |family: Result<ferula::Family<Histogram>, Error>| {
        family.map(drop).expect_err("refused").to_string()
    };
    let histogram = |label: &str| {
        Histogram::builder("h", "")
            .labels([label])
            .register(&registry)
    };
    assert_eq!(
        refused(histogram("le")),
        "label name is reserved for this kind of metric: le"
    );
    assert_eq!(
        refused(histogram("a-b")),
        "invalid label name: \"a-b\", expected letters, digits and underscores, not starting with \"__\""
    );
    let twice = Histogram::builder("h", "")
        .labels(["a", "a"])
        .register(&registry);
    assert_eq!(refused(twice), "duplicate label name: a");
    let door = StateSet::builder("door", "", &["open"])
        .labels(["door"])
        .register(&registry);
    assert!(matches!(door, Err(Error::ReservedLabel { .. })));
    for states in [&[][..], &["a", "a"], &["a"; 65]] {
        let door = StateSet::builder("door", "", states).register(&registry);
        assert!(matches!(door, Err(Error::States { .. })), "{states:?}");
    }
    let named = Gauge::builder("no spaces", "")
        .register(&registry)
        .map(drop);
    assert_eq!(
        named,
        Err(Error::MetricName {
            name: "no spaces".to_owned()
        })
    );
    let info = Info::builder("a_info", "")
        .unit("bytes")
        .register(&registry)
        .map(drop);
    assert_eq!(
        info,
        Err(Error::Unit {
            unit: "bytes".to_owned()
        })
    );
    check(&registry, &[]);
}

#[test]
fn names_restrict_a_page() -> Result<(), Error> {
    let registry = Registry::new();
    Counter::builder("a_total", "A.").register(&registry)?;
    Histogram::builder("b", "B.")
        .buckets(Buckets::new(&[1.0])?)
        .register(&registry)?;
    Gauge::builder("c", "C.").register(&registry)?;
    registry.register(Unnamed)?;
    let b = [
        "b Histogram: B.",
        "{} bounds [1.0] counts [0, 0] sum Some(0.0)",
    ];
    let check = |names: &[&str], expected: &[&str]| {
        assert_eq!(
            page_of(&registry, &Selection::names(names.iter().copied())),
            expected
        );
    };
    check(&["a_total"], &["a Counter: A.", "{} 0"]);
    check(&["b_count", "b_sum"], &b);
    check(
        &["b", "found"],
        &[b[0], b[1], "found Unknown: Found.", "{} 1"],
    );
    check(&["nothing"], &[]);
    Ok(())
}

/// A collector that learns its names as it goes.
struct Unnamed;

impl Collector for Unnamed {
    fn collect(&self, page: &mut Page<'_>) {
        page.family(Description::unknown("found", "Found."))
            .value(&[], 1.0);
        page.family(Description::gauge("other", "Not asked for."))
            .value(&[], 2.0);
    }
}

#[test]
fn timers_observe_once() -> Result<(), Error> {
    let registry = Registry::new();
    let latency = Histogram::builder("latency_seconds", "Latency.").register(&registry)?;
    let elapsed = latency.start_timer().stop();
    assert_eq!((latency.count(), latency.sum()), (1, elapsed.as_secs_f64()));
    drop(latency.start_timer());
    assert_eq!(latency.count(), 2);
    latency.start_timer().discard();
    assert_eq!(latency.count(), 2);
    Ok(())
}

#[cfg(target_os = "linux")]
#[test]
fn this_process_is_shown() -> Result<(), Error> {
    let registry = Registry::new();
    registry.register(Process::current())?;
    let lines = page(&registry);
    let value = |name: &str| {
        let family = format!("{name} ");
        let at = lines
            .iter()
            .position(|line| line.starts_with(&family))
            .expect("the family");
        lines[at + 1]
            .trim_start_matches("{} ")
            .parse::<f64>()
            .expect("a number")
    };
    assert!(value("process_cpu_seconds") >= 0.0);
    assert!(value("process_open_fds") >= 3.0);
    assert!(value("process_max_fds") >= value("process_open_fds"));
    assert!(value("process_resident_memory_bytes") > 100_000.0);
    assert!(value("process_virtual_memory_bytes") > value("process_resident_memory_bytes"));
    assert!(value("process_start_time_seconds") > 1.7e9);
    Ok(())
}

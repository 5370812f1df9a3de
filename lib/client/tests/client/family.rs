//! What families do besides counting: expiry, removal by a rule, examples, strange names, the order of labels.

use std::time::Duration;

use ferula::{
    Answer, Buckets, Counter, Error, Escaping, Exemplar, Format, Gauge, Histogram, Names, Numbers,
    Registry, Selection, Style, encode,
};

fn page(registry: &Registry, style: Style) -> Vec<String> {
    let mut page = Vec::new();
    encode(registry, &Selection::all(), style, &mut page);
    let text = String::from_utf8(page).expect("text");
    let samples = text.lines().filter(|line| !line.starts_with('#'));
    samples.map(str::to_owned).collect()
}

fn text(registry: &Registry) -> Vec<String> {
    page(registry, Style::new(Format::Text))
}

#[test]
fn idle_children_leave() -> Result<(), Error> {
    let registry = Registry::new();
    let jobs = Counter::builder("jobs", "")
        .labels(["queue"])
        .register(&registry)?;
    let held = jobs.handle(&["held"]);
    jobs.with(&["idle"]).inc();
    jobs.with(&["busy"]).inc();
    assert_eq!(jobs.expire(60.0, 1000.0), 0, "seen for the first time");
    jobs.with(&["busy"]).inc();
    assert_eq!(jobs.expire(60.0, 1059.0), 0, "not yet");
    assert_eq!(jobs.expire(60.0, 1060.0), 1);
    let left = [
        r#"jobs_total{queue="held"} 0"#,
        r#"jobs_total{queue="busy"} 2"#,
    ];
    assert_eq!(text(&registry), left);
    // Seen to be different at 1059.
    assert_eq!(jobs.expire(60.0, 1118.0), 0);
    assert_eq!(jobs.expire(60.0, 1119.0), 1);
    drop(held);
    assert_eq!(jobs.expire(60.0, 2000.0), 1, "nobody holds it any more");
    jobs.with(&["idle"]).inc();
    assert_eq!(
        text(&registry),
        [r#"jobs_total{queue="idle"} 1"#],
        "it begins anew"
    );
    Ok(())
}

/// A thread that sleeps keeps the table that it saw last, which is no reason to keep what is in it.
#[test]
fn what_sleeping_threads_have_seen_leaves_too() -> Result<(), Error> {
    let registry = Registry::new();
    let jobs = Counter::builder("jobs", "").labels(["queue"]);
    let jobs = jobs.register(&registry)?;
    let both = std::sync::Barrier::new(2);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            jobs.with(&["0"]).inc();
            both.wait();
            both.wait();
        });
        both.wait();
        // More than one table has room for.
        for number in 1..100 {
            jobs.with(&[&number.to_string()]).inc();
        }
        let gone = [1000.0, 1060.0].map(|now| jobs.expire(60.0, now));
        both.wait();
        assert_eq!(gone, [0, 100]);
    });
    Ok(())
}

/// A page looks, if the family is told to.
#[test]
fn pages_expire_what_is_idle() -> Result<(), Error> {
    let registry = Registry::new();
    let jobs = Counter::builder("jobs", "").labels(["queue"]);
    let jobs = jobs.idle_expiry(Duration::ZERO).register(&registry)?;
    jobs.with(&["a"]).inc();
    assert_eq!(text(&registry).len(), 1, "seen for the first time");
    assert!(text(&registry).is_empty());
    Ok(())
}

/// Places in the table move when the dead are dropped; what was seen moves along.
#[test]
fn expiry_follows_children_into_a_new_table() -> Result<(), Error> {
    let jobs = Counter::builder("jobs", "").labels(["n"]).build()?;
    for number in 0..100 {
        jobs.with(&[&number.to_string()]).inc();
    }
    assert_eq!(jobs.expire(60.0, 0.0), 0);
    let removed = jobs.remove_where(|values| values[0].ends_with(['0', '1', '2', '3', '4', '5']));
    assert_eq!((removed, jobs.series()), (60, 40));
    for number in (6..100).step_by(10) {
        jobs.with(&[&number.to_string()]).inc();
    }
    assert_eq!(
        jobs.expire(60.0, 60.0),
        30,
        "all but those that have changed"
    );
    assert_eq!(jobs.series(), 10);
    Ok(())
}

#[test]
fn examples_are_shown() -> Result<(), Error> {
    let registry = Registry::new();
    let jobs = Counter::builder("jobs", "").register(&registry)?;
    let sizes = Histogram::builder("sizes", "").buckets(Buckets::new(&[1.0])?);
    let sizes = sizes.register(&registry)?;
    for (id, timestamp_ms, value) in [("a", None, 0.5), ("b", Some(1500), 7.0)] {
        let exemplar = Exemplar {
            labels: &[("trace_id", id)],
            value,
            timestamp_ms,
        };
        jobs.add_with(value, &exemplar);
        sizes.observe_with(value, &exemplar);
    }
    let expected = [
        r#"jobs_total 7.5 # {trace_id="b"} 7.0 1.5"#,
        r#"sizes_bucket{le="1.0"} 1 # {trace_id="a"} 0.5"#,
        r#"sizes_bucket{le="+Inf"} 2 # {trace_id="b"} 7.0 1.5"#,
        "sizes_sum 7.5",
        "sizes_count 2",
    ];
    assert_eq!(page(&registry, Style::new(Format::OpenMetrics)), expected);
    assert_eq!(
        text(&registry)[0],
        "jobs_total 7.5",
        "text has no room for them"
    );
    Ok(())
}

#[test]
fn strange_names_are_quoted_or_escaped() -> Result<(), Error> {
    let registry = Registry::new();
    let level = Gauge::builder("my.level", "").names(Names::AsGiven);
    let level = level.labels(["my.label", "b"]).register(&registry)?;
    level.with(&["1", "2"]).set(3.0);
    let style = |escaping| Style {
        escaping,
        ..Style::new(Format::Text)
    };
    for (escaping, expected) in [
        (
            Escaping::AllowUtf8,
            r#"{"my.level","my.label"="1",b="2"} 3"#,
        ),
        (Escaping::Underscores, r#"my_level{my_label="1",b="2"} 3"#),
        (
            Escaping::Values,
            r#"U__my_2e_level{U__my_2e_label="1",b="2"} 3"#,
        ),
    ] {
        assert_eq!(page(&registry, style(escaping)), [expected]);
    }
    let asked = Answer::negotiate("text/plain;version=1.0.0;escaping=allow-utf-8", "");
    let shown = asked.page(&registry, &Selection::all());
    assert!(shown.starts_with(b"# HELP \"my.level\" \n# TYPE \"my.level\" gauge\n"));
    Ok(())
}

/// As prometheus_client for Python shows it: all labels by the alphabet, every number a float, when counting began at the end.
#[test]
fn a_page_as_python_s() -> Result<(), Error> {
    let registry = Registry::new();
    let sizes = Histogram::builder("sizes", "S.").buckets(Buckets::new(&[1.0])?);
    let sizes = sizes.labels(["z", "a"]).sorted().register(&registry)?;
    sizes.with(&["1", "2"]).observe(0.5);
    let style = Style {
        numbers: Numbers::Python,
        created: true,
        ..Style::new(Format::Text)
    };
    let mut shown = page(&registry, style);
    let created = shown.pop().expect("a sample");
    assert!(
        created.starts_with(r#"sizes_created{a="2",z="1"} 1."#),
        "{created}"
    );
    let expected = [
        r#"sizes_bucket{a="2",le="1.0",z="1"} 1.0"#,
        r#"sizes_bucket{a="2",le="+Inf",z="1"} 1.0"#,
        r#"sizes_sum{a="2",z="1"} 0.5"#,
        r#"sizes_count{a="2",z="1"} 1.0"#,
    ];
    assert_eq!(shown, expected);
    Ok(())
}

#[test]
fn what_was_counted_may_be_put_right() -> Result<(), Error> {
    let registry = Registry::new();
    let jobs = Counter::builder("jobs", "").register(&registry)?;
    jobs.inc_by(5);
    let before = jobs.created_seconds();
    jobs.set(2.5);
    jobs.inc();
    assert_eq!(jobs.get(), 3.5);
    jobs.reset();
    assert_eq!(jobs.get(), 0.0);
    assert!(jobs.created_seconds() >= before);
    let sizes = Histogram::builder("sizes", "").buckets(Buckets::new(&[1.0])?);
    let sizes = sizes.register(&registry)?;
    sizes.observe(0.5);
    assert!(sizes.set_bucket(1, 4) && !sizes.set_bucket(2, 1));
    sizes.set_sum(9.0);
    assert_eq!(
        (sizes.bucket(0), sizes.bucket(1), sizes.bucket(2)),
        (Some(1), Some(4), None)
    );
    assert_eq!((sizes.count(), sizes.sum()), (5, 9.0));
    sizes.reset();
    assert_eq!((sizes.count(), sizes.sum()), (0, 0.0));
    Ok(())
}

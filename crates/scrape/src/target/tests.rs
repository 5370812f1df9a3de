use model::Regexp;
use model::relabel::{Action, Rule};

use super::*;
use crate::options::TargetGroup;
use crate::testing::job;

fn replace(source: &str, regex: &str, target_label: &str, replacement: &str) -> Rule {
    Rule {
        source_labels: vec![source.to_owned()],
        separator: ";".to_owned(),
        regex: Regexp::new(regex).expect("the test's expression"),
        action: Action::Replace {
            target_label: target_label.to_owned(),
            replacement: replacement.to_owned(),
        },
    }
}

/// `labels` are the group's, as `a=1 b=2`. The result is shown as `<labels> <url> <interval> <timeout>`.
fn check(rules: Vec<Rule>, labels: &str, address: &str, result: &str) {
    let mut job = job("node");
    job.relabel_rules = rules;
    job.params = vec![
        (
            "module".to_owned(),
            vec!["http 2xx".to_owned(), "b".to_owned()],
        ),
        ("a".to_owned(), vec!["ü".to_owned()]),
    ];
    let group = TargetGroup {
        source: "test".to_owned(),
        targets: Vec::new(),
        labels: labels
            .split_whitespace()
            .filter_map(|pair| pair.split_once('='))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect(),
    };
    let shown = match make(&job, &group, address) {
        Ok(Made::Target(target)) => {
            let query = "?a=%C3%BC&module=http+2xx&module=b";
            let url = target.url.replace(query, "?..");
            format!(
                "{} {url} {} {}",
                target.labels, target.interval_ms, target.timeout_ms
            )
        }
        Ok(Made::Dropped(labels)) => format!("dropped {labels}"),
        Err(error) => format!("error {error}"),
    };
    assert_eq!(shown, result);
}

#[test]
fn defaults() {
    check(
        vec![],
        "",
        "localhost:9100",
        r#"{instance="localhost:9100", job="node"} http://localhost:9100/metrics?.. 15000 10000"#,
    );
    check(
        vec![],
        "env=test job=other instance=web __scheme__=https __metrics_path__=probe",
        "a",
        r#"{env="test", instance="web", job="other"} https://a/probe?.. 15000 10000"#,
    );
}

#[test]
fn labels_say_what_to_fetch() {
    check(
        vec![],
        "__scrape_interval__=1m __scrape_timeout__=30s",
        "a:1",
        r#"{instance="a:1", job="node"} http://a:1/metrics?.. 60000 30000"#,
    );
    // The probe pattern: the address becomes a parameter, and the prober the address.
    let rules = vec![
        replace("__address__", "(.*)", "__param_target", "$1"),
        replace("__param_target", "(.*)", "instance", "$1"),
        replace("none", "(.*)", "__address__", "prober:9115"),
    ];
    check(
        rules,
        "__metrics_path__=/probe __param_module=icmp",
        "http://x/?y",
        r#"{instance="http://x/?y", job="node"} http://prober:9115/probe?a=%C3%BC&module=icmp&module=b&target=http%3A%2F%2Fx%2F%3Fy 15000 10000"#,
    );
    check(
        vec![],
        "__metrics_path__=/a+(b)?c%/[d]",
        "a",
        r#"{instance="a", job="node"} http://a/a+%28b%29%3Fc%25/%5Bd%5D?.. 15000 10000"#,
    );
}

#[test]
fn rules_drop_and_labels_without_meaning_go() {
    let keep = |regex: &str| Rule {
        action: Action::Keep,
        ..replace("env", regex, "", "")
    };
    check(
        vec![keep("prod")],
        "env=test __meta_x=1",
        "a",
        r#"dropped {__address__="a", __meta_x="1", __metrics_path__="/metrics", __param_a="ü", __param_module="http 2xx", __scheme__="http", __scrape_interval__="15s", __scrape_timeout__="10s", env="test", job="node"}"#,
    );
    check(
        vec![keep("test"), replace("__meta_x", "(.*)", "x", "$1")],
        "env=test __meta_x=1 __tmp=2",
        "a",
        r#"{env="test", instance="a", job="node", x="1"} http://a/metrics?.. 15000 10000"#,
    );
}

#[test]
fn nothing_to_scrape() {
    check(
        vec![replace("job", "(.*)", "__address__", "")],
        "",
        "a",
        "error no address",
    );
    check(vec![], "", "a/b", "error \"a/b\" is not a valid hostname");
    check(
        vec![],
        "__scheme__=ftp",
        "a",
        "error unsupported scheme \"ftp\": use http or https",
    );
    check(
        vec![],
        "__scrape_interval__=x",
        "a",
        "error error parsing scrape interval: not a valid duration string: \"x\"",
    );
    check(
        vec![],
        "__scrape_timeout__=0s",
        "a",
        "error scrape timeout cannot be 0",
    );
    check(
        vec![],
        "__scrape_interval__=5s",
        "a",
        "error scrape timeout cannot be greater than scrape interval (\"10s\" > \"5s\")",
    );
}

/// What Prometheus 2.42 shows for this target under `/api/v1/targets`.
#[test]
fn agrees_with_prometheus() {
    let on = |source: &str, regex: &str, action: Action| Rule {
        action,
        ..replace(source, regex, "", "")
    };
    let named = |name: &str| name.to_owned();
    let mut job = job("node");
    job.metrics_path = named("/a+(b)?c%/[d] é!*'");
    job.params = vec![
        (named("module"), vec![named("http 2xx"), named("b~*")]),
        (named("a"), vec![named("ü")]),
    ];
    job.relabel_rules = vec![
        Rule {
            source_labels: vec![named("__address__"), named("A")],
            ..on(
                "",
                "(.*)",
                Action::HashMod {
                    target_label: named("shard"),
                    modulus: 1000,
                },
            )
        },
        on(
            "A",
            "(.*)",
            Action::Lowercase {
                target_label: named("low"),
            },
        ),
        on(
            "u",
            "(.*)",
            Action::Uppercase {
                target_label: named("up1"),
            },
        ),
        on(
            "i",
            "(.*)",
            Action::Lowercase {
                target_label: named("il"),
            },
        ),
        replace("n", "(x)-(.*)", "t_${1}", "$$1 $1abc ${1}abc $2$"),
        replace("n", "(x)-(.*)", "e", "$01|$3|${1|$-"),
        on(
            "",
            "(.)",
            Action::LabelMap {
                replacement: named("m_$1"),
            },
        ),
    ];
    let labels = [
        ("__param_target", "http://x/?y=1&z"),
        ("A", "FoO"),
        ("u", "straße"),
        ("i", "İ"),
        ("n", "x-1.y"),
    ];
    let group = TargetGroup {
        labels: labels
            .map(|(name, value)| (named(name), named(value)))
            .to_vec(),
        ..TargetGroup::default()
    };
    let Ok(Made::Target(target)) = make(&job, &group, "127.0.0.1:9") else {
        panic!("neither dropped nor wrong");
    };
    let labels = [
        ("A", "FoO"),
        ("e", "||${1|$-"),
        ("i", "İ"),
        ("il", "i"),
        ("instance", "127.0.0.1:9"),
        ("job", "node"),
        ("low", "foo"),
        ("m_A", "FoO"),
        ("m_e", "||${1|$-"),
        ("m_i", "İ"),
        ("m_n", "x-1.y"),
        ("m_u", "straße"),
        ("n", "x-1.y"),
        ("shard", "631"),
        ("t_x", "$1  xabc 1.y$"),
        ("u", "straße"),
        ("up1", "STRAßE"),
    ];
    assert_eq!(target.labels, Labels::from_pairs(labels));
    assert_eq!(
        target.url,
        "http://127.0.0.1:9/a+%28b%29%3Fc%25/%5Bd%5D%20%C3%A9%21%2A%27?a=%C3%BC&module=http+2xx&module=b~%2A&target=http%3A%2F%2Fx%2F%3Fy%3D1%26z"
    );
}

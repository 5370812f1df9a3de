//! A bad file in, the message out: what people get wrong most.

use std::path::Path;

use config::{Context, MemoryFiles, load};

/// Loads `text` as `f.yml` and compares all that is told.
fn check(text: &str, expected: &str) {
    let path = Path::new("f.yml");
    let files = MemoryFiles::new().with(path, text);
    let told = match load(&files, path, &Context::bare()) {
        Ok(loaded) => loaded
            .warnings
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join("\n"),
        Err(problems) => problems.to_string(),
    };
    assert_eq!(told, expected.trim_end(), "\n--- for\n{text}");
}

#[test]
fn a_key_that_does_not_exist() {
    check(
        "scrape_configs:\n  - job_name: a\n    scrape_intervall: 5s\n",
        "\
f.yml:3:5: field scrape_intervall not found in scrape_config
    in scrape_configs[0]
    hint: did you mean scrape_interval?",
    );
    check(
        "scrape_config:\n  - job_name: a\n",
        "\
f.yml:1:1: field scrape_config not found in the configuration
    hint: did you mean scrape_configs?",
    );
}

#[test]
fn a_key_in_the_wrong_section() {
    check(
        "global:\n  job_name: a\n",
        "\
f.yml:2:3: field job_name not found in global
    in global",
    );
}

#[test]
fn a_duration_without_a_unit() {
    check(
        "global:\n  scrape_interval: 15\n",
        "\
f.yml:2:20: not a valid duration string: \"15\"
    in global.scrape_interval
    hint: a duration needs a unit, such as 15s",
    );
}

#[test]
fn a_timeout_longer_than_the_interval() {
    check(
        "global:\n  scrape_interval: 5s\nscrape_configs:\n  - job_name: a\n    scrape_timeout: 6s\n",
        "\
f.yml:5:5: scrape timeout greater than scrape interval for scrape config with job name \"a\"
    in scrape_configs[0].scrape_timeout
    hint: the interval of this job is 5s",
    );
    check(
        "global:\n  scrape_interval: 5s\n  scrape_timeout: 6s\n",
        "\
f.yml:3:3: global scrape timeout greater than scrape interval
    in global.scrape_timeout
    hint: shorten scrape_timeout or lengthen scrape_interval",
    );
}

#[test]
fn two_jobs_with_one_name() {
    check(
        "scrape_configs:\n  - job_name: a\n  - job_name: b\n  - job_name: a\n",
        "\
f.yml:4:5: found multiple scrape configs with job name \"a\"
    in scrape_configs[2].job_name
    hint: the first one is at f.yml:2:5",
    );
}

#[test]
fn a_url_where_an_address_belongs() {
    check(
        "scrape_configs:\n  - job_name: a\n    static_configs:\n      - targets: ['http://b:80/metrics']\n",
        "\
f.yml:4:19: \"http://b:80/metrics\" is not a valid hostname
    in scrape_configs[0].static_configs[0].targets
    hint: a target is host:port; scheme and metrics_path are keys of the job",
    );
}

#[test]
fn targets_without_a_list() {
    check(
        "scrape_configs:\n  - job_name: a\n    static_configs:\n      - targets: b:80\n",
        "\
f.yml:4:18: cannot unmarshal !!str `b:80` into a list
    in scrape_configs[0].static_configs[0].targets
    hint: write it in brackets, or on a line of its own after a dash",
    );
    check(
        "scrape_configs:\n  job_name: a\n",
        "\
f.yml:2:3: cannot unmarshal !!map into a list
    in scrape_configs",
    );
}

#[test]
fn quotes_around_what_is_no_text() {
    check(
        "scrape_configs:\n  - job_name: a\n    honor_labels: \"true\"\n    sample_limit: '10'\n",
        "\
f.yml:3:19: cannot unmarshal !!str `true` into bool
    in scrape_configs[0].honor_labels
    hint: take away the quotes
f.yml:4:19: cannot unmarshal !!str `10` into uint
    in scrape_configs[0].sample_limit
    hint: take away the quotes",
    );
}

#[test]
fn a_tab() {
    check(
        "global:\n\tscrape_interval: 5s\n",
        "\
f.yml:2:2: not valid YAML: tabs disallowed within this context (block indentation)
    hint: YAML is indented with spaces; this line is indented with a tab",
    );
}

#[test]
fn a_key_twice() {
    check(
        "global:\n  scrape_interval: 5s\nglobal:\n  scrape_interval: 6s\n",
        "\
f.yml:3:1: field global already set
    hint: it is first set on line 1",
    );
}

#[test]
fn a_job_without_a_name() {
    check(
        "scrape_configs:\n  - static_configs:\n      - targets: [a]\n",
        "\
f.yml:2:5: job_name is empty
    in scrape_configs[0]",
    );
}

#[test]
fn rules_of_relabelling() {
    check(
        "\
scrape_configs:
  - job_name: a
    relabel_configs:
      - action: relace
      - action: keep
        regex: (a
      - action: hashmod
        target_label: b
",
        "\
f.yml:4:17: unknown relabel action \"relace\"
    in scrape_configs[0].relabel_configs[0].action
    hint: did you mean replace? There are: replace, keep, drop, keepequal, dropequal, hashmod, \
labelmap, labeldrop, labelkeep, lowercase, uppercase
f.yml:6:16: error parsing regexp: missing closing ): `(a`
    in scrape_configs[0].relabel_configs[1].regex
f.yml:7:9: relabel configuration for hashmod requires non-zero modulus
    in scrape_configs[0].relabel_configs[2]",
    );
}

#[test]
fn secrets_that_exclude_each_other() {
    check(
        "\
scrape_configs:
  - job_name: a
    basic_auth: {username: u, password: p, password_file: f}
    authorization: {type: Basic}
",
        "\
f.yml:3:5: at most one of basic_auth, oauth2 & authorization must be configured
    in scrape_configs[0]
f.yml:3:5: at most one of basic_auth password, password_file & password_ref must be configured
    in scrape_configs[0]
f.yml:4:5: authorization type cannot be set to \"basic\", use \"basic_auth\" instead
    in scrape_configs[0]",
    );
}

#[test]
fn a_certificate_without_its_key() {
    check(
        "scrape_configs:\n  - job_name: a\n    tls_config:\n      cert_file: c.pem\n",
        "\
f.yml:4:7: exactly one of key or key_file must be configured when a client certificate is configured
    in scrape_configs[0].tls_config",
    );
}

#[test]
fn what_is_not_yet_in_effect_is_told_once() {
    check(
        "\
rule_files: ['*.rules']
scrape_configs:
  - job_name: a
    scrape_native_histograms: false
    scrape_protocols: [PrometheusText0.0.4, PrometheusProto]
    consul_sd_configs:
      - server: localhost:8500
        bearer_token: x
",
        "\
f.yml:1:1: warning: not yet in effect: rule_files
    in rule_files
    hint: it is read and checked, but this version does not act on it
f.yml:5:5: warning: not yet in effect: PrometheusProto
    in scrape_configs[0].scrape_protocols
    hint: it is read and checked, but this version does not act on it
f.yml:6:5: warning: not yet in effect: consul_sd_configs
    in scrape_configs[0].consul_sd_configs
    hint: it is read and checked, but this version does not act on it",
    );
}

#[test]
fn everything_at_once() {
    check(
        "\
global:
  scrape_interval: 5
  external_label: {a: b}
rule_files: ['*/a.yml']
scrape_configs:
  - job_name: a
    scheme: [http]
  - job_nam: b
",
        "\
f.yml:2:20: not a valid duration string: \"5\"
    in global.scrape_interval
    hint: a duration needs a unit, such as 5s
f.yml:3:3: field external_label not found in global
    in global
    hint: did you mean external_labels?
f.yml:4:14: invalid rule file path \"*/a.yml\"
    in rule_files
    hint: * may stand once, in the last part of the path
f.yml:7:13: cannot unmarshal !!seq into string
    in scrape_configs[0].scheme
f.yml:8:5: field job_nam not found in scrape_config
    in scrape_configs[1]
    hint: did you mean job_name?
f.yml:4:1: warning: not yet in effect: rule_files
    in rule_files
    hint: it is read and checked, but this version does not act on it",
    );
}

#[test]
fn no_such_file() {
    let problems = load(&MemoryFiles::new(), Path::new("f.yml"), &Context::bare());
    let problems = problems.expect_err("there is no file");
    assert_eq!(
        problems.to_string(),
        "f.yml:1:1: cannot open f.yml: no such file or directory"
    );
}

#[test]
fn a_problem_of_an_included_file_names_that_file() {
    let main = Path::new("conf/main.yml");
    let files = MemoryFiles::new()
        .with(
            main,
            "scrape_config_files: ['jobs/*.yml']\nscrape_configs: [{job_name: a}]\n",
        )
        .with(
            "conf/jobs/one.yml",
            "scrape_configs:\n  - job_name: b\n    shceme: https\n",
        )
        .with("conf/jobs/two.yml", "scrape_configs:\n  - job_name: a\n");
    let problems = load(&files, main, &Context::bare()).expect_err("both files are wrong");
    let expected = "\
conf/jobs/one.yml:3:5: field shceme not found in scrape_config
    in scrape_configs[0]
    hint: did you mean scheme?
conf/jobs/two.yml:2:5: found multiple scrape configs with job name \"a\", first found in main config file
    in scrape_configs[0].job_name
    hint: the first one is at conf/main.yml:2:19";
    assert_eq!(problems.to_string(), expected);
}

#[test]
fn an_agent_has_no_rules() {
    let path = Path::new("f.yml");
    let text = "rule_files: [a.yml]\nremote_read: [{url: 'http://a'}]\n";
    let files = MemoryFiles::new().with(path, text);
    let context = Context {
        agent: true,
        ..Context::bare()
    };
    let problems = load(&files, path, &context).expect_err("an agent refuses both");
    let told = problems.to_string();
    assert!(
        told.contains("field rule_files is not allowed in agent mode"),
        "{told}"
    );
    assert!(
        told.contains("field remote_read is not allowed in agent mode"),
        "{told}"
    );
}

#[test]
fn missing_files_are_found_when_asked_for() {
    let path = Path::new("conf/f.yml");
    let text = "\
global: {query_log_file: q.log}
scrape_configs:
  - job_name: a
    tls_config: {ca_file: ca.pem}
    authorization: {credentials_file: /there}
    file_sd_configs: [{files: [none.yml]}]
";
    let files = MemoryFiles::new().with(path, text).with("/there", "x");
    let context = Context {
        check_files: true,
        ..Context::bare()
    };
    let problems = load(&files, path, &context).expect_err("ca.pem is missing");
    let errors: Vec<&str> = problems
        .0
        .iter()
        .filter(|problem| problem.severity == config::Severity::Error)
        .map(|problem| problem.message.as_str())
        .collect();
    assert_eq!(
        errors,
        ["error checking file \"conf/ca.pem\": no such file"]
    );
    assert!(load(&files, path, &Context::bare()).is_ok());
}

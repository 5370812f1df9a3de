//! Start, reload, discovery, stop: what operators do to a running server.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;

use e2e::{
    Program, Sandbox, Target, configuration, ferula, ferula_binary, free_port, get, job, post,
    program_or_skip, run_ferula, targets, value, wait_until,
};

const TEXT: &str = "text/plain; version=0.0.4";
/// Short, so that nothing waits long.
const INTERVAL: &str = "200ms";

fn config_flag(path: &Path) -> String {
    format!("--config.file={}", path.display())
}

/// The jobs that have targets, sorted.
fn jobs(url: &str) -> Vec<String> {
    let answer = get(url, "/api/v1/targets?state=active").expect("an answer");
    let json = answer.json();
    let targets = json["data"]["activeTargets"].as_array().expect("targets");
    let names = targets
        .iter()
        .map(|target| target["labels"]["job"].as_str());
    let mut names: Vec<String> = names.map(|name| name.expect("a job").to_owned()).collect();
    names.sort();
    names
}

/// Waits until `text` gives this one value.
fn expect_value(url: &str, text: &str, expected: f64) {
    wait_until(&format!("{text} is {expected}"), || {
        (value(url, text) == Some(expected)).then_some(())
    });
}

/// What its own page says of the last reload.
fn reload_succeeded(ferula: &Program) -> bool {
    let page = get(&ferula.url, "/metrics").expect("its own page").body;
    page.contains("\nprometheus_config_last_reload_successful 1\n")
}

#[test]
fn without_a_configuration_it_watches_itself_and_its_host() {
    let sandbox = Sandbox::new("without_a_configuration");
    let ferula = ferula(&sandbox, &[]);
    for job in ["ferula", "node"] {
        expect_value(&ferula.url, &format!("up{{job='{job}'}}"), 1.0);
    }
    assert_eq!(jobs(&ferula.url), ["ferula", "node"]);
    // What the first page draws.
    for text in [
        "sum by (mode) (rate(node_cpu_seconds_total[1m]))",
        "node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes",
        "sum(rate(ferula_build_info[1m]))",
        "process_resident_memory_bytes{job='ferula'} > 0",
    ] {
        wait_until(text, || {
            let data = e2e::query(&ferula.url, text, None);
            data["result"]
                .as_array()
                .is_some_and(|all| !all.is_empty())
                .then_some(())
        });
    }
    let page = get(&ferula.url, "/").expect("the first page");
    assert_eq!(page.status, 200);
    assert!(
        page.content_type.starts_with("text/html"),
        "{}",
        page.content_type
    );
    // There is nothing to read again, and that is no failure.
    ferula.signal("HUP");
    wait_until("it has looked", || {
        ferula
            .printed()
            .contains("no configuration file to reload")
            .then_some(())
    });
}

#[test]
fn a_hangup_puts_a_new_file_in_force_and_ends_what_is_gone() {
    let sandbox = Sandbox::new("hangup");
    let target = Target::showing(TEXT, "shown 7\n");
    let before = configuration(
        INTERVAL,
        &[
            job("old", &target.address, ""),
            job("kept", &target.address, ""),
        ],
    );
    let file = sandbox.write("ferula.yml", &before);
    let ferula = ferula(&sandbox, &[&config_flag(&file)]);
    expect_value(&ferula.url, "shown{job='old'}", 7.0);
    expect_value(&ferula.url, "shown{job='kept'}", 7.0);

    let after = configuration(
        INTERVAL,
        &[
            job("new", &target.address, ""),
            job("kept", &target.address, ""),
        ],
    );
    sandbox.write("ferula.yml", &after);
    ferula.signal("HUP");
    expect_value(&ferula.url, "shown{job='new'}", 7.0);
    assert_eq!(jobs(&ferula.url), ["kept", "new"]);
    // Long before the lookback of five minutes: a stale marker ends each series, the reports too.
    for text in [
        "shown{job='old'}",
        "up{job='old'}",
        "scrape_samples_scraped{job='old'}",
    ] {
        wait_until(&format!("{text} has ended"), || {
            value(&ferula.url, text).is_none().then_some(())
        });
    }
    // What it showed stays.
    assert!(value(&ferula.url, "count_over_time(shown{job='old'}[5m])") >= Some(1.0));
    assert_eq!(value(&ferula.url, "shown{job='kept'}"), Some(7.0));
}

#[test]
fn a_request_reloads_and_a_bad_file_leaves_the_running_one_in_force() {
    let sandbox = Sandbox::new("reload");
    let target = Target::showing(TEXT, "shown 7\n");
    let good = configuration(INTERVAL, &[job("first", &target.address, "")]);
    let file = sandbox.write("ferula.yml", &good);
    let ferula = ferula(&sandbox, &[&config_flag(&file), "--web.enable-lifecycle"]);
    expect_value(&ferula.url, "up{job='first'}", 1.0);
    assert!(reload_succeeded(&ferula));

    for (bad, words) in [
        (
            "scrape_configs:\n  - job_name: a\n    metrics_pat: /m\n",
            ["ferula.yml:3:", "metrics_pat"],
        ),
        ("scrape_configs: [\n", ["ferula.yml:", ""]),
        (
            "scrape_configs: [{job_name: a}, {job_name: a}]\n",
            ["ferula.yml:1:", "a"],
        ),
    ] {
        sandbox.write("ferula.yml", bad);
        let answer = post(&ferula.url, "/-/reload", &[]).expect("an answer");
        assert_eq!(answer.status, 500, "{}", answer.body);
        assert!(
            answer.body.starts_with("failed to reload config: "),
            "{}",
            answer.body
        );
        for word in words {
            assert!(answer.body.contains(word), "{word} in {}", answer.body);
        }
        assert!(!reload_succeeded(&ferula));
        let config = get(&ferula.url, "/api/v1/status/config")
            .expect("an answer")
            .json();
        let yaml = config["data"]["yaml"].as_str().expect("a configuration");
        assert!(yaml.contains("job_name: first"), "{yaml}");
    }
    // It goes on scraping.
    let seen = value(&ferula.url, "timestamp(up{job='first'})").expect("a time");
    wait_until("a later scrape", || {
        (value(&ferula.url, "timestamp(up{job='first'})") > Some(seen)).then_some(())
    });

    let better = configuration(INTERVAL, &[job("second", &target.address, "")]);
    sandbox.write("ferula.yml", &better);
    assert_eq!(
        post(&ferula.url, "/-/reload", &[])
            .expect("an answer")
            .status,
        200
    );
    assert!(reload_succeeded(&ferula));
    expect_value(&ferula.url, "up{job='second'}", 1.0);
    assert_eq!(
        get(&ferula.url, "/-/reload").expect("an answer").status,
        405
    );
}

#[test]
fn requests_that_reload_or_quit_are_refused_unless_a_flag_lets_them() {
    let sandbox = Sandbox::new("lifecycle_refused");
    let ferula = ferula(&sandbox, &[]);
    for path in ["/-/reload", "/-/quit"] {
        let answer = post(&ferula.url, path, &[]).expect("an answer");
        assert_eq!(answer.status, 403, "{path}");
        assert_eq!(answer.body.trim_end(), "Lifecycle API is not enabled.");
    }
    assert_eq!(
        get(&ferula.url, "/-/healthy").expect("an answer").status,
        200
    );
}

#[test]
fn files_of_targets_are_read_again_when_they_change() {
    let sandbox = Sandbox::new("file_sd");
    let (first, second) = (
        Target::showing(TEXT, "shown 1\n"),
        Target::showing(TEXT, "shown 2\n"),
    );
    let list = |address: &str| {
        format!("[{{\"targets\": [\"{address}\"], \"labels\": {{\"team\": \"a\"}}}}]")
    };
    sandbox.write("targets.json", &list(&first.address));
    let config = format!(
        "global: {{scrape_interval: {INTERVAL}, scrape_timeout: {INTERVAL}}}\n\
         scrape_configs: [{{job_name: files, file_sd_configs: [{{files: ['*.json', '*.targets.yml'], refresh_interval: 1h}}]}}]\n"
    );
    let file = sandbox.write("ferula.yml", &config);
    let ferula = ferula(&sandbox, &[&config_flag(&file)]);
    expect_value(&ferula.url, "shown{team='a'}", 1.0);

    // Another target in its place.
    sandbox.write("targets.json", &list(&second.address));
    expect_value(&ferula.url, "max(shown{team='a'})", 2.0);
    expect_value(&ferula.url, "count(shown{team='a'})", 1.0);
    assert_eq!(targets(&ferula.url, "files").len(), 1);

    // A file that can't be read keeps its last good targets; what other files say goes on changing.
    sandbox.write("targets.json", "[{\"targets\": [\"local");
    sandbox.write(
        "more.targets.yml",
        &format!("- targets: ['{}']\n  labels: {{team: b}}\n", first.address),
    );
    expect_value(&ferula.url, "shown{team='b'}", 1.0);
    assert_eq!(value(&ferula.url, "shown{team='a'}"), Some(2.0));

    // A file that is gone takes its targets with it, and their series end.
    std::fs::remove_file(sandbox.path().join("more.targets.yml")).expect("the file was there");
    wait_until("the series has ended", || {
        value(&ferula.url, "shown{team='b'}")
            .is_none()
            .then_some(())
    });
}

/// A request of which half has arrived when the signal comes is answered; then the process ends with 0.
fn expect_graceful_end(name: &str, end: impl FnOnce(&Program)) {
    let sandbox = Sandbox::new(name);
    let mut ferula = ferula(&sandbox, &["--web.enable-lifecycle"]);
    let mut stream = TcpStream::connect(("127.0.0.1", ferula.port)).expect("a connection");
    let form = "query=vector%2842%29";
    write!(
        stream,
        "POST /api/v1/query HTTP/1.1\r\nHost: ferula\r\nContent-Type: application/x-www-form-urlencoded\r\n\
         Content-Length: {}\r\n\r\nquery=",
        form.len()
    )
    .expect("half a request is sent");
    // An answer on a later connection: the half was accepted before.
    assert_eq!(
        get(&ferula.url, "/-/healthy").expect("an answer").status,
        200
    );
    end(&ferula);
    wait_until("nobody listens any more", || {
        TcpStream::connect(("127.0.0.1", ferula.port))
            .is_err()
            .then_some(())
    });
    stream
        .write_all(b"vector%2842%29")
        .expect("the other half is sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert!(answer.contains("\"42\""), "{answer}");
    assert_eq!(ferula.wait(), Some(0), "{}", ferula.printed());
    assert!(ferula.printed().contains("stopped"), "{}", ferula.printed());
}

#[test]
fn sigterm_ends_it_when_open_requests_are_answered() {
    expect_graceful_end("sigterm", |ferula| ferula.signal("TERM"));
}

#[test]
fn sigint_ends_it_when_open_requests_are_answered() {
    expect_graceful_end("sigint", |ferula| ferula.signal("INT"));
}

#[test]
fn a_request_to_quit_ends_it_when_open_requests_are_answered() {
    expect_graceful_end("quit", |ferula| {
        assert_eq!(
            post(&ferula.url, "/-/quit", &[]).expect("an answer").status,
            200
        );
    });
}

#[test]
fn a_second_instance_on_the_same_port_says_so_and_ends() {
    let sandbox = Sandbox::new("second_instance");
    let first = ferula(&sandbox, &[]);
    let address = format!("127.0.0.1:{}", first.port);
    let ended = run_ferula(&[&format!("--web.listen-address={address}")], b"");
    assert_eq!(ended.code, Some(1));
    for words in [
        format!("can't listen on {address}"),
        "--web.listen-address".to_owned(),
    ] {
        assert!(ended.err.contains(&words), "{words} in {}", ended.err);
    }
    assert_eq!(
        get(&first.url, "/-/healthy").expect("an answer").status,
        200
    );
}

/// Families and types of the node exporter's page, without those about the exporter's own process.
fn node_families(page: &str) -> Vec<&str> {
    let lines = page.lines().filter_map(|line| line.strip_prefix("# TYPE "));
    lines.filter(|line| line.starts_with("node_")).collect()
}

#[test]
fn the_node_exporter_shows_every_family_that_debians_shows() {
    let Some(mut debian) = program_or_skip("prometheus-node-exporter") else {
        return;
    };
    let sandbox = Sandbox::new("exporter_node");
    let listen = |port: u16| format!("--web.listen-address=127.0.0.1:{port}");
    let (own, other) = (free_port(), free_port());
    let mut ours = Command::new(ferula_binary());
    ours.args(["exporter", "node", &listen(own)]);
    let ours = Program::start(&sandbox, "ours", ours, own, "/metrics");
    debian.arg(listen(other));
    let theirs = Program::start(&sandbox, "debian", debian, other, "/metrics");

    let page = |program: &Program| get(&program.url, "/metrics").expect("a page").body;
    let (our_page, their_page) = (page(&ours), page(&theirs));
    let (our_families, their_families) = (node_families(&our_page), node_families(&their_page));
    let missing: Vec<&&str> = their_families
        .iter()
        .filter(|family| !our_families.contains(family))
        .filter(|family| !family.starts_with("node_textfile_"))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
    assert!(their_families.len() > 100, "{}", their_families.len());
    assert_eq!(get(&ours.url, "/").expect("a page").status, 200);
    let mut ours = ours;
    ours.signal("TERM");
    assert_eq!(ours.wait(), Some(0));
}

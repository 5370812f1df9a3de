//! A disk that is full: new samples are refused, questions are answered, and once there is room all goes on by itself.
//!
//! The disk is a tmpfs of three MiB, in a mount namespace of the server's own. Where such a namespace can't be had the test says so and passes; the store's own
//! model test fills a simulated disk at any moment.

use std::path::Path;
use std::process::Command;

use e2e::{Program, Sandbox, configuration, ferula_binary, free_port, get, job, run, wait_until};

use super::killed::{Seen, counting, lost, stored};

/// Mounts, takes most of the room away, and becomes the server.
const SCRIPT: &str = r#"
mount -t tmpfs -o size=3m tmpfs "$1" && head -c 2097152 /dev/zero > "$1/filler" && shift && exec "$@"
"#;

/// Runs the script with a folder to mount at and a program; `None` without namespaces.
fn in_small_disk(folder: &Path) -> Option<Command> {
    let wrapped = || {
        let mut command = Command::new("unshare");
        command.args(["--user", "--map-root-user", "--mount", "sh", "-c", SCRIPT]);
        command.arg("sh").arg(folder);
        command
    };
    std::fs::create_dir_all(folder).expect("a folder to mount at");
    let mut probe = wrapped();
    probe.arg("true");
    let ended = run(probe, b"");
    if ended.code != Some(0) {
        skipped(&ended.err);
        return None;
    }
    Some(wrapped())
}

#[expect(clippy::disallowed_macros, reason = "tells why a test does nothing")]
fn skipped(why: &str) {
    eprintln!("skipped: no namespace with a disk of its own here: {why}");
}

fn is(url: &str, state: &str) -> Option<()> {
    let metrics = get(url, "/metrics").ok()?.body;
    let line = format!("ferula_storage_state{{state=\"{state}\"}} 1\n");
    metrics.contains(&line).then_some(())
}

#[test]
fn a_full_disk_refuses_and_recovers() {
    let sandbox = Sandbox::new("full");
    let folder = sandbox.path().join("disk");
    let Some(mut command) = in_small_disk(&folder) else {
        return;
    };
    let targets = [counting(), counting()];
    let jobs: Vec<String> = (0..)
        .zip(&targets)
        .map(|(number, target)| job(&format!("load{number}"), &target.address, ""))
        .collect();
    let file = sandbox.write("ferula.yml", &configuration("100ms", &jobs));
    let port = free_port();
    command.arg(ferula_binary()).args([
        format!("--config.file={}", file.display()),
        format!("--web.listen-address=127.0.0.1:{port}"),
        format!("--storage.tsdb.path={}", folder.join("data").display()),
    ]);
    let watch = Program::start(&sandbox, "ferula", command, port, "/-/ready");
    wait_until("the disk is full", || is(&watch.url, "full"));
    wait_until("the log says so", || {
        let told = "the disk is full: new samples are refused";
        watch.printed().contains(told).then_some(())
    });
    let info = get(&watch.url, "/api/v1/status/runtimeinfo").expect("an answer");
    let retention = info.json()["data"]["storageRetention"].to_string();
    assert!(retention.contains("the disk is full"), "{retention}");
    let before: Seen = stored(&watch.url).expect("an answer");
    assert!(!before.is_empty());

    // The server's files as it sees them.
    let filler = format!("/proc/{}/root{}/filler", watch.id(), folder.display());
    std::fs::remove_file(filler).expect("it is there");
    wait_until("samples are stored again", || is(&watch.url, "healthy"));
    let after = wait_until("new ones are seen", || {
        let after = stored(&watch.url)?;
        let more = |series: &String| after[series].len() > before[series].len();
        before.keys().all(more).then_some(after)
    });
    assert_eq!(lost(&before, &after), Vec::<String>::new());
    wait_until("the log says so", || {
        watch
            .printed()
            .contains("there is room again")
            .then_some(())
    });
}

//! One server per folder, damage that harms nothing else, deletion and snapshots.

use std::path::{Path, PathBuf};

use e2e::{
    Program, Sandbox, Target, configuration, ferula, ferula_binary, free_port, get, job, post, run,
    run_ferula, value, wait_until,
};

/// A server that scrapes a small page, with the admin API.
fn watching(sandbox: &Sandbox, target: &Target) -> Program {
    let config = configuration("200ms", &[job("small", &target.address, "")]);
    let file = sandbox.write("ferula.yml", &config);
    let config = format!("--config.file={}", file.display());
    let watch = ferula(sandbox, &[&config, "--web.enable-admin-api"]);
    wait_until("something is stored", || value(&watch.url, "small"));
    watch
}

fn small() -> Target {
    Target::showing("text/plain; version=0.0.4", "small 1\nother 2\n")
}

fn data(sandbox: &Sandbox) -> PathBuf {
    sandbox.path().join("ferula-data")
}

fn tsdb(verb: &str, folder: &Path) -> e2e::Ended {
    let folder = folder.to_str().expect("we named it");
    run_ferula(&["tsdb", verb, "--data", folder], b"")
}

#[test]
fn a_second_process_is_kept_out() {
    let sandbox = Sandbox::new("second");
    let target = small();
    let watch = watching(&sandbox, &target);
    let mut second = std::process::Command::new(ferula_binary());
    second.current_dir(sandbox.path()).args([
        &format!("--web.listen-address=127.0.0.1:{}", free_port()),
        "--storage.tsdb.path=ferula-data",
    ]);
    let ended = run(second, b"");
    assert_eq!(ended.code, Some(1));
    let told = "the data folder is in use by another process: ferula-data";
    assert!(ended.err.contains(told), "{}", ended.err);
    assert!(
        ended.err.contains("--storage.tsdb.path=FOLDER"),
        "{}",
        ended.err
    );
    // The same for what needs the folder for itself; what only looks may look.
    for verb in ["dump", "analyze"] {
        let ended = tsdb(verb, &data(&sandbox));
        assert_eq!(ended.code, Some(1));
        assert!(
            ended.err.contains("the data folder is in use"),
            "{}",
            ended.err
        );
    }
    for verb in ["list", "verify"] {
        let ended = tsdb(verb, &data(&sandbox));
        assert_eq!(ended.code, Some(0), "{}{}", ended.out, ended.err);
    }
    assert_eq!(value(&watch.url, "small"), Some(1.0));
}

#[test]
fn a_snapshot_is_a_folder_of_its_own() {
    let sandbox = Sandbox::new("snapshot");
    let target = small();
    let name = {
        let watch = watching(&sandbox, &target);
        let made = post(&watch.url, "/api/v1/admin/tsdb/snapshot", &[]).expect("an answer");
        assert_eq!(made.status, 200, "{}", made.body);
        made.json()["data"]["name"]
            .as_str()
            .expect("a name")
            .to_owned()
    };
    let copy = data(&sandbox).join("snapshots").join(name);
    let ended = tsdb("dump", &copy);
    assert!(
        ended.out.contains("__name__=\"small\""),
        "{}{}",
        ended.out,
        ended.err
    );
    let ended = tsdb("verify", &copy);
    assert!(ended.out.ends_with("all is whole\n"), "{}", ended.out);
    assert!(tsdb("list", &copy).out.contains("0000000001"));
}

#[test]
fn deleted_series_stay_deleted() {
    let sandbox = Sandbox::new("deleted");
    let target = small();
    let count = |url: &str, name: &str| value(url, &format!("count_over_time({name}[1h])"));
    {
        let watch = watching(&sandbox, &target);
        // Some in a part, some in memory.
        post(&watch.url, "/api/v1/admin/tsdb/snapshot", &[]).expect("an answer");
        target.show("text/plain; version=0.0.4", "other 2\n");
        wait_until("it is gone", || {
            value(&watch.url, "small").is_none().then_some(())
        });
        let path = "/api/v1/admin/tsdb/delete_series";
        let answer = post(&watch.url, path, &[("match[]", "small")]).expect("an answer");
        assert_eq!(answer.status, 204, "{}", answer.body);
        assert_eq!(count(&watch.url, "small"), None);
        watch.signal("KILL");
    }
    let watch = ferula(
        &sandbox,
        &["--config.file=ferula.yml", "--web.enable-admin-api"],
    );
    wait_until("the log is read", || count(&watch.url, "other"));
    assert_eq!(count(&watch.url, "small"), None);
    let path = "/api/v1/admin/tsdb/clean_tombstones";
    let answer = post(&watch.url, path, &[]).expect("an answer");
    assert_eq!(answer.status, 204, "{}", answer.body);
    assert_eq!(count(&watch.url, "small"), None);
    assert!(count(&watch.url, "other") > Some(1.0));
}

#[test]
fn a_damaged_part_is_set_aside_and_the_others_open() {
    let sandbox = Sandbox::new("damaged");
    let target = small();
    {
        let watch = watching(&sandbox, &target);
        post(&watch.url, "/api/v1/admin/tsdb/snapshot", &[]).expect("an answer");
        // What comes now is in another part.
        target.show("text/plain; version=0.0.4", "later 3\n");
        wait_until("it is stored", || value(&watch.url, "later"));
        post(&watch.url, "/api/v1/admin/tsdb/snapshot", &[]).expect("an answer");
    }
    let first = data(&sandbox).join("parts/0000000001.part");
    let mut bytes = std::fs::read(&first).expect("the first part");
    // A copy, since the snapshot has the same file.
    std::fs::remove_file(&first).expect("it is there");
    let place = bytes.len() - 40;
    bytes[place] ^= 1;
    std::fs::write(&first, &bytes).expect("there is room");
    let ended = tsdb("verify", &data(&sandbox));
    assert_eq!(ended.code, Some(1));
    assert!(
        ended.out.contains("parts/0000000001.part: "),
        "{}",
        ended.out
    );
    assert!(ended.out.ends_with("1 damaged\n"), "{}", ended.out);

    let watch = ferula(&sandbox, &["--config.file=ferula.yml"]);
    let log = watch.printed();
    assert!(log.contains("set aside, everything else is there"), "{log}");
    assert!(log.contains("parts/0000000001.part.damaged"), "{log}");
    wait_until("the other part is there", || {
        value(&watch.url, "count_over_time(later[1h])")
    });
    let info = get(&watch.url, "/api/v1/status/runtimeinfo").expect("an answer");
    assert_eq!(info.json()["data"]["corruptionCount"], 1);
}

/// Bytes that change while the server runs are met by the first query that reads them.
#[test]
fn a_part_that_turns_out_damaged_is_set_aside_and_the_rest_answered() {
    let sandbox = Sandbox::new("turns-out-damaged");
    let target = small();
    let watch = watching(&sandbox, &target);
    let count = || value(&watch.url, "count_over_time(small[1h])");
    post(&watch.url, "/api/v1/admin/tsdb/snapshot", &[]).expect("an answer");
    let before = count().expect("samples");
    let first = data(&sandbox).join("parts/0000000001.part");
    let mut bytes = std::fs::read(&first).expect("the first part");
    let end = bytes.len() - 64;
    bytes[16..end].iter_mut().for_each(|byte| *byte ^= 1);
    // In place: the server has the file open.
    std::fs::write(&first, &bytes).expect("there is room");
    let query = "/api/v1/query?query=count_over_time(small%5B1h%5D)";
    let answer = get(&watch.url, query).expect("an answer");
    assert_eq!(answer.status, 200, "{}", answer.body);
    let warnings = answer.json()["warnings"].to_string();
    assert!(
        warnings.contains("samples may be missing") && warnings.contains("0000000001.part.damaged"),
        "{}",
        answer.body
    );
    let aside = first.with_extension("part.damaged");
    wait_until("it is set aside", || aside.exists().then_some(()));
    // The rest goes on, and is all there is.
    wait_until("more is scraped", || (count()? > 1.0).then_some(()));
    let again = get(&watch.url, query).expect("an answer");
    assert!(again.json()["warnings"].to_string().contains("0000000001"));
    assert!(before >= 1.0);
    let page = get(&watch.url, "/metrics").expect("a page").body;
    for line in [
        "ferula_storage_parts_set_aside 1",
        "prometheus_tsdb_wal_corruptions_total 1",
    ] {
        assert!(page.contains(&format!("\n{line}\n")), "{line}");
    }
    let log = watch.printed();
    let told = "a part turned out damaged and was set aside";
    assert!(
        log.contains(told) && log.contains("0000000001.part.damaged"),
        "{log}"
    );
}

/// What is in memory goes into parts before a clean end, so a start has little to read.
#[test]
fn a_clean_end_leaves_parts() {
    let sandbox = Sandbox::new("clean-end");
    let page: String = (0..5000)
        .map(|n| format!("wide{{n=\"{n}\"}} {n}\n"))
        .collect();
    let target = Target::showing("text/plain; version=0.0.4", page);
    let file = configuration("200ms", &[job("wide", &target.address, "")]);
    let file = sandbox.write("ferula.yml", &file);
    let config = format!("--config.file={}", file.display());
    let many = "ferula_storage_memory_samples";
    let samples = |url: &str| -> Option<f64> {
        let page = get(url, "/metrics").ok()?.body;
        let line = page.lines().find_map(|line| line.strip_prefix(many))?;
        line.trim().parse().ok()
    };
    let count = |url: &str| value(url, "sum(count_over_time(wide[1h]))");
    let mut watch = ferula(&sandbox, &[&config]);
    wait_until("there are many samples", || {
        (samples(&watch.url)? > 120_000.0).then_some(())
    });
    let before = count(&watch.url).expect("samples");
    watch.signal("TERM");
    assert_eq!(watch.wait(), Some(0));
    let log = watch.printed();
    assert!(log.contains("all is in parts"), "{log}");
    let listed = tsdb("list", &data(&sandbox));
    assert!(listed.out.contains("0000000001"), "{}", listed.out);
    let again = ferula(&sandbox, &[&config]);
    let after = wait_until("all is there", || {
        count(&again.url).filter(|after| *after >= before)
    });
    assert!(after >= before);
    let left = samples(&again.url).expect("a page");
    assert!(left < before, "{left} samples were read from the log");
}

//! `ferula check` and the flags: verdicts, exit codes, messages.

use std::path::{Path, PathBuf};

use e2e::{Sandbox, run_ferula, shared};

/// The files in `folder` of the public cases whose names end so, sorted; `None` where the cases are missing.
fn cases(folder: &str, end: &str) -> Option<Vec<PathBuf>> {
    let folder = shared()?.join("cases").join(folder);
    let entries = std::fs::read_dir(&folder).expect("a folder of cases");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("a case").path()).collect();
    paths.retain(|path| path.to_string_lossy().ends_with(end));
    paths.sort();
    Some(paths)
}

fn name(path: &Path) -> String {
    path.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

/// Names of cases that did not get their verdict, each with what was said instead.
fn expect_none(wrong: &[String], count: usize) {
    assert!(
        wrong.is_empty(),
        "{} of {count}:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn check_config_gives_each_public_case_the_verdict_of_its_name() {
    let Some(paths) = cases("config", ".yml") else {
        return;
    };
    let mut wrong = Vec::new();
    for path in &paths {
        let name = name(path);
        let bad = name.contains(".bad.") || name.contains(".incompatible.");
        // The cases name certificates of their authors' machines.
        let ended = run_ferula(
            &["check", "config", "--syntax-only", &path.to_string_lossy()],
            b"",
        );
        let (code, word) = if bad {
            (1, ": FAILED: ")
        } else {
            (0, ": valid: ")
        };
        if ended.code != Some(code) || !ended.out.contains(word) {
            wrong.push(format!(
                "{name}: {:?}: {}{}",
                ended.code, ended.out, ended.err
            ));
        }
    }
    expect_none(&wrong, paths.len());
    assert!(paths.len() > 100, "only {} cases", paths.len());
}

#[test]
fn check_config_of_several_files_judges_each_and_fails_if_one_does() {
    let sandbox = Sandbox::new("check_config_of_several_files");
    let good = sandbox.write("good.yml", "scrape_configs: [{job_name: a}]\n");
    let bad = sandbox.write(
        "bad.yml",
        "global:\n  scrape_interval: 5\nscrape_configs:\n  - job_nam: a\n",
    );
    let (good, bad) = (good.to_string_lossy(), bad.to_string_lossy());
    let ended = run_ferula(&["check", "config", &good, &bad], b"");
    assert_eq!(ended.code, Some(1));
    for words in [
        format!("{good}: valid: 1 scrape jobs"),
        // All problems at once, each with its line.
        format!("{bad}:2:"),
        format!("{bad}:4:"),
        format!("{bad}: FAILED: "),
    ] {
        assert!(ended.out.contains(&words), "{words} in {}", ended.out);
    }
    assert_eq!(run_ferula(&["check", "config", &good], b"").code, Some(0));
}

/// The configurations in the workshops' texts: what stands between the fences and begins as a configuration does.
#[test]
fn check_config_takes_the_configurations_of_the_seeds() {
    let Some(shared) = shared() else {
        return;
    };
    let sandbox = Sandbox::new("check_config_seeds");
    let mut count = 0;
    for entry in std::fs::read_dir(shared.join("seeds")).expect("the seeds") {
        let text = std::fs::read_to_string(entry.expect("a seed").path()).expect("text");
        let blocks = text.split("```").skip(1).step_by(2);
        for block in blocks.filter_map(|block| block.strip_prefix("yaml\n")) {
            if !block.contains("scrape_configs:") {
                continue;
            }
            count += 1;
            let file = sandbox.write(&format!("seed{count}.yml"), block);
            let ended = run_ferula(&["check", "config", &file.to_string_lossy()], b"");
            assert_eq!(ended.code, Some(0), "{block}\n{}", ended.out);
        }
    }
    assert!(count > 0, "the seeds have configurations");
}

#[test]
fn check_metrics_gives_each_openmetrics_case_its_verdict() {
    let Some(paths) = cases("openmetrics", "") else {
        return;
    };
    let mut wrong = Vec::new();
    for path in &paths {
        let verdict = std::fs::read(path.join("test.json")).expect("a verdict");
        let verdict: serde_json::Value = serde_json::from_slice(&verdict).expect("JSON");
        let good = verdict["shouldParse"].as_bool().expect("a verdict");
        let page = std::fs::read(path.join("metrics")).expect("a page");
        let ended = run_ferula(&["check", "metrics", "--format=openmetrics"], &page);
        if ended.code != Some(i32::from(!good)) || ended.out.starts_with("valid: ") != good {
            wrong.push(format!("{}: {:?}: {}", name(path), ended.code, ended.out));
        }
    }
    expect_none(&wrong, paths.len());
    assert!(paths.len() > 100, "only {} cases", paths.len());
}

/// What Go's client library showed, large pages.
#[test]
fn check_metrics_reads_recorded_pages() {
    let Some(texts) = cases("expositions", ".prom.txt") else {
        return;
    };
    for path in texts {
        let page = std::fs::read_to_string(&path).expect("a page");
        let samples = page
            .lines()
            .filter(|line| !line.is_empty() && !line.starts_with('#'));
        let ended = run_ferula(&["check", "metrics"], page.as_bytes());
        assert_eq!(ended.code, Some(0), "{}: {}", name(&path), ended.out);
        // Below it may stand what is not wrong, but not the habit either.
        let first = ended.out.lines().next().unwrap_or_default();
        let count = format!(" {} samples", samples.count());
        assert!(first.ends_with(&count), "{count} in {first}");
    }
    for path in cases("expositions", ".om.txt").unwrap_or_default() {
        let page = std::fs::read_to_string(&path).expect("a page");
        let ended = run_ferula(
            &["check", "metrics", "--format=openmetrics"],
            page.as_bytes(),
        );
        assert_eq!(ended.code, Some(0), "{}: {}", name(&path), ended.out);
    }
}

/// What is wrong with a page, where, and what to do.
#[test]
fn check_metrics_says_where_a_page_is_wrong() {
    let check = |page: &str, words: &str| {
        let ended = run_ferula(&["check", "metrics"], page.as_bytes());
        assert_eq!(ended.code, Some(1), "{}", ended.out);
        assert!(ended.out.starts_with(words), "{words} in {}", ended.out);
    };
    check("good 1\nbad{ 1\n", "2:");
    check("good 1\nbad x\n", "2:5: ");
}

/// What someone types who is not quite sure, and how the answer helps.
#[test]
fn a_flag_or_command_that_does_not_exist_is_answered_with_the_next_best() {
    let check = |arguments: &[&str], words: &[&str]| {
        let ended = run_ferula(arguments, b"");
        assert_eq!(ended.code, Some(2), "{arguments:?}");
        for word in words {
            assert!(ended.err.contains(word), "{word} in {}", ended.err);
        }
    };
    check(
        &["--config.fil=x"],
        &["'--config.fil'", "similar", "'--config.file'"],
    );
    check(
        &["--web.listen-adress=:1"],
        &["'--web.listen-adress'", "'--web.listen-address'"],
    );
    check(&["chek"], &["'chek'", "'check'"]);
    check(&["check", "metrcs"], &["'metrcs'", "'metrics'"]);
    check(&["--query.timeout=soon"], &["--query.timeout", "soon"]);
    check(
        &["--log.level=loud"],
        &["'loud'", "debug, info, warn, error"],
    );
    check(&["check", "config"], &["FILE", "required"]);
}

#[test]
fn a_server_that_can_not_start_says_why() {
    let sandbox = Sandbox::new("can_not_start");
    let bad = sandbox.write(
        "bad.yml",
        "scrape_configs:\n  - job_name: a\n    metrics_pat: /m\n",
    );
    let bad = format!("--config.file={}", bad.display());
    let check = |arguments: &[&str], words: &[&str]| {
        let ended = run_ferula(arguments, b"");
        assert_eq!(ended.code, Some(1), "{}", ended.err);
        for word in words {
            assert!(ended.err.contains(word), "{word} in {}", ended.err);
        }
    };
    check(
        &["--config.file=/nowhere/prometheus.yml"],
        &["/nowhere/prometheus.yml", "no such file"],
    );
    check(&[&bad], &["bad.yml:3:", "metrics_pat"]);
    check(
        &["--web.listen-address=nowhere"],
        &["needs a port", "nowhere"],
    );
    check(
        &["--web.listen-address=192.0.2.1:9090"],
        &["can't listen on 192.0.2.1:9090", "hint"],
    );
    check(
        &[
            "--web.external-url=ferula",
            "--web.listen-address=127.0.0.1:1",
        ],
        &["--web.external-url", "ferula"],
    );
}

#[test]
fn version_and_help_are_printed() {
    let version = run_ferula(&["--version"], b"");
    assert_eq!(version.code, Some(0));
    assert!(version.out.starts_with("ferula "), "{}", version.out);
    let help = run_ferula(&["--help"], b"");
    assert_eq!(help.code, Some(0));
    for flag in [
        "--config.file",
        "--web.enable-lifecycle",
        "check",
        "exporter",
    ] {
        assert!(help.out.contains(flag), "{flag} in {}", help.out);
    }

    // A flag that the help speaks of is one that there is.
    let flags = help
        .out
        .split(|c: char| c.is_whitespace() || "=,;()".contains(c));
    for flag in flags.filter(|word| word.starts_with("--")) {
        let flag = flag.trim_end_matches(['.', ':']);
        let mut lines = help.out.lines().map(str::trim);
        let declared = lines.any(|line| {
            let mut words = line.split(' ').filter(|word| !word.ends_with(','));
            line.starts_with('-') && words.next() == Some(flag)
        });
        assert!(declared, "{flag} is named and does not exist");
    }
}

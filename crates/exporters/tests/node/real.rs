//! Our page beside node_exporter's, on the machine that runs the test.
//!
//! Names, labels, help and kinds must be equal. Values move while we look, so ours is taken between two of theirs,
//! again and again, until every series of ours was once between theirs before and theirs after.

use std::collections::BTreeSet;
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use exporters::node::{NodeCollector, Options, part_names};
use ferula::{Format, Selection, Style};
use platform::SystemClock;

use crate::page::{Family, Labels, Page, parse};
use crate::tree::Tree;

const BINARY: &str = "prometheus-node-exporter";

/// Looks at both pages, at most. Few are needed on a machine that does not do much.
const ROUNDS_MAX: usize = 40;

/// Families of theirs that we leave out, each with its reason. What is missing and not here fails the test.
const LEFT_OUT: &[(&str, &str)] = &[(
    "node_processes_threads_state",
    "a file to read for each thread of the host",
)];

/// Families whose labels say which program shows them.
const OF_THE_PROGRAM: [&str; 1] = ["node_exporter_build_info"];

/// Labels of ours that newer versions of theirs have and Debian's does not.
const NEWER_LABELS: [(&str, &str); 1] = [("node_network_info", "adminstate")];

/// What is said of each of the parts, of which we have not all.
const OF_THE_PARTS: [&str; 2] = [
    "node_scrape_collector_duration_seconds",
    "node_scrape_collector_success",
];

#[test]
fn our_page_is_theirs() -> io::Result<()> {
    let tree = Tree::new(&[
        (
            "text/a.prom",
            "# HELP node_job_bytes Bytes.\n# TYPE node_job_bytes gauge\nnode_job_bytes{job=\"a\"} 7\n",
        ),
        (
            "text/b.prom",
            "# HELP node_job_bytes Bytes.\n# TYPE node_job_bytes gauge\nnode_job_bytes{job=\"b\"} 1e9\n",
        ),
        (
            "text/c.prom",
            "node_job_plain 3\n# TYPE node_job_runs counter\nnode_job_runs 5\n",
        ),
    ]);
    let options = options(&tree);
    let Some(real) = Real::start(&options)? else {
        writeln!(io::stderr(), "skipped: there is no {BINARY} here")?;
        return Ok(());
    };
    let ours = NodeCollector::new(&options, Arc::new(SystemClock)).expect("usual filters");
    let ((), mut before) = real.page_after(|| ())?;
    let mut unequal = BTreeSet::new();
    for round in 0..ROUNDS_MAX {
        let (own, after) = real.page_after(|| own_page(&ours))?;
        if round == 0 {
            let differences = differences(&before, &own);
            assert!(
                differences.is_empty(),
                "names, labels, help and kinds: {differences:#?}"
            );
            write_coverage(&before, &own)?;
            unequal = shared_series(&own, &before);
        }
        unequal.retain(|(name, labels)| !is_between(name, labels, &before, &own, &after));
        if unequal.is_empty() {
            return Ok(());
        }
        before = after;
    }
    let own = own_page(&ours);
    let value = |page: &Page, (name, labels): &(String, Labels)| {
        page.get(name)
            .and_then(|family| family.series.get(labels))
            .copied()
    };
    let unequal = unequal
        .iter()
        .map(|series| (series, value(&own, series), value(&before, series)));
    panic!(
        "values that were never equal, ours and theirs: {:#?}",
        unequal.collect::<Vec<_>>()
    );
}

#[test]
fn promtool_reads_our_page() -> io::Result<()> {
    let tree = Tree::new(&[(
        "text/a.prom",
        "# HELP node_job_bytes Bytes.\nnode_job_bytes{job=\"a\"} 7\n",
    )]);
    let collector =
        NodeCollector::new(&options(&tree), Arc::new(SystemClock)).expect("usual filters");
    let Some((code, said)) = promtool(&own_text(&collector))? else {
        writeln!(io::stderr(), "skipped: there is no promtool here")?;
        return Ok(());
    };
    // 3 is for names that it finds odd, which are those of its own project; 1 is for a page that it can't read.
    assert_eq!(code, Some(3), "{said}");
    let names_only = said.lines().all(|line| line.starts_with("node_"));
    assert!(names_only, "{said}");
    Ok(())
}

/// With which code promtool ends and what it has to say; `None` when it is not installed.
fn promtool(page: &str) -> io::Result<Option<(Option<i32>, String)>> {
    let command = Command::new("promtool")
        .args(["check", "metrics"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let mut process = match command {
        Ok(process) => process,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    // It reads all before it says anything.
    process
        .stdin
        .take()
        .expect("it is piped")
        .write_all(page.as_bytes())?;
    let output = process.wait_with_output()?;
    let said = [output.stdout, output.stderr].concat();
    Ok(Some((
        output.status.code(),
        String::from_utf8_lossy(&said).into_owned(),
    )))
}

/// All that we have, whether it is usual or not.
fn options(tree: &Tree) -> Options {
    Options {
        textfile_directories: vec![tree.path().join("text")],
        parts: part_names().map(str::to_owned).collect(),
        ..Options::of_this_host()
    }
}

fn own_text(collector: &NodeCollector) -> String {
    let mut out = Vec::new();
    collector.render(&Selection::all(), Style::new(Format::Text), &mut out);
    String::from_utf8(out).expect("text")
}

fn own_page(collector: &NodeCollector) -> Page {
    let mut page = parse(&own_text(collector));
    for (name, newer) in NEWER_LABELS {
        let Some(family) = page.get_mut(name) else {
            continue;
        };
        let series = std::mem::take(&mut family.series).into_iter();
        family.series = series
            .map(|(mut labels, value)| {
                labels.remove(newer);
                (labels, value)
            })
            .collect();
    }
    page
}

/// What of theirs is not the same with us, but for values.
fn differences(theirs: &Page, ours: &Page) -> Vec<String> {
    let mut found = Vec::new();
    for (name, their) in theirs.iter().filter(|(name, _)| name.starts_with("node_")) {
        let Some(our) = ours.get(name) else {
            if !LEFT_OUT.iter().any(|(prefix, _)| name.starts_with(prefix)) {
                found.push(format!("{name}: we don't have it"));
            }
            continue;
        };
        if (&our.kind, &our.help) != (&their.kind, &their.help) {
            found.push(format!(
                "{name}: {} {:?} and theirs {} {:?}",
                our.kind, our.help, their.kind, their.help
            ));
        }
        if OF_THE_PROGRAM.contains(&&**name) || OF_THE_PARTS.contains(&&**name) {
            continue;
        }
        found.extend(label_differences(name, their, our));
    }
    found
}

fn label_differences(name: &str, their: &Family, our: &Family) -> Vec<String> {
    let missing = their
        .series
        .keys()
        .filter(|labels| !our.series.contains_key(*labels));
    let missing = missing.map(|labels| format!("{name}{labels:?}: we don't have it"));
    let added = our
        .series
        .keys()
        .filter(|labels| !their.series.contains_key(*labels));
    let added = added.map(|labels| format!("{name}{labels:?}: they don't have it"));
    // Processes and connections come and go, and with the last one in a state that state.
    if ["node_processes_state", "node_tcp_connection_states"].contains(&name) {
        Vec::new()
    } else {
        missing.chain(added).collect()
    }
}

fn shared_series(ours: &Page, theirs: &Page) -> BTreeSet<(String, Labels)> {
    let mut shared = BTreeSet::new();
    for (name, our) in ours {
        // How long a part took is nobody else's business.
        let Some(their) = theirs.get(name).filter(|_| name != OF_THE_PARTS[0]) else {
            continue;
        };
        let both = our
            .series
            .keys()
            .filter(|labels| their.series.contains_key(*labels));
        shared.extend(both.map(|labels| (name.clone(), labels.clone())));
    }
    for name in OF_THE_PROGRAM {
        shared.retain(|(shared, _)| shared != name);
    }
    shared
}

fn is_between(name: &str, labels: &Labels, before: &Page, own: &Page, after: &Page) -> bool {
    let value = |page: &Page| page.get(name)?.series.get(labels).copied();
    let (before, own, after) = match (value(before), value(own), value(after)) {
        (Some(before), Some(own), Some(after)) => (before, own, after),
        // A state that no process is in any more has no series: theirs had none either, before or after.
        (before, None, after) => return before.is_none() || after.is_none(),
        _ => return false,
    };
    // Ours is in milliseconds where theirs is in nanoseconds.
    let slack = if name == "node_time_seconds" {
        0.001
    } else {
        // Theirs divides microseconds twice by a thousand and rounds twice.
        (own.abs() * f64::EPSILON).min(1.0)
    };
    before.min(after) - slack <= own && own <= before.max(after) + slack
}

fn write_coverage(theirs: &Page, ours: &Page) -> io::Result<()> {
    let node = |page: &Page| {
        page.keys()
            .filter(|name| name.starts_with("node_"))
            .cloned()
            .collect::<BTreeSet<_>>()
    };
    let (theirs, ours) = (node(theirs), node(ours));
    let missing = theirs.difference(&ours).collect::<Vec<_>>();
    let added = ours.difference(&theirs).collect::<Vec<_>>();
    let shared = theirs.intersection(&ours).count();
    let out = &mut io::stderr();
    writeln!(
        out,
        "families: {} of theirs, {} of ours, {shared} shared",
        theirs.len(),
        ours.len()
    )?;
    writeln!(out, "theirs alone: {missing:?}")?;
    writeln!(out, "ours alone: {added:?}")
}

/// node_exporter, running until it is dropped.
struct Real {
    process: Child,
    address: SocketAddr,
}

impl Real {
    /// `None` when it is not installed.
    fn start(options: &Options) -> io::Result<Option<Self>> {
        let filters = &options.filters;
        let address = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?;
        let filter = |flag: &str, pattern: &str| format!("--collector.{flag}={pattern}");
        let mut process = match Command::new(BINARY)
            .arg(format!("--web.listen-address={address}"))
            .args([
                "--collector.processes",
                "--collector.interrupts",
                "--collector.tcpstat",
                "--collector.netdev.device-exclude=",
            ])
            .arg(filter(
                "diskstats.device-exclude",
                &filters.diskstats_device_exclude,
            ))
            .arg(filter(
                "filesystem.mount-points-exclude",
                &filters.filesystem_mount_points_exclude,
            ))
            .arg(filter(
                "filesystem.fs-types-exclude",
                &filters.filesystem_fs_types_exclude,
            ))
            .arg(filter("netstat.fields", &filters.netstat_fields))
            .arg(filter("vmstat.fields", &filters.vmstat_fields))
            .args(
                options
                    .textfile_directories
                    .iter()
                    .map(|folder| format!("--collector.textfile.directory={}", folder.display())),
            )
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
        {
            Ok(process) => process,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let log = process.stderr.take().expect("it is piped");
        let real = Self { process, address };
        let mut lines = BufReader::new(log).lines();
        let listens = lines
            .by_ref()
            .map_while(Result::ok)
            .any(|line| line.contains("Listening on"));
        assert!(listens, "{BINARY} starts");
        // It goes on logging, and must not wait for a reader.
        std::thread::spawn(move || lines.map_while(Result::ok).for_each(drop));
        Ok(Some(real))
    }

    /// Does `first` and then takes a page. The connection is there meanwhile, since it is among what is counted.
    fn page_after<R>(&self, first: impl FnOnce() -> R) -> io::Result<(R, Page)> {
        let mut connection = TcpStream::connect(self.address)?;
        let result = first();
        connection.write_all(b"GET /metrics HTTP/1.0\r\n\r\n")?;
        let mut answer = String::new();
        connection.read_to_string(&mut answer)?;
        let (_, body) = answer.split_once("\r\n\r\n").expect("a head and a body");
        Ok((result, parse(body)))
    }
}

impl Drop for Real {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

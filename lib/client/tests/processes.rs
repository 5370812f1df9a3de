//! Real processes on one segment: killed while they count, forked while they count, and nothing is lost or counted twice.
//!
//! The program starts itself with a role as argument. It is no harness' test, since a fork wants a program of one thread.
#![expect(
    unsafe_code,
    clippy::disallowed_methods,
    reason = "fork and kill, and files of a test's own"
)]

use std::error::Error;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};

use ferula::{
    Buckets, Counter, Family, Format, Gauge, Histogram, Merge, MergeBy, Registry, Segment,
    SegmentProcesses, Selection, Style, encode,
};

type Outcome = Result<(), Box<dyn Error>>;

const WORKERS: usize = 4;
/// Forks of a storm.
const FORKS: usize = 40;
/// Series that each thread of a storm bears at most.
const BIRTHS_MAX: usize = 4000;
/// A worker says how far it is after so many rounds.
const ROUNDS_SAID: u64 = 1000;

fn main() -> Outcome {
    let arguments = std::env::args().collect::<Vec<_>>();
    if let [_, role, path] = &arguments[..] {
        let path = Path::new(path);
        return match role.as_str() {
            "count" => count(path),
            "fork" => fork(path),
            "storm" => storm(path),
            _ => Err(role.as_str().into()),
        };
    }
    let out = &mut std::io::stdout();
    let tests = [
        (
            "killed_workers_lose_nothing",
            killed_workers_lose_nothing as fn() -> Outcome,
        ),
        ("forked_workers_are_processes", forked_workers_are_processes),
        (
            "workers_killed_in_births_block_nobody",
            workers_killed_in_births_block_nobody,
        ),
        ("forks_while_locks_are_held", forks_while_locks_are_held),
    ];
    for (name, test) in tests {
        test().map_err(|error| format!("{name}: {error}"))?;
        writeln!(out, "test {name} ... ok")?;
    }
    Ok(())
}

/// A file that is removed at the end.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str) -> Self {
        let name = format!("ferula-processes-{name}-{}", std::process::id());
        Self(std::env::temp_dir().join(name))
    }

    fn start(&self, role: &str) -> std::io::Result<Child> {
        let mut command = Command::new(std::env::current_exe()?);
        command.arg(role).arg(&self.0).stdout(Stdio::piped());
        command.spawn()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _absent = std::fs::remove_file(&self.0);
    }
}

/// What a worker has.
struct Work {
    rounds: Counter,
    sizes: Histogram,
    level: Gauge,
    busy: Gauge,
    last: Gauge,
    births: Family<Counter>,
}

impl Work {
    fn new(segment: &Segment) -> Result<Self, ferula::Error> {
        let registry = Registry::shared(segment);
        let gauge = |name, by, live| {
            let gauge = Gauge::builder(name, "").merge(Merge { by, live });
            gauge.register(&registry)
        };
        let births = Counter::builder("births", "").labels(["pid", "n"]);
        Ok(Self {
            rounds: Counter::builder("rounds", "").register(&registry)?,
            sizes: Histogram::builder("sizes", "")
                .buckets(Buckets::new(&[1.0, 2.0])?)
                .register(&registry)?,
            level: gauge("level", MergeBy::Sum, false)?,
            busy: gauge("busy", MergeBy::Sum, true)?,
            last: gauge("last", MergeBy::All, true)?,
            births: births.series_max(usize::MAX).register(&registry)?,
        })
    }

    fn round(&self) {
        self.rounds.inc();
        self.sizes.observe(1.5);
    }
}

/// Counts for ever, and says from time to time how far it is.
fn count(path: &Path) -> Outcome {
    let work = Work::new(&Segment::attach(path)?)?;
    work.level.set(1.0);
    work.busy.set(1.0);
    let pid = std::process::id().to_string();
    let mut out = std::io::stdout().lock();
    for said in 1_u64.. {
        for _ in 0..ROUNDS_SAID {
            work.round();
        }
        work.births.with(&[&pid, &said.to_string()]).inc();
        writeln!(out, "{}", said * ROUNDS_SAID)?;
    }
    Ok(())
}

/// Forks workers, which count as much as they are told and end, or wait to be killed.
fn fork(path: &Path) -> Outcome {
    let segment = Segment::attach(path)?;
    let work = Work::new(&segment)?;
    work.level.set(1.0);
    work.last.set(f64::from(std::process::id()));
    for _ in 0..WORKERS {
        // SAFETY: this program has one thread.
        let pid = unsafe { libc::fork() };
        assert!(pid >= 0, "a fork");
        if pid == 0 {
            // The handles of before the fork are this process' now.
            work.level.set(1.0);
            work.last.set(f64::from(std::process::id()));
            for _ in 0..ROUNDS_SAID {
                work.round();
            }
            work.births.with(&["child", "1"]).inc();
            writeln!(std::io::stdout(), "{}", std::process::id())?;
            let mut nothing = String::new();
            std::io::stdin().read_line(&mut nothing)?;
            return Ok(());
        }
    }
    writeln!(std::io::stdout(), "{}", std::process::id())?;
    let mut nothing = String::new();
    std::io::stdin().read_line(&mut nothing)?;
    Ok(())
}

/// Forks while other threads bear children, which is when locks are held.
fn storm(path: &Path) -> Outcome {
    let segment = Segment::attach(path)?;
    let work = Work::new(&segment)?;
    let heap = Counter::builder("heap", "").labels(["n"]).build()?;
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for thread in 0..2 {
            let (work, heap, stop) = (&work, &heap, &stop);
            scope.spawn(move || {
                for number in 0..BIRTHS_MAX {
                    if stop.load(Ordering::Relaxed) {
                        return;
                    }
                    let number = format!("{thread}-{number}");
                    work.births.with(&["thread", &number]).inc();
                    heap.with(&[&number]).inc();
                }
            });
        }
        for number in 0..FORKS {
            // SAFETY: the child uses this crate, whose locks are free after a fork, and an allocator that takes care of its own.
            let pid = unsafe { libc::fork() };
            assert!(pid >= 0, "a fork");
            if pid == 0 {
                work.births.with(&["storm", &number.to_string()]).inc();
                heap.with(&["child"]).inc();
                work.level.inc();
                // SAFETY: ends the process at once, without what the parent has planned for its own end.
                unsafe { libc::_exit(0) };
            }
            let mut status = 0;
            // SAFETY: waits for a child of our own, and writes its status.
            let ended = unsafe { libc::waitpid(pid, &raw mut status, 0) };
            assert_eq!((ended, status), (pid, 0), "the child ended well");
        }
        stop.store(true, Ordering::Relaxed);
    });
    Ok(())
}

fn forks_while_locks_are_held() -> Outcome {
    let scratch = Scratch::new("storm");
    let segment = Segment::attach(&scratch.0)?;
    if !scratch.start("storm")?.wait()?.success() {
        return Err("the storm failed".into());
    }
    let text = page(&segment)?;
    let born = text
        .lines()
        .filter(|line| line.starts_with("births_total{pid=\"storm\""));
    assert_eq!(born.count(), FORKS);
    check(&text, "level ", FORKS as f64)?;
    assert_eq!(segment.troubles(), (0, 0), "nothing was found damaged");
    Ok(())
}

fn page(segment: &Segment) -> Result<String, Box<dyn Error>> {
    let mut page = Vec::new();
    encode(
        segment,
        &Selection::all(),
        Style::new(Format::Text),
        &mut page,
    );
    Ok(String::from_utf8(page)?)
}

/// The value of a sample, with its labels as written.
fn value(page: &str, sample: &str) -> Option<f64> {
    let line = page.lines().find_map(|line| line.strip_prefix(sample))?;
    line.trim().parse().ok()
}

fn check(page: &str, sample: &str, expected: f64) -> Outcome {
    if value(page, sample) == Some(expected) {
        return Ok(());
    }
    Err(format!("{sample} is not {expected} in\n{page}").into())
}

/// `kill -9`, and all that the worker had said.
fn killed(mut worker: Child) -> Result<u64, Box<dyn Error>> {
    worker.kill()?;
    let mut said = String::new();
    worker
        .stdout
        .take()
        .ok_or("a pipe")?
        .read_to_string(&mut said)?;
    worker.wait()?;
    let whole = said.rsplit_once('\n').map_or("", |(whole, _)| whole);
    Ok(whole.lines().last().map_or(Ok(0), str::parse)?)
}

fn killed_workers_lose_nothing() -> Outcome {
    let scratch = Scratch::new("killed");
    let segment = Segment::attach(&scratch.0)?;
    let (mut said, mut workers_so_far) = (0, 0.0);
    for generation in 0..8 {
        let mut workers = Vec::new();
        for _ in 0..WORKERS {
            workers.push(scratch.start("count")?);
        }
        for worker in &mut workers {
            // Its first word: it is at work. The reader takes one byte at a time, so that nothing said later is lost.
            let mut first = [0];
            let mut pipe = worker.stdout.take().ok_or("a pipe")?;
            while first != *b"\n" {
                pipe.read_exact(&mut first)?;
            }
            worker.stdout = Some(pipe);
        }
        check(&page(&segment)?, "busy ", WORKERS as f64)?;
        for worker in workers {
            said += killed(worker)?.max(ROUNDS_SAID);
            workers_so_far += 1.0;
        }
        let page = page(&segment)?;
        let rounds = value(&page, "rounds_total ").ok_or("rounds")?;
        // Each had gone on after its last word, at most until the pipe took the next.
        if rounds < said as f64 {
            return Err(format!("generation {generation}: {said} said, {rounds} counted").into());
        }
        let sizes = value(&page, "sizes_count ").ok_or("sizes")?;
        // Between its two updates a worker may have died.
        if rounds - sizes > workers_so_far || sizes > rounds {
            return Err(format!("{rounds} rounds, {sizes} sizes").into());
        }
        check(&page, "level ", workers_so_far)?;
        if page.contains("\nbusy ") {
            return Err(format!("nobody is busy in\n{page}").into());
        }
    }
    if segment.pids() != [std::process::id()] {
        return Err(format!("{:?} live", segment.pids()).into());
    }
    Ok(())
}

fn forked_workers_are_processes() -> Outcome {
    let scratch = Scratch::new("forked");
    let segment = Segment::attach(&scratch.0)?;
    let mut command = Command::new(std::env::current_exe()?);
    command.arg("fork").arg(&scratch.0);
    let mut parent = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    // While this is open, none of them ends by itself.
    let ends = parent.stdin.take();
    let mut said = BufReader::new(parent.stdout.take().ok_or("a pipe")?).lines();
    let mut pids = Vec::new();
    for _ in 0..=WORKERS {
        pids.push(said.next().ok_or("a worker")??.parse::<u32>()?);
    }
    let text = page(&segment)?;
    check(
        &text,
        "rounds_total ",
        (WORKERS as u64 * ROUNDS_SAID) as f64,
    )?;
    check(&text, "sizes_count ", (WORKERS as u64 * ROUNDS_SAID) as f64)?;
    check(
        &text,
        "births_total{pid=\"child\",n=\"1\"} ",
        WORKERS as f64,
    )?;
    check(&text, "level ", WORKERS as f64 + 1.0)?;
    for pid in &pids {
        check(&text, &format!("last{{pid=\"{pid}\"}} "), f64::from(*pid))?;
    }
    // Everybody's memory, by the kernel's word.
    let mut processes = Vec::new();
    let style = Style::new(Format::Text);
    encode(
        &SegmentProcesses::of(&segment),
        &Selection::all(),
        style,
        &mut processes,
    );
    let processes = String::from_utf8(processes)?;
    for pid in &pids {
        let sample = format!("process_resident_memory_bytes{{pid=\"{pid}\"}} ");
        value(&processes, &sample)
            .filter(|&bytes| bytes > 0.0)
            .ok_or(sample)?;
    }
    // A child is killed; then the parent, whose other children live on.
    let child = *pids
        .iter()
        .find(|&&pid| pid != parent.id())
        .ok_or("a child")?;
    // SAFETY: sends a signal to a process that this test has started.
    let error = unsafe { libc::kill(child.cast_signed(), libc::SIGKILL) };
    assert_eq!(error, 0, "the child is there");
    let lives = |pid: u32| segment.pids().contains(&pid);
    until("a killed child is gone", || !lives(child))?;
    parent.kill()?;
    parent.wait()?;
    until("a killed parent is gone", || !lives(parent.id()))?;
    let text = page(&segment)?;
    check(&text, "level ", WORKERS as f64 + 1.0)?;
    let last = text
        .lines()
        .filter(|line| line.starts_with("last{"))
        .count();
    if last != WORKERS - 1 {
        return Err(format!("{last} processes have a last in\n{text}").into());
    }
    drop(ends);
    until("all others are gone", || {
        segment.pids() == [std::process::id()]
    })
}

/// A worker that is killed holds the lock now and then: nobody waits for it, and what it left is whole.
fn workers_killed_in_births_block_nobody() -> Outcome {
    let scratch = Scratch::new("births");
    let segment = Segment::attach(&scratch.0)?;
    let work = Work::new(&segment)?;
    for number in 0..20 {
        let mut worker = scratch.start("count")?;
        let mut first = [0];
        worker
            .stdout
            .as_mut()
            .ok_or("a pipe")?
            .read_exact(&mut first)?;
        work.births.with(&["own", &number.to_string()]).inc();
        killed(worker)?;
        work.births.with(&["own too", &number.to_string()]).inc();
    }
    let text = page(&segment)?;
    let own = text
        .lines()
        .filter(|line| line.starts_with("births_total{pid=\"own"));
    assert_eq!(own.count(), 40);
    assert_eq!(segment.troubles(), (0, 0), "nothing was found damaged");
    Ok(())
}

/// Waits for what the kernel is about to do.
fn until(what: &str, done: impl Fn() -> bool) -> Outcome {
    for _ in 0..100_000 {
        if done() {
            return Ok(());
        }
        std::thread::yield_now();
    }
    Err(format!("it never happens that {what}").into())
}

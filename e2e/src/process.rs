//! Programs that a test starts, and that end with it.

use std::fs::File;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};

use crate::{Sandbox, get, wait_until};

/// A running program. It is killed when this goes.
#[derive(Debug)]
pub struct Program {
    child: Child,
    /// `http://127.0.0.1:<port>`
    pub url: String,
    /// The port on loopback that it was told to listen on.
    pub port: u16,
    /// What it printed, both to standard output and error.
    pub log: PathBuf,
}

impl Program {
    /// Starts `command`, which listens on `port`, and waits until `path` answers.
    ///
    /// # Panics
    ///
    /// When it does not start or does not answer.
    #[must_use]
    pub fn start(sandbox: &Sandbox, name: &str, command: Command, port: u16, path: &str) -> Self {
        let mut program = Self::spawn(sandbox, name, command, port);
        program.wait_until_it(&format!("answers at {path}"), |program| {
            get(&program.url, path).is_ok()
        });
        program
    }

    /// Starts `command` and waits until it takes connections on `port`.
    ///
    /// # Panics
    ///
    /// When it does not start or does not listen.
    #[must_use]
    pub fn start_listening(sandbox: &Sandbox, name: &str, command: Command, port: u16) -> Self {
        let mut program = Self::spawn(sandbox, name, command, port);
        program.wait_until_it("listens", |program| {
            TcpStream::connect(("127.0.0.1", program.port)).is_ok()
        });
        program
    }

    /// Starts `command`, which listens on `port`, and waits for nothing.
    ///
    /// # Panics
    ///
    /// When it does not start.
    #[must_use]
    pub fn spawn(sandbox: &Sandbox, name: &str, mut command: Command, port: u16) -> Self {
        let log = sandbox.path().join(format!("{name}.log"));
        let out = File::create(&log).expect("a log file");
        let err = out.try_clone().expect("a second handle");
        command
            .current_dir(sandbox.path())
            .stdin(Stdio::null())
            .stdout(out)
            .stderr(err);
        let child = command
            .spawn()
            .unwrap_or_else(|error| panic!("can't start {name}: {error}"));
        Self {
            child,
            url: format!("http://127.0.0.1:{port}"),
            port,
            log,
        }
    }

    fn wait_until_it(&mut self, what: &str, condition: impl Fn(&Self) -> bool) {
        wait_until(
            &format!("the program of {} {what}", self.log.display()),
            || {
                if let Ok(Some(status)) = self.child.try_wait() {
                    panic!("it ended ({status}):\n{}", self.printed());
                }
                condition(self).then_some(())
            },
        );
    }

    /// What it printed so far.
    #[must_use]
    pub fn printed(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// Its process number.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Sends it a signal, by name (`HUP`, `TERM`).
    ///
    /// # Panics
    ///
    /// When there is no `kill`.
    pub fn signal(&self, name: &str) {
        let status = Command::new("kill")
            .args(["-s", name, &self.id().to_string()])
            .status();
        assert!(status.expect("kill").success(), "kill -s {name}");
    }

    /// The bytes of memory that it holds: `VmRSS` of `/proc/<id>/status`.
    ///
    /// # Panics
    ///
    /// When it has ended.
    #[must_use]
    pub fn resident_bytes(&self) -> u64 {
        let path = format!("/proc/{}/status", self.id());
        let status = std::fs::read_to_string(path).expect("a running program");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<u64>().ok());
        kib.expect("a size in KiB") << 10
    }

    /// Waits until it has ended; its exit code, `None` when a signal ended it.
    ///
    /// # Panics
    ///
    /// When it does not end.
    pub fn wait(&mut self) -> Option<i32> {
        wait_until("the program ends", || {
            self.child.try_wait().expect("a child")
        })
        .code()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Starts Ferula on a free port, with `arguments` added.
#[must_use]
pub fn ferula(sandbox: &Sandbox, arguments: &[&str]) -> Program {
    let port = free_port();
    let mut command = Command::new(ferula_binary());
    command
        .args([format!("--web.listen-address=127.0.0.1:{port}")])
        .args(arguments);
    if !arguments.iter().any(|one| one.starts_with(DATA_FLAG)) {
        // Peers in the same sandbox have their samples in `data`.
        command.arg(format!("{DATA_FLAG}=ferula-data"));
    }
    Program::start(sandbox, "ferula", command, port, "/-/ready")
}

/// Names the data folder.
const DATA_FLAG: &str = "--storage.tsdb.path";

/// The binary under test: `FERULA_BINARY`, else the newest that cargo built.
///
/// # Panics
///
/// When there is none.
#[must_use]
pub fn ferula_binary() -> PathBuf {
    if let Some(path) = std::env::var_os("FERULA_BINARY") {
        return path.into();
    }
    let target = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target");
    let built = ["release/ferula", "debug/ferula"].map(|path| target.join(path));
    let age = |path: &PathBuf| {
        std::fs::metadata(path)
            .and_then(|file| file.modified())
            .ok()
    };
    let newest = built
        .into_iter()
        .filter(|path| path.is_file())
        .max_by_key(age);
    newest.expect("no binary: run `cargo build` first, or `cargo xtask test end-to-end`")
}

/// The Python interpreter that has the packages of the tests: `FERULA_PYTHON`, else the one that the task made.
#[must_use]
pub fn python() -> Option<PathBuf> {
    let made = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/python/bin/python");
    let python = std::env::var_os("FERULA_PYTHON").map_or(made, PathBuf::from);
    present(python.is_file(), "Python with the tests' packages").then_some(python)
}

/// A program from outside, when it is installed; says so when it is not.
#[must_use]
pub fn program_or_skip(name: &str) -> Option<Command> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path).any(|folder| folder.join(name).is_file());
    present(found, name).then(|| Command::new(name))
}

fn present(found: bool, what: &str) -> bool {
    if !found {
        assert!(std::env::var_os("CI").is_none(), "CI has {what}");
        eprintln!("skipped: there is no {what} here\n  hint: cargo xtask test installs it");
    }
    found
}

/// Ports below the range from which the kernel takes the near ends of outgoing connections: one of those could be taken
/// between the moment we look and the moment the program listens.
const PORTS: std::ops::Range<u16> = 20_000..32_000;

/// A port on loopback that nobody listens on. None is given twice, so that tests may run side by side.
///
/// # Panics
///
/// When there is none.
#[must_use]
pub fn free_port() -> u16 {
    static GIVEN: AtomicU16 = AtomicU16::new(0);
    // Two runs at once begin at different places.
    let begin = std::process::id().wrapping_mul(97);
    let count = u32::from(PORTS.end - PORTS.start);
    for _ in PORTS {
        let number = u32::from(GIVEN.fetch_add(1, Ordering::Relaxed));
        let offset = begin.wrapping_add(number) % count;
        let port = PORTS.start + u16::try_from(offset).expect("below the count");
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
    panic!("no free port in {PORTS:?}")
}

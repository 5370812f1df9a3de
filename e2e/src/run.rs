//! Programs that run to their end.

use std::io::Write;
use std::process::{Command, Stdio};

use crate::ferula_binary;

/// How a program ended.
#[derive(Clone, Debug)]
pub struct Ended {
    /// Its exit code; `None` when a signal ended it.
    pub code: Option<i32>,
    /// What it wrote to standard output.
    pub out: String,
    /// What it wrote to standard error.
    pub err: String,
}

/// Runs `command` with `input` on its standard input, to its end.
///
/// # Panics
///
/// When it does not start.
#[must_use]
pub fn run(mut command: Command, input: &[u8]) -> Ended {
    let program = command.get_program().to_string_lossy().into_owned();
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("can't start {program}: {error}"));
    let mut stdin = child.stdin.take().expect("its input is a pipe");
    let ended = std::thread::scope(|scope| {
        // A program that reads only a part closes the pipe, and is right to.
        scope.spawn(move || drop(stdin.write_all(input)));
        child.wait_with_output()
    });
    let ended = ended.unwrap_or_else(|error| panic!("can't wait for {program}: {error}"));
    Ended {
        code: ended.status.code(),
        out: String::from_utf8_lossy(&ended.stdout).into_owned(),
        err: String::from_utf8_lossy(&ended.stderr).into_owned(),
    }
}

/// Runs `ferula` with these arguments, which must make it end by itself.
#[must_use]
pub fn run_ferula(arguments: &[&str], input: &[u8]) -> Ended {
    let mut command = Command::new(ferula_binary());
    command.args(arguments);
    run(command, input)
}

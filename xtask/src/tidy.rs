//! Checks the tree: the rules of style that a program can check.
//!
//! Rules that are already broken somewhere are ratchets: `xtask/debts.txt` lists the debts, a new one fails, and so does one
//! that has become smaller without being recorded (`cargo xtask tidy --bless`), so that it can't grow back.

mod debts;
mod functions;
mod layers;
mod licences;
mod prose;
mod sources;

use sources::Source;

/// Something that is not as it should be.
pub(crate) struct Problem {
    /// File, and line if there is one.
    place: String,
    what: String,
}

impl Problem {
    fn new(place: impl Into<String>, what: impl Into<String>) -> Self {
        Self {
            place: place.into(),
            what: what.into(),
        }
    }
}

pub(crate) fn run(arguments: &[String]) -> Result<(), String> {
    let sources = sources::read()?;
    if arguments.iter().any(|argument| argument == "--bless") {
        return debts::bless(&sources);
    }
    let mut problems = Vec::new();
    problems.extend(layers::check()?);
    problems.extend(licences::check()?);
    problems.extend(debts::check(&sources)?);
    problems.extend(prose::check(&sources));
    if problems.is_empty() {
        println!("tidy: {} files are as they should be", sources.len());
        return Ok(());
    }
    for problem in &problems {
        println!("{}: {}", problem.place, problem.what);
    }
    Err(format!("the tree is untidy: {} problems", problems.len()))
}

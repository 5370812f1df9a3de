//! Reads scripts.
//!
//! Line by line: a line that begins with `#` is empty, and an empty line ends a command.

use model::{Labels, Timestamp, duration};
use promql::series_notation::{self, Series, StartTimes};
use promql::{Expr, Features};

use crate::request::Window;

/// A piece of a script.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// `clear`: forget all samples.
    Clear,
    /// `load`: add samples.
    Load(Load),
    /// `eval`: ask and compare.
    Eval(Box<Eval>),
}

/// Samples to add.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Load {
    /// Distance of samples, in milliseconds; the first is at the epoch.
    pub step_ms: i64,
    /// Whether classic histograms are loaded as native ones with custom bounds, too.
    pub with_nhcb: bool,
    /// Series and their values.
    pub series: Vec<Series>,
    /// Start timestamps of some of them.
    pub start_times: Vec<StartTimes>,
}

/// A query and what it should answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Eval {
    /// Line in the script, from 1.
    pub line: usize,
    /// The query.
    pub query: String,
    /// When it is evaluated.
    pub window: Window,
    /// What should be said about the result.
    pub modes: Vec<Mode>,
    /// The result.
    pub expected: Expectation,
}

/// `expect …`
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mode {
    /// The order of the result counts.
    Ordered,
    /// The query fails.
    Fail(Pattern),
    /// There is a warning.
    Warn(Pattern),
    /// There is no warning.
    NoWarn,
    /// There is an info.
    Info(Pattern),
    /// There is no info.
    NoInfo,
}

/// What a message must look like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pattern {
    /// Anything.
    Any,
    /// This text.
    Exact(String),
    /// This expression matches somewhere.
    Regex(String),
}

/// The result that is expected.
#[derive(Clone, Debug, PartialEq)]
pub enum Expectation {
    /// Series; one value each for an instant query. May be none.
    Series(Vec<Series>),
    /// A number.
    Scalar(f64),
    /// A text.
    String(String),
    /// Samples of series, at these times; the query is an instant one.
    RangeVector(Window, Vec<Series>),
}

/// Values of a series, as the notation has them.
pub type Values = Vec<Option<series_notation::SeriesValue>>;

/// A script that can't be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {message}")]
pub struct ScriptError {
    /// From 1.
    pub line: usize,
    /// What is wrong.
    pub message: String,
}

/// Reads a script.
///
/// # Errors
///
/// With the line that is not understood.
pub fn parse(text: &str) -> Result<Vec<Command>, ScriptError> {
    let mut commands = Vec::new();
    let mut lines = Lines::new(text);
    while let Some((line, text)) = lines.next_full() {
        let error = |message: String| ScriptError { line, message };
        let (word, rest) = split_word(text);
        let command = match word {
            "clear" => Command::Clear,
            "load" | "load_with_nhcb" => {
                let mut load = parse_load(rest, &mut lines)?;
                load.with_nhcb = word == "load_with_nhcb";
                Command::Load(load)
            }
            "eval" | "eval_fail" | "eval_ordered" | "eval_warn" | "eval_info" => {
                let mut eval = parse_eval_head(line, rest).map_err(error)?;
                eval.modes.extend(legacy_mode(word));
                parse_eval_body(&mut eval, &mut lines)?;
                Command::Eval(Box::new(eval))
            }
            _ => return Err(error(format!("unknown command: {word}"))),
        };
        commands.push(command);
    }
    Ok(commands)
}

/// The lines of a script with their numbers.
struct Lines<'a> {
    lines: std::iter::Peekable<std::iter::Enumerate<std::str::Lines<'a>>>,
}

impl<'a> Lines<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            lines: text.lines().enumerate().peekable(),
        }
    }

    /// The next line, trimmed; comments are empty.
    fn next(&mut self) -> Option<(usize, &'a str)> {
        let (index, line) = self.lines.next()?;
        let line = line.trim();
        Some((index + 1, if line.starts_with('#') { "" } else { line }))
    }

    /// The next line with something in it.
    fn next_full(&mut self) -> Option<(usize, &'a str)> {
        loop {
            let (number, line) = self.next()?;
            if !line.is_empty() {
                return Some((number, line));
            }
        }
    }

    /// The next line of the current command; `None` at its end.
    fn next_in_command(&mut self) -> Option<(usize, &'a str)> {
        self.next().filter(|(_, line)| !line.is_empty())
    }
}

fn split_word(text: &str) -> (&str, &str) {
    let end = text.find(char::is_whitespace).unwrap_or(text.len());
    (&text[..end], text[end..].trim_start())
}

fn parse_load(step: &str, lines: &mut Lines<'_>) -> Result<Load, ScriptError> {
    let mut load = Load::default();
    let mut step_error = time_ms(step).map(|step_ms| load.step_ms = step_ms).err();
    while let Some((line, text)) = lines.next_in_command() {
        if let Some(message) = step_error.take() {
            return Err(ScriptError { line, message });
        }
        let parsed = series_notation::parse_line(text).map_err(|error| ScriptError {
            line,
            message: error.to_string(),
        })?;
        match parsed {
            series_notation::Line::Values(series) => load.series.push(series),
            series_notation::Line::StartTimes(times) => load.start_times.push(times),
        }
    }
    Ok(load)
}

fn legacy_mode(word: &str) -> Option<Mode> {
    match word {
        "eval_fail" => Some(Mode::Fail(Pattern::Any)),
        "eval_ordered" => Some(Mode::Ordered),
        "eval_warn" => Some(Mode::Warn(Pattern::Any)),
        "eval_info" => Some(Mode::Info(Pattern::Any)),
        _ => None,
    }
}

/// `instant at <time> <query>` or `range from <time> to <time> step <time> <query>`
fn parse_eval_head(line: usize, text: &str) -> Result<Eval, String> {
    let (window, query) = match split_word(text) {
        ("instant", rest) => {
            let (at, query) = time_after("at", rest)?;
            (Window::Instant(Timestamp(at)), query)
        }
        ("range", rest) => parse_range(rest)?,
        (word, _) => return Err(format!("neither instant nor range: {word}")),
    };
    Ok(Eval {
        line,
        query: query.to_owned(),
        window,
        modes: Vec::new(),
        expected: Expectation::Series(Vec::new()),
    })
}

/// `from <time> to <time> step <time>`, and what follows.
fn parse_range(text: &str) -> Result<(Window, &str), String> {
    let (start, rest) = time_after("from", text)?;
    let (end, rest) = time_after("to", rest)?;
    let (step_ms, rest) = time_after("step", rest)?;
    let window = Window::Range {
        start: Timestamp(start),
        end: Timestamp(end),
        step_ms,
    };
    Ok((window, rest))
}

/// A keyword, a time, and what follows.
fn time_after<'a>(keyword: &str, text: &'a str) -> Result<(i64, &'a str), String> {
    let (word, rest) = split_word(text);
    if word != keyword {
        return Err(format!("expected {keyword:?}, found: {word}"));
    }
    let (time, rest) = split_word(rest);
    Ok((time_ms(time)?, rest))
}

/// A duration from the epoch, or a number of seconds.
fn time_ms(text: &str) -> Result<i64, String> {
    let (sign, digits) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let seconds = || digits.parse::<f64>().ok().and_then(Timestamp::from_seconds);
    duration::parse_ms(digits)
        .ok()
        .or_else(|| seconds().map(|time| time.0))
        .map(|ms| sign * ms)
        .ok_or_else(|| format!("not a time: {text}"))
}

fn parse_eval_body(eval: &mut Eval, lines: &mut Lines<'_>) -> Result<(), ScriptError> {
    let mut series = Vec::new();
    let mut range_vector = None;
    while let Some((line, text)) = lines.next_in_command() {
        let error = |message: String| ScriptError { line, message };
        if let ("expect", expectation) = split_word(text) {
            match parse_expect(expectation).map_err(error)? {
                Expect::Mode(mode) => eval.modes.push(mode),
                Expect::String(text) => eval.expected = Expectation::String(text),
                Expect::RangeVector(window) => range_vector = Some(window),
            }
        } else if let Some(mode) = legacy_message(text) {
            eval.modes.retain(|mode| !matches!(mode, Mode::Fail(_)));
            eval.modes.push(mode);
        } else if let Some(number) = parse_number(text) {
            eval.expected = Expectation::Scalar(number);
        } else {
            let parsed = series_notation::parse_series(text);
            series.push(parsed.map_err(|parse_error| error(parse_error.to_string()))?);
        }
    }
    match range_vector {
        Some(window) => eval.expected = Expectation::RangeVector(window, series),
        None if !series.is_empty() => eval.expected = Expectation::Series(series),
        None => {}
    }
    Ok(())
}

/// What may follow `expect`.
enum Expect {
    Mode(Mode),
    String(String),
    RangeVector(Window),
}

fn parse_expect(text: &str) -> Result<Expect, String> {
    let (word, rest) = split_word(text);
    let mode = match word {
        "ordered" => Mode::Ordered,
        "fail" => Mode::Fail(parse_pattern(rest)?),
        "warn" => Mode::Warn(parse_pattern(rest)?),
        "no_warn" => Mode::NoWarn,
        "info" => Mode::Info(parse_pattern(rest)?),
        "no_info" => Mode::NoInfo,
        "string" => return parse_string(rest).map(Expect::String),
        "range" => {
            let rest = rest.strip_prefix("vector").unwrap_or(rest).trim_start();
            return parse_range(rest).map(|(window, _)| Expect::RangeVector(window));
        }
        _ => return Err(format!("unknown expectation: {word}")),
    };
    Ok(Expect::Mode(mode))
}

fn parse_pattern(text: &str) -> Result<Pattern, String> {
    if text.is_empty() {
        Ok(Pattern::Any)
    } else if let Some(message) = text.strip_prefix("msg:") {
        Ok(Pattern::Exact(message.trim().to_owned()))
    } else if let Some(regex) = text.strip_prefix("regex:") {
        Ok(Pattern::Regex(regex.trim().to_owned()))
    } else {
        Err(format!("neither msg nor regex: {text}"))
    }
}

fn legacy_message(text: &str) -> Option<Mode> {
    let (word, rest) = split_word(text);
    match word {
        "expected_fail_message" => Some(Mode::Fail(Pattern::Exact(rest.to_owned()))),
        "expected_fail_regexp" => Some(Mode::Fail(Pattern::Regex(rest.to_owned()))),
        _ => None,
    }
}

/// A string literal of the language.
fn parse_string(text: &str) -> Result<String, String> {
    match promql::parse(text, &Features::ALL) {
        Ok(Expr::String(literal)) => Ok(literal.value),
        Ok(_) => Err(format!("not a string: {text}")),
        Err(error) => Err(error.to_string()),
    }
}

/// A number alone on its line.
fn parse_number(text: &str) -> Option<f64> {
    let is_number = text.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c))
        || ["nan", "inf"].contains(&text.to_ascii_lowercase().as_str());
    if !is_number {
        return None;
    }
    text.parse()
        .ok()
        .or_else(|| match promql::parse(text, &Features::ALL) {
            Ok(Expr::Number(literal)) => Some(literal.value),
            _ => None,
        })
}

impl Load {
    /// The start timestamps of a series, relative to its samples.
    #[must_use]
    pub fn start_times_of(&self, labels: &Labels) -> Option<&[Option<i64>]> {
        let times = self
            .start_times
            .iter()
            .find(|times| times.labels == *labels)?;
        Some(&times.offsets_ms)
    }
}

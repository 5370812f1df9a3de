//! Loads, evaluates and compares.

use std::sync::Arc;

use model::Timestamp;
use promql::{Expr, Features};
use storage::{MemoryStore, Store};

use crate::answer::{Answer, Value, VectorSample};
use crate::memory::MemoryPool;
use crate::request::{CancelToken, Detail, Limits, Request, Window};
use crate::script::compare::{self, Difference};
use crate::script::data::{Data, Layout};
use crate::script::parse::{Command, Eval, Expectation, Mode, Pattern, ScriptError, parse};
use crate::script::recheck;
use crate::threads::{Cores, Threads};

/// How far back instant selectors look, in milliseconds.
const LOOKBACK_MS: i64 = 300_000;
/// The step of subqueries that name none.
const DEFAULT_STEP_MS: i64 = 60_000;
/// More than any case needs, less than would be felt.
const SAMPLES_MAX: u64 = 5_000_000;

/// What came of one case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Line in the script, from 1.
    pub line: usize,
    /// The query.
    pub query: String,
    /// What differs, if anything does.
    pub failure: Option<String>,
}

/// How the engine is set for a script.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    /// The experimental parts of the language that are on.
    pub features: Features,
    /// Whether names are removed at the end of a query.
    pub delayed_name_removal: bool,
    /// Whether functions of counters look at start times.
    pub start_timestamps: bool,
    /// Among how many threads queries are shared out, in the smallest pieces.
    pub threads: usize,
}

impl Setting {
    /// As Prometheus' own suite is run: with everything.
    pub const EVERYTHING: Self = Self {
        features: Features::ALL,
        delayed_name_removal: true,
        start_timestamps: true,
        threads: 1,
    };

    /// As a server answers when no feature is enabled.
    pub const DEFAULT: Self = Self {
        features: Features::STABLE,
        delayed_name_removal: false,
        start_timestamps: false,
        threads: 1,
    };

    /// Groups are what can be shared out.
    fn layout(self) -> Layout {
        match self.threads {
            1 => Layout::OneGroup,
            _ => Layout::GroupsByLabels,
        }
    }

    fn threads(self) -> Threads {
        Threads {
            cores: Cores::new(self.threads),
            run_work: 0,
        }
    }
}

/// Runs a script; one outcome per `eval`, in order.
///
/// # Errors
///
/// When the script can't be read or its samples can't be loaded.
pub fn run(text: &str, setting: Setting) -> Result<Vec<Outcome>, ScriptError> {
    let mut outcomes = Vec::new();
    let mut data = Data::default();
    let mut store: Option<MemoryStore> = None;
    for command in parse(text)? {
        match command {
            Command::Clear => {
                data = Data::default();
                store = None;
            }
            Command::Load(load) => {
                data.load(&load);
                store = None;
            }
            Command::Eval(eval) => {
                let store = match &store {
                    Some(store) => store,
                    None => store.insert(data.to_store(setting.layout()).map_err(|message| {
                        ScriptError {
                            line: eval.line,
                            message,
                        }
                    })?),
                };
                let case = Case {
                    store,
                    eval: &eval,
                    setting,
                };
                outcomes.push(Outcome {
                    line: eval.line,
                    failure: case.check().err(),
                    query: eval.query,
                });
            }
        }
    }
    Ok(outcomes)
}

/// One `eval` on its way.
struct Case<'a> {
    store: &'a dyn Store,
    eval: &'a Eval,
    setting: Setting,
}

impl Case<'_> {
    fn check(&self) -> Result<(), Difference> {
        let expr = promql::parse(&self.eval.query, &self.setting.features);
        let answer = match &expr {
            Ok(expr) => self
                .execute(expr, self.eval.window)
                .map_err(|e| e.to_string()),
            Err(error) => Err(error.to_string()),
        };
        if let Some(pattern) = self.expected_failure() {
            return match answer {
                Ok(_) => Err("a failure is expected".to_owned()),
                Err(message) if pattern.matches(&message) => Ok(()),
                Err(message) => Err(format!("fails with another message: {message}")),
            };
        }
        let answer = answer.map_err(|message| format!("fails: {message}"))?;
        self.compare(&answer.value)?;
        compare::annotations(&answer.annotations, &self.eval.modes)?;
        if let (Ok(expr), Window::Instant(at)) = (&expr, self.eval.window) {
            self.check_pinned(expr, at)?;
            self.check_as_range(expr, at)?;
        }
        Ok(())
    }

    fn expected_failure(&self) -> Option<&Pattern> {
        self.eval.modes.iter().find_map(|mode| match mode {
            Mode::Fail(pattern) => Some(pattern),
            _ => None,
        })
    }

    fn execute(&self, expr: &Expr, window: Window) -> Result<Answer, crate::QueryError> {
        let request = Request {
            text: self.eval.query.clone(),
            expr: expr.clone(),
            window,
            lookback_ms: LOOKBACK_MS,
            default_step_ms: DEFAULT_STEP_MS,
            limits: Limits {
                samples_max: SAMPLES_MAX,
                bytes_max: u64::MAX,
                pool: MemoryPool::new(u64::MAX),
                threads: self.setting.threads(),
            },
            progress: Arc::default(),
            detail: Detail::NONE,
            delayed_name_removal: self.setting.delayed_name_removal,
            start_timestamps: self.setting.start_timestamps,
        };
        crate::execute(self.store, &request, &CancelToken::default())
    }

    fn is_ordered(&self) -> bool {
        self.eval.modes.contains(&Mode::Ordered)
    }

    fn compare(&self, got: &Value) -> Result<(), Difference> {
        match (&self.eval.expected, got) {
            (Expectation::Scalar(expected), got) => compare::scalar(got, *expected),
            (Expectation::String(expected), Value::String(_, got)) if got == expected => Ok(()),
            (Expectation::Series(expected), Value::Vector(_, got)) => {
                compare::vector(got, expected, self.is_ordered())
            }
            (Expectation::Series(expected), Value::Matrix(got)) => match self.eval.window {
                Window::Range { start, step_ms, .. } => {
                    compare::matrix(got, expected, start.0, step_ms)
                }
                Window::Instant(at) => compare::matrix(got, expected, at.0, 1),
            },
            (Expectation::RangeVector(Window::Range { start, step_ms, .. }, expected), got) => {
                match got {
                    Value::Matrix(got) => compare::matrix(got, expected, start.0, *step_ms),
                    other => Err(format!("not a range vector: {other:?}")),
                }
            }
            (expected, got) => Err(format!("{got:?} is not {expected:?}")),
        }
    }

    /// Pinned by `@`, an expression gives the same answer at all times.
    fn check_pinned(&self, expr: &Expr, at: Timestamp) -> Result<(), Difference> {
        let Some(pinned) = recheck::pinned(expr, at.0) else {
            return Ok(());
        };
        for time in recheck::pinned_times(at.0) {
            let window = Window::Instant(Timestamp(time));
            let answer = self
                .execute(&pinned, window)
                .map_err(|error| format!("pinned, at {time}, it fails: {error}"))?;
            self.compare(&answer.value)
                .map_err(|difference| format!("pinned, at {time}: {difference}"))?;
        }
        Ok(())
    }

    /// In the middle of a range the answer is the same.
    fn check_as_range(&self, expr: &Expr, at: Timestamp) -> Result<(), Difference> {
        let is_comparable = matches!(
            self.eval.expected,
            Expectation::Series(_) | Expectation::Scalar(_)
        );
        let is_matrix = expr.value_type() == promql::ValueType::Matrix;
        if self.is_ordered() || !is_comparable || is_matrix || !recheck::is_same_in_range(expr) {
            return Ok(());
        }
        let window = Window::Range {
            start: at.plus_ms(-60_000),
            end: at.plus_ms(60_000),
            step_ms: 60_000,
        };
        let answer = self
            .execute(expr, window)
            .map_err(|error| format!("as a range it fails: {error}"))?;
        let value = at_time(&answer.value, at, &self.eval.expected);
        self.compare(&value)
            .map_err(|difference| format!("as a range: {difference}"))
    }
}

/// What a range query answers at one time, as an instant query would give it.
fn at_time(value: &Value, at: Timestamp, expected: &Expectation) -> Value {
    let Value::Matrix(matrix) = value else {
        return value.clone();
    };
    let mut samples = Vec::new();
    for series in matrix {
        if let Ok(index) = series.float_times.binary_search(&at.0) {
            samples.push(VectorSample {
                labels: series.labels.clone(),
                value: model::Value::Float(series.floats[index]),
            });
        } else if let Ok(index) = series.histogram_times.binary_search(&at.0) {
            samples.push(VectorSample {
                labels: series.labels.clone(),
                value: model::Value::Histogram(series.histograms[index].clone()),
            });
        }
    }
    match (expected, samples.as_slice()) {
        (Expectation::Scalar(_), [only]) => match only.value {
            model::Value::Float(value) => Value::Scalar(at, value),
            model::Value::Histogram(_) => Value::Vector(at, samples),
        },
        _ => Value::Vector(at, samples),
    }
}

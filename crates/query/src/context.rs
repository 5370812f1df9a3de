//! What all operators of one query share: its settings, its budget, its notes, what is measured.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use model::Timestamp;
use promql::Span;

use crate::answer::{Annotation, QueryError, Severity, Statistics};
use crate::explain::Trace;
use crate::memory::{Lease, SAMPLE_BYTES};
use crate::request::{CancelToken, Detail, Looks, Request};
use crate::steps::Steps;
use crate::threads::Threads;

/// Shared by the operators of one query, on whichever thread they run.
pub(crate) struct Context<'q> {
    request: &'q Request,
    cancel: &'q CancelToken,
    account: Mutex<Account>,
    /// Samples that steps looked at, if that is asked for.
    looked: Option<Mutex<Looked>>,
    trace: Option<Trace>,
    /// By position and text, so that they come out in order and none twice, whoever was first to say it.
    notes: Mutex<BTreeMap<(usize, String), Severity>>,
}

/// What is held, and what was read.
struct Account {
    samples: u64,
    bytes: u64,
    lease: Lease,
    statistics: Statistics,
}

/// Room in memory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Room {
    /// Samples, as the budget counts them.
    pub samples: u64,
    /// Bytes: those of the samples, and of what they carry along.
    pub bytes: u64,
}

impl Room {
    /// For so many floats.
    pub(crate) fn floats(count: usize) -> Self {
        let samples = count as u64;
        Self {
            samples,
            bytes: samples * SAMPLE_BYTES,
        }
    }

    /// And for so many bytes besides.
    pub(crate) fn and_bytes(self, bytes: u64) -> Self {
        Self {
            bytes: self.bytes.saturating_add(bytes),
            ..self
        }
    }

    /// What is left without the other.
    pub(crate) fn minus(self, other: Self) -> Self {
        Self {
            samples: self.samples.saturating_sub(other.samples),
            bytes: self.bytes.saturating_sub(other.bytes),
        }
    }

    /// Together.
    pub(crate) fn plus(self, other: Self) -> Self {
        Self {
            samples: self.samples.saturating_add(other.samples),
            bytes: self.bytes.saturating_add(other.bytes),
        }
    }
}

/// Samples that steps looked at.
struct Looked {
    steps: usize,
    total: u64,
    /// For each step; empty if nobody wants to know.
    each: Vec<u64>,
}

impl Looked {
    fn new(looks: Looks, steps: usize) -> Option<Self> {
        let each = match looks {
            Looks::No => return None,
            Looks::Total => Vec::new(),
            Looks::EachStep => vec![0; steps],
        };
        Some(Self {
            steps,
            total: 0,
            each,
        })
    }

    /// Counts what a series has at each step, or at all of them.
    fn count(&mut self, mut samples: impl ExactSizeIterator<Item = u64>) {
        if samples.len() == 1 {
            let only = samples.next().unwrap_or(0);
            self.total += only * self.steps as u64;
            self.each.iter_mut().for_each(|count| *count += only);
            return;
        }
        for (step, samples) in samples.enumerate() {
            self.total += samples;
            if let Some(count) = self.each.get_mut(step) {
                *count += samples;
            }
        }
    }
}

impl<'q> Context<'q> {
    pub(crate) fn new(request: &'q Request, cancel: &'q CancelToken, steps: Steps) -> Self {
        let Detail { looks, explain } = &request.detail;
        Self {
            request,
            cancel,
            account: Mutex::new(Account {
                samples: 0,
                bytes: 0,
                lease: Lease::none(&request.limits.pool),
                statistics: Statistics::default(),
            }),
            looked: Looked::new(*looks, steps.count).map(Mutex::new),
            trace: explain.clone().map(Trace::new),
            notes: Mutex::default(),
        }
    }

    /// Whether names are removed only at the end.
    pub(crate) fn delays_names(&self) -> bool {
        self.request.delayed_name_removal
    }

    /// Whether functions look at the times at which counters began.
    pub(crate) fn reads_starts(&self) -> bool {
        self.request.start_timestamps
    }

    /// How far back an instant selector looks, in milliseconds.
    pub(crate) fn lookback_ms(&self) -> i64 {
        self.request.lookback_ms
    }

    /// Fails when the query should stop. Called once per group, per few series, and per millions of samples.
    pub(crate) fn check(&self) -> Result<(), QueryError> {
        self.cancel.check()
    }

    /// Takes room out of the budget.
    pub(crate) fn hold(&self, room: Room) -> Result<(), QueryError> {
        let limits = &self.request.limits;
        let mut account = locked(&self.account);
        let samples = account.samples.saturating_add(room.samples);
        if samples > limits.samples_max {
            return Err(QueryError::TooManySamples);
        }
        let bytes = account.bytes.saturating_add(room.bytes);
        if bytes > limits.bytes_max {
            return Err(QueryError::TooManyBytes {
                bytes_max: limits.bytes_max,
            });
        }
        if !account.lease.grow(bytes) {
            return Err(QueryError::PoolExhausted {
                bytes_max: limits.pool.bytes_max(),
            });
        }
        let statistics = &mut account.statistics;
        statistics.samples_peak = statistics.samples_peak.max(samples);
        statistics.bytes_peak = statistics.bytes_peak.max(bytes);
        account.samples = samples;
        self.set_bytes(&mut account, bytes);
        Ok(())
    }

    /// Gives room back.
    pub(crate) fn release(&self, room: Room) {
        let mut account = locked(&self.account);
        account.samples = account.samples.saturating_sub(room.samples);
        let bytes = account.bytes.saturating_sub(room.bytes);
        self.set_bytes(&mut account, bytes);
    }

    fn set_bytes(&self, account: &mut Account, bytes: u64) {
        account.bytes = bytes;
        let peak = account.statistics.bytes_peak;
        self.request.progress.set_bytes(bytes, peak);
        if let Some(trace) = &self.trace {
            trace.hold(bytes);
        }
    }

    /// Bytes that are held now.
    pub(crate) fn bytes_held(&self) -> u64 {
        locked(&self.account).bytes
    }

    /// Counts what was read.
    pub(crate) fn count_read(&self, series: usize, samples: usize) {
        let statistics = &mut locked(&self.account).statistics;
        statistics.series += series as u64;
        statistics.samples_read += samples as u64;
        let progress = &self.request.progress;
        progress.set(statistics.series, statistics.samples_read);
    }

    /// Samples that were read so far.
    pub(crate) fn samples_read(&self) -> u64 {
        locked(&self.account).statistics.samples_read
    }

    /// How the query shares out its work.
    pub(crate) fn threads(&self) -> &Threads {
        &self.request.limits.threads
    }

    /// What is measured of each node, if the query is to be explained.
    pub(crate) fn trace(&self) -> Option<&Trace> {
        self.trace.as_ref()
    }

    /// Whether somebody wants to know how many samples each step looks at.
    pub(crate) fn counts_steps(&self) -> bool {
        self.looked.is_some()
    }

    /// Counts samples that steps looked at; what was computed once counts at each step.
    pub(crate) fn count_steps(&self, samples: impl ExactSizeIterator<Item = u64>) {
        if let Some(looked) = &self.looked {
            locked(looked).count(samples);
        }
    }

    /// Notes something about the result, said of the expression at `span`. `text` is without severity and position.
    pub(crate) fn note(&self, severity: Severity, span: Span, text: &str) {
        let severity_text = match severity {
            Severity::Warning => "PromQL warning",
            Severity::Info => "PromQL info",
        };
        let text = if self.request.text.is_empty() {
            format!("{severity_text}: {text}")
        } else {
            let position = span.position(&self.request.text);
            format!("{severity_text}: {text} ({position})")
        };
        locked(&self.notes).insert((span.start, text), severity);
    }

    /// A warning: the result may be wrong.
    pub(crate) fn warn(&self, span: Span, text: &str) {
        self.note(Severity::Warning, span, text);
    }

    /// An info: the result may not be what was meant.
    pub(crate) fn inform(&self, span: Span, text: &str) {
        self.note(Severity::Info, span, text);
    }

    /// The notes so far.
    pub(crate) fn take_notes(&self) -> Vec<Annotation> {
        let notes = std::mem::take(&mut *locked(&self.notes));
        notes
            .into_iter()
            .map(|((_, text), severity)| Annotation { severity, text })
            .collect()
    }

    /// What the query cost.
    pub(crate) fn statistics(&self) -> Statistics {
        let looked = self.looked.as_ref();
        Statistics {
            samples_looked_at: looked.map(|looked| locked(looked).total),
            ..locked(&self.account).statistics
        }
    }

    /// For each step how many samples it looked at; empty unless that was asked for.
    pub(crate) fn samples_per_step(&self, steps: Steps) -> Vec<(Timestamp, u64)> {
        let Some(looked) = &self.looked else {
            return Vec::new();
        };
        let counts = std::mem::take(&mut locked(looked).each);
        steps.iter().map(Timestamp).zip(counts).collect()
    }

    /// The lease, cut down to so many bytes: what the answer takes along.
    pub(crate) fn into_lease(self, bytes: u64) -> Lease {
        let account = self.account.into_inner();
        let mut account = account.unwrap_or_else(PoisonError::into_inner);
        account.lease.shrink(bytes);
        let peak = account.statistics.bytes_peak;
        self.request.progress.set_bytes(bytes, peak);
        account.lease
    }
}

/// A panic of another thread fails the query; it does not matter then what is in here.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

//! What all operators of one query share: its settings, its budget, its notes, what is measured.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use model::Timestamp;
use promql::Span;

use crate::answer::{Annotation, QueryError, Severity, Statistics};
use crate::explain::Trace;
use crate::memory::{Lease, SAMPLE_BYTES};
use crate::request::{CancelToken, Detail, Looks, Request};
use crate::steps::Steps;

/// Shared by the operators of one query. Single-threaded.
pub(crate) struct Context<'q> {
    request: &'q Request,
    cancel: &'q CancelToken,
    samples: Cell<u64>,
    bytes: Cell<u64>,
    lease: RefCell<Lease>,
    statistics: Cell<Statistics>,
    /// Samples that steps looked at, if that is asked for.
    looked: Option<RefCell<Looked>>,
    trace: Option<Trace>,
    /// By position and text, so that they come out in order and none twice.
    notes: RefCell<BTreeMap<(usize, String), Severity>>,
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
            samples: Cell::new(0),
            bytes: Cell::new(0),
            lease: RefCell::new(Lease::none(&request.limits.pool)),
            statistics: Cell::default(),
            looked: Looked::new(*looks, steps.count).map(RefCell::new),
            trace: explain.clone().map(Trace::new),
            notes: RefCell::default(),
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
        let samples = self.samples.get().saturating_add(room.samples);
        if samples > limits.samples_max {
            return Err(QueryError::TooManySamples);
        }
        let bytes = self.bytes.get().saturating_add(room.bytes);
        if bytes > limits.bytes_max {
            return Err(QueryError::TooManyBytes {
                bytes_max: limits.bytes_max,
            });
        }
        if !self.lease.borrow_mut().grow(bytes) {
            return Err(QueryError::PoolExhausted {
                bytes_max: limits.pool.bytes_max(),
            });
        }
        let mut statistics = self.statistics.get();
        statistics.samples_peak = statistics.samples_peak.max(samples);
        statistics.bytes_peak = statistics.bytes_peak.max(bytes);
        self.statistics.set(statistics);
        self.samples.set(samples);
        self.set_bytes(bytes);
        Ok(())
    }

    /// Gives room back.
    pub(crate) fn release(&self, room: Room) {
        self.samples
            .set(self.samples.get().saturating_sub(room.samples));
        self.set_bytes(self.bytes.get().saturating_sub(room.bytes));
    }

    fn set_bytes(&self, bytes: u64) {
        self.bytes.set(bytes);
        let peak = self.statistics.get().bytes_peak;
        self.request.progress.set_bytes(bytes, peak);
        if let Some(trace) = &self.trace {
            trace.hold(bytes);
        }
    }

    /// Bytes that are held now.
    pub(crate) fn bytes_held(&self) -> u64 {
        self.bytes.get()
    }

    /// Counts what was read.
    pub(crate) fn count_read(&self, series: usize, samples: usize) {
        let mut statistics = self.statistics.get();
        statistics.series += series as u64;
        statistics.samples_read += samples as u64;
        self.statistics.set(statistics);
        let progress = &self.request.progress;
        progress.set(statistics.series, statistics.samples_read);
    }

    /// Samples that were read so far.
    pub(crate) fn samples_read(&self) -> u64 {
        self.statistics.get().samples_read
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
            looked.borrow_mut().count(samples);
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
        self.notes.borrow_mut().insert((span.start, text), severity);
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
        let notes = self.notes.take();
        notes
            .into_iter()
            .map(|((_, text), severity)| Annotation { severity, text })
            .collect()
    }

    /// What the query cost.
    pub(crate) fn statistics(&self) -> Statistics {
        let looked = self.looked.as_ref().map(RefCell::borrow);
        Statistics {
            samples_looked_at: looked.map(|looked| looked.total),
            ..self.statistics.get()
        }
    }

    /// For each step how many samples it looked at; empty unless that was asked for.
    pub(crate) fn samples_per_step(&self, steps: Steps) -> Vec<(Timestamp, u64)> {
        let Some(looked) = &self.looked else {
            return Vec::new();
        };
        let counts = std::mem::take(&mut looked.borrow_mut().each);
        steps.iter().map(Timestamp).zip(counts).collect()
    }

    /// The lease, cut down to so many bytes: what the answer takes along.
    pub(crate) fn into_lease(self, bytes: u64) -> Lease {
        let mut lease = self.lease.into_inner();
        lease.shrink(bytes);
        self.request
            .progress
            .set_bytes(bytes, self.statistics.get().bytes_peak);
        lease
    }
}

//! What all operators of one query share: its settings, its budget, its notes.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use promql::Span;

use crate::answer::{Annotation, QueryError, Severity, Statistics};
use crate::request::{CancelToken, Request};

/// Shared by the operators of one query. Single-threaded.
pub(crate) struct Context<'q> {
    request: &'q Request,
    cancel: &'q CancelToken,
    samples: Cell<u64>,
    statistics: Cell<Statistics>,
    /// By position and text, so that they come out in order and none twice.
    notes: RefCell<BTreeMap<(usize, String), Severity>>,
}

impl<'q> Context<'q> {
    pub(crate) fn new(request: &'q Request, cancel: &'q CancelToken) -> Self {
        Self {
            request,
            cancel,
            samples: Cell::new(0),
            statistics: Cell::default(),
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
        match (self.cancel.is_set(), self.cancel.is_timed_out()) {
            (false, _) => Ok(()),
            (true, true) => Err(QueryError::TimedOut),
            (true, false) => Err(QueryError::Canceled),
        }
    }

    /// Takes room for `count` samples out of the budget.
    pub(crate) fn hold(&self, count: usize) -> Result<(), QueryError> {
        let held = self.samples.get().saturating_add(count as u64);
        if held > self.request.samples_max {
            return Err(QueryError::TooManySamples);
        }
        self.samples.set(held);
        let mut statistics = self.statistics.get();
        statistics.samples_peak = statistics.samples_peak.max(held);
        self.statistics.set(statistics);
        Ok(())
    }

    /// Gives back room for `count` samples.
    pub(crate) fn release(&self, count: usize) {
        self.samples
            .set(self.samples.get().saturating_sub(count as u64));
    }

    /// Counts what was read.
    pub(crate) fn count_read(&self, series: usize, samples: usize) {
        let mut statistics = self.statistics.get();
        statistics.series += series as u64;
        statistics.samples_read += samples as u64;
        self.statistics.set(statistics);
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

    /// The notes so far and what the query cost.
    pub(crate) fn finish(&self) -> (Vec<Annotation>, Statistics) {
        let notes = self.notes.take();
        let annotations = notes
            .into_iter()
            .map(|((_, text), severity)| Annotation { severity, text })
            .collect();
        (annotations, self.statistics.get())
    }
}

//! Where a query's time went: its plan, with what each node yielded and cost.
//!
//! When a request asks for it, each operator is wrapped by a [`Watched`](crate::operator::watched) one that reads the clock around every call. Operators
//! call each other, so what is measured is *inclusive*: a node's own share is what its inputs leave of it. A query that is explained runs on one thread, so that what happens
//! during a call is the work of that call.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use promql::Span;

/// Nanoseconds on a clock that never goes back. The engine has none of its own.
pub type Ticks = Arc<dyn Fn() -> u64 + Send + Sync>;

/// A node of the plan, and what came of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Explained {
    /// What it does, in a word: a function, an operator, `select`.
    pub name: String,
    /// What it does it to: matchers, groups, widths.
    pub detail: String,
    /// Where it stands in the query, in bytes; none for what was not written there.
    pub span: Option<(usize, usize)>,
    /// How often it is evaluated: its steps.
    pub steps: u64,
    /// Series that it yielded.
    pub series: u64,
    /// Values that it yielded, over all series and steps.
    pub values: u64,
    /// Samples that were read from the store, by it and its inputs.
    pub samples_read: u64,
    /// Nanoseconds, its inputs included.
    pub total_ns: u64,
    /// Nanoseconds of its own.
    pub own_ns: u64,
    /// The most bytes that it and its inputs held.
    pub bytes_peak: u64,
    /// What it gets its values from.
    pub inputs: Vec<Explained>,
}

/// What a node is, before anything is known of what it costs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Description {
    pub name: String,
    pub detail: String,
    pub span: Option<Span>,
}

/// What is measured while a query runs.
pub(crate) struct Trace {
    ticks: Ticks,
    nodes: Mutex<Vec<Node>>,
    /// The most bytes held since the call that runs began.
    bytes_high: AtomicU64,
}

struct Node {
    parent: Option<usize>,
    /// Where it came into being; what has none yet was still to come.
    measured: Explained,
    /// Bytes that its calls took and did not give back.
    retained: i64,
}

/// How things stood when a call began.
#[derive(Clone, Copy)]
pub(crate) struct Call {
    begun_ns: u64,
    samples_read: u64,
    bytes_held: u64,
    bytes_high: u64,
}

impl Trace {
    pub(crate) fn new(ticks: Ticks) -> Self {
        Self {
            ticks,
            nodes: Mutex::default(),
            bytes_high: AtomicU64::new(0),
        }
    }

    fn nodes(&self) -> MutexGuard<'_, Vec<Node>> {
        self.nodes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a node to the tree; the answer names it.
    pub(crate) fn add(&self, parent: Option<usize>, what: Description, steps: usize) -> usize {
        let mut nodes = self.nodes();
        nodes.push(Node {
            parent,
            measured: Explained {
                name: what.name,
                detail: what.detail,
                span: what.span.map(|span| (span.start, span.end)),
                steps: steps as u64,
                ..Explained::default()
            },
            retained: 0,
        });
        nodes.len() - 1
    }

    /// Notes how many bytes are held now.
    pub(crate) fn hold(&self, bytes_held: u64) {
        self.bytes_high.fetch_max(bytes_held, Ordering::Relaxed);
    }

    /// A call begins.
    pub(crate) fn enter(&self, samples_read: u64, bytes_held: u64) -> Call {
        Call {
            begun_ns: (self.ticks)(),
            samples_read,
            bytes_held,
            bytes_high: self.bytes_high.swap(bytes_held, Ordering::Relaxed),
        }
    }

    /// It ended; it yielded so many series or values.
    pub(crate) fn leave(&self, node: usize, call: Call, after: (u64, u64), yielded: (u64, u64)) {
        let (samples_read, bytes_held) = after;
        let (series, values) = yielded;
        let high = self
            .bytes_high
            .fetch_max(call.bytes_high, Ordering::Relaxed);
        let mut nodes = self.nodes();
        let node = &mut nodes[node];
        let of_call = high.saturating_sub(call.bytes_held) as i64;
        let peak = node.retained.saturating_add(of_call).max(0).unsigned_abs();
        node.retained += bytes_held as i64 - call.bytes_held as i64;
        let measured = &mut node.measured;
        measured.bytes_peak = measured.bytes_peak.max(peak);
        measured.total_ns += (self.ticks)().saturating_sub(call.begun_ns);
        measured.samples_read += samples_read - call.samples_read;
        measured.series += series;
        measured.values += values;
    }

    /// The tree.
    pub(crate) fn finish(&self) -> Option<Explained> {
        let mut nodes = std::mem::take(&mut *self.nodes());
        let mut root = None;
        // Inputs come behind what they are inputs of, so going backwards each is complete when it is handed up.
        while let Some(mut node) = nodes.pop() {
            node.measured.inputs.reverse();
            let of_inputs: u64 = node.measured.inputs.iter().map(|one| one.total_ns).sum();
            node.measured.own_ns = node.measured.total_ns.saturating_sub(of_inputs);
            match node.parent {
                Some(parent) => nodes[parent].measured.inputs.push(node.measured),
                None => root = Some(node.measured),
            }
        }
        root
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;

    /// A clock that goes one on at each look.
    fn trace() -> Trace {
        let now = AtomicU64::new(0);
        Trace::new(Arc::new(move || now.fetch_add(1, Ordering::Relaxed)))
    }

    #[test]
    fn what_inputs_take_is_not_ones_own() {
        let trace = trace();
        let what = |name: &str| Description {
            name: name.to_owned(),
            ..Description::default()
        };
        let sum = trace.add(None, what("sum"), 3);
        let select = trace.add(Some(sum), what("select"), 3);
        let outer = trace.enter(0, 0);
        let inner = trace.enter(0, 0);
        trace.hold(100);
        trace.leave(select, inner, (7, 60), (2, 6));
        trace.hold(90);
        trace.leave(sum, outer, (7, 10), (1, 3));
        let root = trace.finish().expect("a tree");
        assert_eq!((root.total_ns, root.own_ns), (3, 2));
        assert_eq!((root.series, root.values, root.samples_read), (1, 3, 7));
        assert_eq!(root.bytes_peak, 100);
        let [input] = root.inputs.as_slice() else {
            panic!("{root:?}")
        };
        assert_eq!(
            (input.name.as_str(), input.total_ns, input.own_ns),
            ("select", 1, 1)
        );
        assert_eq!((input.series, input.bytes_peak), (2, 100));
    }
}

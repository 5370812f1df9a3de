//! The Python face of Ferula's client, as far as it must be fast.
//!
//! # Words
//!
//! * A **metric** ([`metric::Metric`]) is a Python object. It is a *parent* when it has label names and no values, else it
//!   holds a **series**: cells, and the text of its labels.
//! * A **family** ([`family::Family`]) is what a parent and its children have in common: names, help, bounds.
//! * A **source** is one collector of a registry: one of ours, or any Python object with `collect()`.
//!
//! # The picture
//!
//! ```text
//!  labels("GET", 200) --look-up by the interpreter's hashes--> child --atomic add--> series
//!
//!  encode(collectors):  attached   ask Python's collectors, write what they say; list our own children
//!                       detached   write our own series from their cells and label text
//! ```
//!
//! # Invariants
//!
//! * An update takes no lock, allocates nothing and runs no Python, unless it carries an exemplar.
//! * No lock is held while Python code runs, so a signal handler or a finalizer that updates a metric can't wait for itself. Nor while the
//!   thread detaches from the interpreter: on one without a global lock (3.13t and later), who stops the world, to collect garbage or to
//!   fork, finds every lock free.
//! * What the stock classes do in Rust they do only for exactly the stock classes: a subclass that overrides a step gets it called.

mod cell;
mod cell_view;
mod children;
mod counter;
mod encode;
mod exemplar;
mod family;
mod gauge;
mod histogram;
mod label_text;
mod metric;
mod parse;
mod segment;
mod series;
mod shared;
mod summary;
mod timer;

use pyo3::prelude::*;

/// What `ferula` is made of where Python would be too slow.
#[pymodule(gil_used = false)]
mod _core {
    #[pymodule_export]
    use crate::cell_view::CellView;
    #[pymodule_export]
    use crate::counter::CounterBase;
    #[pymodule_export]
    use crate::encode::encode;
    #[pymodule_export]
    use crate::gauge::GaugeBase;
    #[pymodule_export]
    use crate::histogram::HistogramBase;
    #[pymodule_export]
    use crate::metric::Metric;
    #[pymodule_export]
    use crate::parse::{parse_openmetrics, parse_text};
    #[pymodule_export]
    use crate::segment::{Segment, SegmentCollector};
    #[pymodule_export]
    use crate::summary::SummaryBase;
    #[pymodule_export]
    use crate::timer::Timer;

    #[pymodule_init]
    fn init(module: &pyo3::Bound<'_, pyo3::types::PyModule>) -> pyo3::PyResult<()> {
        crate::metric::fastcall::install(&module.py().get_type::<Metric>())
    }
}

//! Instrumentation for Rust programs: count, measure, and show it on a page that Prometheus reads.
//!
//! ```
//! use ferula::{Counter, Histogram, Registry};
//!
//! let registry = Registry::new();
//! let requests = Counter::builder("http_requests_total", "Requests served.")
//!     .labels(["method", "code"])
//!     .register(&registry)?;
//! let latency = Histogram::builder("http_request_duration_seconds", "Time to the last byte.")
//!     .register(&registry)?;
//!
//! let timer = latency.start_timer();
//! requests.with(&["GET", "200"]).inc();
//! timer.stop();
//! # Ok::<(), ferula::Error>(())
//! ```
//!
//! # Words
//!
//! * A **handle** ([`Counter`], [`Gauge`], [`Histogram`], [`Summary`], [`Info`], [`StateSet`]) is what a
//!   program updates. It is a cheap clone of a reference to atomic cells: it holds no lock, ever, so
//!   two handles of one family cannot block each other.
//! * A **family** ([`Family`]) is one name with fixed label names; its **children** ([`Child`]) are found
//!   by borrowed label values and used on the spot, or kept as handles. [`TypedFamily`] takes the values from a type instead.
//! * A **collector** ([`Collector`]) shows families when a page is asked for. Families are collectors;
//!   so is anything that reads its numbers from elsewhere, such as [`Process`].
//! * A **registry** ([`Registry`]) is a list of collectors with no name in it twice. There is no global
//!   one: whoever shows the page owns the registry and passes it on.
//! * A **page** ([`Page`]) is one answer being written; a **sink** ([`Sink`]) is what it is written to.
//!
//! # The picture
//!
//! ```text
//!  handle --atomic add--> words, on the heap or in a segment that processes share
//!                           ^
//!  family --look-up--> table of children (label text, rendered once), a share of it for each thread
//!                           |
//!  registry --collect-------'--> page --points--> sink (text, protobuf, rows of a store)
//! ```
//!
//! # Features
//!
//! * `derive`: [labels](Labels) from structs, label values from enums.
//! * `axum`: a layer, `HttpMetrics`, that counts axum's requests.
//! * `push`: Pushgateways, as `PushGroup`, by http and https.
//!
//! Without any there is everything else: the page [over HTTP](Endpoint) and compressed, [StatsD], [Graphite], and, on Linux,
//! segments that many processes share.
//!
//! # Invariants
//!
//! * An update is atomic instructions on cells that the handle owns a share of. It takes no lock, makes
//!   no allocation, and does not panic. A look-up of a child that exists writes to nothing that other threads read.
//! * No lock of ours is held while a sink or a collector from outside runs.
//! * Within one page no series appears twice, however families change meanwhile.

/// The README's examples are tests.
#[cfg(all(doctest, target_os = "linux", feature = "axum", feature = "derive"))]
#[doc = include_str!("../README.md")]
struct Readme;

mod answer;
mod build_info;
mod builder;
mod cell;
mod collector;
mod counter;
mod description;
mod encode;
mod endpoint;
mod error;
mod exemplar;
mod family;
pub mod fork;
mod gauge;
mod graphite;
mod histogram;
mod info;
mod label_value;
mod labels;
#[cfg(feature = "axum")]
mod layer;
#[cfg(all(test, ferula_loom))]
mod models;
mod node;
mod page;
mod point;
mod process;
mod protobuf;
#[cfg(feature = "push")]
mod push;
mod registry;
mod samples;
#[cfg(target_os = "linux")]
pub mod segment;
mod state_set;
mod statsd;
mod summary;
mod timer;
mod typed;
mod words;

/// From the crate that knows the formats.
pub use ferula_exposition::write::{Exemplar, Numbers, Style};
pub use ferula_exposition::{Escaping, Format, Kind, Protocol};

pub use answer::Answer;
/// Derives a type of labels, and a label value: see [`Labels`].
#[cfg(feature = "derive")]
pub use ferula_derive::{LabelValue, Labels};

pub use build_info::BuildInfo;
pub use builder::{Builder, FamilyBuilder, Names};
pub use collector::Collector;
pub use counter::Counter;
pub use description::Description;
pub use encode::{Text, encode};
pub use endpoint::Endpoint;
pub use error::Error;
pub use family::{Child, Family, OVERFLOW_LABEL_VALUE, SERIES_MAX_DEFAULT};
pub use gauge::{Gauge, InProgress, Merge, MergeBy};
pub use graphite::Graphite;
pub use histogram::{Buckets, Histogram, Native};
pub use info::Info;
pub use label_value::{Digits, LabelValue, OptionalText};
#[cfg(feature = "axum")]
pub use layer::{HttpMetrics, HttpMetricsBuilder, HttpMetricsLayer, HttpMetricsService, UNMATCHED};
pub use node::Metric;
pub use page::{FamilySink, Page, Points, Selection, Sink};
pub use point::{HistogramPoint, LabelPairs, NativePoint, Point, SummaryPoint};
pub use process::Process;
pub use protobuf::{Protobuf, encode_protobuf};
#[cfg(feature = "push")]
pub use push::{PushError, PushGroup};
pub use registry::{Registration, Registry};
#[cfg(target_os = "linux")]
pub use segment::{Segment, SegmentError, SegmentOptions, SegmentProcesses};
pub use state_set::StateSet;
pub use statsd::StatsD;
pub use summary::{Quantiles, Summary};
pub use timer::{Observe, Timer};
pub use typed::{Labels, TypedFamily};

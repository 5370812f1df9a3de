//! Why a scrape failed: what `lastError` shows.

use platform::http::{HttpError, StatusCode};
use storage::Broken;
use storage::exposed::ExposedError;

use ferula_exposition::negotiate::ContentTypeError;
use ferula_exposition::protobuf::ProtobufError;

/// A scrape that stored nothing but the news of its failure.
#[derive(Debug, thiserror::Error)]
pub enum ScrapeError {
    /// No page came.
    #[error(transparent)]
    Fetch(#[from] FetchError),
    /// A page in a format that we don't know.
    #[error(transparent)]
    ContentType(#[from] ContentTypeError),
    /// The page is wrong, or has too much of something.
    #[error(transparent)]
    Page(#[from] PageError),
    /// The job has more targets than it may.
    #[error("target_limit exceeded (number of targets: {targets}, limit: {limit})")]
    TargetLimit {
        /// How many there are.
        targets: usize,
        /// How many there may be.
        limit: u64,
    },
    /// The store is broken.
    #[error(transparent)]
    Store(#[from] Broken),
    /// A mistake of ours ended the thread that had the page.
    #[error("the page was lost by a mistake of Ferula's own: please report it")]
    Panicked,
}

/// No page came.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// No answer, or half of one.
    #[error(transparent)]
    Http(#[from] HttpError),
    /// An answer that is none.
    #[error("server returned HTTP status {0}")]
    Status(StatusCode),
    /// The scrape's time is over.
    #[error("context deadline exceeded")]
    TimedOut,
    /// Whatever a source of the server's own says.
    #[error("{0}")]
    Source(String),
}

/// A page that can't be taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PageError {
    /// It is not what its format says.
    #[error(transparent)]
    Exposed(#[from] ExposedError),
    /// The rules took a series' name away.
    #[error("missing metric name (__name__ label)")]
    MissingName,
    /// More samples than the job allows.
    #[error("sample limit exceeded")]
    SampleLimit,
    /// More labels than the job allows.
    #[error(
        "label_limit exceeded (metric: {}, number of labels: {count}, limit: {limit})",
        cut(metric)
    )]
    LabelLimit {
        /// The metric.
        metric: String,
        /// How many labels its series has.
        count: usize,
        /// How many it may have.
        limit: u64,
    },
    /// A label's name is too long.
    #[error(
        "label_name_length_limit exceeded (metric: {}, label name: {}, length: {length}, limit: {limit})",
        cut(metric),
        cut(name)
    )]
    LabelNameLimit {
        /// The metric.
        metric: String,
        /// The name.
        name: String,
        /// Its bytes.
        length: usize,
        /// How many there may be.
        limit: u64,
    },
    /// A label's value is too long.
    #[error(
        "label_value_length_limit exceeded (metric: {}, label name: {}, value: {:?}, length: {length}, limit: {limit})",
        cut(metric),
        cut(name),
        cut(value)
    )]
    LabelValueLimit {
        /// The metric.
        metric: String,
        /// The name.
        name: String,
        /// The value.
        value: String,
        /// Its bytes.
        length: usize,
        /// How many there may be.
        limit: u64,
    },
    /// Messages that are none.
    #[error(transparent)]
    Protobuf(#[from] ProtobufError),
}

/// The first characters: a message must not be as long as what it complains of.
fn cut(text: &str) -> &str {
    const CHARACTERS_MAX: usize = 50;
    match text.char_indices().nth(CHARACTERS_MAX) {
        Some((end, _)) => &text[..end],
        None => text,
    }
}

//! Why a request of the API has no answer.
//!
//! One enum, each variant one `errorType` of Prometheus' API with the status code that belongs to it. The texts are
//! Prometheus' own where users and scripts know them.

use http::StatusCode;
use model::labels::Quoted;
use query::QueryError;

/// Why a request has no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ApiError {
    /// The request makes no sense: a parameter that can't be read, a query that doesn't parse.
    #[error("{0}")]
    BadData(String),
    /// The query can't be evaluated.
    #[error("{0}")]
    Execution(String),
    /// The client went away.
    #[error("{0}")]
    Canceled(String),
    /// The time was over, while waiting or while working.
    #[error("{0}")]
    Timeout(String),
    /// The store failed, or we did.
    #[error("{0}")]
    Internal(String),
    /// There is nothing by that name.
    #[error("{0}")]
    NotFound(String),
    /// It is switched off.
    #[error("{0}")]
    Unavailable(String),
}

impl ApiError {
    /// A parameter that can't be used, and why.
    pub(crate) fn parameter(name: &str, reason: impl std::fmt::Display) -> Self {
        Self::BadData(format!("invalid parameter {}: {reason}", Quoted(name)))
    }

    /// The word in the answer's `errorType`.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::BadData(_) => "bad_data",
            Self::Execution(_) => "execution",
            Self::Canceled(_) => "canceled",
            Self::Timeout(_) => "timeout",
            Self::Internal(_) => "internal",
            Self::NotFound(_) => "not_found",
            Self::Unavailable(_) => "unavailable",
        }
    }

    /// The status of the response.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        match self {
            Self::BadData(_) => StatusCode::BAD_REQUEST,
            Self::Execution(_) => StatusCode::UNPROCESSABLE_ENTITY,
            // Not in the registry of codes, but what nginx says and Prometheus took over.
            Self::Canceled(_) => StatusCode::from_u16(499).expect("499 is a status code"),
            Self::Timeout(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::NotFound(_) => StatusCode::NOT_FOUND,
            // `unavailable` has no code of its own in Prometheus either.
            Self::Internal(_) | Self::Unavailable(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

impl From<QueryError> for ApiError {
    fn from(error: QueryError) -> Self {
        let text = error.to_string();
        match error {
            QueryError::TooManySamples
            | QueryError::TooManyBytes { .. }
            | QueryError::PoolExhausted { .. }
            | QueryError::Execution(_)
            | QueryError::Unsupported(_) => Self::Execution(text),
            QueryError::Canceled | QueryError::Stopped => Self::Canceled(text),
            QueryError::TimedOut => Self::Timeout(text),
            QueryError::Storage(_) => Self::Internal(text),
        }
    }
}

impl From<storage::Broken> for ApiError {
    fn from(error: storage::Broken) -> Self {
        Self::Internal(error.to_string())
    }
}

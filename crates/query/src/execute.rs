//! Runs a query from its tree to its answer.

use crate::{Answer, CancelToken, QueryError, Request};

/// Answers `request` from `store`. Returns when the answer is complete, or soon after `cancel` was set.
///
/// # Errors
///
/// See [`QueryError`]; parts of the language that are missing are named.
pub fn execute(
    store: &dyn storage::Store,
    request: &Request,
    cancel: &CancelToken,
) -> Result<Answer, QueryError> {
    let _ = (store, cancel);
    Err(QueryError::Unsupported(
        request.expr.span().text(&request.text).to_owned(),
    ))
}

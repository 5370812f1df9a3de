//! Limits on the number of entries.

use std::num::IntErrorKind;

use model::labels::Quoted;

use super::Params;
use crate::errors::ApiError;

/// The warning of an answer that was cut.
pub const TRUNCATED: &str = "results truncated due to limit";

/// Reads the parameter `limit`: `None` means all.
pub(crate) fn read(params: &Params) -> Result<Option<usize>, ApiError> {
    let text = params.get("limit");
    if text.is_empty() {
        return Ok(None);
    }
    let limit = atoi(text).map_err(|reason| ApiError::parameter("limit", reason))?;
    match usize::try_from(limit) {
        Ok(0) => Ok(None),
        Ok(limit) => Ok(Some(limit)),
        Err(_) => Err(ApiError::parameter("limit", "limit must be non-negative")),
    }
}

/// Cuts `entries`, and says whether anything was lost.
pub(crate) fn truncate<T>(entries: &mut Vec<T>, limit: Option<usize>) -> bool {
    match limit {
        Some(limit) if entries.len() > limit => {
            entries.truncate(limit);
            true
        }
        _ => false,
    }
}

/// Reads an integer, with the words of Go's `strconv.Atoi` when it is none.
pub(crate) fn atoi(text: &str) -> Result<i64, String> {
    text.parse::<i64>().map_err(|error| {
        let reason = match error.kind() {
            IntErrorKind::PosOverflow | IntErrorKind::NegOverflow => "value out of range",
            _ => "invalid syntax",
        };
        format!("strconv.Atoi: parsing {}: {reason}", Quoted(text))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(query: &str, expected: Result<Option<usize>, &str>) {
        let found = read(&Params::new(None, Some(query))).map_err(|error| error.to_string());
        assert_eq!(
            found.as_ref().map_err(String::as_str).copied(),
            expected,
            "{query}"
        );
    }

    /// The words of Prometheus 3.
    #[test]
    fn reads_limits() {
        check("", Ok(None));
        check("limit=", Ok(None));
        check("limit=0", Ok(None));
        check("limit=%2B7", Ok(Some(7)));
        check("limit=7", Ok(Some(7)));
        check(
            "limit=-1",
            Err(r#"invalid parameter "limit": limit must be non-negative"#),
        );
        check(
            "limit=many",
            Err(r#"invalid parameter "limit": strconv.Atoi: parsing "many": invalid syntax"#),
        );
        check(
            "limit=99999999999999999999",
            Err(concat!(
                r#"invalid parameter "limit": strconv.Atoi: "#,
                r#"parsing "99999999999999999999": value out of range"#
            )),
        );
    }

    #[test]
    fn cuts_only_what_is_longer() {
        let mut entries = vec![1, 2, 3];
        assert!(!truncate(&mut entries, None));
        assert!(!truncate(&mut entries, Some(3)));
        assert!(truncate(&mut entries, Some(2)));
        assert_eq!(entries, [1, 2]);
    }
}

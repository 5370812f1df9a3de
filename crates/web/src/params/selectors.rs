//! Selectors: which series a request is about.

use model::Matcher;

use super::Params;

/// Reads all `match[]`; each is a list of conditions, and series that pass one list belong to the answer.
///
/// Each must have a condition that an absent label fails, else it would select everything there is.
///
/// # Errors
///
/// The first selector that can't be used, in Prometheus' words, which endpoints wrap differently.
pub(crate) fn read(params: &Params) -> Result<Vec<Vec<Matcher>>, String> {
    let selectors = params.all("match[]").map(|text| {
        let matchers = promql::parse_selector(text).map_err(|error| error.to_string())?;
        if matchers.iter().all(Matcher::matches_empty) {
            return Err("match[] must contain at least one non-empty matcher".to_owned());
        }
        Ok(matchers)
    });
    selectors.collect()
}

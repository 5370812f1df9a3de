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
    let selectors = read_any(params)?;
    let selects_all = |matchers: &Vec<Matcher>| matchers.iter().all(Matcher::matches_empty);
    if selectors.iter().any(selects_all) {
        return Err("match[] must contain at least one non-empty matcher".to_owned());
    }
    Ok(selectors)
}

/// Reads all `match[]`, those too that select everything.
///
/// # Errors
///
/// The first selector that can't be parsed.
pub(crate) fn read_any(params: &Params) -> Result<Vec<Vec<Matcher>>, String> {
    let parse = |text| promql::parse_selector(text).map_err(|error| error.to_string());
    params.all("match[]").map(parse).collect()
}

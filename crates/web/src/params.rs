//! Parameters of a request: those of its form and those of its URL, as one list.
//!
//! Where Prometheus takes GET and POST, a form in the body comes first and the URL's parameters after it, and the first
//! of a name counts. What can't be decoded is left out, as if it had not been sent: so does Go, and Prometheus with it.
//!
//! Each file below reads one kind of value, with Prometheus' words when it can't.

pub mod duration;
pub mod form;
pub mod label_name;
pub mod limit;
pub mod selectors;
pub mod time;

use std::sync::Arc;

use axum::extract::{FromRequest, Request};
use axum::response::{IntoResponse, Response};
use http::header::CONTENT_TYPE;
use tokio::time::timeout;

use crate::errors::ApiError;
use crate::limits::{FORM_BYTES_MAX, FORM_READ_TIMEOUT};

/// The parameters of a request. Cheap to clone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Params {
    pairs: Arc<Vec<(String, String)>>,
}

impl Params {
    /// Reads a form, or `None` for a request without one, and the query of a URL.
    #[must_use]
    pub fn new(form: Option<&[u8]>, query: Option<&str>) -> Self {
        let mut pairs = Vec::new();
        form::decode(form.unwrap_or_default(), &mut pairs);
        form::decode(query.unwrap_or_default().as_bytes(), &mut pairs);
        Self {
            pairs: Arc::new(pairs),
        }
    }

    /// The first value of `name`, or the empty string: to Prometheus, empty and absent are the same.
    #[must_use]
    pub fn get(&self, name: &str) -> &str {
        let first = self.pairs.iter().find(|(own, _)| own == name);
        first.map_or("", |(_, value)| value)
    }

    /// All values of `name`, in order.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let same = self.pairs.iter().filter(move |(own, _)| own == name);
        same.map(|(_, value)| value.as_str())
    }
}

impl<S: Send + Sync> FromRequest<S> for Params {
    type Rejection = Response;

    async fn from_request(request: Request, _: &S) -> Result<Self, Response> {
        let query = request.uri().query().map(str::to_owned);
        if !has_form(&request) {
            return Ok(Self::new(None, query.as_deref()));
        }
        let form = axum::body::to_bytes(request.into_body(), FORM_BYTES_MAX);
        let refusal = match timeout(FORM_READ_TIMEOUT, form).await {
            Ok(Ok(form)) => return Ok(Self::new(Some(&form), query.as_deref())),
            Ok(Err(error)) => ApiError::BadData(format!("error parsing form values: {error}")),
            Err(_) => ApiError::Timeout("the form did not arrive in time".to_owned()),
        };
        Err(refusal.into_response())
    }
}

fn has_form(request: &Request) -> bool {
    let content_type = request.headers().get(CONTENT_TYPE);
    let content_type = content_type.and_then(|value| value.to_str().ok());
    let media_type = content_type.and_then(|value| value.split(';').next());
    request.method() == http::Method::POST
        && media_type.is_some_and(|value| {
            value
                .trim()
                .eq_ignore_ascii_case("application/x-www-form-urlencoded")
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_comes_before_the_url() {
        let params = Params::new(
            Some(b"query=1&match[]=a"),
            Some("query=2&match%5B%5D=b&time=5"),
        );
        assert_eq!(params.get("query"), "1");
        assert_eq!(params.get("time"), "5");
        assert_eq!(params.get("step"), "");
        assert_eq!(params.all("match[]").collect::<Vec<_>>(), ["a", "b"]);
    }
}

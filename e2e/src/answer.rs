//! HTTP, and Prometheus' JSON in it.

use std::time::Duration;

use serde_json::Value;

/// An answer to a request.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The content type.
    pub content_type: String,
    /// The body.
    pub body: String,
}

impl Answer {
    /// The body as JSON.
    ///
    /// # Panics
    ///
    /// When it is none.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body)
            .unwrap_or_else(|error| panic!("no JSON ({error}): {}", self.body))
    }
}

/// Fetches `path` from `url`.
///
/// # Errors
///
/// When there is no answer.
pub fn get(url: &str, path: &str) -> Result<Answer, String> {
    let answer = agent().get(format!("{url}{path}")).call();
    read(answer.map_err(|error| error.to_string())?)
}

/// Posts a form to `path` of `url`.
///
/// # Errors
///
/// When there is no answer.
pub fn post(url: &str, path: &str, form: &[(&str, &str)]) -> Result<Answer, String> {
    let answer = agent()
        .post(format!("{url}{path}"))
        .send_form(form.iter().copied());
    read(answer.map_err(|error| error.to_string())?)
}

/// Asks an instant query, at `time` if it is given; the answer's `data`.
///
/// # Panics
///
/// When the answer is no success.
#[must_use]
pub fn query(url: &str, text: &str, time: Option<f64>) -> Value {
    let time = time.map(|time| time.to_string());
    let mut form = vec![("query", text)];
    form.extend(time.as_deref().map(|time| ("time", time)));
    data(&post(url, "/api/v1/query", &form).expect("an answer"), text)
}

/// The value of an instant query that gives one series now; `None` when it gives none.
///
/// # Panics
///
/// When the answer is no success, or has several series.
#[must_use]
pub fn value(url: &str, text: &str) -> Option<f64> {
    let data = query(url, text, None);
    let series = data["result"].as_array().expect("a vector");
    assert!(series.len() < 2, "{text}: {} series", series.len());
    let value = series.first()?["value"][1].as_str().expect("a value");
    Some(value.parse().expect("a number"))
}

/// The active targets of a job: `/api/v1/targets`.
///
/// # Panics
///
/// When there is no such answer.
#[must_use]
pub fn targets(url: &str, job: &str) -> Vec<Value> {
    let answer = get(url, "/api/v1/targets?state=active").expect("an answer");
    let mut data = data(&answer, "targets");
    let Value::Array(mut targets) = data["activeTargets"].take() else {
        panic!("no targets: {}", answer.body);
    };
    targets.retain(|target| target["labels"]["job"] == job);
    targets
}

/// Asks a range query; the answer's `data`.
///
/// # Panics
///
/// When the answer is no success.
#[must_use]
pub fn query_range(url: &str, text: &str, start: f64, end: f64, step: f64) -> Value {
    let [start, end, step] = [start, end, step].map(|number| number.to_string());
    let form = [
        ("query", text),
        ("start", &start),
        ("end", &end),
        ("step", &step),
    ];
    data(
        &post(url, "/api/v1/query_range", &form).expect("an answer"),
        text,
    )
}

fn data(answer: &Answer, text: &str) -> Value {
    let mut json = answer.json();
    assert_eq!(json["status"], "success", "{text}: {}", answer.body);
    json["data"].take()
}

fn agent() -> ureq::Agent {
    ureq::Agent::config_builder()
        .http_status_as_error(false)
        .timeout_global(Some(Duration::from_secs(60)))
        .build()
        .into()
}

fn read(mut answer: ureq::http::Response<ureq::Body>) -> Result<Answer, String> {
    let content_type = answer.headers().get("content-type");
    let content_type = content_type
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
        .to_owned();
    let body = answer
        .body_mut()
        .with_config()
        .limit(1 << 30)
        .read_to_string();
    Ok(Answer {
        status: answer.status().as_u16(),
        content_type,
        body: body.map_err(|error| error.to_string())?,
    })
}

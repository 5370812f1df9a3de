//! `/federate`: the newest samples of selected series, as a page for another server to scrape.
//!
//! A sample is newest when nothing came after it within the lookback, a stale marker included: then the series ended, and
//! is not on the page. Every sample bears its own time. Kinds are unknown to whoever scrapes the page, as in Prometheus:
//! a family may be there in part.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use ferula::{Escaping, Kind, Style};
use ferula_exposition::Suffix;
use ferula_exposition::write::{Bound, Family, Number, Sample, Writer, render_labels};
use http::header::{ACCEPT, CONTENT_TYPE};
use http::{HeaderMap, StatusCode};
use model::labels::METRIC_NAME;
use model::{Labels, Matcher, TimeRange, is_stale};
use query::CancelToken;
use storage::{Broken, Column, Columns, Hints, Selection, Store};

use crate::exposition::negotiate;
use crate::params::Params;
use crate::respond::text;
use crate::router::Web;

/// The label that says where a sample came from; one without it gets an empty one, so that the scraping server does not
/// put its own name for us there.
const INSTANCE: &str = "instance";

/// Samples by metric and labels: the order of the page.
type Newest = BTreeMap<(String, Labels), (i64, f64)>;

pub(crate) async fn answer(
    State(web): State<Arc<Web>>,
    headers: HeaderMap,
    params: Params,
) -> Response {
    let selectors = params.all("match[]").map(promql::parse_selector);
    let selectors: Vec<Vec<Matcher>> = match selectors.collect() {
        Ok(selectors) => selectors,
        Err(error) => return text(StatusCode::BAD_REQUEST, format!("{error}\n")),
    };
    let accept = headers.get(ACCEPT).and_then(|value| value.to_str().ok());
    let (format, content_type) = negotiate(accept.unwrap_or_default());
    let now = web.sources.clock.now();
    let range = TimeRange::new(now.plus_ms(-web.options.queries.lookback_ms), now);
    let external = (web.sources.external_labels)();
    let store = Arc::clone(&web.sources.store);
    let page = web.read(move |token| {
        let newest = newest(&*store, &selectors, range, token)?;
        Ok(page(&newest, &external, Style::new(format)))
    });
    match page.await {
        Ok(page) => ([(CONTENT_TYPE, content_type)], page).into_response(),
        Err(error) => text(error.status(), format!("{error}\n")),
    }
}

fn newest(
    store: &dyn Store,
    selectors: &[Vec<Matcher>],
    range: TimeRange,
    token: &CancelToken,
) -> Result<Newest, Broken> {
    let querier = store.querier(range)?;
    let mut newest = Newest::new();
    let mut columns = Columns::default();
    for matchers in selectors {
        let selection = Selection {
            matchers,
            range,
            hints: Hints {
                newest_only: true,
                ..Hints::default()
            },
        };
        for group in querier.select(&selection)? {
            if token.is_set() {
                return Ok(newest);
            }
            group.read(range, &mut columns)?;
            for (labels, column) in group.labels().iter().zip(&columns.columns) {
                let name = labels.metric_name().to_owned();
                if let (false, Some(sample)) = (name.is_empty(), last(column, &columns.timestamps))
                {
                    newest.insert((name, labels), sample);
                }
            }
        }
    }
    Ok(newest)
}

/// The last sample, if it is a float and the series has not ended with it. Text has no way to write histograms.
fn last(column: &Column, timestamps: &[i64]) -> Option<(i64, f64)> {
    let index = column.values.len().checked_sub(1)?;
    match column.values.get(index)? {
        model::Value::Float(value) if !is_stale(value) => {
            Some((*timestamps.get(column.first_row + index)?, value))
        }
        model::Value::Float(_) | model::Value::Histogram(_) => None,
    }
}

fn page(newest: &Newest, external: &Labels, style: Style) -> Vec<u8> {
    let mut page = Vec::new();
    let mut writer = Writer::new(&mut page, style);
    let mut samples = newest.iter().peekable();
    while let Some(((name, _), _)) = samples.peek() {
        let mut family = writer.family(&Family {
            name,
            kind: Kind::Unknown,
            help: None,
            unit: "",
        });
        while let Some(((_, labels), (time_ms, value))) =
            samples.next_if(|((other, _), _)| other == name)
        {
            family.write(&Sample {
                suffix: Suffix::None,
                labels: &label_text(labels, external, style.escaping),
                bound: Bound::None,
                labels_after: "",
                value: Number::Float(*value),
                timestamp_ms: Some(*time_ms),
                exemplar: None,
            });
        }
    }
    writer.finish();
    page
}

/// The series' own labels, then those of this server that it lacks.
fn label_text(labels: &Labels, external: &Labels, escaping: Escaping) -> String {
    let own = labels.iter().filter(|(name, _)| *name != METRIC_NAME);
    let ours = external
        .iter()
        .filter(|(name, _)| labels.get(name).is_none());
    let has_instance = [labels, external]
        .iter()
        .any(|set| set.get(INSTANCE).is_some());
    let nowhere = (!has_instance).then_some((INSTANCE, ""));
    render_labels(own.chain(ours).chain(nowhere), escaping)
}

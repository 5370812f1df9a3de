//! What is to be done with an ingester: rows to be made of what a scrape brought, and to be noted how that went.

use std::sync::Arc;

use ferula_exposition::Format;
use ferula_exposition::negotiate::{PageFormat, format_of};
use ferula_exposition::protobuf::{Translated, translate};
use model::Timestamp;
use platform::http::{BodyError, HttpError};
use storage::exposed::ExposedHistogram;
use storage::{Store, Submitted};
use tracing::{debug, warn};

use crate::error::{FetchError, PageError, ScrapeError};
use crate::ingest::{Body, Counts, Ingester, Row};
use crate::report::{ExtraReport, Report};
use crate::scrape_loop::Plan;
use crate::source::Page;
use crate::state::{LastScrape, TargetState};
use crate::world::World;

/// A row to be written.
pub(crate) struct Work {
    pub(crate) world: Arc<World>,
    pub(crate) plan: Arc<Plan>,
    /// Where it is noted how a scrape went.
    pub(crate) state: Arc<TargetState>,
    /// The row's time.
    pub(crate) time: Timestamp,
    pub(crate) what: What,
}

/// What the row is made of.
pub(crate) enum What {
    /// What was fetched, and when it was begun, on the monotonic clock.
    Scrape {
        page: Result<Page, ScrapeError>,
        started_ns: u64,
    },
    /// Of what was fetched rows have been made, and it is not noted yet how that went.
    Taken { started_ns: u64 },
    /// The target is gone: its series end.
    End,
}

/// Rows that were handed over.
pub(super) struct Begun<'s> {
    pub(super) rows: Box<dyn Submitted + 's>,
    pub(super) counts: Counts,
    pub(super) error: Option<ScrapeError>,
}

impl Work {
    /// Hands over the rows. The page goes: the others need the room.
    pub(super) fn begin<'s>(&mut self, ingester: &mut Ingester, store: &'s dyn Store) -> Begun<'s> {
        let started_ns = match self.what {
            What::Scrape { started_ns, .. } | What::Taken { started_ns } => started_ns,
            What::End => {
                return Begun {
                    rows: ingester.end(store, self.row()),
                    counts: Counts::default(),
                    error: None,
                };
            }
        };
        let page = match std::mem::replace(&mut self.what, What::Taken { started_ns }) {
            What::Scrape { page, .. } => page,
            What::Taken { .. } | What::End => unreachable!("work is begun once"),
        };
        match page.and_then(|page| Ok((self.format(&page)?, page))) {
            Ok((PageFormat::Text(format), page)) => {
                let body = Body::text(&page.bytes, format);
                let begun = self.page(ingester, store, body, (&page, started_ns));
                self.plan.source.reclaim(page);
                begun
            }
            Ok((PageFormat::Protobuf, page)) => {
                let begun = match translate(&page.bytes, self.plan.job.options.histograms) {
                    Ok(translated) => {
                        self.translated(ingester, store, translated, (&page, started_ns))
                    }
                    Err(error) => {
                        let error = PageError::from(error).into();
                        self.nothing(ingester, store, error, started_ns)
                    }
                };
                self.plan.source.reclaim(page);
                begun
            }
            Err(error) => self.nothing(ingester, store, error, started_ns),
        }
    }

    /// Notes how a scrape went.
    pub(super) fn note(&mut self, counts: &Counts, error: Option<&ScrapeError>) {
        let (What::Scrape { started_ns, .. } | What::Taken { started_ns }) =
            std::mem::replace(&mut self.what, What::End)
        else {
            return;
        };
        self.warn_of_refusals(counts);
        if let Some(error) = error {
            let (job, url) = (&self.plan.job.options.name, &self.plan.target.url);
            debug!(job, url, %error, "scrape failed");
            self.count_error(error);
        }
        self.state.set_last(LastScrape {
            time: self.time,
            duration_ns: self.world.clock.monotonic_ns() - started_ns,
            error: error.map(ToString::to_string).unwrap_or_default(),
            samples: counts.scraped,
        });
    }

    fn count_error(&self, error: &ScrapeError) {
        let telemetry = &self.world.telemetry;
        match error {
            ScrapeError::Page(PageError::SampleLimit) => telemetry.sample_limit.inc(),
            ScrapeError::Page(
                PageError::LabelLimit { .. }
                | PageError::LabelNameLimit { .. }
                | PageError::LabelValueLimit { .. },
            ) => telemetry.label_limits.inc(),
            error if is_too_large(error) => telemetry.body_size_limit.inc(),
            _ => {}
        }
    }

    fn warn_of_refusals(&self, counts: &Counts) {
        self.world.telemetry.count(counts);
        let refusals = [
            (
                counts.duplicates,
                "samples with different value but same timestamp",
            ),
            (counts.out_of_order, "out-of-order samples"),
            (
                counts.out_of_bounds,
                "samples that are too old or are too far into the future",
            ),
            (counts.no_room, "samples for which the store has no room"),
        ];
        for (dropped, what) in refusals.into_iter().filter(|(dropped, _)| *dropped > 0) {
            let (job, url) = (&self.plan.job.options.name, &self.plan.target.url);
            warn!(job, url, dropped, "error on ingesting {what}");
        }
    }

    fn row(&self) -> Row<'_> {
        Row {
            job: &self.plan.job.options,
            target: &self.plan.target.labels,
            time: self.time,
        }
    }

    fn format(&self, page: &Page) -> Result<PageFormat, ScrapeError> {
        let fallback = self.plan.job.options.fallback_protocol;
        let agreed = format_of(Some(&page.content_type), fallback)?;
        if let Some(warning) = agreed.warning {
            debug!(url = self.plan.target.url, "{warning}");
        }
        Ok(agreed.format)
    }

    fn page<'s>(
        &self,
        ingester: &mut Ingester,
        store: &'s dyn Store,
        body: Body<'_>,
        (page, started_ns): (&Page, u64),
    ) -> Begun<'s> {
        let size = i64::try_from(page.bytes.len()).unwrap_or(i64::MAX);
        let report = |counts: &Counts, error: Option<&PageError>| {
            self.report(counts, error.is_none(), size, started_ns)
        };
        let (rows, counts, error) = ingester.page(store, self.row(), body, report);
        Begun {
            rows,
            counts,
            error: error.map(ScrapeError::from),
        }
    }

    /// Hands over a page that was protobuf.
    fn translated<'s>(
        &self,
        ingester: &mut Ingester,
        store: &'s dyn Store,
        page: Translated,
        fetched: (&Page, u64),
    ) -> Begun<'s> {
        let histograms = page.natives.into_iter().map(ExposedHistogram::from);
        let histograms = histograms.collect::<Vec<_>>();
        let body = Body {
            text: &page.text,
            format: Format::OpenMetrics,
            histograms: &histograms,
        };
        self.page(ingester, store, body, fetched)
    }

    fn nothing<'s>(
        &self,
        ingester: &mut Ingester,
        store: &'s dyn Store,
        error: ScrapeError,
        started_ns: u64,
    ) -> Begun<'s> {
        let counts = Counts::default();
        let size = if is_too_large(&error) { -1 } else { 0 };
        let report = self.report(&counts, false, size, started_ns);
        Begun {
            rows: ingester.nothing(store, self.row(), &report),
            counts,
            error: Some(error),
        }
    }

    fn report(&self, counts: &Counts, up: bool, body_size_bytes: i64, started_ns: u64) -> Report {
        let options = &self.plan.job.options;
        Report {
            up,
            duration_seconds: (self.world.clock.monotonic_ns() - started_ns) as f64 / 1e9,
            scraped: counts.scraped,
            kept: counts.kept,
            added: counts.added,
            extra: options.extra_metrics.then(|| ExtraReport {
                timeout_seconds: self.plan.target.timeout_ms as f64 / 1000.0,
                sample_limit: options.limits.samples,
                body_size_bytes,
            }),
        }
    }
}

impl Drop for Work {
    /// A scrape of which nothing was noted came to grief on the way.
    fn drop(&mut self) {
        self.note(&Counts::default(), Some(&ScrapeError::Panicked));
    }
}

/// Whether the page was larger than it may be.
fn is_too_large(error: &ScrapeError) -> bool {
    matches!(
        error,
        ScrapeError::Fetch(FetchError::Http(HttpError::Body(
            BodyError::TooLarge { .. }
        )))
    )
}

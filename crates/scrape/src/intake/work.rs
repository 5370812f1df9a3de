//! What is to be done with an ingester: rows to be made of what a scrape brought.

use std::sync::Arc;

use ferula_exposition::Format;
use ferula_exposition::negotiate::format_of;
use model::Timestamp;
use platform::http::{BodyError, HttpError};
use storage::{Store, Submitted};
use tracing::debug;

use crate::error::{FetchError, PageError, ScrapeError};
use crate::ingest::{Counts, Ingester, Row};
use crate::report::{ExtraReport, Report};
use crate::scrape_loop::Plan;
use crate::source::Page;
use crate::world::World;

/// A row to be written.
pub(crate) struct Work {
    pub(crate) world: Arc<World>,
    pub(crate) plan: Arc<Plan>,
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
    /// Hands over the rows.
    pub(super) fn begin<'s>(mut self, ingester: &mut Ingester, store: &'s dyn Store) -> Begun<'s> {
        match std::mem::replace(&mut self.what, What::End) {
            What::End => Begun {
                rows: ingester.end(store, self.row()),
                counts: Counts::default(),
                error: None,
            },
            What::Scrape { page, started_ns } => {
                let page = page.and_then(|page| Ok((self.format(&page)?, page)));
                match page {
                    Ok((format, page)) => {
                        let begun = self.page(ingester, store, (&page, format), started_ns);
                        self.plan.source.reclaim(page);
                        begun
                    }
                    Err(error) => self.nothing(ingester, store, error, started_ns),
                }
            }
        }
    }

    fn row(&self) -> Row<'_> {
        Row {
            job: &self.plan.job.options,
            target: &self.plan.target.labels,
            time: self.time,
        }
    }

    fn format(&self, page: &Page) -> Result<Format, ScrapeError> {
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
        (page, format): (&Page, Format),
        started_ns: u64,
    ) -> Begun<'s> {
        let size = i64::try_from(page.bytes.len()).unwrap_or(i64::MAX);
        let report = |counts: &Counts, error: Option<&PageError>| {
            self.report(counts, error.is_none(), size, started_ns)
        };
        let (rows, counts, error) = ingester.page(store, self.row(), &page.bytes, format, report);
        Begun {
            rows,
            counts,
            error: error.map(ScrapeError::from),
        }
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

/// Whether the page was larger than it may be.
pub(crate) fn is_too_large(error: &ScrapeError) -> bool {
    matches!(
        error,
        ScrapeError::Fetch(FetchError::Http(HttpError::Body(
            BodyError::TooLarge { .. }
        )))
    )
}

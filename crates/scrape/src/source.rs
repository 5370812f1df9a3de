//! Where pages come from.
//!
//! Most targets are servers on the network. But Ferula's own metrics and its built-in exporters are in this very process, and
//! need neither a socket nor a port: the server answers for them with [`Sources`] of its own.

mod http;

use std::sync::Arc;

use futures_util::future::BoxFuture;

use crate::error::FetchError;
use crate::target::Target;

pub(crate) use http::{HttpSource, request_headers};

/// What was fetched.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// The header `Content-Type`, or what it would be.
    pub content_type: String,
    /// The page, unpacked.
    pub bytes: Vec<u8>,
}

/// Gives a target's page.
pub trait Source: Send + Sync {
    /// Fetches the page as it is now into `page`, which is empty. Whoever asks stops waiting after the target's timeout.
    fn fetch<'a>(&'a self, page: &'a mut Page) -> BoxFuture<'a, Result<(), FetchError>>;

    /// Takes back a page that has been read: its room may serve for the next one.
    fn reclaim(&self, page: Page) {
        drop(page);
    }
}

/// Knows which targets are not on the network.
pub trait Sources: Send + Sync {
    /// The source of `target` of the job `job`, if it is in this process.
    fn source(&self, job: &str, target: &Target) -> Option<Arc<dyn Source>>;
}

/// All targets are on the network.
#[derive(Clone, Copy, Debug, Default)]
pub struct NetworkOnly;

impl Sources for NetworkOnly {
    fn source(&self, _: &str, _: &Target) -> Option<Arc<dyn Source>> {
        None
    }
}

//! Targets that are answered inside the process when there is no configuration: Ferula itself and its host.
//!
//! Their pages go the way of everybody's: rendered as text, parsed, cached, reported. Only the socket is left out.

use std::sync::Arc;

use exporters::NodeCollector;
use ferula::{Collector, Format, Registry, Selection, Style, encode};
use futures_util::future::BoxFuture;
use platform::Clock;
use scrape::error::FetchError;
use scrape::target::Target;
use scrape::{NetworkOnly, Page, Source, Sources};

use crate::cli::ServeFlags;

/// What an in-process page says it is.
const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// The sources of targets: with a configuration file, the network; without one, this process.
pub(super) fn sources(
    flags: &ServeFlags,
    registry: &Registry,
    clock: &Arc<dyn Clock>,
) -> Result<Arc<dyn Sources>, String> {
    if flags.config_file.is_some() {
        return Ok(Arc::new(NetworkOnly));
    }
    let options = exporters::node::Options::of_this_host();
    let node =
        NodeCollector::new(&options, Arc::clone(clock)).map_err(|error| error.to_string())?;
    Ok(Arc::new(Inside {
        own: Arc::new(Collected(Arc::new(registry.clone()))),
        node: Arc::new(Collected(Arc::new(node))),
    }))
}

/// The two jobs of [`config::DEFAULT_YAML`].
struct Inside {
    own: Arc<dyn Source>,
    node: Arc<dyn Source>,
}

impl Sources for Inside {
    fn source(&self, job: &str, _: &Target) -> Option<Arc<dyn Source>> {
        match job {
            "ferula" => Some(Arc::clone(&self.own)),
            "node" => Some(Arc::clone(&self.node)),
            _ => None,
        }
    }
}

/// A collector as a target.
struct Collected(Arc<dyn Collector>);

impl Source for Collected {
    fn fetch<'a>(&'a self, page: &'a mut Page) -> BoxFuture<'a, Result<(), FetchError>> {
        let collector = Arc::clone(&self.0);
        Box::pin(async move {
            CONTENT_TYPE.clone_into(&mut page.content_type);
            // Reading the host blocks, now and then for long: not on a thread that others wait for.
            let rendered = tokio::task::spawn_blocking(move || {
                let mut bytes = Vec::new();
                encode(
                    &*collector,
                    &Selection::all(),
                    Style::new(Format::Text),
                    &mut bytes,
                );
                bytes
            });
            page.bytes = rendered
                .await
                .map_err(|error| FetchError::Source(error.to_string()))?;
            Ok(())
        })
    }
}

//! What all jobs share.

use std::sync::Arc;

use platform::Clock;
use platform::http::Network;
use storage::Store;

use crate::source::Sources;
use crate::telemetry::Telemetry;

/// The world that scraping takes place in.
pub struct World {
    /// Where samples go.
    pub store: Arc<dyn Store>,
    /// Where clients come from.
    pub network: Arc<dyn Network>,
    /// Which targets are in this process.
    pub sources: Arc<dyn Sources>,
    /// What time it is. Waiting is tokio's business.
    pub clock: Arc<dyn Clock>,
    /// Tells servers apart that scrape the same targets, so that they don't do it at the same moments.
    pub seed: u64,
    /// The header `User-Agent`: name and version.
    pub agent: String,
    /// Whether series get the labels `__type__` and `__unit__` of what their families say.
    pub type_and_unit_labels: bool,
    /// What is counted.
    pub telemetry: Telemetry,
}

//! Where we listen, and under which URL we are known.

use std::num::NonZero;

use http::Uri;
use web::{AllowedOrigins, Options, QueryOptions};

use super::features::Enabled;
use crate::cli::ServeFlags;

/// How users reach us.
pub(super) struct Public {
    /// The port of the first listener.
    pub(super) port: u16,
    external_url: Uri,
    /// Empty, or `/` and more without a slash at the end.
    route_prefix: String,
}

impl Public {
    pub(super) fn new(flags: &ServeFlags) -> Result<Self, String> {
        let first = flags.listen_addresses.first().map_or("", String::as_str);
        let port = first
            .rsplit(':')
            .next()
            .and_then(|port| port.parse().ok())
            .ok_or_else(|| {
                format!(
                    "--web.listen-address needs a port: {first}\n  hint: for example 127.0.0.1:9090"
                )
            })?;
        let text = match flags.external_url.as_str() {
            "" => format!("http://localhost:{port}"),
            text => text.to_owned(),
        };
        let external_url: Uri = text
            .parse()
            .ok()
            .filter(|url: &Uri| url.scheme().is_some() && url.host().is_some())
            .ok_or_else(|| format!("--web.external-url is no URL: {text}\n  hint: for example http://metrics.example.org/ferula"))?;
        let prefix = flags
            .route_prefix
            .as_deref()
            .unwrap_or_else(|| external_url.path());
        let prefix = prefix.trim_matches('/');
        let route_prefix = if prefix.is_empty() {
            String::new()
        } else {
            format!("/{prefix}")
        };
        Ok(Self {
            port,
            external_url,
            route_prefix,
        })
    }

    /// The options of the HTTP edge.
    pub(super) fn options(&self, flags: &ServeFlags, features: Enabled) -> Result<Options, String> {
        let cors = AllowedOrigins::new(&flags.cors_origin)
            .map_err(|error| format!("--web.cors.origin: {error}"))?;
        Ok(Options {
            external_url: self.external_url.clone(),
            route_prefix: self.route_prefix.clone(),
            cors,
            page_title: flags.page_title.clone(),
            queries: QueryOptions {
                concurrency_max: flags.query_concurrency_max.max(1),
                timeout_ms: flags.query_timeout_ms,
                lookback_ms: flags.lookback_ms,
                samples_max: flags.query_samples_max,
                bytes_max: flags.query_mib_max << 20,
                bytes_max_total: flags.query_mib_max_total << 20,
                threads_max: flags.query_threads_max.map_or_else(cores, NonZero::get),
                per_step_stats: features.per_step_stats,
                features: features.language,
                delayed_name_removal: features.delayed_name_removal,
                start_timestamps: features.start_timestamps,
            },
        })
    }

    /// The URL to open.
    pub(super) fn greeting(&self) -> String {
        self.external_url.to_string()
    }
}

/// How many threads can run at once.
fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, NonZero::get)
}

/// `:9090` listens on all interfaces, as Prometheus reads it.
pub(crate) fn with_host(address: &str) -> String {
    if address.starts_with(':') {
        format!("0.0.0.0{address}")
    } else {
        address.to_owned()
    }
}

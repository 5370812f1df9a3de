//! What holds without a file.

use std::path::Path;

use crate::files::MemoryFiles;
use crate::load::{Context, load};
use crate::options::Config;

/// The configuration without a file, in words.
///
/// Ferula watches itself (job `ferula`) and its host (job `node`), every five seconds, so that the first look at it
/// shows something. The addresses are those that the two would have as scrape targets of a Prometheus: the server
/// answers for them from within, no port is opened for `node`.
pub const DEFAULT_YAML: &str = "\
global:
  scrape_interval: 5s
  evaluation_interval: 5s
scrape_configs:
  - job_name: ferula
    static_configs:
      - targets: ['localhost:9090']
  - job_name: node
    static_configs:
      - targets: ['localhost:9100']
";

/// The configuration without a file: [`DEFAULT_YAML`], for a server that listens on `port`.
///
/// # Panics
///
/// Never: a test loads the constant.
#[must_use]
pub fn default_config(port: u16) -> Config {
    let path = Path::new("default.yml");
    let yaml = DEFAULT_YAML.replace("localhost:9090", &format!("localhost:{port}"));
    let files = MemoryFiles::new().with(path, yaml);
    let loaded = load(&files, path, &Context::bare()).expect("the constant is valid");
    loaded.config
}

#[cfg(test)]
mod tests;

//! The sections of the file, one table each.
//!
//! [`top::TOP`] is where reading starts; every other block hangs on it.

pub(crate) mod alerting;
pub(crate) mod discovery;
pub(crate) mod global;
pub(crate) mod http_client;
pub(crate) mod otlp;
pub(crate) mod relabel;
pub(crate) mod remote;
pub(crate) mod scrape;
pub(crate) mod storage;
pub(crate) mod tls;
pub(crate) mod top;
pub(crate) mod tracing;

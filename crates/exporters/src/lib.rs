//! Collectors for what carries no client of its own: the host first, later databases, queues and probes.
//!
//! # Glossary
//!
//! - **exporter**: a program that shows another's numbers. Ours are collectors of [`ferula`], so each can be a
//!   job inside the server or a listener on its usual port; who asks is not known here.
//! - **part**: one of the host's subjects, such as memory or disks; node_exporter says collector.
//! - **fixture**: a tree of files that stands for `/proc` and `/sys` in a test.
//!
//! # What is absent, and why
//!
//! No HTTP and no scraping: `server` ties these collectors to both. No rates and no sums: what the kernel counts is
//! shown as it is, and PromQL does the rest.

pub mod node;

pub use node::NodeCollector;

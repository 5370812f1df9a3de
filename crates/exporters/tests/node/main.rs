//! The host collector against fixtures and against node_exporter itself.

mod page;
mod real;

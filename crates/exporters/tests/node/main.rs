//! The host collector against fixtures and against node_exporter itself.

mod cases;
mod fixture;
mod page;
mod real;
mod textfile;
mod tree;

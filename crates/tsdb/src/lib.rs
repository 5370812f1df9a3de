//! The store: durable, columnar, and small.
//!
//! [`Store`] joins the pieces; their formats are in `docs/formats`.

pub mod analyze;
pub mod catalog;
pub mod codec;
pub mod export;
pub mod head;
pub mod import;
pub mod index;
pub mod log;
pub mod merge;
pub mod part;
pub mod prometheus;
pub mod retention;
pub mod store;

pub use store::{Opening, Store, StoreError, StoreOptions};

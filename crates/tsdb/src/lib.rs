//! The store: durable, columnar, and small.
//!
//! It is being built from its formats upwards (see `docs/formats`); the server keeps samples in `storage::MemoryStore` until the
//! pieces are one store.

pub mod codec;
pub mod export;
pub mod head;
pub mod import;
pub mod index;
pub mod log;
pub mod part;
pub mod prometheus;

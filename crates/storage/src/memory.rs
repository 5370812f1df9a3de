//! A store in memory.

/// Keeps samples in memory.
pub struct MemoryStore;

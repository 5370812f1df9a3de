//! Starts the real binary and speaks HTTP to it.

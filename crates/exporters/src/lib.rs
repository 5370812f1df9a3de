//! Collectors for what carries no client: the host first.

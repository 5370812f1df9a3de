//! The HTTP edge: Prometheus' API, the UI's files.

//! Reads and writes the exposition formats of metrics: Prometheus text, OpenMetrics and protobuf.

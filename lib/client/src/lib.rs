//! Instrumentation for Rust programs: counters, gauges, histograms, summaries, and the endpoint that shows them.

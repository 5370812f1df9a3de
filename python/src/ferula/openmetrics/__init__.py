"""The OpenMetrics format: writing and reading it."""

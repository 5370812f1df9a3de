"""What a metric is called."""

from __future__ import annotations

from typing import Optional


def build_full_name(metric_type: Optional[str], name: str, namespace: str, subsystem: str, unit: str) -> str:
    """The name without the suffixes of its samples. One that can't be a name of this type raises ValueError."""
    if not name:
        raise ValueError("Metric name should not be empty")
    full_name = "_".join(part for part in (namespace, subsystem, name) if part)
    if metric_type == "counter" and full_name.endswith("_total"):
        full_name = full_name[: -len("_total")]
    if unit and not full_name.endswith("_" + unit):
        full_name += "_" + unit
    if unit and metric_type in ("info", "stateset"):
        raise ValueError("Metric name is of a type that cannot have a unit: " + full_name)
    return full_name

"""What Python's garbage collector did."""

from __future__ import annotations

import gc
import platform
from collections.abc import Iterable

from .metrics_core import CounterMetricFamily, Metric
from .registry import REGISTRY, CollectorRegistry

_FAMILIES = (
    ("collected", "python_gc_objects_collected", "Objects collected during gc"),
    ("uncollectable", "python_gc_objects_uncollectable", "Uncollectable objects found during GC"),
    ("collections", "python_gc_collections", "Number of times this generation was collected"),
)


class GCCollector:
    """Objects and collections, by generation. Only CPython tells."""

    def __init__(self, registry: CollectorRegistry = REGISTRY) -> None:
        if not hasattr(gc, "get_stats") or platform.python_implementation() != "CPython":
            return
        registry.register(self)

    def collect(self) -> Iterable[Metric]:
        """Three families of counters."""
        stats = gc.get_stats()
        families = []
        for key, name, documentation in _FAMILIES:
            family = CounterMetricFamily(name, documentation, labels=["generation"])
            for generation, numbers in enumerate(stats):
                family.add_metric([str(generation)], value=numbers[key])
            families.append(family)
        return families


GC_COLLECTOR = GCCollector()

"""The metrics that programs update: a class in a module of its own, and here their names and the switch of `_created` series."""

import os

from .base import MetricWrapperBase
from .counter import Counter
from .enum import Enum
from .gauge import Gauge, MultiprocessMode
from .histogram import Histogram
from .info import Info
from .naming import build_full_name as _build_full_name
from .summary import Summary

__all__ = (
    "Counter",
    "Enum",
    "Gauge",
    "Histogram",
    "Info",
    "MetricWrapperBase",
    "MultiprocessMode",
    "Summary",
    "_build_full_name",
    "disable_created_metrics",
    "enable_created_metrics",
)


def _get_use_created() -> bool:
    return os.environ.get("PROMETHEUS_DISABLE_CREATED_SERIES", "False").lower() not in ("true", "1", "t")


_use_created = _get_use_created()


def disable_created_metrics() -> None:
    """Shows no `_created` series from here on."""
    global _use_created
    _use_created = False


def enable_created_metrics() -> None:
    """Shows `_created` series from here on."""
    global _use_created
    _use_created = True

"""Reads pages of OpenMetrics, strictly: what breaks a rule of the format raises ValueError."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TextIO

from .. import _core
from ..metrics_core import Metric


def text_string_to_metric_families(text: str) -> Iterator[Metric]:
    """The families of a page."""
    for name, documentation, typ, unit, samples in _core.parse_openmetrics(text):
        family = Metric(name, documentation, typ)
        family.unit = unit
        family.samples = samples
        yield family


def text_fd_to_metric_families(fd: TextIO) -> Iterator[Metric]:
    """The families of a page in an open file."""
    yield from text_string_to_metric_families(fd.read())

"""Reads pages in the Prometheus text format."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TextIO

from . import _core
from .metrics_core import Metric
from .samples import Sample


def text_string_to_metric_families(text: str) -> Iterator[Metric]:
    """The families of a page. Raises ValueError for what is no page."""
    for name, documentation, typ, samples in _core.parse_text(text, Sample):
        family = Metric(name, documentation, typ)
        family.samples = samples
        yield family


def text_fd_to_metric_families(fd: TextIO) -> Iterator[Metric]:
    """The families of a page in an open file."""
    yield from text_string_to_metric_families(fd.read())

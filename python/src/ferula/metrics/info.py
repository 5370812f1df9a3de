"""Facts as labels."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Dict

from ..samples import Sample
from .base import MetricWrapperBase, stock


@stock
class Info(MetricWrapperBase):
    """Facts about the program as labels: a version, a host.

        BUILD = Info('my_build', 'Build information')
        BUILD.info({'version': '1.2.3'})
    """

    _type = "info"

    def _metric_init(self) -> None:
        self._labelname_set = set(self._labelnames)
        self._value: Dict[str, str] = {}

    def info(self, val: Dict[str, str]) -> None:
        """Sets the facts, all of them."""
        self._raise_if_not_observable()
        if not self._labelname_set.isdisjoint(val):
            raise ValueError(f"Overlapping labels for Info metric, metric: {self._labelnames} child: {val}")
        if any(value is None for value in val.values()):
            raise ValueError("Label value cannot be None")
        self._value = dict(val)
        self._share_facts(self._value)

    def _child_samples(self) -> Iterable[Sample]:
        return (Sample("_info", self._value, 1.0, None, None),)

"""Observations as their count and sum."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from .. import _core, metrics
from ..samples import Sample
from .base import MetricWrapperBase, stock

F = TypeVar("F", bound=Callable[..., Any])


@stock
class Summary(_core.SummaryBase, MetricWrapperBase):
    """Counts observations and adds them up, which is all that a mean over time needs.

        LATENCY = Summary('request_latency_seconds', 'Request latency')
        with LATENCY.time():
            ...
    """

    __slots__ = ()
    _type = "summary"
    _reserved_labelnames = ["quantile"]

    def _metric_init(self) -> None:
        if not self._has_cells:
            self.__dict__["_count"] = self._new_value("_count")
            self.__dict__["_sum"] = self._new_value("_sum")
            self.__dict__["_created"] = time.time()

    @property
    def _count(self) -> Any:
        return self._cell("_count", 0)

    @_count.setter
    def _count(self, value: Any) -> None:
        self.__dict__["_count"] = value

    @property
    def _sum(self) -> Any:
        return self._cell("_sum")

    @_sum.setter
    def _sum(self, value: Any) -> None:
        self.__dict__["_sum"] = value

    def _observe_foreign(self, amount: float) -> None:
        self._foreign("_count").inc(1)
        self._foreign("_sum").inc(amount)

    def __call__(self, f: F) -> F:
        """Decorates a function: each call is timed."""
        self._raise_if_not_observable()
        return self.time()(f)

    def _child_samples(self) -> Iterable[Sample]:
        yield Sample("_count", {}, self._count.get(), None, None)
        yield Sample("_sum", {}, self._sum.get(), None, None)
        if metrics._use_created:
            yield Sample("_created", {}, self._created, None, None)

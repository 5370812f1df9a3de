"""Observations counted in buckets."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Dict, Optional, TypeVar, Union

from .. import _core, metrics
from ..registry import REGISTRY, CollectorRegistry
from ..samples import Exemplar, Sample
from ..utils import INF, floatToGoString
from ..validation import _validate_exemplar
from .base import MetricWrapperBase, stock

F = TypeVar("F", bound=Callable[..., Any])

# How fine native buckets may be.
_NATIVE_SCHEMAS = range(6)


@stock
class Histogram(_core.HistogramBase, MetricWrapperBase):
    """Counts observations in buckets, from which quantiles over time and over many processes can be told.

        LATENCY = Histogram('request_latency_seconds', 'Request latency')
        with LATENCY.time():
            ...

    With `native_schema` it has native buckets besides, which OpenMetrics 2.0 shows instead of the others.
    """

    __slots__ = ()
    _type = "histogram"
    _reserved_labelnames = ["le"]
    DEFAULT_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0, INF)

    def __init__(
        self,
        name: str,
        documentation: str,
        labelnames: Iterable[str] = (),
        namespace: str = "",
        subsystem: str = "",
        unit: str = "",
        registry: Optional[CollectorRegistry] = REGISTRY,
        _labelvalues: Optional[Sequence[str]] = None,
        buckets: Sequence[Union[float, str]] = DEFAULT_BUCKETS,
        *,
        native_schema: Optional[int] = None,
        idle_seconds: Optional[float] = None,
    ) -> None:
        self._prepare_buckets(buckets)
        self._kwargs = {"buckets": buckets}
        if native_schema is not None:
            # How fine: each power of two has two to the power of this many buckets.
            if native_schema not in _NATIVE_SCHEMAS:
                raise ValueError(f"Invalid native schema: {native_schema}, expected 0 to {_NATIVE_SCHEMAS[-1]}")
            self._kwargs["native_schema"] = native_schema
            self._native_schema = native_schema
        super().__init__(name, documentation, labelnames, namespace, subsystem, unit, registry, _labelvalues, idle_seconds=idle_seconds)

    def _prepare_buckets(self, source_buckets: Sequence[Union[float, str]]) -> None:
        bounds = [float(bound) for bound in source_buckets]
        if bounds != sorted(bounds):
            # Most often a mistake, and never what the caller meant.
            raise ValueError("Buckets not in sorted order")
        if bounds and bounds[-1] != INF:
            bounds.append(INF)
        if len(bounds) < 2:
            raise ValueError("Must have at least two buckets")
        self.__dict__["_prepared"] = bounds

    def _bounds(self) -> Sequence[float]:
        bounds: Sequence[float] = self.__dict__["_prepared"]
        return bounds

    def _metric_init(self) -> None:
        if not self._has_cells:
            self.__dict__["_sum"] = self._new_value("_sum")
            self.__dict__["_buckets"] = [
                self._new_value("_bucket", ("le",), (floatToGoString(bound),)) for bound in self._upper_bounds
            ]
            self.__dict__["_created"] = time.time()

    @property
    def _sum(self) -> Any:
        return self._cell("_sum")

    @_sum.setter
    def _sum(self, value: Any) -> None:
        self.__dict__["_sum"] = value

    @property
    def _buckets(self) -> Any:
        if "_buckets" in self.__dict__ or not self._has_cells:
            return self._foreign("_buckets")
        return [_core.CellView(self, index) for index in range(len(self._upper_bounds))]

    @_buckets.setter
    def _buckets(self, value: Any) -> None:
        self.__dict__["_buckets"] = value

    def _observe_foreign(self, amount: float, exemplar: Optional[Dict[str, str]] = None) -> None:
        self._foreign("_sum").inc(amount)
        for bound, bucket in zip(self._upper_bounds, self._foreign("_buckets")):
            if amount <= bound:
                bucket.inc(1)
                if exemplar:
                    _validate_exemplar(exemplar)
                    bucket.set_exemplar(Exemplar(exemplar, amount, time.time()))
                break

    def __call__(self, f: F) -> F:
        """Decorates a function: each call is timed."""
        self._raise_if_not_observable()
        return self.time()(f)

    def _child_samples(self) -> Iterable[Sample]:
        count = 0.0
        for bound, bucket in zip(self._upper_bounds, self._buckets):
            count += bucket.get()
            yield Sample("_bucket", {"le": floatToGoString(bound)}, count, None, bucket.get_exemplar())
        yield Sample("_count", {}, count, None, None)
        if self._upper_bounds[0] >= 0:
            yield Sample("_sum", {}, self._sum.get(), None, None)
        if metrics._use_created:
            yield Sample("_created", {}, self._created, None, None)

"""The metrics that all adapters share, and what becomes of a request's facts before they are labels."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from timeit import default_timer
from typing import Any, Optional

from ..metrics import Counter, Gauge, Histogram
from ..registry import REGISTRY, CollectorRegistry

UNMATCHED = "__unmatched__"
_OTHER_METHOD = "__other__"
_METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"))


class Measures:
    """Requests, their latency, and how many are in progress.

    `prefix` begins the names (`flask_requests_total`, `flask_request_duration_seconds`, `flask_requests_in_progress`). `exclude`
    lists regular expressions of paths that aren't measured, the whole path each. `group_status` makes `2xx` of `204`.
    """

    def __init__(
        self,
        prefix: str = "http",
        registry: CollectorRegistry = REGISTRY,
        buckets: Sequence[float] = Histogram.DEFAULT_BUCKETS,
        exclude: Iterable[str] = (),
        group_status: bool = False,
        requests_name: Optional[str] = None,
        latency_name: Optional[str] = None,
        labels: Sequence[str] = ("method", "route", "status"),
        latency_labels: Optional[Sequence[str]] = None,
    ) -> None:
        start = f"{prefix}_" if prefix else ""
        requests_name = requests_name or f"{start}requests"
        latency_name = latency_name or f"{start}request_duration_seconds"
        self._requests = Counter(requests_name, "Requests served.", labels, registry=registry)
        self._latency_has_status = latency_labels is None or len(latency_labels) > 2
        self._latency = Histogram(
            latency_name,
            "Time to serve a request, in seconds.",
            tuple(labels if latency_labels is None else latency_labels),
            registry=registry,
            buckets=buckets,
        )
        self._in_progress = Gauge(
            f"{start}requests_in_progress",
            "Requests being served.",
            registry=registry,
            multiprocess_mode="livesum",
        )
        self._exclude = [re.compile(pattern) for pattern in exclude]
        self._group_status = group_status

    def begin(self, path: str) -> Optional[Running]:
        """A request comes in. None if its path is excluded."""
        if any(pattern.fullmatch(path) for pattern in self._exclude):
            return None
        self._in_progress.inc()
        return Running(self)

    def _end(self, method: str, route: Optional[str], status: int, seconds: float) -> None:
        self._in_progress.dec()
        method = method if method in _METHODS else _OTHER_METHOD
        code = f"{status // 100}xx" if self._group_status else str(status)
        route = UNMATCHED if route is None else route
        self._requests.labels(method, route, code).inc()
        if self._latency_has_status:
            self._latency.labels(method, route, code).observe(seconds)
        else:
            self._latency.labels(method, route).observe(seconds)


class Running:
    """A request that is being served."""

    __slots__ = ("_measures", "_start", "_ended")

    def __init__(self, measures: Measures) -> None:
        self._measures = measures
        self._start = default_timer()
        self._ended = False

    def end(self, method: str, route: Optional[str], status: int) -> None:
        """It is served. `route` is the template, None when no route took the request. Only the first call counts."""
        if not self._ended:
            self._ended = True
            self._measures._end(method, route, status, default_timer() - self._start)


def of(measures: Optional[Measures], options: dict[str, Any]) -> Measures:
    """The measures given, or new ones."""
    if measures is not None and options:
        raise TypeError(f"options go with measures of one's own: {sorted(options)}")
    return measures if measures is not None else Measures(**options)

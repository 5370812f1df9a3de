"""Measures a Sanic application, under the names of sanic-prometheus, which no longer runs.

`monitor(app).expose_endpoint()` is what programs call that were written for it.
"""

from __future__ import annotations

import os
import time
from timeit import default_timer
from typing import Any, Callable, Optional, Sequence

from sanic import Request
from sanic.response import HTTPResponse, raw

from .. import exposition
from ..metrics import Counter, Gauge, Histogram
from ..multiprocess import MultiProcessCollector
from ..process_collector import _PAGESIZE
from ..registry import REGISTRY, CollectorRegistry
from .measures import UNMATCHED

_LABELS = ("method", "endpoint", "http_status")


class MonitorSetup:
    """What `monitor` answers: shows the metrics at a path, or on a port of their own."""

    def __init__(self, app: Any, registry: CollectorRegistry, metrics_path: str) -> None:
        self._app = app
        self._registry = registry
        self._path = metrics_path

    def expose_endpoint(self) -> None:
        """Shows the metrics at `metrics_path` of the application."""

        async def metrics(request: Request) -> HTTPResponse:
            registry: Any = self._registry
            if registry is REGISTRY and "PROMETHEUS_MULTIPROC_DIR" in os.environ:
                registry = CollectorRegistry()
                MultiProcessCollector(registry)
            _, headers, page = exposition._bake_output(
                registry,
                request.headers.get("accept"),
                request.headers.get("accept-encoding"),
                {name: request.args.getlist(name) for name in request.args},
                False,
            )
            content_type = dict(headers)["Content-Type"]
            rest = {name: value for name, value in headers if name != "Content-Type"}
            return raw(page, content_type=content_type, headers=rest)

        self._app.add_route(metrics, self._path, name="ferula_metrics")

    def start_server(self, addr: str = "", port: int = 8000) -> None:
        """Shows the metrics on a port of their own, from each worker process that can have it."""
        from ..server import start_http_server

        @self._app.before_server_start
        async def serve(app: Any, *_: Any) -> None:
            start_http_server(port, addr or "0.0.0.0", self._registry)


def monitor(
    app: Any,
    endpoint_type: str = "url",
    get_endpoint_fn: Optional[Callable[[Request], str]] = None,
    latency_buckets: Optional[Sequence[float]] = None,
    mmc_period_sec: Optional[float] = 30,
    multiprocess_mode: str = "all",
    metrics_path: str = "/metrics",
    is_middleware: bool = True,
    metrics_list: Optional[Sequence[tuple[str, Any]]] = None,
    registry: CollectorRegistry = REGISTRY,
) -> MonitorSetup:
    """Measures all requests of `app`: `sanic_request_count`, `sanic_request_latency_sec`, `sanic_mem_rss_bytes`, `sanic_mem_rss_perc`.

    The label `endpoint` is the route's template, whatever `endpoint_type` says, or what `get_endpoint_fn` answers: the first
    part of a path as it came would be a series for each path that a scanner makes up.
    """
    requests = Counter("sanic_request_count", "Sanic Request Count", _LABELS, registry=registry)
    latency = Histogram(
        "sanic_request_latency_sec",
        "Sanic Request Latency Histogram",
        _LABELS,
        buckets=latency_buckets or Histogram.DEFAULT_BUCKETS,
        registry=registry,
    )
    mode: Any = multiprocess_mode
    memory = Gauge("sanic_mem_rss_bytes", "Resident memory used by process running Sanic", multiprocess_mode=mode, registry=registry)
    share = Gauge("sanic_mem_rss_perc", "A per cent of total physical memory used by the process", multiprocess_mode=mode, registry=registry)
    app.ctx.metrics = dict(metrics_list or ())
    watched = {"last": 0.0}

    def watch() -> None:
        if mmc_period_sec is None or time.monotonic() - watched["last"] < mmc_period_sec:
            return
        watched["last"] = time.monotonic()
        resident, all_pages = _memory()
        memory.set(resident)
        share.set(100 * resident / all_pages if all_pages else 0)

    def endpoint(request: Request) -> str:
        if get_endpoint_fn is not None:
            return get_endpoint_fn(request)
        template = request.uri_template
        return UNMATCHED if template is None else str(template)

    async def begin(request: Request) -> None:
        request.ctx.ferula_start = default_timer()
        watch()

    async def end(request: Request, response: Any) -> None:
        start = getattr(request.ctx, "ferula_start", None)
        if start is None or request.path == metrics_path:
            return
        labels = (request.method, endpoint(request), str(getattr(response, "status", 200)))
        latency.labels(*labels).observe(default_timer() - start)
        requests.labels(*labels).inc()

    if is_middleware:
        app.register_middleware(begin, "request")
        app.register_middleware(end, "response")
    watch()
    return MonitorSetup(app, registry, metrics_path)


def _memory() -> tuple[float, float]:
    """Resident bytes of this process, and all there are; zeros where there is no /proc."""
    try:
        with open("/proc/self/statm", "rb") as statm:
            resident = int(statm.read().split()[1]) * _PAGESIZE
        return float(resident), float(os.sysconf("SC_PHYS_PAGES") * _PAGESIZE)
    except (OSError, ValueError):
        return 0.0, 0.0


__all__ = ["MonitorSetup", "monitor"]

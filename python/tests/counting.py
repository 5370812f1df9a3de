"""An application for real servers: every request is counted, and one kind of request kills the worker that serves it."""

import os
import signal
from typing import Any, Callable, Iterable

import ferula as prometheus_client
from ferula.multiprocess import MultiProcessCollector

REQUESTS = prometheus_client.Counter("requests", "Requests", ["path"])
SIZES = prometheus_client.Histogram("sizes", "Sizes", buckets=(1, 10))
BUSY = prometheus_client.Gauge("busy", "Requests in progress", multiprocess_mode="livesum")
LIVING = prometheus_client.Gauge("living", "One for each that lives", multiprocess_mode="liveall")
STATE = prometheus_client.Enum("state", "State", states=["new", "used"])


def application(environ: "dict[str, Any]", start_response: Callable[..., Any]) -> Iterable[bytes]:
    """A WSGI application."""
    path = environ["PATH_INFO"]
    if path == "/metrics":
        registry = prometheus_client.CollectorRegistry()
        MultiProcessCollector(registry)
        return prometheus_client.make_wsgi_app(registry)(environ, start_response)
    BUSY.inc()
    LIVING.set(1)
    STATE.state("used")
    REQUESTS.labels(path).inc()
    SIZES.observe(len(path))
    if path == "/die":
        os.kill(os.getpid(), signal.SIGKILL)
    BUSY.dec()
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [str(os.getpid()).encode()]

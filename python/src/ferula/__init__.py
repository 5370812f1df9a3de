"""Metrics for Python programs, over a core in Rust: a drop-in for `prometheus_client`.

    import ferula as prometheus_client

and for code that can't be edited, `python -m ferula run -- ARGS` or `ferula.install()`.
"""

from typing import TYPE_CHECKING, Any

try:
    from . import _core
except ImportError as error:
    raise ImportError(
        "the compiled part of ferula is missing or was built for another Python: install it with `pip install ./python`, which needs CPython 3.10 or later and Rust"
    ) from error

from . import exposition, gc_collector, metrics, metrics_core, platform_collector, process_collector, registry
from .exposition import (
    CONTENT_TYPE_LATEST,
    CONTENT_TYPE_PLAIN_0_0_4,
    CONTENT_TYPE_PLAIN_1_0_0,
    generate_latest,
    make_wsgi_app,
    write_to_textfile,
)
from .gc_collector import GC_COLLECTOR, GCCollector
from .metrics import Counter, Enum, Gauge, Histogram, Info, Summary, disable_created_metrics, enable_created_metrics
from .metrics_core import Metric
from .platform_collector import PLATFORM_COLLECTOR, PlatformCollector
from .process_collector import PROCESS_COLLECTOR, ProcessCollector
from .registry import REGISTRY, CollectorRegistry

if TYPE_CHECKING:
    from .exposition import (
        MetricsHandler,
        delete_from_gateway,
        instance_ip_grouping_key,
        make_asgi_app,
        push_to_gateway,
        pushadd_to_gateway,
        start_http_server,
        start_wsgi_server,
    )


def install() -> None:
    """From here on `import prometheus_client` gives this package. See `ferula.alias`."""
    from .alias import install

    install()


def __getattr__(name: str) -> Any:
    """Loads what serves and pushes when it is asked for."""
    if name in __all__:
        return getattr(exposition, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


__all__ = (
    "CollectorRegistry",
    "REGISTRY",
    "Metric",
    "Counter",
    "Gauge",
    "Summary",
    "Histogram",
    "Info",
    "Enum",
    "enable_created_metrics",
    "disable_created_metrics",
    "CONTENT_TYPE_LATEST",
    "CONTENT_TYPE_PLAIN_0_0_4",
    "CONTENT_TYPE_PLAIN_1_0_0",
    "generate_latest",
    "MetricsHandler",
    "make_wsgi_app",
    "make_asgi_app",
    "start_http_server",
    "start_wsgi_server",
    "write_to_textfile",
    "push_to_gateway",
    "pushadd_to_gateway",
    "delete_from_gateway",
    "instance_ip_grouping_key",
    "ProcessCollector",
    "PROCESS_COLLECTOR",
    "PlatformCollector",
    "PLATFORM_COLLECTOR",
    "GCCollector",
    "GC_COLLECTOR",
    "install",
)

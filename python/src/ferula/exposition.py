"""Shows a registry: as text, to web servers, in a file.

What serves and pushes over HTTP is in `server` and `push`, and found here too, as in `prometheus_client`. Those two are loaded
when they are asked for: they need far more of the standard library than a program that only counts.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from threading import current_thread
from typing import TYPE_CHECKING, Any, Dict, List, Literal, Optional, Tuple

from . import _core, metrics
from .openmetrics import exposition as openmetrics
from .registry import REGISTRY, Collector, CollectorRegistry
from .utils import floatToGoString, parse_version

if TYPE_CHECKING:
    from .asgi import make_asgi_app
    from .push import (
        CompressionType,
        basic_auth_handler,
        default_handler,
        delete_from_gateway,
        instance_ip_grouping_key,
        passthrough_redirect_handler,
        push_to_gateway,
        pushadd_to_gateway,
        tls_auth_handler,
    )
    from .server import MetricsHandler, ThreadingWSGIServer, start_http_server, start_wsgi_server

__all__ = (
    "CONTENT_TYPE_LATEST",
    "CONTENT_TYPE_PLAIN_0_0_4",
    "CONTENT_TYPE_PLAIN_1_0_0",
    "CONTENT_TYPE_PROTOBUF",
    "delete_from_gateway",
    "generate_latest",
    "generate_protobuf",
    "instance_ip_grouping_key",
    "make_asgi_app",
    "make_wsgi_app",
    "MetricsHandler",
    "push_to_gateway",
    "pushadd_to_gateway",
    "start_http_server",
    "start_wsgi_server",
    "write_to_textfile",
)

CONTENT_TYPE_PLAIN_0_0_4 = "text/plain; version=0.0.4; charset=utf-8"
CONTENT_TYPE_PLAIN_1_0_0 = "text/plain; version=1.0.0; charset=utf-8"
CONTENT_TYPE_LATEST = CONTENT_TYPE_PLAIN_1_0_0
CONTENT_TYPE_PROTOBUF = "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited"

_Headers = List[Tuple[str, str]]
_Encoder = Callable[[Collector], bytes]

# The first version of each format that can have names in quotes.
_QUOTED_NAMES_FROM = (1, 0, 0)

# As fast as it gets: a page is asked for again and again, and travels a short way.
_GZIP_LEVEL = 1

# So many of our own series are written, and compressed, well within a millisecond.
_QUICK_SERIES_MAX = 1_000


def generate_latest(registry: Collector = REGISTRY, escaping: str = openmetrics.UNDERSCORES) -> bytes:
    """The registry as a page in the Prometheus text format."""
    return _page(registry, escaping, "text")


def generate_protobuf(registry: Collector = REGISTRY, escaping: str = openmetrics.UNDERSCORES) -> bytes:
    """The registry as protobuf, each family with its length before it. It has what text leaves out: native histograms, and all exemplars."""
    return _page(registry, escaping, "protobuf")


def _page(registry: Collector, escaping: str, page_format: Literal["text", "openmetrics", "openmetrics2", "protobuf"]) -> bytes:
    """The registry as a page. Whatever is overridden on the way to the families is called."""
    leading: Iterable[Any]
    collectors: List[Any]
    if isinstance(registry, CollectorRegistry) and type(registry).collect is CollectorRegistry.collect:
        collectors, target_info = registry._snapshot()
        leading = [] if target_info is None else [target_info]
    else:
        collectors, leading = [], registry.collect()
    return _core.encode(leading, collectors, page_format, escaping, metrics._use_created)


def choose_encoder(accept_header: Optional[str]) -> Tuple[_Encoder, str]:
    """What a reader that accepts this gets: an encoder, and its content type."""
    accepted = [[part.strip() for part in media.split(";")] for media in (accept_header or "").split(",")]
    best = max(accepted, key=_weight)
    if _is_protobuf(best):
        escaping = _get_escaping(best)
        return (
            lambda registry: generate_protobuf(registry, escaping),
            f"{CONTENT_TYPE_PROTOBUF}; {openmetrics.ESCAPING_HEADER_TAG}={escaping}",
        )
    # A Python client has always preferred OpenMetrics to the text format, whatever the weights say.
    for parts in accepted:
        if parts[0] == "application/openmetrics-text":
            return _openmetrics_encoder(_get_version(parts), _get_escaping(parts))
    for parts in accepted:
        if parts[0] == "text/plain":
            version = _get_version(parts)
            if parse_version(version) >= _QUOTED_NAMES_FROM if version else False:
                escaping = _get_escaping(parts)
                return (
                    lambda registry: generate_latest(registry, escaping),
                    f"{CONTENT_TYPE_LATEST}; {openmetrics.ESCAPING_HEADER_TAG}={escaping}",
                )
    return lambda registry: generate_latest(registry, openmetrics.UNDERSCORES), CONTENT_TYPE_PLAIN_0_0_4


def _openmetrics_encoder(version: str, escaping: str) -> Tuple[_Encoder, str]:
    if not version or parse_version(version) < _QUOTED_NAMES_FROM:
        return (
            lambda registry: openmetrics.generate_latest(registry, openmetrics.UNDERSCORES, version="1.0.0"),
            openmetrics.CONTENT_TYPE_LATEST,
        )
    second = parse_version(version) >= (2, 0, 0)
    content_type = openmetrics.CONTENT_TYPE_LATEST_2_0 if second else openmetrics.CONTENT_TYPE_LATEST
    return (
        lambda registry: openmetrics.generate_latest(registry, escaping, version),
        f"{content_type}; {openmetrics.ESCAPING_HEADER_TAG}={escaping}",
    )


def _is_protobuf(media: Sequence[str]) -> bool:
    """Whether this is the protobuf that we have."""
    message, encoding = _parameter(media, "proto"), _parameter(media, "encoding")
    return (media[0], message, encoding) == ("application/vnd.google.protobuf", "io.prometheus.client.MetricFamily", "delimited")


def _weight(media: Sequence[str]) -> float:
    """How much a reader likes this type: from 0 to 1."""
    try:
        return float(_parameter(media, "q") or 1)
    except ValueError:
        return 0.0


def _parameter(media: Sequence[str], name: str) -> str:
    for part in media:
        key, _, value = part.strip().partition("=")
        if key.strip().lower() == name:
            return str(value.strip())
    return ""


def _get_version(accept_header: List[str]) -> str:
    """The version of one accepted type, which comes split at its semicolons; empty when it has none."""
    return _parameter(accept_header, "version")


def _get_escaping(accept_header: List[str]) -> str:
    """How names outside of the old alphabet are to be written."""
    escaping = _parameter(accept_header, openmetrics.ESCAPING_HEADER_TAG)
    known = (openmetrics.ALLOWUTF8, openmetrics.UNDERSCORES, openmetrics.DOTS, openmetrics.VALUES)
    return escaping if escaping in known else openmetrics.UNDERSCORES


def gzip_accepted(accept_encoding_header: Optional[str]) -> bool:
    """Whether the reader takes gzip."""
    return any(coding.split(";")[0].strip().lower() == "gzip" for coding in (accept_encoding_header or "").split(","))


def _bake_output(
    registry: Any,
    accept_header: Optional[str],
    accept_encoding_header: Optional[str],
    params: Dict[str, List[str]],
    disable_compression: bool,
) -> Tuple[str, _Headers, bytes]:
    """A whole answer: status, headers, body."""
    encoder, content_type = choose_encoder(accept_header)
    if "name[]" in params:
        registry = registry.restricted_registry(params["name[]"])
    output = encoder(registry)
    headers = [("Content-Type", content_type)]
    if not disable_compression and gzip_accepted(accept_encoding_header):
        import gzip

        output = gzip.compress(output, _GZIP_LEVEL)
        headers.append(("Content-Encoding", "gzip"))
    return "200 OK", headers, output


def _is_quick(registry: Any) -> bool:
    """Whether the page takes so little time that an event loop may wait for it."""
    if type(registry) is not CollectorRegistry:
        return False
    series = 0
    for collector in registry._snapshot()[0]:
        if not isinstance(collector, metrics.MetricWrapperBase):
            # Nobody knows what a custom collector waits for.
            return False
        series += collector._child_count()
    return series <= _QUICK_SERIES_MAX


def make_wsgi_app(registry: Collector = REGISTRY, disable_compression: bool = False) -> Callable[..., Any]:
    """A WSGI application that answers every path with the page."""

    from urllib.parse import parse_qs

    def prometheus_app(environ: Dict[str, Any], start_response: Callable[..., Any]) -> List[bytes]:
        status, headers, output = "200 OK", [("", "")], b""
        method = environ["REQUEST_METHOD"]
        if method == "OPTIONS":
            headers = [("Allow", "OPTIONS,GET")]
        elif method != "GET":
            status, headers = "405 Method Not Allowed", [("Allow", "OPTIONS,GET")]
            output = f"# HTTP {status}: {method}; use OPTIONS or GET\n".encode()
        elif environ["PATH_INFO"] != "/favicon.ico":
            # Browsers ask for an icon too, which would make a page for nothing.
            status, headers, output = _bake_output(
                registry,
                environ.get("HTTP_ACCEPT"),
                environ.get("HTTP_ACCEPT_ENCODING"),
                parse_qs(environ.get("QUERY_STRING", "")),
                disable_compression,
            )
        start_response(status, headers)
        return [output]

    return prometheus_app


def write_to_textfile(
    path: str,
    registry: Collector,
    escaping: str = openmetrics.ALLOWUTF8,
    tmpdir: Optional[str] = None,
) -> None:
    """Writes the page to a file, for the node exporter's textfile collector: all of it or nothing.

    `tmpdir` must be on the same file system as `path`.
    """
    if tmpdir is None:
        tmppath = f"{path}.{os.getpid()}.{current_thread().ident}"
    else:
        name = f"{os.path.basename(path)}.{os.getpid()}.{current_thread().ident}"
        tmppath = os.path.join(tmpdir, name)
    try:
        with open(tmppath, "wb") as file:
            file.write(generate_latest(registry, escaping))
        os.replace(tmppath, path)
    except Exception:
        if os.path.exists(tmppath):
            os.remove(tmppath)
        raise


_LATER = {
    "asgi": ("make_asgi_app",),
    "push": (
        "CompressionType",
        "_PrometheusRedirectHandler",
        "_compress_payload",
        "_escape_grouping_key",
        "_make_handler",
        "_use_gateway",
        "basic_auth_handler",
        "default_handler",
        "delete_from_gateway",
        "instance_ip_grouping_key",
        "passthrough_redirect_handler",
        "push_to_gateway",
        "pushadd_to_gateway",
        "tls_auth_handler",
    ),
    "server": (
        "MetricsHandler",
        "ThreadingWSGIServer",
        "_SilentHandler",
        "_get_best_family",
        "_get_ssl_ctx",
        "start_http_server",
        "start_wsgi_server",
    ),
}


def __getattr__(name: str) -> Any:
    """Loads what most programs don't need when it is asked for."""
    for module, names in _LATER.items():
        if name in names:
            from importlib import import_module

            value = getattr(import_module(f"{__package__}.{module}"), name)
            globals()[name] = value
            return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

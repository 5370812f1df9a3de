"""Pushes a registry to a Pushgateway, for jobs that end before anybody could scrape them."""

from __future__ import annotations

import base64
import gzip
import socket
import ssl
from collections.abc import Callable, Sequence
from contextlib import closing
from http.client import HTTPMessage
from typing import IO, Any, Dict, List, Literal, Optional, Tuple, Union
from urllib.error import HTTPError
from urllib.parse import quote_plus, urlparse
from urllib.request import BaseHandler, HTTPHandler, HTTPRedirectHandler, HTTPSHandler, Request, build_opener

from .exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from .registry import Collector

CompressionType = Optional[Literal["gzip", "snappy"]]

_Handler = Callable[..., Callable[[], None]]
_Headers = List[Tuple[str, str]]


class _PrometheusRedirectHandler(HTTPRedirectHandler):
    """Follows a redirect with the same method and body: urllib makes a GET of it, which pushes nothing."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> Optional[Request]:
        if code not in (301, 302, 303, 307, 308):
            raise HTTPError(req.full_url, code, msg, headers, fp)
        return Request(
            newurl.replace(" ", "%20"),
            data=req.data,
            headers=req.headers,
            origin_req_host=req.origin_req_host,
            unverifiable=True,
            method=req.get_method(),
        )


def _make_handler(
    url: str,
    method: str,
    timeout: Optional[float],
    headers: Sequence[Tuple[str, str]],
    data: bytes,
    base_handler: Union[BaseHandler, type],
) -> Callable[[], None]:
    """A function that sends the request, raising OSError for an answer of 400 or more."""

    def handle() -> None:
        request = Request(url, data=data, method=method)
        for name, value in headers:
            request.add_header(name, value)
        with closing(build_opener(base_handler).open(request, timeout=timeout)) as answer:
            if answer.code >= 400:
                raise OSError(f"error talking to pushgateway: {answer.code} {answer.msg}")

    return handle


def default_handler(url: str, method: str, timeout: Optional[float], headers: _Headers, data: bytes) -> Callable[[], None]:
    """Sends the request as it is."""
    return _make_handler(url, method, timeout, headers, data, HTTPHandler)


def passthrough_redirect_handler(
    url: str, method: str, timeout: Optional[float], headers: _Headers, data: bytes
) -> Callable[[], None]:
    """Follows redirects with method and body. Only for gateways that are trusted with both."""
    return _make_handler(url, method, timeout, headers, data, _PrometheusRedirectHandler)


def basic_auth_handler(
    url: str,
    method: str,
    timeout: Optional[float],
    headers: _Headers,
    data: bytes,
    username: Optional[str] = None,
    password: Optional[str] = None,
) -> Callable[[], None]:
    """Sends a name and a password along."""

    def handle() -> None:
        if username is not None and password is not None:
            token = base64.b64encode(f"{username}:{password}".encode()).decode()
            headers.append(("Authorization", f"Basic {token}"))
        default_handler(url, method, timeout, headers, data)()

    return handle


def tls_auth_handler(
    url: str,
    method: str,
    timeout: Optional[float],
    headers: _Headers,
    data: bytes,
    certfile: str,
    keyfile: str,
    cafile: Optional[str] = None,
    protocol: int = ssl.PROTOCOL_TLS_CLIENT,
    insecure_skip_verify: bool = False,
) -> Callable[[], None]:
    """Shows a client certificate."""
    context = ssl.SSLContext(protocol=protocol)
    if cafile is not None:
        context.load_verify_locations(cafile)
    else:
        context.load_default_certs()
    if insecure_skip_verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    context.load_cert_chain(certfile=certfile, keyfile=keyfile)
    return _make_handler(url, method, timeout, headers, data, HTTPSHandler(context=context))


def push_to_gateway(
    gateway: str,
    job: str,
    registry: Collector,
    grouping_key: Optional[Dict[str, Any]] = None,
    timeout: Optional[float] = 30,
    handler: _Handler = default_handler,
    compression: CompressionType = None,
) -> None:
    """Replaces all metrics of the group."""
    _use_gateway("PUT", gateway, job, registry, grouping_key, timeout, handler, compression)


def pushadd_to_gateway(
    gateway: str,
    job: str,
    registry: Optional[Collector],
    grouping_key: Optional[Dict[str, Any]] = None,
    timeout: Optional[float] = 30,
    handler: _Handler = default_handler,
    compression: CompressionType = None,
) -> None:
    """Replaces the metrics of the same names in the group."""
    _use_gateway("POST", gateway, job, registry, grouping_key, timeout, handler, compression)


def delete_from_gateway(
    gateway: str,
    job: str,
    grouping_key: Optional[Dict[str, Any]] = None,
    timeout: Optional[float] = 30,
    handler: _Handler = default_handler,
) -> None:
    """Removes the group."""
    _use_gateway("DELETE", gateway, job, None, grouping_key, timeout, handler)


def _use_gateway(
    method: str,
    gateway: str,
    job: str,
    registry: Optional[Collector],
    grouping_key: Optional[Dict[str, Any]],
    timeout: Optional[float],
    handler: _Handler,
    compression: CompressionType = None,
) -> None:
    # `localhost:9091` parses as a scheme of its own.
    if urlparse(gateway).scheme not in ("http", "https"):
        gateway = f"http://{gateway}"
    url = "{}/metrics/{}/{}".format(gateway.rstrip("/"), *_escape_grouping_key("job", job))
    for name, value in sorted((grouping_key or {}).items()):
        url += "/{}/{}".format(*_escape_grouping_key(str(name), str(value)))

    data = b""
    if method != "DELETE":
        data = generate_latest(registry) if registry is not None else generate_latest()
    data, encoding = _compress_payload(data, compression)
    headers = [("Content-Type", CONTENT_TYPE_PLAIN_0_0_4), *encoding]
    handler(url=url, method=method, timeout=timeout, headers=headers, data=data)()


def _compress_payload(data: bytes, compression: CompressionType) -> Tuple[bytes, _Headers]:
    """The body, and the headers that tell of it."""
    if compression is None:
        return data, []
    if compression == "gzip":
        return gzip.compress(data), [("Content-Encoding", "gzip")]
    if compression == "snappy":
        try:
            import snappy
        except ImportError:
            raise RuntimeError("Snappy compression requires the python-snappy package to be installed.") from None
        compressor = snappy.StreamCompressor()
        compressed = compressor.compress(data)
        flush = getattr(compressor, "flush", None)
        return compressed + (flush() if callable(flush) else b""), [("Content-Encoding", "snappy")]
    raise ValueError(f"Unsupported compression type: {compression}")


def _escape_grouping_key(k: str, v: str) -> Tuple[str, str]:
    """A label of the group as two parts of a path. What a path can't hold goes as base64."""
    if v == "":
        # Something must stand there, and a lone padding is base64 of nothing.
        return k + "@base64", "="
    if "/" in v or " " in v:
        return k + "@base64", base64.urlsafe_b64encode(v.encode()).decode()
    return k, quote_plus(v)


def instance_ip_grouping_key() -> Dict[str, Any]:
    """The group of this machine: its address as `instance`."""
    # Connecting a datagram socket sends nothing, and tells which address would be used.
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as probe:
        try:
            probe.connect(("10.255.255.255", 1))
            return {"instance": probe.getsockname()[0]}
        except OSError:
            return {"instance": "127.0.0.1"}

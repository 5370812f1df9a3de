"""Serves a registry over HTTP, with TLS and client certificates if wanted."""

from __future__ import annotations

import socket
import ssl
import threading
from http.server import BaseHTTPRequestHandler
from socketserver import ThreadingMixIn
from typing import Any, Optional, Tuple
from urllib.parse import parse_qs, urlparse
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from . import exposition
from .registry import REGISTRY, Collector


class _SilentHandler(WSGIRequestHandler):
    """Logs nothing: a scrape every few seconds is no news."""

    def log_message(self, format: str, *args: Any) -> None:
        pass


class ThreadingWSGIServer(ThreadingMixIn, WSGIServer):
    """A thread for each request, so that a slow reader holds up nobody."""

    # A program that wants to end doesn't wait for readers.
    daemon_threads = True


def _get_best_family(address: str, port: int) -> Tuple[socket.AddressFamily, str]:
    """The address family of a name, and the address."""
    family, _, _, _, sockaddr = socket.getaddrinfo(address, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    return family, str(sockaddr[0])


def _get_ssl_ctx(
    certfile: str,
    keyfile: str,
    protocol: int,
    cafile: Optional[str] = None,
    capath: Optional[str] = None,
    client_auth_required: bool = False,
    tls_min_version: Optional[ssl.TLSVersion] = None,
    tls_max_version: Optional[ssl.TLSVersion] = None,
) -> ssl.SSLContext:
    """What the server shows, and what it asks of clients."""
    context = ssl.SSLContext(protocol=protocol)
    if tls_min_version is not None:
        context.minimum_version = tls_min_version
    if tls_max_version is not None:
        context.maximum_version = tls_max_version
    if cafile is not None or capath is not None:
        try:
            context.load_verify_locations(cafile, capath)
        except OSError as error:
            raise ssl.SSLError(f"Cannot load client CA certificate chain from file {cafile!r} or directory {capath!r}: {error}") from error
    try:
        context.load_cert_chain(certfile=certfile, keyfile=keyfile)
    except OSError as error:
        raise ssl.SSLError(f"Cannot load server certificate file {certfile!r} or its private key file {keyfile!r}: {error}") from error
    context.verify_mode = ssl.CERT_REQUIRED if client_auth_required else ssl.CERT_OPTIONAL
    return context


def start_wsgi_server(
    port: int,
    addr: str = "0.0.0.0",
    registry: Collector = REGISTRY,
    certfile: Optional[str] = None,
    keyfile: Optional[str] = None,
    client_cafile: Optional[str] = None,
    client_capath: Optional[str] = None,
    protocol: int = ssl.PROTOCOL_TLS_SERVER,
    client_auth_required: bool = False,
    tls_min_version: Optional[ssl.TLSVersion] = None,
    tls_max_version: Optional[ssl.TLSVersion] = None,
) -> Tuple[WSGIServer, threading.Thread]:
    """Serves the page from a thread of its own. Answers the server and the thread, to shut them down."""

    class TmpServer(ThreadingWSGIServer):
        """A class of its own, since the address family is the class's."""

    TmpServer.address_family, addr = _get_best_family(addr, port)
    httpd = make_server(addr, port, exposition.make_wsgi_app(registry), TmpServer, handler_class=_SilentHandler)
    if certfile and keyfile:
        context = _get_ssl_ctx(
            certfile, keyfile, protocol, client_cafile, client_capath, client_auth_required, tls_min_version, tls_max_version
        )
        httpd.socket = context.wrap_socket(httpd.socket, server_side=True)
    thread = threading.Thread(target=httpd.serve_forever, name="ferula-metrics", daemon=True)
    thread.start()
    return httpd, thread


start_http_server = start_wsgi_server


class MetricsHandler(BaseHTTPRequestHandler):
    """A handler for `http.server` that answers GET with the page. `factory` makes one for a registry."""

    registry: Collector = REGISTRY

    def do_GET(self) -> None:
        """Answers with the page, whatever the path is."""
        status, headers, output = exposition._bake_output(
            self.registry,
            self.headers.get("Accept"),
            self.headers.get("Accept-Encoding"),
            parse_qs(urlparse(self.path).query),
            False,
        )
        self.send_response(int(status.split(" ")[0]))
        for header in headers:
            self.send_header(*header)
        self.end_headers()
        self.wfile.write(output)

    def log_message(self, format: str, *args: Any) -> None:
        """Logs nothing."""

    @classmethod
    def factory(cls, registry: Collector) -> type:
        """A handler class that shows this registry."""
        return type(str(cls.__name__), (cls,), {"registry": registry})



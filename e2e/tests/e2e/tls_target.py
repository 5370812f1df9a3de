"""A target behind TLS.

Usage: tls_target.py PORT CERTIFICATE KEY [AUTHORITY]   (with AUTHORITY, clients must show a certificate of it)
"""

import ssl
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PAGE = b"shown 7\n"


class Page(BaseHTTPRequestHandler):
    """Shows one sample."""

    def do_GET(self):
        """Answers whoever got this far."""
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; version=0.0.4")
        self.send_header("Content-Length", str(len(PAGE)))
        self.end_headers()
        self.wfile.write(PAGE)

    def log_message(self, *_):
        """Stays silent."""


def main(port, certificate, key, authority=None):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    if authority:
        context.load_verify_locations(authority)
        context.verify_mode = ssl.CERT_REQUIRED
    server = ThreadingHTTPServer(("127.0.0.1", int(port)), Page)
    # The handshake belongs to the connection's thread: one that fails must not end the server.
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    server.serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])

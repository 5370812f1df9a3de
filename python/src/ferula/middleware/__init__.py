"""Metrics of web applications: requests and latencies by route.

Adapters: `flask`, `wsgi`, `asgi` (Starlette, FastAPI, Quart), `sanic`, `django`, `http_server`. All of them

* label with the route's template, never with the path as it came, and put requests that no route takes into one bucket
  (`UNMATCHED`), so that a scanner makes one series and not thousands;
* know the usual methods, and put others into one bucket;
* can group status codes (`2xx`), leave routes out by regular expressions, and choose the metrics' names.
"""

from .measures import UNMATCHED, Measures

__all__ = ["UNMATCHED", "Measures"]

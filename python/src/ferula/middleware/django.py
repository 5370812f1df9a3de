"""Measures a Django project, by route.

    MIDDLEWARE = ["ferula.middleware.django.MetricsMiddleware", ...]

First in the list, so that it sees what the others do. Settings: `FERULA_METRICS`, a dictionary of the options of `Measures`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Optional

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from .measures import Measures

_measures: Optional[Measures] = None


def measures() -> Measures:
    """The project's metrics, made once however often the middleware is."""
    global _measures
    if _measures is None:
        options = {"prefix": "django", **getattr(settings, "FERULA_METRICS", {})}
        _measures = Measures(**options)
    return _measures


class MetricsMiddleware:
    """Measures each request that passes."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response
        self._measures = measures()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        running = self._measures.begin(request.path)
        status = 500
        try:
            response = self._get_response(request)
            status = response.status_code
            return response
        finally:
            if running is not None:
                running.end(request.method or "", _route(request), status)


def _route(request: Any) -> Optional[str]:
    """The route's template; None when none took the request."""
    match = getattr(request, "resolver_match", None)
    return None if match is None else "/" + str(match.route).lstrip("/")

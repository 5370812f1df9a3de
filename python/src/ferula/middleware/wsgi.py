"""Measures a WSGI application."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Dict, Optional

from .measures import Measures, of

# A server error whose status nobody saw, since the application raised before it answered.
_RAISED = 500


class MetricsMiddleware:
    """Wraps an application.

    WSGI knows no routes: `route(environ)` tells the template, None for what no route takes. Without it the application is one
    route, `""`.
    """

    def __init__(
        self,
        app: Callable[..., Iterable[bytes]],
        measures: Optional[Measures] = None,
        route: Callable[[Dict[str, Any]], Optional[str]] = lambda environ: "",
        **options: Any,
    ) -> None:
        self._app = app
        self._measures = of(measures, options)
        self._route = route

    def __call__(self, environ: Dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        running = self._measures.begin(environ.get("PATH_INFO", ""))
        if running is None:
            return self._app(environ, start_response)
        status = _RAISED

        def started(line: str, headers: Any, exc_info: Any = None) -> Any:
            nonlocal status
            status = int(line.split(" ", 1)[0])
            return start_response(line, headers, exc_info) if exc_info else start_response(line, headers)

        def end() -> None:
            running.end(environ["REQUEST_METHOD"], self._route(environ), status)

        try:
            body = self._app(environ, started)
        except BaseException:
            end()
            raise
        return _Body(body, end)


class _Body:
    """An answer's body; the request is served when the server has taken all of it."""

    def __init__(self, body: Iterable[bytes], end: Callable[[], None]) -> None:
        self._body = body
        self._end = end

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._body)

    def close(self) -> None:
        try:
            close = getattr(self._body, "close", None)
            if close is not None:
                close()
        finally:
            self._end()



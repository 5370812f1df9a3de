"""Measures a handler of `http.server`, which knows no routes: they are listed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from http.server import BaseHTTPRequestHandler
from typing import Any, Optional, Type
from urllib.parse import urlsplit

from .measures import Measures, of


def measured(
    handler: Type[BaseHTTPRequestHandler],
    routes: Iterable[str],
    measures: Optional[Measures] = None,
    **options: Any,
) -> Type[BaseHTTPRequestHandler]:
    """A handler class that measures what `handler` serves. Paths that are not in `routes` are one bucket."""
    known = frozenset(routes)
    counted = of(measures, options)

    class Measured(handler):  # type: ignore[valid-type, misc]
        """The handler, with each `do_...` measured."""

        _status = 500

        def send_response_only(self, code: int, message: Optional[str] = None) -> None:
            self._status = int(code)
            super().send_response_only(code, message)

        def __getattribute__(self, name: str) -> Any:
            value = super().__getattribute__(name)
            return self._measure(name[len("do_") :], value) if name.startswith("do_") else value

        def _measure(self, method: str, serve: Callable[[], None]) -> Callable[[], None]:
            def measured() -> None:
                path = urlsplit(self.path).path
                running = counted.begin(path)
                try:
                    serve()
                finally:
                    if running is not None:
                        running.end(method, path if path in known else None, self._status)

            return measured

    Measured.__name__ = handler.__name__
    return Measured

"""Measures a Flask application, by URL rule."""

from __future__ import annotations

from typing import Any, Dict, Optional

from flask import Flask, Response, g, request

from .. import exposition
from ..registry import REGISTRY
from .measures import Measures, of


def monitor(app: Flask, measures: Optional[Measures] = None, path: Optional[str] = "/metrics", **options: Any) -> Measures:
    """Measures all requests of `app`, and shows the registry at `path` unless it is None."""
    options.setdefault("prefix", "flask") if measures is None else None
    registry = options.get("registry", REGISTRY)
    measures = of(measures, options)

    @app.before_request
    def begin() -> None:
        g._ferula = None if path is not None and request.path == path else measures.begin(request.path)

    @app.after_request
    def end(response: Response) -> Response:
        running = g.get("_ferula")
        if running is not None:
            rule = request.url_rule
            running.end(request.method, None if rule is None else rule.rule, response.status_code)
        return response

    @app.teardown_request
    def torn_down(error: Optional[BaseException]) -> None:
        # An error that no handler took has no answer of its own.
        running = g.get("_ferula")
        if running is not None:
            rule = request.url_rule
            running.end(request.method, None if rule is None else rule.rule, 500)

    if path is not None:

        def metrics() -> Response:
            status, headers, page = exposition._bake_output(
                registry,
                request.headers.get("Accept"),
                request.headers.get("Accept-Encoding"),
                _lists(),
                False,
            )
            return Response(page, status=status, headers=dict(headers))

        app.add_url_rule(path, "ferula_metrics", metrics)
    return measures


def _lists() -> Dict[str, list[str]]:
    return {name: request.args.getlist(name) for name in request.args}

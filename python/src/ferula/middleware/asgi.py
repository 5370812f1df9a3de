"""Measures an ASGI application: Starlette, FastAPI, Quart, or any other."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Dict, Optional

from .measures import Measures, of

_Scope = Dict[str, Any]
_App = Callable[..., Awaitable[None]]

# A server error whose status nobody saw, since the application raised before it answered.
_RAISED = 500


def route_of(scope: _Scope) -> Optional[str]:
    """The template of the route that took the request, as Starlette and FastAPI leave it in the scope; None if none did."""
    route = scope.get("route")
    template = getattr(route, "path", None)
    if template is None:
        template = _found(scope)
    if template is None:
        return None
    # What an outer application has mounted stands before it.
    root = scope.get("app_root_path", "")
    return str(root) + str(template)


def _found(scope: _Scope) -> Optional[str]:
    """Looks for the route where the framework notes only the endpoint: Starlette."""
    app, endpoint = scope.get("app"), scope.get("endpoint")
    if app is None or endpoint is None:
        return None
    return _search(getattr(app, "routes", ()), endpoint, scope)


def _search(routes: Any, endpoint: Any, scope: _Scope) -> Optional[str]:
    for route in routes:
        inner = getattr(route, "routes", None)
        if inner:
            below = _search(inner, endpoint, scope)
            if below is not None:
                return str(getattr(route, "path", "")) + below
        elif getattr(route, "endpoint", None) is endpoint or getattr(route, "app", None) is endpoint:
            return str(route.path)
    return None


class MetricsMiddleware:
    """`app.add_middleware(MetricsMiddleware)`, or around any ASGI application."""

    def __init__(
        self,
        app: _App,
        measures: Optional[Measures] = None,
        route: Callable[[_Scope], Optional[str]] = route_of,
        **options: Any,
    ) -> None:
        self._app = app
        self._measures = of(measures, options)
        self._route = route

    async def __call__(self, scope: _Scope, receive: Any, send: Any) -> None:
        running = self._measures.begin(scope.get("path", "")) if scope["type"] == "http" else None
        if running is None:
            return await self._app(scope, receive, send)
        status = _RAISED

        async def sending(message: Dict[str, Any]) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, sending)
        finally:
            # Not before: the router has noted the route by now.
            running.end(scope["method"], self._route(scope), status)

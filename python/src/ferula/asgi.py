"""The page for ASGI servers. It is written in a thread, so that the event loop goes on, unless it is small."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Dict
from urllib.parse import parse_qs

from . import exposition
from .registry import REGISTRY, Collector

_Receive = Callable[[], Awaitable[Dict[str, Any]]]
_Send = Callable[[Dict[str, Any]], Awaitable[None]]


def make_asgi_app(registry: Collector = REGISTRY, disable_compression: bool = False) -> Callable[..., Any]:
    """An ASGI application that answers every path with the page."""

    async def prometheus_app(scope: Dict[str, Any], receive: _Receive, send: _Send) -> None:
        assert scope.get("type") == "http"
        headers = scope.get("headers", [])

        def joined(wanted: str) -> str:
            return ",".join(value.decode("utf8") for name, value in headers if name.decode("utf8").lower() == wanted)

        request = (
            registry,
            joined("accept"),
            joined("accept-encoding"),
            parse_qs(scope.get("query_string", b"").decode("utf8")),
            disable_compression,
        )
        if exposition._is_quick(registry):
            status, answer_headers, output = exposition._bake_output(*request)
        else:
            # Here, since it takes longer to load than all the rest of this package.
            import asyncio

            status, answer_headers, output = await asyncio.to_thread(exposition._bake_output, *request)
        if (await receive()).get("type") != "http.request":
            return
        await send(
            {
                "type": "http.response.start",
                "status": int(status.split(" ")[0]),
                "headers": [(name.encode("utf8"), value.encode("utf8")) for name, value in answer_headers],
            }
        )
        await send({"type": "http.response.body", "body": output})

    return prometheus_app

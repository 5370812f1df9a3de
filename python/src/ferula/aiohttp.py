"""The page for aiohttp servers."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from aiohttp import hdrs, web

from . import exposition
from .registry import REGISTRY, Collector


def make_aiohttp_handler(
    registry: Collector = REGISTRY, disable_compression: bool = False
) -> Callable[[web.Request], Awaitable[web.Response]]:
    """A handler that answers with the page, written in a thread so that the event loop goes on."""

    async def prometheus_handler(request: web.Request) -> web.Response:
        status, headers, output = await asyncio.to_thread(
            exposition._bake_output,
            registry,
            ",".join(request.headers.getall(hdrs.ACCEPT, [])),
            ",".join(request.headers.getall(hdrs.ACCEPT_ENCODING, [])),
            {name: request.query.getall(name) for name in request.query},
            disable_compression,
        )
        return web.Response(status=int(status.split(" ")[0]), headers=headers, body=output)

    return prometheus_handler

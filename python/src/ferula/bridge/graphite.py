"""Sends a registry to Graphite, in its plain text protocol."""

from __future__ import annotations

import logging
import re
import socket
import threading
import time
from collections.abc import Callable
from timeit import default_timer
from typing import Tuple

from ..registry import REGISTRY, Collector

_INVALID_GRAPHITE_CHARS = re.compile(r"[^a-zA-Z0-9_-]")


def _sanitize(s: str) -> str:
    """Graphite has no way to escape, so what has a meaning in a path becomes an underscore."""
    return _INVALID_GRAPHITE_CHARS.sub("_", s)


class _RegularPush(threading.Thread):
    """Pushes at the same moments of each interval, whatever a push takes."""

    def __init__(self, pusher: GraphiteBridge, interval: float, prefix: str) -> None:
        super().__init__(name="ferula-graphite")
        self.daemon = True
        self._pusher = pusher
        self._interval = interval
        self._prefix = prefix

    def run(self) -> None:
        due = default_timer()
        while True:
            now = default_timer()
            # Moments that a slow push has used up are left out.
            while due <= now:
                due += self._interval
            time.sleep(due - now)
            try:
                self._pusher.push(prefix=self._prefix)
            except OSError:
                # The next push may find the server again.
                logging.exception("push to graphite failed")


class GraphiteBridge:
    """Sends all samples to `address`. With `tags` labels become Graphite's tags, else parts of the path."""

    def __init__(
        self,
        address: Tuple[str, int],
        registry: Collector = REGISTRY,
        timeout_seconds: float = 30,
        _timer: Callable[[], float] = time.time,
        tags: bool = False,
    ) -> None:
        self._address = address
        self._registry = registry
        self._timeout = timeout_seconds
        self._timer = _timer
        self._tags = tags

    def push(self, prefix: str = "") -> None:
        """Sends all samples once."""
        now = int(self._timer())
        before = f"{prefix}." if prefix else ""
        separators = (";", ";", "=") if self._tags else (".", ".", ".")
        first, between, assign = separators
        lines = []
        for family in self._registry.collect():
            for sample in family.samples:
                labels = [f"{_sanitize(name)}{assign}{_sanitize(value)}" for name, value in sorted(sample.labels.items())]
                path = _sanitize(sample.name) + (first + between.join(labels) if labels else "")
                lines.append(f"{before}{path} {float(sample.value)} {now}\n")
        with socket.create_connection(self._address, self._timeout) as connection:
            connection.sendall("".join(lines).encode("ascii"))

    def start(self, interval: float = 60.0, prefix: str = "") -> None:
        """Sends all samples every `interval` seconds, from a thread of its own."""
        _RegularPush(self, interval, prefix).start()

"""Sends a registry to a StatsD daemon, over UDP.

Counters, and what histograms and summaries count, are sent as what they have grown by since the last push; gauges as they are.
"""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Iterator
from typing import Dict, List, Tuple

from ..registry import REGISTRY, Collector

# As much as passes everywhere in one piece.
_DATAGRAM_BYTES_MAX = 1400

_INVALID = re.compile(r"[^a-zA-Z0-9_.\-/]")
_GROWING = ("_total", "_count", "_sum", "_bucket")

_Key = Tuple[str, Tuple[Tuple[str, str], ...]]


def _sanitize(text: str) -> str:
    """StatsD has no way to escape, so what has a meaning in a line becomes an underscore."""
    return _INVALID.sub("_", text)


class StatsdBridge:
    """Sends all samples to `address`. Labels become tags as Datadog's and most other daemons take them, else parts of the name."""

    def __init__(self, address: Tuple[str, int], registry: Collector = REGISTRY, tags: bool = True) -> None:
        self._address = address
        self._registry = registry
        self._tags = tags
        self._sent: Dict[_Key, float] = {}
        self._lock = threading.Lock()

    def push(self, prefix: str = "") -> None:
        """Sends all samples once."""
        start = f"{prefix}." if prefix else ""
        with self._lock, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            for datagram in _datagrams([start + line for line in self._lines()]):
                sender.sendto(datagram, self._address)

    def start(self, interval: float = 10.0, prefix: str = "") -> threading.Event:
        """Sends all samples every `interval` seconds, from a thread of its own. Setting the answer ends it."""
        stop = threading.Event()

        def run() -> None:
            while not stop.wait(interval):
                try:
                    self.push(prefix)
                except OSError:
                    # Nobody listens now; the next push may find somebody.
                    continue

        threading.Thread(target=run, name="ferula-statsd", daemon=True).start()
        return stop

    def _lines(self) -> Iterator[str]:
        for family in self._registry.collect():
            grows = family.type in ("counter", "histogram", "summary")
            for sample in family.samples:
                if sample.name.endswith("_created"):
                    continue
                labels = tuple(sorted(sample.labels.items()))
                name, tags = self._name(sample.name, labels)
                value = float(sample.value)
                if value != value or abs(value) == float("inf"):
                    # No daemon knows these.
                    continue
                if grows and sample.name.endswith(_GROWING):
                    grown = value - self._sent.get((sample.name, labels), 0.0)
                    self._sent[sample.name, labels] = value
                    # Less than before: it began anew.
                    grown = value if grown < 0 else grown
                    if grown:
                        yield f"{name}:{grown:.17g}|c{tags}"
                    continue
                if value < 0:
                    # A sign in front means a change, so zero comes first.
                    yield f"{name}:0|g{tags}"
                yield f"{name}:{value:.17g}|g{tags}"

    def _name(self, name: str, labels: Tuple[Tuple[str, str], ...]) -> Tuple[str, str]:
        name = _sanitize(name)
        pairs = [(_sanitize(label), _sanitize(value)) for label, value in labels]
        if not pairs:
            return name, ""
        if self._tags:
            return name, "|#" + ",".join(f"{label}:{value}" for label, value in pairs)
        return name + "".join(f".{label}.{value}" for label, value in pairs), ""


def _datagrams(lines: List[str]) -> Iterator[bytes]:
    """The lines in pieces that fit."""
    piece = b""
    for line in lines:
        encoded = line.encode("ascii", "replace")
        if piece and len(piece) + 1 + len(encoded) > _DATAGRAM_BYTES_MAX:
            yield piece
            piece = b""
        piece += (b"\n" if piece else b"") + encoded
    if piece:
        yield piece

"""Where a metric's numbers are kept.

Normally in Rust, and nothing here is involved. A program that assigns a class of its own to `ValueClass` gets it called
for every cell of every metric made from then on, as in `prometheus_client`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from threading import Lock
from typing import Any, List, Optional, Tuple

_multi_process_cleanups: List[Callable[[], None]] = []


def close_all_multiprocess_files() -> None:
    """Lets go of what `MultiProcessValue` classes hold open."""
    for cleanup in _multi_process_cleanups:
        cleanup()


class MutexValue:
    """A float in this process. `ValueClass` is this one as long as Rust keeps the cells."""

    _multiprocess = False

    def __init__(
        self,
        typ: Optional[str],
        metric_name: str,
        name: str,
        labelnames: Sequence[str],
        labelvalues: Sequence[str],
        help_text: str,
        **kwargs: Any,
    ) -> None:
        self._value = 0.0
        self._exemplar: Any = None
        self._lock = Lock()

    def inc(self, amount: float) -> None:
        """Adds an amount."""
        with self._lock:
            self._value += amount

    def set(self, value: float, timestamp: Optional[float] = None) -> None:
        """Sets the value."""
        with self._lock:
            self._value = value

    def set_exemplar(self, exemplar: Any) -> None:
        """Keeps an exemplar."""
        with self._lock:
            self._exemplar = exemplar

    def get(self) -> float:
        """The value."""
        with self._lock:
            return self._value

    def get_exemplar(self) -> Any:
        """The exemplar, None if there is none."""
        with self._lock:
            return self._exemplar


def MultiProcessValue(process_identifier: Callable[[], Any] = os.getpid) -> type:
    """A class of values that all processes of `PROMETHEUS_MULTIPROC_DIR` share."""
    from .multiprocess import _value_class

    return _value_class(process_identifier)


def get_value_class() -> type:
    """The class that the environment asks for."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ and "prometheus_multiproc_dir" not in os.environ:
        return MutexValue
    from .multiprocess import _attached, _folder

    folder = _folder()
    if folder:
        # From the start, so that the segment lives as long as the first process that has the folder.
        _attached(folder)
    return MultiProcessValue()


ValueClass: Any = get_value_class()


def _keeper(typ: Optional[str]) -> Tuple[bool, Any]:
    """Whether Rust keeps the cells of metrics of this type that are made now, and the segment that they are in, if any."""
    if ValueClass is MutexValue:
        return True, None
    shared: Any = ValueClass
    if not hasattr(shared, "_segment"):
        return False, None
    # A process that goes by names of its own may change them at any time, which only Python can ask.
    if typ in ("counter", "gauge") and not shared._is_plain():
        return False, None
    return True, shared._segment()

"""Where a metric's numbers are kept.

Normally in Rust, and nothing here is involved. A program that assigns a class of its own to `ValueClass` gets it called
for every cell of every metric made from then on, as in `prometheus_client`.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Sequence
from threading import Lock
from typing import Any, List, Optional

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
    if "prometheus_multiproc_dir" in os.environ and "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = os.environ["prometheus_multiproc_dir"]
        warnings.warn(
            "prometheus_multiproc_dir variable has been deprecated in favor of the upper case naming PROMETHEUS_MULTIPROC_DIR",
            DeprecationWarning,
            stacklevel=2,
        )
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        return MultiProcessValue()
    return MutexValue


ValueClass: Any = get_value_class()


def _cells_are_ours() -> bool:
    """Whether Rust keeps the cells of metrics that are made now."""
    return ValueClass is MutexValue

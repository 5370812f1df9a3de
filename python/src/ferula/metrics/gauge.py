"""What goes up and down."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Literal, Optional, TypeVar

from .. import _core
from ..context_managers import InprogressTracker, Timer
from ..registry import REGISTRY, CollectorRegistry
from ..samples import Sample
from .base import MetricWrapperBase, stock

F = TypeVar("F", bound=Callable[..., Any])

MultiprocessMode = Literal[
    "all", "liveall", "min", "livemin", "max", "livemax", "sum", "livesum", "mostrecent", "livemostrecent"
]


@stock
class Gauge(_core.GaugeBase, MetricWrapperBase):
    """Shows what goes up and down: jobs in progress, a temperature.

        INPROGRESS = Gauge('inprogress_requests', 'Requests in progress')
        with INPROGRESS.track_inprogress():
            ...
    """

    __slots__ = ()
    _type = "gauge"
    _MULTIPROC_MODES = frozenset(
        ("all", "liveall", "min", "livemin", "max", "livemax", "sum", "livesum", "mostrecent", "livemostrecent")
    )
    _MOST_RECENT_MODES = frozenset(("mostrecent", "livemostrecent"))

    def __init__(
        self,
        name: str,
        documentation: str,
        labelnames: Iterable[str] = (),
        namespace: str = "",
        subsystem: str = "",
        unit: str = "",
        registry: Optional[CollectorRegistry] = REGISTRY,
        _labelvalues: Optional[Sequence[str]] = None,
        multiprocess_mode: MultiprocessMode = "all",
        *,
        idle_seconds: Optional[float] = None,
    ) -> None:
        self._multiprocess_mode = multiprocess_mode
        if multiprocess_mode not in self._MULTIPROC_MODES:
            raise ValueError("Invalid multiprocess mode: " + multiprocess_mode)
        self._kwargs = {"multiprocess_mode": multiprocess_mode}
        super().__init__(name, documentation, labelnames, namespace, subsystem, unit, registry, _labelvalues, idle_seconds=idle_seconds)

    def _is_most_recent(self) -> bool:
        return self._multiprocess_mode in self._MOST_RECENT_MODES

    def _metric_init(self) -> None:
        if not self._has_cells:
            self.__dict__["_value"] = self._new_value("", multiprocess_mode=self._multiprocess_mode)

    @property
    def _value(self) -> Any:
        return self._cell("_value")

    @_value.setter
    def _value(self, value: Any) -> None:
        self.__dict__["_value"] = value

    def _inc_foreign(self, amount: float) -> None:
        self._foreign("_value").inc(amount)

    def _set_foreign(self, value: float) -> None:
        if self._is_most_recent():
            self._foreign("_value").set(value, timestamp=time.time())
        else:
            self._foreign("_value").set(value)

    def set_to_current_time(self) -> None:
        """Sets the value to the time, in seconds since 1970."""
        self.set(time.time())

    def track_inprogress(self) -> InprogressTracker:
        """Adds one while a block or a function runs, `async` ones too."""
        self._raise_if_not_observable()
        return InprogressTracker(self)

    def time(self) -> Timer:
        """Sets the value to how long a block or a function took, in seconds."""
        return Timer(self, "set")

    def set_function(self, f: Callable[[], float]) -> None:
        """Takes the value from a function whenever the page is asked for. `set` and the others change nothing then."""
        self._raise_if_not_observable()
        self.__dict__["_function"] = f
        self._set_has_function()

    def __call__(self, f: F) -> F:
        """Decorates a function: the calls in progress are shown."""
        return self.track_inprogress()(f)

    def _child_samples(self) -> Iterable[Sample]:
        function = self.__dict__.get("_function")
        value = self._value.get() if function is None else float(function())
        return (Sample("", {}, value, None, None),)

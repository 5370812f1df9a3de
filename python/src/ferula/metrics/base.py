"""What all metrics have in common.

The hot methods (`labels`, `inc`, `set`, `observe`, `time`) are inherited from classes in Rust (`ferula._core`); what is in this
package runs when a metric is made or shown, or when a subclass or a foreign value class wants Python.

Two ways lead to the page. A metric whose class overrides none of the steps below has its cells in Rust and is written there.
Any other is asked in Python, step by step as in `prometheus_client`: `collect` -> `_samples` -> `_multi_samples` -> `_child_samples`.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Sequence
from typing import Any, Dict, Optional, Set, Tuple, TypeVar

from .. import _core, values
from ..metrics_core import Metric
from ..registry import REGISTRY, CollectorRegistry
from ..samples import Sample
from ..validation import _validate_labelnames, _validate_metric_name
from .children import Children
from .naming import build_full_name

T = TypeVar("T", bound="MetricWrapperBase")
_Class = TypeVar("_Class", bound=type)

# Without a limit, labels from outside (a path that a scanner makes up) take the memory of the program and of whoever scrapes it.
_SERIES_MAX_DEFAULT = 200_000

# What a subclass may override to change how a metric is kept or shown.
_STEPS = ("_metric_init", "collect", "_samples", "_multi_samples", "_child_samples", "_get_metric")

# The classes of this package, whose children Rust makes.
_STOCK: Set[type] = set()

_known_to_keep: Dict[type, bool] = {}


def stock(cls: _Class) -> _Class:
    """Says that a class is one of ours, known by the name under which everybody imports it."""
    cls.__module__ = __package__
    _STOCK.add(cls)
    return cls


def get_series_max() -> int:
    """How many series a family may have."""
    said = os.environ.get("FERULA_SERIES_MAX", _SERIES_MAX_DEFAULT)
    try:
        return int(said)
    except ValueError:
        raise ValueError(f"FERULA_SERIES_MAX must be a whole number: {said!r}") from None


def _checked_idle_seconds(metric_type: Optional[str], idle_seconds: float) -> float:
    if metric_type not in ("counter", "gauge", "summary", "histogram"):
        raise ValueError(f"only what counts or measures can be idle: {metric_type}")
    if not idle_seconds > 0:
        raise ValueError(f"idle_seconds must be more than 0: {idle_seconds}")
    return float(idle_seconds)


def _keeps_all_steps(cls: type) -> bool:
    if cls in _known_to_keep:
        return _known_to_keep[cls]
    own: Any = next((base for base in cls.__mro__ if base in _STOCK), MetricWrapperBase)
    keeps = all(getattr(cls, step, None) is getattr(own, step) for step in _STEPS)
    _known_to_keep[cls] = keeps
    return keeps


@stock
class MetricWrapperBase(_core.Metric):
    """What all metrics have in common. With label names and no values it is a parent, whose children count."""

    __slots__ = ()

    _type: Optional[str] = None
    _reserved_labelnames: Sequence[str] = ()
    # What a subclass's constructor takes besides, for children.
    _kwargs: Dict[str, Any] = {}

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
        *,
        idle_seconds: Optional[float] = None,
    ) -> None:
        if idle_seconds is not None:
            self._idle_seconds = _checked_idle_seconds(self._type, idle_seconds)
        # A child is given its parent's name as it was, and the parts again, so that subclasses see them.
        full_name = build_full_name(self._type, name, namespace, subsystem, unit)
        self._original_name = name
        self._namespace = namespace
        self._subsystem = subsystem
        names = _validate_labelnames(self, labelnames)
        _validate_metric_name(full_name)
        self._declare(full_name, documentation, unit, names, _labelvalues)
        if registry is not None and _labelvalues is None:
            registry.register(self)

    def _declare(
        self,
        name: str,
        documentation: str,
        unit: str,
        labelnames: Tuple[str, ...],
        labelvalues: Optional[Sequence[str]],
    ) -> None:
        """Tells Rust what this is, and makes its cells."""
        cls = type(self)
        ours, segment = values._keeper(self._type)
        cells = ours and self._type in ("counter", "gauge", "summary", "histogram")
        facts = {
            "kind": self._type or "",
            "name": name,
            "documentation": documentation,
            "unit": unit,
            "labelnames": labelnames,
            "bounds": self._bounds(),
            "exact": cells and cls in _STOCK,
            "native": cells and _keeps_all_steps(cls),
            "most_recent": self._is_most_recent(),
            "series_max": get_series_max(),
            "multiprocess_mode": self.__dict__.get("_multiprocess_mode", ""),
            "states": self.__dict__.get("_states", ()),
            "native_schema": self.__dict__.get("_native_schema"),
            "idle_seconds": self.__dict__.get("_idle_seconds"),
        }
        given = None if labelvalues is None else [str(value) for value in labelvalues]
        self._arm(facts, given, cells, time.time(), segment)
        if self._is_observable():
            self._metric_init()

    def _bounds(self) -> Sequence[float]:
        return ()

    def _is_most_recent(self) -> bool:
        return False

    def _make_child(self: T, labelvalues: Tuple[str, ...]) -> T:
        """A child that Rust can't make, because its class is somebody's own."""
        return type(self)(
            self._original_name,
            documentation=self._documentation,
            labelnames=self._labelnames,
            namespace=self._namespace,
            subsystem=self._subsystem,
            unit=self._unit,
            _labelvalues=labelvalues,
            **self._kwargs,
        )

    @property
    def _metrics(self) -> Children:
        return Children(self)

    def __str__(self) -> str:
        return f"{self._type}:{self._name}"

    def __repr__(self) -> str:
        # Programs that print metrics know the name under which everybody imports them.
        module = type(self).__module__.replace("ferula.", "prometheus_client.", 1)
        return f"{module}.{type(self).__name__}({self._name})"

    def _get_metric(self) -> Metric:
        return Metric(self._name, self._documentation, self._type or "", self._unit)

    def describe(self) -> Iterable[Metric]:
        """The family without its samples."""
        return [self._get_metric()]

    def collect(self) -> Iterable[Metric]:
        """The family with its samples."""
        self._expire()
        family = self._get_metric()
        for suffix, labels, value, timestamp, exemplar, native_histogram in self._samples():
            family.add_sample(self._name + suffix, labels, value, timestamp, exemplar, native_histogram)
        return [family]

    def remove_by_labels(self, labels: Dict[str, str]) -> None:
        """Takes all children off the page that have these values, which may be of some of the labels only."""
        if not self._labelnames:
            raise ValueError(f"No label names were set when constructing {self}")
        if not isinstance(labels, dict):
            raise TypeError("labels must be a dict of {label_name: label_value}")
        if not labels:
            return
        unknown = [name for name in labels if name not in self._labelnames]
        if unknown:
            raise ValueError(f"Unknown label names: {unknown}; expected {self._labelnames}")
        wanted = [(self._labelnames.index(name), str(value)) for name, value in labels.items()]
        for labelvalues, _ in self._items():
            if all(labelvalues[index] == value for index, value in wanted):
                self.remove(*labelvalues)

    def _samples(self) -> Iterable[Sample]:
        return self._multi_samples() if self._is_parent() else self._child_samples()

    def _multi_samples(self) -> Iterable[Sample]:
        for labelvalues, child in self._items():
            series_labels = dict(zip(self._labelnames, labelvalues))
            for suffix, labels, value, timestamp, exemplar, native_histogram in child._samples():
                yield Sample(suffix, {**series_labels, **labels}, value, timestamp, exemplar, native_histogram)

    def _child_samples(self) -> Iterable[Sample]:
        raise NotImplementedError("_child_samples() must be implemented by %r" % self)

    def _metric_init(self) -> None:
        """Makes what a leaf keeps. Ours are in Rust; called again, it begins anew."""
        raise NotImplementedError("_metric_init() must be implemented by %r" % self)

    # What a leaf keeps when its cells are not in Rust is in its __dict__, under the names that prometheus_client has.

    def _foreign(self, name: str) -> Any:
        try:
            return self.__dict__[name]
        except KeyError:
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}") from None

    def _cell(self, name: str, index: Optional[int] = None) -> Any:
        """The value object of a cell, wherever it is."""
        if name in self.__dict__ or not self._has_cells:
            return self._foreign(name)
        return _core.CellView(self, index)

    @property
    def _created(self) -> float:
        created: float = self._created_cell if self._has_cells else self._foreign("_created")
        return created

    @_created.setter
    def _created(self, seconds: float) -> None:
        if self._has_cells:
            self._set_created_cell(seconds)
        else:
            self.__dict__["_created"] = seconds

    def _new_value(self, suffix: str, labels: Tuple[str, ...] = (), labelvalues: Tuple[str, ...] = (), **options: Any) -> Any:
        return values.ValueClass(
            self._type,
            self._name,
            self._name + suffix,
            self._labelnames + labels,
            self._labelvalues + labelvalues,
            self._documentation,
            **options,
        )

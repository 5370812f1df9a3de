"""The metrics that programs update.

The hot methods (`labels`, `inc`, `set`, `observe`, `time`) are inherited from classes in Rust (`ferula._core`); what is here
runs when a metric is made or shown, or when a subclass or a foreign value class wants Python.

Two ways lead to the page. A metric whose class overrides none of the steps below has its cells in Rust and is written there.
Any other is asked in Python, step by step as in `prometheus_client`: `collect` -> `_samples` -> `_multi_samples` -> `_child_samples`.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, MutableMapping, Sequence
from typing import Any, Dict, Literal, Optional, Tuple, Type, TypeVar, Union

from . import _core, values
from .context_managers import ExceptionCounter, InprogressTracker, Timer, _wrapped
from .metrics_core import Metric
from .registry import REGISTRY, CollectorRegistry
from .samples import Exemplar, Sample
from .utils import INF, floatToGoString
from .validation import _validate_exemplar, _validate_labelnames, _validate_metric_name

F = TypeVar("F", bound=Callable[..., Any])
T = TypeVar("T", bound="MetricWrapperBase")

MultiprocessMode = Literal[
    "all", "liveall", "min", "livemin", "max", "livemax", "sum", "livesum", "mostrecent", "livemostrecent"
]

# Without a limit, labels from outside (a path that a scanner makes up) take the memory of the program and of whoever scrapes it.
_SERIES_MAX_DEFAULT = 200_000


def _get_series_max() -> int:
    return int(os.environ.get("FERULA_SERIES_MAX", _SERIES_MAX_DEFAULT))


def _build_full_name(metric_type: Optional[str], name: str, namespace: str, subsystem: str, unit: str) -> str:
    if not name:
        raise ValueError("Metric name should not be empty")
    full_name = "_".join(part for part in (namespace, subsystem, name) if part)
    if metric_type == "counter" and full_name.endswith("_total"):
        full_name = full_name[: -len("_total")]
    if unit and not full_name.endswith("_" + unit):
        full_name += "_" + unit
    if unit and metric_type in ("info", "stateset"):
        raise ValueError("Metric name is of a type that cannot have a unit: " + full_name)
    return full_name


def _get_use_created() -> bool:
    return os.environ.get("PROMETHEUS_DISABLE_CREATED_SERIES", "False").lower() not in ("true", "1", "t")


_use_created = _get_use_created()


def disable_created_metrics() -> None:
    """Shows no `_created` series from here on."""
    global _use_created
    _use_created = False


def enable_created_metrics() -> None:
    """Shows `_created` series from here on."""
    global _use_created
    _use_created = True


# What a subclass may override to change how a metric is kept or shown.
_STEPS = ("_metric_init", "collect", "_samples", "_multi_samples", "_child_samples", "_get_metric")


_known_to_keep: Dict[type, bool] = {}


def _keeps_all_steps(cls: type) -> bool:
    if cls in _known_to_keep:
        return _known_to_keep[cls]
    stock: Any = next((base for base in cls.__mro__ if base in _STOCK), MetricWrapperBase)
    keeps = all(getattr(cls, step, None) is getattr(stock, step) for step in _STEPS)
    _known_to_keep[cls] = keeps
    return keeps


# How fine native buckets may be.
_NATIVE_SCHEMAS = range(6)


class _Children(MutableMapping[Tuple[str, ...], "MetricWrapperBase"]):
    """`metric._metrics`: the children by their label values."""

    def __init__(self, parent: MetricWrapperBase) -> None:
        self._parent = parent

    def __getitem__(self, key: Tuple[str, ...]) -> MetricWrapperBase:
        for labelvalues, child in self._parent._items():
            if labelvalues == tuple(key):
                return child
        raise KeyError(key)

    def __setitem__(self, key: Tuple[str, ...], child: MetricWrapperBase) -> None:
        raise TypeError("children are made by labels()")

    def __delitem__(self, key: Tuple[str, ...]) -> None:
        if key not in self:
            raise KeyError(key)
        self._parent.remove(*key)

    def __iter__(self) -> Iterator[Tuple[str, ...]]:
        return iter([labelvalues for labelvalues, _ in self._parent._items()])

    def __len__(self) -> int:
        return len(self._parent._items())

    def clear(self) -> None:
        self._parent.clear()

    def copy(self) -> Dict[Tuple[str, ...], MetricWrapperBase]:
        return dict(self)


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
    ) -> None:
        # A child is given its parent's name as it was, and the parts again, so that subclasses see them.
        full_name = _build_full_name(self._type, name, namespace, subsystem, unit)
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
            "series_max": _get_series_max(),
            "multiprocess_mode": self.__dict__.get("_multiprocess_mode", ""),
            "states": self.__dict__.get("_states", ()),
            "native_schema": self.__dict__.get("_native_schema"),
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
    def _metrics(self) -> _Children:
        return _Children(self)

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


class Counter(_core.CounterBase, MetricWrapperBase):
    """Counts what only goes up: requests, errors, seconds spent.

        REQUESTS = Counter('requests_total', 'Requests served', ['method'])
        REQUESTS.labels('GET').inc()
    """

    __slots__ = ()
    _type = "counter"

    def _metric_init(self) -> None:
        if not self._has_cells:
            self.__dict__["_value"] = self._new_value("_total")
            self.__dict__["_created"] = time.time()

    @property
    def _value(self) -> Any:
        return self._cell("_value")

    @_value.setter
    def _value(self, value: Any) -> None:
        self.__dict__["_value"] = value

    def _inc_foreign(self, amount: float, exemplar: Optional[Dict[str, str]] = None) -> None:
        value = self._foreign("_value")
        value.inc(amount)
        if exemplar:
            _validate_exemplar(exemplar)
            value.set_exemplar(Exemplar(exemplar, amount, time.time()))

    def reset(self) -> None:
        """Back to zero, created now."""
        self._raise_if_not_observable()
        self._value.set(0)
        self._created = time.time()

    def count_exceptions(
        self, exception: Union[Type[BaseException], Tuple[Type[BaseException], ...]] = Exception
    ) -> ExceptionCounter:
        """Counts the exceptions of a type that leave a block or a function, `async` ones too."""
        self._raise_if_not_observable()
        return ExceptionCounter(self, exception)

    def __call__(self, f: F) -> F:
        """Decorates a function: each call is counted."""
        self._raise_if_not_observable()
        return _wrapped(f, lambda: _Counted(self))

    def _child_samples(self) -> Iterable[Sample]:
        value = self._value
        yield Sample("_total", {}, value.get(), None, value.get_exemplar())
        if _use_created:
            yield Sample("_created", {}, self._created, None, None)


class _Counted:
    def __init__(self, counter: Counter) -> None:
        self._counter = counter

    def __enter__(self) -> None:
        self._counter.inc()

    def __exit__(self, *_: object) -> Literal[False]:
        return False


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
    ) -> None:
        self._multiprocess_mode = multiprocess_mode
        if multiprocess_mode not in self._MULTIPROC_MODES:
            raise ValueError("Invalid multiprocess mode: " + multiprocess_mode)
        self._kwargs = {"multiprocess_mode": multiprocess_mode}
        super().__init__(name, documentation, labelnames, namespace, subsystem, unit, registry, _labelvalues)

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


class Summary(_core.SummaryBase, MetricWrapperBase):
    """Counts observations and adds them up, which is all that a mean over time needs.

        LATENCY = Summary('request_latency_seconds', 'Request latency')
        with LATENCY.time():
            ...
    """

    __slots__ = ()
    _type = "summary"
    _reserved_labelnames = ["quantile"]

    def _metric_init(self) -> None:
        if not self._has_cells:
            self.__dict__["_count"] = self._new_value("_count")
            self.__dict__["_sum"] = self._new_value("_sum")
            self.__dict__["_created"] = time.time()

    @property
    def _count(self) -> Any:
        return self._cell("_count", 0)

    @_count.setter
    def _count(self, value: Any) -> None:
        self.__dict__["_count"] = value

    @property
    def _sum(self) -> Any:
        return self._cell("_sum")

    @_sum.setter
    def _sum(self, value: Any) -> None:
        self.__dict__["_sum"] = value

    def _observe_foreign(self, amount: float) -> None:
        self._foreign("_count").inc(1)
        self._foreign("_sum").inc(amount)

    def __call__(self, f: F) -> F:
        """Decorates a function: each call is timed."""
        self._raise_if_not_observable()
        return self.time()(f)

    def _child_samples(self) -> Iterable[Sample]:
        yield Sample("_count", {}, self._count.get(), None, None)
        yield Sample("_sum", {}, self._sum.get(), None, None)
        if _use_created:
            yield Sample("_created", {}, self._created, None, None)


class Histogram(_core.HistogramBase, MetricWrapperBase):
    """Counts observations in buckets, from which quantiles over time and over many processes can be told.

        LATENCY = Histogram('request_latency_seconds', 'Request latency')
        with LATENCY.time():
            ...

    With `native_schema` it has native buckets besides, which OpenMetrics 2.0 shows instead of the others.
    """

    __slots__ = ()
    _type = "histogram"
    _reserved_labelnames = ["le"]
    DEFAULT_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0, INF)

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
        buckets: Sequence[Union[float, str]] = DEFAULT_BUCKETS,
        *,
        native_schema: Optional[int] = None,
    ) -> None:
        self._prepare_buckets(buckets)
        self._kwargs = {"buckets": buckets}
        if native_schema is not None:
            # How fine: each power of two has two to the power of this many buckets.
            if native_schema not in _NATIVE_SCHEMAS:
                raise ValueError(f"Invalid native schema: {native_schema}, expected 0 to {_NATIVE_SCHEMAS[-1]}")
            self._kwargs["native_schema"] = native_schema
            self._native_schema = native_schema
        super().__init__(name, documentation, labelnames, namespace, subsystem, unit, registry, _labelvalues)

    def _prepare_buckets(self, source_buckets: Sequence[Union[float, str]]) -> None:
        bounds = [float(bound) for bound in source_buckets]
        if bounds != sorted(bounds):
            # Most often a mistake, and never what the caller meant.
            raise ValueError("Buckets not in sorted order")
        if bounds and bounds[-1] != INF:
            bounds.append(INF)
        if len(bounds) < 2:
            raise ValueError("Must have at least two buckets")
        self.__dict__["_prepared"] = bounds

    def _bounds(self) -> Sequence[float]:
        bounds: Sequence[float] = self.__dict__["_prepared"]
        return bounds

    def _metric_init(self) -> None:
        if not self._has_cells:
            self.__dict__["_sum"] = self._new_value("_sum")
            self.__dict__["_buckets"] = [
                self._new_value("_bucket", ("le",), (floatToGoString(bound),)) for bound in self._upper_bounds
            ]
            self.__dict__["_created"] = time.time()

    @property
    def _sum(self) -> Any:
        return self._cell("_sum")

    @_sum.setter
    def _sum(self, value: Any) -> None:
        self.__dict__["_sum"] = value

    @property
    def _buckets(self) -> Any:
        if "_buckets" in self.__dict__ or not self._has_cells:
            return self._foreign("_buckets")
        return [_core.CellView(self, index) for index in range(len(self._upper_bounds))]

    @_buckets.setter
    def _buckets(self, value: Any) -> None:
        self.__dict__["_buckets"] = value

    def _observe_foreign(self, amount: float, exemplar: Optional[Dict[str, str]] = None) -> None:
        self._foreign("_sum").inc(amount)
        for bound, bucket in zip(self._upper_bounds, self._foreign("_buckets")):
            if amount <= bound:
                bucket.inc(1)
                if exemplar:
                    _validate_exemplar(exemplar)
                    bucket.set_exemplar(Exemplar(exemplar, amount, time.time()))
                break

    def __call__(self, f: F) -> F:
        """Decorates a function: each call is timed."""
        self._raise_if_not_observable()
        return self.time()(f)

    def _child_samples(self) -> Iterable[Sample]:
        count = 0.0
        for bound, bucket in zip(self._upper_bounds, self._buckets):
            count += bucket.get()
            yield Sample("_bucket", {"le": floatToGoString(bound)}, count, None, bucket.get_exemplar())
        yield Sample("_count", {}, count, None, None)
        if self._upper_bounds[0] >= 0:
            yield Sample("_sum", {}, self._sum.get(), None, None)
        if _use_created:
            yield Sample("_created", {}, self._created, None, None)


class Info(MetricWrapperBase):
    """Facts about the program as labels: a version, a host.

        BUILD = Info('my_build', 'Build information')
        BUILD.info({'version': '1.2.3'})
    """

    _type = "info"

    def _metric_init(self) -> None:
        self._labelname_set = set(self._labelnames)
        self._value: Dict[str, str] = {}

    def info(self, val: Dict[str, str]) -> None:
        """Sets the facts, all of them."""
        self._raise_if_not_observable()
        if not self._labelname_set.isdisjoint(val):
            raise ValueError(f"Overlapping labels for Info metric, metric: {self._labelnames} child: {val}")
        if any(value is None for value in val.values()):
            raise ValueError("Label value cannot be None")
        self._value = dict(val)
        self._share_facts(self._value)

    def _child_samples(self) -> Iterable[Sample]:
        return (Sample("_info", self._value, 1.0, None, None),)


class Enum(MetricWrapperBase):
    """Which of some states something is in.

        STATE = Enum('task_state', 'Task state', states=['starting', 'running', 'stopped'])
        STATE.state('running')
    """

    _type = "stateset"

    def __init__(
        self,
        name: str,
        documentation: str,
        labelnames: Sequence[str] = (),
        namespace: str = "",
        subsystem: str = "",
        unit: str = "",
        registry: Optional[CollectorRegistry] = REGISTRY,
        _labelvalues: Optional[Sequence[str]] = None,
        states: Optional[Sequence[str]] = None,
    ) -> None:
        # Checked before anything is registered.
        labelnames = tuple(labelnames)
        full_name = _build_full_name(self._type, name, namespace, subsystem, unit)
        if full_name in labelnames:
            raise ValueError("Overlapping labels for Enum metric: " + full_name)
        if not states:
            raise ValueError("No states provided for Enum metric: " + full_name)
        self._kwargs = {"states": states}
        self._states = list(states)
        super().__init__(name, documentation, labelnames, namespace, subsystem, unit, registry, _labelvalues)

    def _metric_init(self) -> None:
        self._value = 0

    def state(self, state: str) -> None:
        """Sets the state. One that was not declared raises ValueError."""
        self._raise_if_not_observable()
        self._value = self._states.index(state)
        self._share_state(state)

    def _child_samples(self) -> Iterable[Sample]:
        current = self._value
        return [Sample("", {self._name: state}, 1 if index == current else 0, None, None) for index, state in enumerate(self._states)]


def _make_shared(
    segment: Any,
    typ: Optional[str],
    name: str,
    labelnames: Tuple[str, ...],
    labelvalues: Tuple[str, ...],
    documentation: str,
    multiprocess_mode: str,
) -> Any:
    """The cell of a counter or gauge in a segment, for a process that goes by a name of its own."""
    cls = Counter if typ == "counter" else Gauge
    metric: Any = cls.__new__(cls)
    facts = {
        "kind": typ or "",
        "name": name,
        "documentation": documentation,
        "unit": "",
        "labelnames": labelnames,
        "bounds": (),
        "exact": False,
        "native": False,
        # The mode is whoever calls us to mind.
        "most_recent": False,
        "series_max": _get_series_max(),
        "multiprocess_mode": multiprocess_mode,
        "states": (),
        "native_schema": None,
    }
    metric._arm(facts, list(labelvalues), True, 0.0, segment)
    return _core.CellView(metric)


_STOCK = frozenset((Counter, Gauge, Summary, Histogram, Info, Enum))

"""Metrics of many processes on one page.

With `PROMETHEUS_MULTIPROC_DIR` set, or after `share(folder)`, all processes of that folder count in one file, the segment: a
counter is the same number for all of them, a gauge has a value for each process. There is nothing to wipe at the start and no
hook to call when a worker ends: the kernel tells who lives, and a segment that nobody uses any more is begun anew.

    registry = CollectorRegistry()
    MultiProcessCollector(registry)
    generate_latest(registry)
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from threading import Lock
from typing import Any, Dict, List, Optional, Tuple

from . import _core, values
from .metrics_core import Metric
from .registry import REGISTRY, CollectorRegistry
from .samples import Sample

# What the segment is called in its folder. Not `.db`: what cleans up after dead processes in the format of prometheus_client takes
# files of that name for its own.
SEGMENT_NAME = "ferula.segment"

_attachments: Dict[Tuple[str, Optional[int]], _core.Segment] = {}
_lock = Lock()


def _after_fork() -> None:
    """A new lock in the child of a fork: another thread may have held the old one, and is not there any more."""
    global _lock
    _lock = Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)


def _folder() -> Optional[str]:
    """The folder that the environment names."""
    if "prometheus_multiproc_dir" in os.environ and "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = os.environ["prometheus_multiproc_dir"]
        warnings.warn(
            "prometheus_multiproc_dir variable has been deprecated in favor of the upper case naming PROMETHEUS_MULTIPROC_DIR",
            DeprecationWarning,
            stacklevel=3,
        )
    return os.environ.get("PROMETHEUS_MULTIPROC_DIR")


def _attached(folder: str, pid: Optional[int] = None) -> _core.Segment:
    """This process' attachment to a folder's segment. With `pid` it is one of its own, under that number."""
    key = (os.path.abspath(folder), pid)
    with _lock:
        if key not in _attachments:
            os.makedirs(folder, exist_ok=True)
            _attachments[key] = _core.Segment(os.path.join(folder, SEGMENT_NAME), pid)
        return _attachments[key]


def share(folder: str) -> None:
    """From here on metrics that are made are shared by all processes that share the same folder.

    The same as `PROMETHEUS_MULTIPROC_DIR` in the environment, and may come after `ferula` was imported. Processes that are
    forked or spawned from here on find the folder in their environment.
    """
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
    values.ValueClass = _value_class(os.getpid)
    _attached(folder)


class _Shared:
    """A value in the segment, of a process that goes by a name of its own.

    For processes that go by their number the class only says which segment it is: Rust keeps their values.
    """

    _multiprocess = True
    _identifier: Callable[[], Any] = staticmethod(os.getpid)

    @classmethod
    def _segment(cls) -> _core.Segment:
        folder = _folder()
        if folder is None:
            raise ValueError("env PROMETHEUS_MULTIPROC_DIR is not set")
        return _attached(folder)

    @classmethod
    def _is_plain(cls) -> bool:
        """Whether a process is called what the system calls it, so that Rust can keep its gauges."""
        return cls._identifier is os.getpid

    def __init__(
        self,
        typ: Optional[str],
        metric_name: str,
        name: str,
        labelnames: Sequence[str],
        labelvalues: Sequence[str],
        help_text: str,
        multiprocess_mode: str = "",
        **kwargs: Any,
    ) -> None:
        self._facts = (typ, metric_name, tuple(labelnames), tuple(labelvalues), help_text, multiprocess_mode)
        self._by_pid: Dict[Any, Any] = {}
        # What each name has added to a counter that all share.
        self._added: Dict[Any, float] = {}
        self._cell()

    def _cell(self) -> Any:
        """The cell of whoever this process says it is now."""
        pid = type(self)._identifier()
        if pid not in self._by_pid:
            from .metrics.shared import make_shared

            folder = _folder() or ""
            self._by_pid[pid] = make_shared(_attached(folder, int(pid)), *self._facts)
        return self._by_pid[pid]

    def inc(self, amount: float) -> None:
        """Adds an amount."""
        self._cell().inc(amount)
        pid = type(self)._identifier()
        self._added[pid] = self._added.get(pid, 0.0) + amount

    def set(self, value: float, timestamp: Optional[float] = None) -> None:
        """Sets the value; a counter's for all processes."""
        self._cell().set(value)
        self._added = {type(self)._identifier(): value}

    def set_exemplar(self, exemplar: Any) -> None:
        """Keeps an exemplar."""
        self._cell().set_exemplar(exemplar)

    def get(self) -> float:
        """A gauge's value, or how much of a counter this process has added."""
        if self._facts[0] == "counter":
            return self._added.get(type(self)._identifier(), 0.0)
        value: float = self._cell().get()
        return value

    def get_exemplar(self) -> Any:
        """The exemplar, None if there is none."""
        return self._cell().get_exemplar()


def _value_class(process_identifier: Callable[[], Any]) -> type:
    """A class of shared values for processes that are called what `process_identifier` answers."""
    return type("MmapedValue", (_Shared,), {"_identifier": staticmethod(process_identifier)})


class MultiProcessCollector(_core.SegmentCollector):
    """Shows what all processes count, what each of them costs, and the custom collectors of this one."""

    def __init__(self, registry: Optional[CollectorRegistry], path: Optional[str] = None) -> None:
        if path is None:
            path = _folder()
        if not path or not os.path.isdir(path):
            raise ValueError("env PROMETHEUS_MULTIPROC_DIR is not set or not a directory")
        self._path = path
        self._registry = registry
        self._is_stock = type(self).collect is MultiProcessCollector.collect
        self._show(_attached(path))
        if registry:
            registry.register(self)

    def describe(self) -> Iterable[Metric]:
        """Nobody knows beforehand what the processes will have."""
        return []

    def collect(self) -> Iterable[Metric]:
        """The families of all processes."""
        processes, others = self._besides()
        families = [_family(facts) for facts in self._families(processes)]
        for other in others:
            families.extend(other.collect())
        return families

    def _besides(self) -> Tuple[bool, List[Any]]:
        """Whether to show what the processes cost, and the custom collectors of the default registry.

        Not what the own registry shows anyway.
        """
        from .gc_collector import GCCollector
        from .metrics import MetricWrapperBase
        from .platform_collector import PlatformCollector
        from .process_collector import ProcessCollector

        own = self._registry._snapshot()[0] if isinstance(self._registry, CollectorRegistry) else []
        ours = (MetricWrapperBase, MultiProcessCollector, GCCollector, PlatformCollector, ProcessCollector)
        others = [
            collector
            for collector in REGISTRY._snapshot()[0]
            if not isinstance(collector, ours) and all(collector is not known for known in own)
        ]
        return not any(isinstance(collector, ProcessCollector) for collector in own), others

    @staticmethod
    def merge(files: Iterable[str], accumulate: bool = True) -> List[Metric]:
        """The families of segments, given by their files. Without `accumulate` buckets stand for themselves."""
        families: List[Metric] = []
        for file in files:
            if not os.path.exists(file):
                # It went while the folder was read.
                continue
            collector = _core.SegmentCollector()
            collector._show(_attached(os.path.dirname(file)))
            families.extend(_family(facts) for facts in collector._families(False))
        if not accumulate:
            for family in families:
                family.samples = list(_by_themselves(family))
        return families


def _family(facts: Tuple[str, str, str, str, List[Tuple[str, Dict[str, str], float]]]) -> Metric:
    name, documentation, typ, unit, samples = facts
    family = Metric(name, documentation, typ)
    family.unit = unit
    family.samples = [Sample(name + suffix, labels, value) for suffix, labels, value in samples]
    return family


def _by_themselves(family: Metric) -> Iterator[Sample]:
    """The samples of a family with each bucket's own count, and no count of all."""
    before = 0.0
    for sample in family.samples:
        if sample.name == family.name + "_bucket":
            yield sample._replace(value=sample.value - before)
            before = sample.value
        elif family.type == "histogram" and sample.name == family.name + "_count":
            before = 0.0
        else:
            yield sample


def mark_process_dead(pid: int, path: Optional[str] = None) -> None:
    """Kept for programs that call it when a worker ends. The kernel tells us; nothing need be done.

    Only a process that goes by a name of its own (`MultiProcessValue(process_identifier)`) leaves when it is called.
    """
    folder = path or _folder()
    attachment = _attachments.pop((os.path.abspath(folder), int(pid)), None) if folder else None
    if attachment is not None:
        attachment.leave()

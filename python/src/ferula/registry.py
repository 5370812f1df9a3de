"""Registries: lists of collectors in which no name is taken twice.

`_names_to_collectors` and `_collector_to_names` are real dictionaries and the registry's whole state, since programs
reach for them to empty a registry when a module is loaded again.
"""

from __future__ import annotations

import os
import weakref
from collections.abc import Iterable, Iterator
from threading import Lock
from typing import Any, Dict, List, Optional, Protocol, Set

from .metrics_core import Metric

# What a family's samples add to its name, and so what is taken with it.
_SUFFIXES: Dict[str, tuple[str, ...]] = {
    "counter": ("_total", "_created"),
    "summary": ("_sum", "_count", "_created"),
    "histogram": ("_bucket", "_sum", "_count", "_created"),
    "gaugehistogram": ("_bucket", "_gsum", "_gcount"),
    "info": ("_info",),
}


class Collector(Protocol):
    """Anything that shows families when a page is asked for."""

    def collect(self) -> Iterable[Metric]:
        """The families, as they are now."""
        ...


class _EmptyCollector:
    """Stands for names that are taken by the registry itself."""

    def collect(self) -> Iterable[Metric]:
        return []


class DuplicateTimeseries(ValueError):
    """Two collectors would show a series of the same name."""

    def __init__(self, duplicates: Set[str]) -> None:
        super().__init__(f"Duplicated timeseries in CollectorRegistry: {duplicates}")
        self.duplicates = duplicates


_registries: weakref.WeakSet[CollectorRegistry] = weakref.WeakSet()


def _after_fork() -> None:
    """Gives every registry a new lock in the child of a fork: another thread may have held the old one, and is not there any more."""
    for registry in list(_registries):
        registry._lock = Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)


class CollectorRegistry:
    """Collectors, and the names that their series have."""

    def __init__(
        self,
        auto_describe: bool = False,
        target_info: Optional[Dict[str, str]] = None,
        support_collectors_without_names: bool = False,
    ) -> None:
        self._collector_to_names: Dict[Any, List[str]] = {}
        self._names_to_collectors: Dict[str, Any] = {}
        self._auto_describe = auto_describe
        self._lock = Lock()
        _registries.add(self)
        self._target_info: Optional[Dict[str, str]] = {}
        self._support_collectors_without_names = support_collectors_without_names
        self._collectors_without_names: List[Any] = []
        self.set_target_info(target_info)

    def register(self, collector: Collector) -> None:
        """Adds a collector. Raises `DuplicateTimeseries` when one of its names is taken."""
        # Outside of the lock: a collector's own describe() may take its time, or register something.
        names = self._get_names(collector)
        with self._lock:
            duplicates = set(self._names_to_collectors).intersection(names)
            if duplicates:
                raise DuplicateTimeseries(duplicates)
            for name in names:
                self._names_to_collectors[name] = collector
            self._collector_to_names[collector] = names
            if self._support_collectors_without_names and not names:
                self._collectors_without_names.append(collector)

    def unregister(self, collector: Collector) -> None:
        """Removes a collector."""
        with self._lock:
            for name in self._collector_to_names.pop(collector):
                del self._names_to_collectors[name]
            # By identity: a collector's own equality may be anything.
            self._collectors_without_names[:] = [other for other in self._collectors_without_names if other is not collector]

    def _get_names(self, collector: Any) -> List[str]:
        """All names that samples of the collector can have, as far as it tells."""
        describe = getattr(collector, "describe", None)
        if describe is None:
            describe = collector.collect if self._auto_describe else list
        names: List[str] = []
        for family in describe():
            names.append(family.name)
            names.extend(family.name + suffix for suffix in _SUFFIXES.get(family.type, ()))
        return names

    def _snapshot(self) -> tuple[List[Any], Optional[Metric]]:
        """Collectors in the order of registration, and the target's own family."""
        with self._lock:
            return list(self._collector_to_names), self._target_info_metric()

    def collect(self) -> Iterator[Metric]:
        """All families. No lock is held while one is being worked on."""
        collectors, target_info = self._snapshot()
        if target_info is not None:
            yield target_info
        for collector in collectors:
            yield from collector.collect()

    def restricted_registry(self, names: Iterable[str]) -> RestrictedRegistry:
        """A view that shows only samples of these names. Collectors that have none of them aren't asked."""
        return RestrictedRegistry(set(names), self)

    def set_target_info(self, labels: Optional[Dict[str, str]]) -> None:
        """Describes the program itself, as `target_info`; None or nothing removes it."""
        with self._lock:
            if labels:
                if not self._target_info and "target_info" in self._names_to_collectors:
                    raise ValueError("CollectorRegistry already contains a target_info metric")
                self._names_to_collectors["target_info"] = _EmptyCollector()
            elif self._target_info:
                self._names_to_collectors.pop("target_info", None)
            self._target_info = labels

    def get_target_info(self) -> Optional[Dict[str, str]]:
        """What `set_target_info` was told."""
        with self._lock:
            return self._target_info

    def _target_info_metric(self) -> Optional[Metric]:
        if not self._target_info:
            return None
        family = Metric("target", "Target metadata", "info")
        family.add_sample("target_info", self._target_info, 1)
        return family

    def get_sample_value(self, name: str, labels: Optional[Dict[str, str]] = None) -> Optional[float]:
        """The value of one series, None if there is none. For tests: all collectors are asked."""
        wanted = {} if labels is None else labels
        for family in self.collect():
            for sample in family.samples:
                if sample.name == name and sample.labels == wanted:
                    return sample.value
        return None


class RestrictedRegistry:
    """The part of a registry that `name[]` of a request asks for."""

    def __init__(self, names: Iterable[str], registry: CollectorRegistry) -> None:
        self._name_set = set(names)
        self._registry = registry

    def _snapshot(self) -> tuple[List[Any], Optional[Metric]]:
        registry = self._registry
        collectors: List[Any] = []
        target_info = None
        with registry._lock:
            if "target_info" in self._name_set:
                target_info = registry._target_info_metric()
            for name in self._name_set:
                collector = registry._names_to_collectors.get(name)
                if collector is None or isinstance(collector, _EmptyCollector):
                    continue
                if all(collector is not known for known in collectors):
                    collectors.append(collector)
            if registry._support_collectors_without_names:
                collectors.extend(registry._collectors_without_names)
        return collectors, target_info

    def collect(self) -> Iterator[Metric]:
        """The families that have samples of the names, with only those."""
        collectors, target_info = self._snapshot()
        if target_info is not None:
            yield target_info
        for collector in collectors:
            for family in collector.collect():
                restricted = family._restricted_metric(self._name_set)
                if restricted is not None:
                    yield restricted


REGISTRY = CollectorRegistry(auto_describe=True)

"""Which Python this is."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any, Dict, List, Optional

from .metrics_core import GaugeMetricFamily, Metric
from .registry import REGISTRY, CollectorRegistry


class PlatformCollector:
    """`python_info`, gathered when it is asked for first."""

    def __init__(self, registry: Optional[CollectorRegistry] = REGISTRY, platform: Optional[Any] = None) -> None:
        self._given = platform
        if registry:
            registry.register(self)

    @cached_property
    def _platform(self) -> Any:
        if self._given is not None:
            return self._given
        # Here, since it takes a tenth of the time in which all of this package is loaded.
        import platform

        return platform

    @cached_property
    def _metrics(self) -> List[Metric]:
        facts = self._info()
        if self._platform.system() == "Java":
            facts.update(self._java())
        return [self._add_metric("python_info", "Python platform information", facts)]

    def describe(self) -> Iterable[Metric]:
        """The family without its sample."""
        return [self._add_metric("python_info", "Python platform information", None)]

    def collect(self) -> Iterable[Metric]:
        """One family with one sample."""
        return self._metrics

    @staticmethod
    def _add_metric(name: str, documentation: str, data: Optional[Dict[str, str]]) -> Metric:
        family = GaugeMetricFamily(name, documentation, labels=tuple(data or ()))
        if data is not None:
            family.add_metric(tuple(data.values()), 1)
        return family

    def _info(self) -> Dict[str, str]:
        major, minor, patchlevel = self._platform.python_version_tuple()
        return {
            "version": self._platform.python_version(),
            "implementation": self._platform.python_implementation(),
            "major": major,
            "minor": minor,
            "patchlevel": patchlevel,
        }

    def _java(self) -> Dict[str, str]:
        version, _, machine, _ = self._platform.java_ver()
        name, release, vendor = machine
        return {"jvm_version": version, "jvm_release": release, "jvm_vendor": vendor, "jvm_name": name}


PLATFORM_COLLECTOR = PlatformCollector()

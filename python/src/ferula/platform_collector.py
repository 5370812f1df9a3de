"""Which Python this is."""

from __future__ import annotations

import platform as pf
from collections.abc import Iterable
from typing import Any, Dict, Optional

from .metrics_core import GaugeMetricFamily, Metric
from .registry import REGISTRY, CollectorRegistry


class PlatformCollector:
    """`python_info`, gathered once."""

    def __init__(self, registry: Optional[CollectorRegistry] = REGISTRY, platform: Optional[Any] = None) -> None:
        self._platform = pf if platform is None else platform
        facts = self._info()
        if self._platform.system() == "Java":
            facts.update(self._java())
        self._metrics = [self._add_metric("python_info", "Python platform information", facts)]
        if registry:
            registry.register(self)

    def collect(self) -> Iterable[Metric]:
        """One family with one sample."""
        return self._metrics

    @staticmethod
    def _add_metric(name: str, documentation: str, data: Dict[str, str]) -> Metric:
        family = GaugeMetricFamily(name, documentation, labels=tuple(data))
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

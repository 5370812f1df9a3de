"""What the process costs, from `/proc`."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import Optional, Union

from .metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from .registry import REGISTRY, CollectorRegistry

try:
    import resource

    _PAGESIZE = resource.getpagesize()
except ImportError:
    # Not a Unix, and no /proc either.
    _PAGESIZE = 4096

# Where the fields of /proc/PID/stat are, counted after the program's name, which is in brackets and may have spaces.
_UTIME, _STIME, _STARTTIME, _VSIZE, _RSS = 11, 12, 19, 20, 21


class ProcessCollector:
    """CPU, memory, start and file descriptors of a process, this one if not said. Nothing where there is no `/proc`."""

    def __init__(
        self,
        namespace: str = "",
        pid: Callable[[], Union[int, str]] = lambda: "self",
        proc: str = "/proc",
        registry: Optional[CollectorRegistry] = REGISTRY,
    ) -> None:
        self._namespace = namespace
        self._pid = pid
        self._proc = proc
        self._prefix = f"{namespace}_process_" if namespace else "process_"
        self._pagesize = _PAGESIZE
        self._ticks = 100.0
        try:
            self._ticks = float(os.sysconf("SC_CLK_TCK"))
        except (ValueError, AttributeError, OSError):
            # Linux has 100 wherever it says nothing else.
            pass
        self._btime = 0.0
        try:
            self._btime = self._boot_time()
        except OSError:
            # No /proc: collect() finds none either.
            pass
        if registry:
            registry.register(self)

    def _boot_time(self) -> float:
        with open(os.path.join(self._proc, "stat"), "rb") as stat:
            for line in stat:
                if line.startswith(b"btime "):
                    return float(line.split()[1])
        return 0.0

    def collect(self) -> Iterable[Metric]:
        """The families that the system tells about."""
        if not self._btime:
            return []
        folder = os.path.join(self._proc, str(self._pid()).strip())
        return [*self._usage(folder), *self._descriptors(folder)]

    def _usage(self, folder: str) -> Iterable[Metric]:
        try:
            with open(os.path.join(folder, "stat"), "rb") as stat:
                fields = stat.read().split(b")")[-1].split()
        except OSError:
            return
        ticks = self._ticks
        gauge = GaugeMetricFamily
        yield gauge(self._prefix + "virtual_memory_bytes", "Virtual memory size in bytes.", value=float(fields[_VSIZE]))
        yield gauge(
            self._prefix + "resident_memory_bytes",
            "Resident memory size in bytes.",
            value=float(fields[_RSS]) * self._pagesize,
        )
        yield gauge(
            self._prefix + "start_time_seconds",
            "Start time of the process since unix epoch in seconds.",
            value=float(fields[_STARTTIME]) / ticks + self._btime,
        )
        yield CounterMetricFamily(
            self._prefix + "cpu_seconds_total",
            "Total user and system CPU time spent in seconds.",
            value=float(fields[_UTIME]) / ticks + float(fields[_STIME]) / ticks,
        )

    def _descriptors(self, folder: str) -> Iterable[Metric]:
        try:
            with open(os.path.join(folder, "limits"), "rb") as limits:
                for line in limits:
                    if line.startswith(b"Max open file"):
                        yield GaugeMetricFamily(
                            self._prefix + "max_fds",
                            "Maximum number of open file descriptors.",
                            value=float(line.split()[3]),
                        )
                        break
            yield GaugeMetricFamily(
                self._prefix + "open_fds",
                "Number of open file descriptors.",
                len(os.listdir(os.path.join(folder, "fd"))),
            )
        except OSError:
            # Another user's process shows its numbers but not its files.
            return


PROCESS_COLLECTOR = ProcessCollector()

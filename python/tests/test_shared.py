"""What processes that share a segment see of each other: every type, removal, exemplars, and what the dead leave."""

import os
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Dict, Optional

import pytest

from ferula import REGISTRY, CollectorRegistry, generate_latest
from ferula.core import GaugeMetricFamily
from ferula.multiprocess import MultiProcessCollector
from ferula.openmetrics.exposition import generate_latest as generate_openmetrics

PROGRAM = """
import sys
import ferula
counter = ferula.Counter('c', 'counter', ['l'])
plain = ferula.Counter('p', 'plain')
histogram = ferula.Histogram('h', 'histogram', ['l'], buckets=(1, 2))
summary = ferula.Summary('s', 'summary')
info = ferula.Info('i', 'info', ['l'])
enum = ferula.Enum('e', 'enum', states=['up', 'down'])
gauges = {mode: ferula.Gauge('g_' + mode, mode, ['l'], multiprocess_mode=mode) for mode in ferula.Gauge._MULTIPROC_MODES}
for line in sys.stdin:
    try:
        print(repr(eval(line)), flush=True)
    except SyntaxError:
        exec(line)
        print('done', flush=True)
"""


class Worker:
    """A process that does what it is told."""

    def __init__(self, folder: Path) -> None:
        env = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(folder)}
        command = [sys.executable, "-c", textwrap.dedent(PROGRAM)]
        self.process = subprocess.Popen(command, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def do(self, line: str) -> str:
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()


@pytest.fixture
def everybody(tmp_path: Path) -> Iterator[Any]:
    registry = CollectorRegistry()
    MultiProcessCollector(registry, str(tmp_path))
    workers = [Worker(tmp_path), Worker(tmp_path)]

    def value(name: str, labels: Optional[Dict[str, str]] = None) -> Optional[float]:
        return registry.get_sample_value(name, labels or {})

    yield registry, workers, value
    for worker in workers:
        worker.kill()


def test_all_types(everybody: Any) -> None:
    registry, (one, two), value = everybody
    for worker in (one, two):
        worker.do("counter.labels('x').inc(2)")
        worker.do("plain.inc()")
        worker.do("histogram.labels('x').observe(1.5, {'trace': 'abc'})")
        worker.do("summary.observe(4)")
    one.do("info.labels('x').info({'version': '1'})")
    two.do("enum.state('down')")
    assert value("c_total", {"l": "x"}) == 4
    assert value("p_total") == 2
    assert value("h_count", {"l": "x"}) == 2 and value("h_bucket", {"l": "x", "le": "1.0"}) == 0
    assert value("s_sum") == 8 and value("s_count") == 2
    assert value("i_info", {"l": "x", "version": "1"}) == 1
    assert value("e", {"e": "down"}) == 1 and value("e", {"e": "up"}) == 0
    assert 'h_bucket{l="x",le="2.0"} 2.0 # {trace="abc"} 1.5 ' in generate_openmetrics(registry).decode()
    # Both ways to the page say the same.
    lines = set(generate_latest(registry).decode().splitlines())
    for line in ('c_total{l="x"} 4.0', 'i_info{l="x",version="1"} 1.0', 'e{e="down"} 1.0', 'h_bucket{l="x",le="+Inf"} 2.0', "s_sum 8.0"):
        assert line in lines
    for worker in (one, two):
        pid = str(worker.process.pid)
        assert (value("process_resident_memory_bytes", {"pid": pid}) or 0) > 1e6


def test_what_one_removes_is_gone_for_all(everybody: Any) -> None:
    _, (one, two), value = everybody
    for worker in (one, two):
        worker.do("counter.labels('x').inc()")
        worker.do("counter.labels('y').inc()")
    one.do("counter.remove('x')")
    assert value("c_total", {"l": "x"}) is None and value("c_total", {"l": "y"}) == 2
    # The other, which had found it before, begins anew.
    two.do("counter.labels('x').inc(5)")
    one.do("counter.labels('x').inc(5)")
    assert value("c_total", {"l": "x"}) == 10
    two.do("counter.clear()")
    assert value("c_total", {"l": "x"}) is None and value("c_total", {"l": "y"}) is None


def test_gauges_of_the_dead(everybody: Any) -> None:
    _, (one, two), value = everybody
    pids = [str(worker.process.pid) for worker in (one, two)]
    for worker, number in ((one, 3), (two, 5)):
        worker.do(f"[gauge.labels('x').set({number}) for gauge in gauges.values()]")
    alive = {"min": 3, "max": 5, "sum": 8, "mostrecent": 5}
    for mode, expected in alive.items():
        assert value(f"g_{mode}", {"l": "x"}) == value(f"g_live{mode}", {"l": "x"}) == expected, mode
    two.kill()
    for mode, expected in alive.items():
        assert value(f"g_{mode}", {"l": "x"}) == expected, mode
        assert value(f"g_live{mode}", {"l": "x"}) == 3, mode
    for mode, left in (("all", 5), ("liveall", None)):
        assert value(f"g_{mode}", {"l": "x", "pid": pids[0]}) == 3
        assert value(f"g_{mode}", {"l": "x", "pid": pids[1]}) == left


def test_custom_collectors_are_shown(everybody: Any) -> None:
    registry, _, value = everybody

    class Custom:
        def collect(self) -> Any:
            yield GaugeMetricFamily("custom_of_this_process", "help", 42)

    custom = Custom()
    REGISTRY.register(custom)
    try:
        assert value("custom_of_this_process") == 42
        assert b"\ncustom_of_this_process 42.0\n" in generate_latest(registry)
    finally:
        REGISTRY.unregister(custom)


def test_a_segment_that_nobody_has_begins_anew(tmp_path: Path) -> None:
    first = Worker(tmp_path)
    first.do("plain.inc(7)")
    first.kill()
    second = Worker(tmp_path)
    assert second.do("plain._value.get()") == "0.0"
    second.kill()


def test_a_process_without_room_counts_on(tmp_path: Path) -> None:
    """Names, labels and updates that no segment should hold cost the series, never the program."""
    worker = Worker(tmp_path)
    # One label value of more than a segment takes whole.
    assert worker.do("counter.labels('x' * 1_000_000).inc()") == "None"
    assert worker.do("counter.labels('x' * 1_000_000)._value.get()") == "1.0"
    # Equal bounds have no place in a segment, and count in the process alone.
    assert worker.do("ferula.Histogram('odd', 'help', buckets=(1, 1)).observe(1)") == "None"
    worker.kill()


FORKING = """
import os, sys, threading
import ferula
from ferula.multiprocess import MultiProcessCollector
counter = ferula.Counter('c', 'counter', ['l'])
gauge = ferula.Gauge('g', 'gauge', multiprocess_mode='livesum')
registry = ferula.CollectorRegistry()
MultiProcessCollector(registry)
stop = False
def work(number):
    turn = 0
    while not stop:
        turn += 1
        counter.labels(f'{number}-{turn % 500}').inc(0)
        gauge.inc(); gauge.dec()
        if turn % 50 == 0:
            ferula.generate_latest(registry)
            ferula.generate_latest()
threads = [threading.Thread(target=work, args=(n,)) for n in range(3)]
for thread in threads: thread.start()
for number in range(60):
    pid = os.fork()
    if pid == 0:
        # In the child of a fork only this thread is left, and nothing may be locked for ever.
        counter.labels('child').inc()
        counter.labels(f'new-{number}').inc()
        gauge.set(1)
        ferula.generate_latest(registry)
        os._exit(0)
    assert os.waitpid(pid, 0)[1] == 0
stop = True
for thread in threads: thread.join()
print(registry.get_sample_value('c_total', {'l': 'child'}), registry.get_sample_value('g'))
"""


def test_forks_at_any_moment(tmp_path: Path) -> None:
    env = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
    run = subprocess.run([sys.executable, "-c", FORKING], env=env, capture_output=True, text=True, timeout=120)
    assert run.stdout.split() == ["60.0", "0.0"], run.stderr


def test_a_full_family_is_told_on_everybodys_page(everybody: Any) -> None:
    registry, (one, two), value = everybody
    for worker in (one, two):
        worker.do("import os; os.environ['FERULA_SERIES_MAX'] = '2'")
        worker.do("many = ferula.Counter('many', 'help', ['l'])")
        worker.do("for i in range(5): many.labels(str(i)).inc()")
    # Both have the first two, and sent the others where all such values are counted.
    assert value("many_total", {"l": "1"}) == 2
    assert value("many_total", {"l": "__overflow__"}) == 6
    assert value("ferula_series_overflows_total", {"family": "many"}) == 6
    assert generate_latest(registry).decode().count("# TYPE ferula_series_overflows_total counter") == 1


JOBS = """
import sys
import ferula
ferula.Counter('jobs', 'Jobs.', ['queue']).labels('mail').inc()
ferula.Gauge('level', 'Level.', multiprocess_mode='liveall').set(5)
print('ready', flush=True)
sys.stdin.read()
"""


def test_a_program_in_rust_joins(tmp_path: Path) -> None:
    program = os.environ.get("FERULA_JOIN")
    if program is None:
        print("FERULA_JOIN is not set: no program in Rust joins the segment", file=sys.stderr)
        return
    registry = CollectorRegistry()
    MultiProcessCollector(registry, str(tmp_path))
    pipes: Dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    env = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
    snake = subprocess.Popen([sys.executable, "-c", JOBS], env=env, **pipes)
    rust = subprocess.Popen([program, str(tmp_path / "ferula.segment")], **pipes)
    try:
        assert snake.stdout is not None and snake.stdout.readline() == "ready\n"
        assert rust.stdout is not None and rust.stdout.readline() == f"{rust.pid}\n"
        page = generate_latest(registry).decode().splitlines()
        # Both have counted three; each shows its own level, in the order of their numbers; Rust alone has quantiles.
        assert 'jobs_total{queue="mail"} 3.0' in page
        levels = [f'level{{pid="{pid}"}} {value}' for pid, value in sorted([(snake.pid, 5.0), (rust.pid, 7.0)])]
        assert [line for line in page if line.startswith("level")] == levels
        assert [line for line in page if line.startswith("pause_")] == ["pause_count 1.0", "pause_sum 0.5"]
        (quantile,) = [line for line in page if line.startswith("pause{")]
        name, value = quantile.split()
        assert name == 'pause{quantile="1.0"}' and abs(float(value) - 0.5) < 0.0125
        assert 'size_bucket{le="5.0"} 1.0' in page and "size_sum 3.0" in page
        assert f'process_start_time_seconds{{pid="{rust.pid}"}}' in "\n".join(page)
    finally:
        for process in (snake, rust):
            process.communicate()
    # Who has left has counted, and is at no level.
    page = generate_latest(registry).decode().splitlines()
    assert 'jobs_total{queue="mail"} 3.0' in page and not [line for line in page if line.startswith("level{")]

"""Threads that count, make and remove series and show the page all at once. Nothing may be lost, nor seen half.

Run as a program it needs nothing but the interpreter, so that one without a global lock can be tried without installing anything:

    PYTHONPATH=... python3.14t tests/test_threads.py
"""

import os
import re
import sys
import threading
from collections.abc import Callable, Sequence
from typing import List

import ferula
from ferula import CollectorRegistry, Counter, Gauge, Histogram, Summary, generate_latest
from ferula.openmetrics import exposition as openmetrics

THREADS = 4
ROUNDS = 2_000


def together(*works: Callable[[], None]) -> None:
    """Runs all at once, and raises what one of them raised."""
    start = threading.Barrier(len(works))
    errors: List[BaseException] = []

    def run(work: Callable[[], None]) -> None:
        start.wait()
        try:
            work()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


def test_every_update_counts() -> None:
    registry = CollectorRegistry()
    counter = Counter("c", "help", ["a", "b"], registry=registry)
    gauge = Gauge("g", "help", registry=registry)
    histogram = Histogram("h", "help", ["a"], buckets=[1, 2], registry=registry)
    summary = Summary("s", "help", registry=registry)

    def work() -> None:
        for i in range(ROUNDS):
            # Made of a number, by position and by name; all threads want the same children at the same time.
            counter.labels(i % 50, "x").inc(exemplar={"trace": str(i)})
            counter.labels(a=str(i % 50), b="x").inc()
            gauge.inc(2)
            gauge.dec()
            histogram.labels("x").observe(i % 3, {"trace": str(i)})
            with summary.time():
                pass

    together(*[work] * THREADS)
    counted = THREADS * ROUNDS
    assert sum(s.value for family in counter.collect() for s in family.samples if s.name == "c_total") == 2 * counted
    assert len(counter._metrics) == 50
    assert registry.get_sample_value("g") == counted
    assert registry.get_sample_value("h_count", {"a": "x"}) == counted
    assert registry.get_sample_value("s_count") == counted


def test_pages_are_whole_while_children_come_and_go() -> None:
    registry = CollectorRegistry()
    counter = Counter("c", "help", ["a"], registry=registry)
    kept = counter.labels("kept")
    line = re.compile(r'c_(total|created)\{a="\w+"\} [0-9.e+]+( # \{trace="\d+"\} 1\.0 [0-9.]+)?')
    counting = THREADS
    done = threading.Lock()

    def come_and_go(name: str) -> None:
        nonlocal counting
        for i in range(ROUNDS):
            counter.labels(f"{name}{i % 10}").inc(exemplar={"trace": str(i)})
            kept.inc()
            counter.remove(f"{name}{i % 10}")
        with done:
            counting -= 1

    def show() -> None:
        while counting:
            for page in (generate_latest(registry), openmetrics.generate_latest(registry)):
                for shown in page.decode().splitlines():
                    assert shown[0] == "#" or line.fullmatch(shown), shown

    works: Sequence[Callable[[], None]] = [lambda name=name: come_and_go(name) for name in "abcd"]
    together(*works, show, show)
    assert registry.get_sample_value("c_total", {"a": "kept"}) == THREADS * ROUNDS
    assert len(counter._metrics) == 1


def test_registries_and_clear() -> None:
    registry = CollectorRegistry()
    counter = Counter("shared", "help", ["a"], registry=registry)

    def register(name: str) -> None:
        for i in range(ROUNDS // 20):
            gauge = Gauge(f"{name}{i}", "help", registry=registry)
            gauge.set(i)
            counter.labels(name).inc()
            counter.clear()
            registry.unregister(gauge)

    def show() -> None:
        for _ in range(ROUNDS // 20):
            generate_latest(registry)
            registry.get_sample_value("shared_total", {"a": "a"})

    works: Sequence[Callable[[], None]] = [lambda name=name: register(name) for name in "abc"]
    together(*works, show)
    assert generate_latest(registry) == b"# HELP shared_total help\n# TYPE shared_total counter\n"


def test_a_fork_among_threads() -> None:
    if not hasattr(os, "fork"):
        return
    registry = CollectorRegistry()
    counter = Counter("c", "help", ["a"], registry=registry)
    going = True

    def count() -> None:
        i = 0
        while going:
            i += 1
            counter.labels(str(i % 100)).inc()

    def fork() -> None:
        nonlocal going
        try:
            for _ in range(20):
                child = os.fork()
                if child == 0:
                    # Whatever the other threads held, the child can go on.
                    counter.labels("child").inc()
                    generate_latest(registry)
                    os._exit(0)
                assert os.waitpid(child, 0)[1] == 0
        finally:
            going = False

    together(count, count, fork)


if __name__ == "__main__":
    is_free = not getattr(sys, "_is_gil_enabled", lambda: True)()
    print(f"{sys.version.split()[0]}, {'no global lock' if is_free else 'a global lock'}, ferula from {os.path.dirname(ferula.__file__)}")
    if "t" in sys.abiflags and not is_free:
        sys.exit("importing ferula switched the global lock on")
    for name, test in list(globals().items()):
        if name.startswith("test_"):
            test()
            print(f"{name}: as it should be")

"""What this package does beyond prometheus_client."""

import asyncio
import inspect
import re
import shutil
import socket
import subprocess
import sys
import weakref
from pathlib import Path
from typing import Any, AsyncIterator

import pytest

import ferula
from ferula import CollectorRegistry, Counter, Gauge, Histogram, Summary
from ferula.exposition import generate_protobuf


@pytest.fixture
def registry() -> CollectorRegistry:
    return CollectorRegistry()


def test_coroutines_are_measured_while_they_run(registry: CollectorRegistry) -> None:
    latency = Histogram("h", "help", registry=registry)
    busy = Gauge("g", "help", registry=registry)
    failed = Counter("c", "help", registry=registry)
    seen = []

    @latency.time()
    @busy.track_inprogress()
    @failed.count_exceptions(KeyError)
    async def work(fail: bool) -> int:
        await asyncio.sleep(0.02)
        seen.append(registry.get_sample_value("g"))
        if fail:
            raise KeyError
        return 7

    assert inspect.iscoroutinefunction(work)
    assert list(inspect.signature(work).parameters) == ["fail"]
    assert asyncio.run(work(False)) == 7
    with pytest.raises(KeyError):
        asyncio.run(work(True))
    assert seen == [1, 1]
    assert registry.get_sample_value("g") == 0
    assert registry.get_sample_value("c_total") == 1
    assert registry.get_sample_value("h_count") == 2
    assert 0.04 <= (registry.get_sample_value("h_sum") or 0) < 5


def test_asynchronous_generators_are_measured_to_their_end(registry: CollectorRegistry) -> None:
    latency = Summary("s", "help", registry=registry)

    @latency.time()
    async def numbers() -> AsyncIterator[int]:
        for number in range(3):
            await asyncio.sleep(0.005)
            yield number

    async def take() -> "list[int]":
        return [number async for number in numbers()]

    assert asyncio.run(take()) == [0, 1, 2]
    assert (registry.get_sample_value("s_sum") or 0) >= 0.015


def test_children_decorate(registry: CollectorRegistry) -> None:
    latency = Histogram("h", "help", ["view"], registry=registry)
    calls = Counter("c", "help", ["view"], registry=registry)
    busy = Gauge("g", "help", ["view"], registry=registry)

    @latency.labels(view="index")
    @calls.labels("index")
    @busy.labels("index")
    def index(name: str) -> str:
        assert registry.get_sample_value("g", {"view": "index"}) == 1
        return "hello " + name

    assert index("you") == "hello you"
    assert index.__name__ == "index"
    assert registry.get_sample_value("h_count", {"view": "index"}) == 1
    assert registry.get_sample_value("c_total", {"view": "index"}) == 1
    with pytest.raises(ValueError, match="missing label values"):
        latency(index)


def test_a_full_family_takes_no_more(registry: CollectorRegistry, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FERULA_SERIES_MAX", "3")
    paths = Counter("paths", "help", ["path"], registry=registry)
    for number in range(10):
        paths.labels(f"/{number}").inc()
    page = ferula.generate_latest(registry).decode()
    assert page.count("\npaths_total{") == 4
    assert 'paths_total{path="__overflow__"} 7.0' in page
    assert 'ferula_series_overflows_total{family="paths"} 7.0' in page


@pytest.mark.parametrize("shared", [False, True])
def test_native_histograms(
    shared: bool, registry: CollectorRegistry, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ferula import values
    from ferula.multiprocess import share
    from ferula.openmetrics.exposition import generate_latest
    from ferula.openmetrics.parser import text_string_to_metric_families

    if shared:
        # share() puts it there too; this takes it away again.
        monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))
        share(str(tmp_path))
    try:
        latency = Histogram("n", "native", ["l"], registry=registry, native_schema=0)
    finally:
        values.ValueClass = values.MutexValue
    for value in (0, 1, 1.5, 3, 3.5, 100, -2):
        latency.labels("x").observe(value)
    # Buckets of schema 0 end at powers of two: 1 at 2^0, 1.5 at 2^1, 3 and 3.5 at 2^2, 100 at 2^7, -2 at 2^1.
    (family,) = text_string_to_metric_families(generate_latest(registry, version="2.0.0").decode())
    (sample,) = family.samples
    native = sample.native_histogram
    assert native is not None and sample.labels == {"l": "x"}
    assert (native.count_value, native.sum_value, native.schema, native.zero_count) == (7, 107, 0, 1)
    assert native.zero_threshold == 2.0**-128
    assert native.pos_spans == ((0, 3), (4, 1)) and native.pos_deltas == (1, 0, 1, -1)
    assert native.neg_spans == ((1, 1),) and native.neg_deltas == (1,)
    # Readers that don't know them get the others.
    assert 'n_bucket{l="x",le="5.0"} 6.0' in ferula.generate_latest(registry).decode()
    with pytest.raises(ValueError, match="native schema"):
        Histogram("m", "native", registry=registry, native_schema=9)


def test_labels_find_what_they_should(registry: CollectorRegistry) -> None:
    counter = Counter("c", "help", ["a", "b"], registry=registry)

    class Name(str):
        def __str__(self) -> str:
            return "printed"

    one = counter.labels("1", "x")
    assert counter.labels(1, "x") is one
    assert counter.labels(b="x", a="1") is one
    assert counter.labels(a=1, b="x") is one
    assert counter.labels("x", "1") is not one
    # True is equal to 1, and a subclass of str to its value; neither prints so.
    assert counter.labels(True, "x") is counter.labels("True", "x")
    assert counter.labels(Name("1"), "x") is counter.labels("printed", "x")
    for strange in ('"', "\\", "\n", '\\"', "é", "", "a,b", '",b="'):
        child = counter.labels(strange, "x")
        assert counter.labels(strange, "x") is child
        assert child._labelvalues == (strange, "x")
    wide = Counter("wide", "help", [f"l{n}" for n in range(12)], registry=registry)
    values = [str(n) for n in range(12)]
    assert wide.labels(*values) is wide.labels(**{f"l{n}": n for n in range(12)})
    with pytest.raises(UnicodeEncodeError):
        counter.labels("\ud800", "x")


def test_updates_from_many_threads_all_count(registry: CollectorRegistry) -> None:
    from concurrent.futures import ThreadPoolExecutor

    counter = Counter("c", "help", ["t"], registry=registry)
    latency = Histogram("h", "help", registry=registry)

    def work(thread: int) -> None:
        for number in range(5_000):
            counter.labels(str(number % 7)).inc()
            latency.observe(number)
            if number % 500 == 0:
                ferula.generate_latest(registry)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    total = sum(registry.get_sample_value("c_total", {"t": str(n)}) or 0 for n in range(7))
    assert total == registry.get_sample_value("h_count") == 40_000


def test_a_finalizer_may_update(registry: CollectorRegistry) -> None:
    import gc

    counter = Counter("c", "help", ["l"], registry=registry)

    class Finalized:
        def __init__(self) -> None:
            self.cycle = self

        def __del__(self) -> None:
            counter.labels("end").inc()

    for number in range(2_000):
        Finalized()
        counter.labels(str(number)).inc()
    gc.collect()
    assert registry.get_sample_value("c_total", {"l": "end"}) == 2_000


def test_install_refuses_what_comes_too_late() -> None:
    pytest.importorskip("prometheus_client")
    program = "import prometheus_client, ferula\ntry:\n    ferula.install()\nexcept RuntimeError as error:\n    print(error)\n"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert "was imported before ferula.install()" in run.stdout


def test_install_leads_to_the_very_modules() -> None:
    program = (
        "import ferula; ferula.install(); ferula.install()\n"
        "import prometheus_client, prometheus_client.core, prometheus_client.bridge.graphite as graphite\n"
        "from prometheus_client.openmetrics import exposition\n"
        "import ferula.core, ferula.bridge.graphite, ferula.openmetrics.exposition\n"
        "assert prometheus_client is ferula and prometheus_client.core is ferula.core\n"
        "assert graphite is ferula.bridge.graphite and exposition is ferula.openmetrics.exposition\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_children_of_a_run_get_the_alias() -> None:
    program = (
        "import subprocess, sys\n"
        "subprocess.run([sys.executable, '-c', 'import prometheus_client; assert prometheus_client.__name__ == \"ferula\"'], check=True)\n"
    )
    subprocess.run([sys.executable, "-m", "ferula", "run", "--", "-c", program], check=True)


def test_statsd() -> None:
    from ferula.bridge.statsd import StatsdBridge

    registry = CollectorRegistry()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(5)
        counter = Counter("jobs", "help", ["kind"], registry=registry)
        gauge = Gauge("depth", "help", registry=registry)
        bridge = StatsdBridge(server.getsockname(), registry)
        counter.labels("mail").inc(3)
        gauge.set(-2)
        bridge.push("app")
        first = server.recv(4096).decode().splitlines()
        # A counter's first push is all it has; then only what is new is sent.
        # A gauge can't be set below zero at once: a sign in front is a change.
        assert first == ["app.jobs_total:3|c|#kind:mail", "app.depth:0|g", "app.depth:-2|g"]
        counter.labels("mail").inc(2)
        gauge.set(1.5)
        bridge.push("app")
        assert sorted(server.recv(4096).decode().splitlines()) == ["app.depth:1.5|g", "app.jobs_total:2|c|#kind:mail"]
        plain: Any = StatsdBridge(server.getsockname(), registry, tags=False)
        plain.push()
        assert "jobs_total.kind.mail:5|c" in server.recv(4096).decode().splitlines()


@pytest.mark.parametrize("is_native", [False, True])
def test_idle_children_leave(is_native: bool, registry: CollectorRegistry, monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr("time.monotonic", lambda: now)
    requests = Counter("requests", "help", ["path"], registry=registry, idle_seconds=60)
    options: Any = {"native_schema": 3} if is_native else {}
    latency = Histogram("latency", "help", ["path"], registry=registry, idle_seconds=60, **options)
    stays = Gauge("depth", "help", ["path"], registry=registry)
    kept = requests.labels("kept")
    for path in ("used", "idle"):
        requests.labels(path).inc()
        latency.labels(path).observe(1)
        stays.labels(path).set(1)

    def shown(ask: Any = ferula.generate_latest) -> "dict[str, list[str]]":
        # A page of any format looks, and so does whoever collects.
        ask(registry)
        page = ferula.generate_latest(registry).decode()
        return {name: re.findall(rf'^{name}{{path="(\w+)"}}', page, re.MULTILINE) for name in ("requests_total", "latency_count", "depth")}

    assert shown()["requests_total"] == ["kept", "used", "idle"]
    now += 59
    requests.labels("used").inc()
    latency.labels("used").observe(1)
    assert shown()["requests_total"] == ["kept", "used", "idle"]
    now += 1
    every = {"requests_total": ["kept", "used"], "latency_count": ["used"], "depth": ["used", "idle"]}
    assert shown(lambda registry: list(registry.collect())) == every
    # One that is kept counts on, and may leave when nobody has it any more.
    kept.inc()
    now += 1000
    assert shown(generate_protobuf)["requests_total"] == ["kept"]
    del kept
    now += 1000
    assert shown()["requests_total"] == []
    # Who comes back begins again.
    requests.labels("idle").inc()
    assert registry.get_sample_value("requests_total", {"path": "idle"}) == 1


def test_what_a_function_answers_is_never_idle(registry: CollectorRegistry, monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr("time.monotonic", lambda: now)
    depth = Gauge("depth", "help", ["queue"], registry=registry, idle_seconds=60)
    depth.labels("a").set_function(lambda: 5)
    for _ in range(3):
        assert b'depth{queue="a"} 5.0' in ferula.generate_latest(registry)
        now += 100


def test_idle_expiry_is_asked_for_rightly(registry: CollectorRegistry) -> None:
    for seconds in (0, -1, float("nan")):
        with pytest.raises(ValueError, match=f"idle_seconds must be more than 0: {seconds}"):
            Gauge("g", "help", ["l"], registry=registry, idle_seconds=seconds)
    with pytest.raises(ValueError, match="only what counts or measures can be idle: info"):
        ferula.Info("i", "help", ["l"], registry=registry, idle_seconds=1)


def test_the_cap_must_be_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FERULA_SERIES_MAX", "many")
    with pytest.raises(ValueError, match="FERULA_SERIES_MAX must be a whole number: 'many'"):
        Gauge("g", "help", registry=None)


def test_a_typed_program_runs() -> None:
    subprocess.run([sys.executable, str(Path(__file__).with_name("typed_program.py"))], check=True, timeout=30)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["run", "--help"], 0, "usage: python -m ferula run -- "),
        (["--help"], 0, "PROMETHEUS_MULTIPROC_DIR"),
        (["run"], 1, "ferula: what shall run?\nusage: "),
        (["serve"], 1, "ferula: no such task: serve\nusage: "),
        (["run", "--", "missing.py"], 1, "ferula: no such script or command: missing.py\n"),
        (["run", "--", "-x"], 1, "no such script or command: -x (before a program's own options, ferula knows -m and -c only)"),
        (["run", "--", "-c", "import prometheus_client, sys; print(prometheus_client.__name__, sys.argv)", "--help"], 0, "ferula ['-c', '--help']"),
    ],
)
def test_the_command_says_what_is_wrong(arguments: "list[str]", code: int, said: str) -> None:
    done = subprocess.run([sys.executable, "-m", "ferula", *arguments], capture_output=True, text=True, timeout=30)
    assert done.returncode == code and said in done.stdout + done.stderr


def test_without_its_compiled_part_it_says_how_to_get_it(tmp_path: Path) -> None:
    package = tmp_path / "ferula"
    package.mkdir()
    shutil.copy(Path(ferula.__file__), package)
    done = subprocess.run([sys.executable, "-c", "import ferula"], cwd=tmp_path, capture_output=True, text=True, timeout=30)
    assert "ImportError: the compiled part of ferula is missing" in done.stderr


def test_pages_give_back_what_they_took(registry: CollectorRegistry) -> None:
    counter = Counter("c", "help", ["l"], registry=registry)
    child = counter.labels("x")
    kept = sys.getrefcount(child)
    for _ in range(3):
        for page in (ferula.generate_latest, generate_protobuf, lambda registry: list(registry.collect())):
            page(registry)
        with Histogram("h", "help", registry=None).time():
            counter.labels("x").inc(exemplar={"a": "b"})
    assert sys.getrefcount(child) == kept
    gone = weakref.ref(child)
    del child
    counter.clear()
    assert gone() is None

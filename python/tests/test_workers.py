"""Real servers under load, whose workers are killed and restarted: every count must be there at the end."""

import concurrent.futures
import http.client
import multiprocessing
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Dict, List

import pytest

from ferula.parser import text_string_to_metric_families

TESTS = Path(__file__).parent
WORKERS = 3
KILLS = 6
CLIENTS = 4
SECONDS_MAX = 60


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def program(name: str) -> List[str]:
    """A program of the environment that runs us."""
    path = Path(sys.executable).parent / name
    if not path.exists():
        pytest.skip(f"{name} is not installed")
    return [str(path)]


@contextmanager
def running(command: List[str], folder: Path, **environment: str) -> Iterator[subprocess.Popen]:
    env = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(folder), "PYTHONPATH": str(TESTS), **environment}
    process = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def get(port: int, path: str) -> bytes:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        assert answer.status == 200, answer.status
        return answer.read()
    finally:
        connection.close()


def until(is_so: Callable[[], bool]) -> None:
    """Waits for a condition, and fails when it doesn't come."""
    end = time.monotonic() + SECONDS_MAX
    while not is_so():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.02)


def answers(port: int) -> bool:
    try:
        get(port, "/metrics")
    except OSError:
        return False
    return True


def samples(page: str) -> Dict[str, float]:
    return {
        sample.name + "".join(f",{name}={value}" for name, value in sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(page)
        for sample in family.samples
    }


def workers(port: int) -> int:
    """How many processes are attached and live: the workers, and the master where it has loaded the application."""
    page = get(port, "/metrics").decode()
    return page.count("\nprocess_start_time_seconds{pid=")


def load(port: int) -> int:
    """Sends requests from several threads, and meanwhile kills one worker after another. Answers how many pages were sent."""
    stop = False

    def send() -> int:
        sent = 0
        while not stop:
            try:
                get(port, "/page")
                sent += 1
            except ConnectionRefusedError:
                # Nobody took it, so nobody counted it.
                continue
        return sent

    with concurrent.futures.ThreadPoolExecutor(CLIENTS) as pool:
        senders = [pool.submit(send) for _ in range(CLIENTS)]
        try:
            for _ in range(KILLS):
                # Where nobody is left, the segment is begun anew: as with a restart of the whole server.
                until(lambda: workers(port) >= WORKERS)
                with pytest.raises((OSError, http.client.HTTPException)):
                    get(port, "/die")
            until(lambda: workers(port) >= WORKERS)
        finally:
            stop = True
        return sum(sender.result() for sender in senders)


def check_server(command: List[str], folder: Path, port: int) -> None:
    with running(command, folder):
        until(lambda: answers(port))
        pages = load(port)
        found = samples(get(port, "/metrics").decode())
    assert pages > 0
    assert found["requests_total,path=/page"] == pages
    assert found["requests_total,path=/die"] == KILLS
    assert found["sizes_count"] == found["sizes_bucket,le=10.0"] == pages + KILLS
    # Those who were killed in the middle of a request are busy no more.
    assert found["busy"] == 0
    assert found["state,state=used"] == 1
    # The master has the gauge too if it loaded the application before it forked.
    assert 1 <= sum(name.startswith("living,pid=") for name in found) <= WORKERS + 1
    assert [path.name for path in folder.iterdir()] == ["ferula.segment"]


def test_gunicorn(tmp_path: Path) -> None:
    port = free_port()
    command = [*program("gunicorn"), f"--workers={WORKERS}", f"--bind=127.0.0.1:{port}", "counting:application"]
    check_server(command, tmp_path, port)


def test_gunicorn_that_loads_before_it_forks(tmp_path: Path) -> None:
    port = free_port()
    command = [*program("gunicorn"), "--preload", f"--workers={WORKERS}", f"--bind=127.0.0.1:{port}", "counting:application"]
    check_server(command, tmp_path, port)


def test_uwsgi(tmp_path: Path) -> None:
    port = free_port()
    command = [*program("uwsgi"), "--master", f"--processes={WORKERS}", "--need-app", "--die-on-term"]
    command += [f"--http-socket=127.0.0.1:{port}", "--module=counting:application", f"--home={sys.prefix}"]
    check_server(command, tmp_path, port)


def test_celery(tmp_path: Path) -> None:
    broker = tmp_path / "broker"
    (broker / "control").mkdir(parents=True)
    folder = tmp_path / "metrics"
    folder.mkdir()
    environment = {"BROKER_FOLDER": str(broker)}
    # Tasks are sent, and counts read, by programs that share nothing with the workers but the two folders.
    send = (
        "import counting_tasks as t\n"
        "for n in range(60):\n"
        "    (t.die if n % 20 == 10 else t.count).delay()\n"
    )
    sender = {**os.environ, **environment, "PYTHONPATH": str(TESTS)}
    sender.pop("PROMETHEUS_MULTIPROC_DIR", None)
    worker = [*program("celery"), "--app=counting_tasks", "worker", "--concurrency=2", "--without-mingle", "--without-gossip"]
    from ferula import CollectorRegistry
    from ferula.multiprocess import MultiProcessCollector

    registry = CollectorRegistry()
    MultiProcessCollector(registry, str(folder))

    def counted(kind: str) -> float:
        return registry.get_sample_value("tasks_total", {"kind": kind}) or 0.0

    with running([*worker, "--prefetch-multiplier=1"], folder, **environment):
        subprocess.run([sys.executable, "-c", send], env=sender, check=True)
        until(lambda: counted("die") == 3)
        until(lambda: counted("count") == 57)


def _count_in_child(folder: str, times: int) -> None:
    import ferula
    from ferula.multiprocess import share

    share(folder)
    counter = ferula.Counter("children", "Counted by children", registry=None)
    for _ in range(times):
        counter.inc()


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_multiprocessing(method: str, tmp_path: Path) -> None:
    from ferula import CollectorRegistry
    from ferula.multiprocess import MultiProcessCollector

    registry = CollectorRegistry()
    MultiProcessCollector(registry, str(tmp_path))
    context = multiprocessing.get_context(method)
    processes = [context.Process(target=_count_in_child, args=(str(tmp_path), 5_000)) for _ in range(4)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert registry.get_sample_value("children_total") == 20_000


def test_a_damaged_segment_never_breaks_a_page(tmp_path: Path) -> None:
    import random

    from ferula import CollectorRegistry, generate_latest
    from ferula.multiprocess import MultiProcessCollector

    writer = (
        "import ferula, sys\n"
        "c = ferula.Counter('c', 'help', ['l'])\n"
        "h = ferula.Histogram('h', 'help', ['l'])\n"
        "for i in range(50):\n"
        "    c.labels(str(i)).inc(i)\n"
        "    h.labels(str(i)).observe(i)\n"
        "print('ready', flush=True)\n"
        "sys.stdin.read()\n"
    )
    env = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
    with subprocess.Popen([sys.executable, "-c", writer], env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None and process.stdin is not None
        assert process.stdout.readline() == b"ready\n"
        registry = CollectorRegistry()
        MultiProcessCollector(registry, str(tmp_path))
        whole = generate_latest(registry)
        assert whole.count(b"\nc_total") == 50
        segment = tmp_path / "ferula.segment"
        dice = random.Random(1)
        for _ in range(200):
            with open(segment, "r+b") as file:
                # Behind the head, where the records are.
                file.seek(dice.randrange(2560 * 8, os.path.getsize(segment)))
                file.write(dice.randbytes(dice.randrange(1, 64)))
            generate_latest(registry)
            list(registry.collect())
        process.stdin.close()
    shutil.rmtree(tmp_path, ignore_errors=True)

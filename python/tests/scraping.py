"""Real servers that scrape what a test shows."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Dict

SECONDS_MAX = 30

Query = Callable[[str], Dict[str, float]]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def get(url: str) -> str:
    with urllib.request.urlopen(url, timeout=10) as answer:
        return answer.read().decode()


def until(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + SECONDS_MAX
    while not is_so():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.05)


def is_up(url: str) -> bool:
    try:
        get(url)
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


@contextmanager
def ferula(folder: Path, target: str, options: str = "") -> Iterator[Query]:
    """The real Ferula, scraping `target`: answers instant queries by what the series are called. `options` are further lines of
    the job."""
    binary = os.environ.get("FERULA_BINARY")
    if not binary:
        print("FERULA_BINARY is not set: nothing scrapes the program", file=sys.stderr)
        yield lambda query: {}
        return
    with _server([binary], folder, target, options) as query:
        yield query


@contextmanager
def prometheus(folder: Path, target: str, flags: Sequence[str] = ()) -> Iterator[Query]:
    """Debian's Prometheus, as `ferula` above."""
    binary = shutil.which("prometheus")
    if not binary:
        print("there is no prometheus here: it does not scrape the program", file=sys.stderr)
        yield lambda query: {}
        return
    with _server([binary, *flags], folder, target, "") as query:
        yield query


@contextmanager
def _server(command: Sequence[str], folder: Path, target: str, options: str) -> Iterator[Query]:
    port = free_port()
    config = folder / "prometheus.yml"
    config.write_text(
        f"scrape_configs:\n- job_name: seed\n  scrape_interval: 1s\n{options}  static_configs:\n  - targets: ['{target}']\n"
    )
    arguments = [f"--config.file={config}", f"--web.listen-address=127.0.0.1:{port}", f"--storage.tsdb.path={folder / 'data'}"]

    def query(text: str) -> Dict[str, float]:
        url = f"http://127.0.0.1:{port}/api/v1/query?" + urllib.parse.urlencode({"query": text})
        results = json.loads(get(url))["data"]["result"]
        return {",".join(f"{k}={v}" for k, v in sorted(r["metric"].items()) if k not in ("job", "instance")): float(r["value"][1]) for r in results}

    with subprocess.Popen([*command, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            until(lambda: is_up(f"http://127.0.0.1:{port}/-/ready"))
            yield query
        finally:
            process.terminate()

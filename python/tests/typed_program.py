"""A program as users write it, for type checkers: `mypy --strict` and pyright have nothing to say about it. It runs, too."""

import asyncio
from collections.abc import Iterable
from typing import TYPE_CHECKING, Optional

from ferula import CollectorRegistry, Counter, Enum, Gauge, Histogram, Info, Summary, generate_latest, start_http_server
from ferula.core import CounterMetricFamily, GaugeMetricFamily, Metric
from ferula.exposition import generate_protobuf
from ferula.parser import text_string_to_metric_families

if TYPE_CHECKING:
    from typing_extensions import assert_type

REGISTRY = CollectorRegistry()
REQUESTS = Counter("requests_total", "Requests.", ["method"], registry=REGISTRY, idle_seconds=60)
LATENCY = Histogram("latency_seconds", "Latency.", ["method"], buckets=[0.1, 1], native_schema=3, registry=REGISTRY)
DEPTH = Gauge("depth", "How deep.", multiprocess_mode="livesum", registry=REGISTRY)
SIZE = Summary("size_bytes", "How large.", registry=REGISTRY)
BUILD = Info("build", "Which one.", registry=REGISTRY)
STATE = Enum("state", "How it is.", states=["starting", "running"], registry=REGISTRY)


@LATENCY.labels("GET").time()
def work(number: int) -> str:
    with DEPTH.track_inprogress(), REQUESTS.labels(method="GET").count_exceptions():
        REQUESTS.labels("GET").inc(exemplar={"trace_id": "1"})
        SIZE.observe(number)
    return str(number)


@SIZE.time()
async def wait() -> int:
    return 3


@DEPTH
def tracked(text: str) -> str:
    return text


class Jobs:
    def collect(self) -> Iterable[Metric]:
        jobs = CounterMetricFamily("jobs", "Jobs.", labels=["kind"])
        jobs.add_metric(["fast"], 3)
        yield jobs
        yield GaugeMetricFamily("waiting", "Jobs that wait.", value=3)


def main() -> None:
    REGISTRY.register(Jobs())
    BUILD.info({"version": "1"})
    STATE.state("running")
    text: str = work(3) + tracked("x")
    number: int = asyncio.run(wait())
    with LATENCY.labels("GET").time() as timer:
        pass
    taken: float = timer.duration
    page: bytes = generate_latest(REGISTRY)
    protobuf: bytes = generate_protobuf(REGISTRY)
    found: Optional[float] = REGISTRY.get_sample_value("depth")
    names: "list[str]" = [sample.name for family in text_string_to_metric_families(page.decode()) for sample in family.samples]
    server, thread = start_http_server(0, "127.0.0.1", REGISTRY)
    port: int = server.server_port
    server.shutdown()
    server.server_close()
    thread.join()
    assert (text, number, found) == ("3x", 3, 0) and taken >= 0 and port and protobuf and "jobs_total" in names


if TYPE_CHECKING:
    assert_type(REQUESTS.labels("GET"), Counter)
    assert_type(LATENCY.labels(method="GET"), Histogram)

if __name__ == "__main__":
    main()

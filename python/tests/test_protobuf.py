"""Protobuf, which readers of native histograms ask for: what it says, who gets it, and that real servers read it.

Pages are read back by the rules of the encoding (protobuf.dev) and of `prometheus/client_model`'s metrics.proto, by hand.
"""

import asyncio
import struct
import time
import urllib.request
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from http.server import HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, Dict, List, Tuple

import pytest
from scraping import ferula as ferula_server, prometheus, until

from ferula import CollectorRegistry, Counter, Enum, Gauge, Histogram, Info, Summary
from ferula.core import (
    BucketSpan,
    CounterMetricFamily,
    Exemplar,
    GaugeHistogramMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
    Metric,
    NativeHistogram,
    StateSetMetricFamily,
    SummaryMetricFamily,
    UnknownMetricFamily,
)
from ferula.exposition import CONTENT_TYPE_PROTOBUF, MetricsHandler, choose_encoder, generate_protobuf, make_asgi_app, make_wsgi_app, start_http_server

PROTOBUF = "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited"

# What the fields of a message are that is found in one: field -> its name, and the message's fields if it is one.
Shape = Dict[int, Tuple[str, Any]]
PAIR: Shape = {1: ("name", None), 2: ("value", None)}
TIME: Shape = {1: ("seconds", None), 2: ("nanos", None)}
EXEMPLAR: Shape = {1: ("label", PAIR), 2: ("value", None), 3: ("timestamp", TIME)}
SPAN: Shape = {1: ("offset", None), 2: ("length", None)}
BUCKET: Shape = {1: ("cumulative_count", None), 2: ("upper_bound", None), 3: ("exemplar", EXEMPLAR)}
HISTOGRAM: Shape = {
    1: ("sample_count", None),
    2: ("sample_sum", None),
    3: ("bucket", BUCKET),
    5: ("schema", None),
    6: ("zero_threshold", None),
    7: ("zero_count", None),
    9: ("negative_span", SPAN),
    10: ("negative_delta", None),
    12: ("positive_span", SPAN),
    13: ("positive_delta", None),
    15: ("created_timestamp", TIME),
}
METRIC: Shape = {
    1: ("label", PAIR),
    2: ("gauge", {1: ("value", None)}),
    3: ("counter", {1: ("value", None), 2: ("exemplar", EXEMPLAR), 3: ("created_timestamp", TIME)}),
    4: ("summary", {1: ("sample_count", None), 2: ("sample_sum", None), 3: ("quantile", {1: ("quantile", None), 2: ("value", None)}), 4: ("created_timestamp", TIME)}),
    5: ("untyped", {1: ("value", None)}),
    6: ("timestamp_ms", None),
    7: ("histogram", HISTOGRAM),
}
FAMILY: Shape = {1: ("name", None), 2: ("help", None), 3: ("type", None), 4: ("metric", METRIC), 5: ("unit", None)}
TYPES = ("COUNTER", "GAUGE", "SUMMARY", "UNTYPED", "HISTOGRAM", "GAUGE_HISTOGRAM")
# Signed numbers that are written zigzag.
SIGNED = ("schema", "offset")


def varint(data: bytes, at: int) -> Tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value, at


def zigzag(value: int) -> int:
    return (value >> 1) ^ -(value & 1)


def lines(data: bytes, shape: Shape, path: str = "") -> Iterator[str]:
    """A message as lines, `counter.value: 1.0`."""
    at = 0
    while at < len(data):
        tag, at = varint(data, at)
        name, inner = shape[tag >> 3]
        if tag & 7 == 0:
            value, at = varint(data, at)
            shown: Any = TYPES[value] if name == "type" else zigzag(value) if name in SIGNED else value
            yield f"{path}{name}: {shown}"
        elif tag & 7 == 1:
            yield f"{path}{name}: {struct.unpack_from('<d', data, at)[0]}"
            at += 8
        else:
            assert tag & 7 == 2
            length, at = varint(data, at)
            part, at = data[at : at + length], at + length
            if inner is not None:
                yield from lines(part, inner, f"{path}{name}.")
            elif name.endswith("delta"):
                here = 0
                while here < len(part):
                    value, here = varint(part, here)
                    yield f"{path}{name}: {zigzag(value)}"
            else:
                yield f"{path}{name}: {part.decode()}"


def families(page: bytes) -> Iterator[List[str]]:
    at = 0
    while at < len(page):
        length, at = varint(page, at)
        yield list(lines(page[at : at + length], FAMILY))
        at += length


class Custom:
    def __init__(self, *families: Metric) -> None:
        self._families = families

    def collect(self) -> Iterable[Metric]:
        return self._families


def counters(registry: CollectorRegistry) -> None:
    counter = Counter("jobs", "Jobs done.", ["kind"], registry=registry)
    counter.labels('a"b').inc(2, {"trace": "x"})


def gauges(registry: CollectorRegistry) -> None:
    Gauge("depth", "How deep.", unit="meters", registry=registry).set(-1.5)
    Gauge("asked", "From a function.", registry=registry).set_function(lambda: 7)


def observed(registry: CollectorRegistry) -> None:
    Summary("s", "help", registry=registry).observe(3)
    histogram = Histogram("h", "help", buckets=[1, 2], registry=registry)
    histogram.observe(0.5)
    histogram.observe(1.5)
    histogram.observe(9, {"trace": "x"})


def native(registry: CollectorRegistry) -> None:
    histogram = Histogram("n", "help", buckets=[1], native_schema=0, registry=registry)
    for value in (3.0, 3.0, 40.0, -3.0):
        histogram.observe(value)


def worded(registry: CollectorRegistry) -> None:
    Info("build", "help", registry=registry).info({"version": "1"})
    Enum("state", "help", states=["on", "off"], registry=registry).state("off")


def custom_values(registry: CollectorRegistry) -> None:
    gauge = GaugeMetricFamily("g", "help", labels=["l"])
    gauge.add_metric(["x"], 1, timestamp=1.5)
    counter = CounterMetricFamily("c", "help", labels=["l"])
    counter.add_metric(["x"], 3, created=100.25, exemplar=Exemplar({"id": "1"}, 0.5))
    unknown = UnknownMetricFamily("u", "help", value=4)
    info = InfoMetricFamily("i", "help", value={"v": "1"})
    states = StateSetMetricFamily("s", "help", value={"on": True, "off": False})
    odd = Metric("odd", "help", "gauge")
    odd.add_sample("odd_thing", {}, 5)
    registry.register(Custom(gauge, counter, unknown, info, states, odd))


def custom_distributions(registry: CollectorRegistry) -> None:
    summary = SummaryMetricFamily("s", "help", labels=["l"])
    summary.add_metric(["x"], count_value=2, sum_value=3)
    summary.add_sample("s", {"l": "x", "quantile": "0.5"}, 1.5)
    histogram = HistogramMetricFamily("h", "help", labels=["l"])
    histogram.add_metric(["x"], buckets=[("1.0", 1), ("+Inf", 3)], sum_value=9)
    histogram.add_metric(["y"], buckets=[("1.0", 0), ("+Inf", 0)], sum_value=0)
    of_gauges = GaugeHistogramMetricFamily("gh", "help", buckets=[("1.0", 4), ("+Inf", 5)], gsum_value=7)
    with_native = Metric("nh", "help", "histogram")
    spans = [BucketSpan(-1, 2), BucketSpan(3, 1)]
    with_native.add_sample("nh", {}, 0, native_histogram=NativeHistogram(10, 21.5, 3, 0.001, 1, pos_spans=spans, pos_deltas=[2, 1, 1]))
    registry.register(Custom(summary, histogram, of_gauges, with_native))


CASES = [
    (counters, [["name: jobs_total", "help: Jobs done.", "type: COUNTER", "metric.label.name: kind", 'metric.label.value: a"b', "metric.counter.value: 2.0"]
                + ["metric.counter.exemplar.label.name: trace", "metric.counter.exemplar.label.value: x", "metric.counter.exemplar.value: 2.0"]]),
    (gauges, [
        ["name: depth_meters", "help: How deep.", "type: GAUGE", "unit: meters", "metric.gauge.value: -1.5"],
        ["name: asked", "help: From a function.", "type: GAUGE", "metric.gauge.value: 7.0"],
    ]),
    (observed, [
        ["name: s", "help: help", "type: SUMMARY", "metric.summary.sample_count: 1", "metric.summary.sample_sum: 3.0"],
        ["name: h", "help: help", "type: HISTOGRAM", "metric.histogram.sample_count: 3", "metric.histogram.sample_sum: 11.0"]
        + ["metric.histogram.bucket.cumulative_count: 1", "metric.histogram.bucket.upper_bound: 1.0"]
        + ["metric.histogram.bucket.cumulative_count: 2", "metric.histogram.bucket.upper_bound: 2.0"]
        + ["metric.histogram.bucket.cumulative_count: 3", "metric.histogram.bucket.upper_bound: inf"]
        + ["metric.histogram.bucket.exemplar.label.name: trace", "metric.histogram.bucket.exemplar.label.value: x", "metric.histogram.bucket.exemplar.value: 9.0"],
    ]),
    # 3 is in (2, 4], which ends at 2 to the power of 2; 40 in (32, 64].
    (native, [
        ["name: n", "help: help", "type: HISTOGRAM", "metric.histogram.sample_count: 4", "metric.histogram.sample_sum: 43.0"]
        + ["metric.histogram.bucket.cumulative_count: 1", "metric.histogram.bucket.upper_bound: 1.0"]
        + ["metric.histogram.schema: 0", f"metric.histogram.zero_threshold: {2.0**-128}", "metric.histogram.zero_count: 0"]
        + ["metric.histogram.negative_span.offset: 2", "metric.histogram.negative_span.length: 1", "metric.histogram.negative_delta: 1"]
        + ["metric.histogram.positive_span.offset: 2", "metric.histogram.positive_span.length: 1"]
        + ["metric.histogram.positive_span.offset: 3", "metric.histogram.positive_span.length: 1"]
        + ["metric.histogram.positive_delta: 2", "metric.histogram.positive_delta: -1"],
    ]),
    (worded, [
        ["name: build_info", "help: help", "type: GAUGE", "metric.label.name: version", "metric.label.value: 1", "metric.gauge.value: 1.0"],
        ["name: state", "help: help", "type: GAUGE", "metric.label.name: state", "metric.label.value: on", "metric.gauge.value: 0.0"]
        + ["metric.label.name: state", "metric.label.value: off", "metric.gauge.value: 1.0"],
    ]),
    (custom_values, [
        ["name: g", "help: help", "type: GAUGE", "metric.label.name: l", "metric.label.value: x", "metric.gauge.value: 1.0", "metric.timestamp_ms: 1500"],
        ["name: c_total", "help: help", "type: COUNTER", "metric.label.name: l", "metric.label.value: x", "metric.counter.value: 3.0"]
        + ["metric.counter.exemplar.label.name: id", "metric.counter.exemplar.label.value: 1", "metric.counter.exemplar.value: 0.5"]
        + ["metric.counter.created_timestamp.seconds: 100", "metric.counter.created_timestamp.nanos: 250000000"],
        ["name: u", "help: help", "type: UNTYPED", "metric.untyped.value: 4.0"],
        ["name: i_info", "help: help", "type: GAUGE", "metric.label.name: v", "metric.label.value: 1", "metric.gauge.value: 1.0"],
        ["name: s", "help: help", "type: GAUGE", "metric.label.name: s", "metric.label.value: off", "metric.gauge.value: 0.0"]
        + ["metric.label.name: s", "metric.label.value: on", "metric.gauge.value: 1.0"],
        ["name: odd_thing", "help: help", "type: UNTYPED", "metric.untyped.value: 5.0"],
    ]),
    (custom_distributions, [
        ["name: s", "help: help", "type: SUMMARY", "metric.label.name: l", "metric.label.value: x", "metric.summary.sample_count: 2", "metric.summary.sample_sum: 3.0"]
        + ["metric.summary.quantile.quantile: 0.5", "metric.summary.quantile.value: 1.5"],
        ["name: h", "help: help", "type: HISTOGRAM", "metric.label.name: l", "metric.label.value: x", "metric.histogram.sample_count: 3", "metric.histogram.sample_sum: 9.0"]
        + ["metric.histogram.bucket.cumulative_count: 1", "metric.histogram.bucket.upper_bound: 1.0"]
        + ["metric.label.name: l", "metric.label.value: y", "metric.histogram.sample_count: 0", "metric.histogram.sample_sum: 0.0"]
        + ["metric.histogram.bucket.cumulative_count: 0", "metric.histogram.bucket.upper_bound: 1.0"],
        ["name: gh", "help: help", "type: GAUGE_HISTOGRAM", "metric.histogram.sample_count: 5", "metric.histogram.sample_sum: 7.0"]
        + ["metric.histogram.bucket.cumulative_count: 4", "metric.histogram.bucket.upper_bound: 1.0"],
        ["name: nh", "help: help", "type: HISTOGRAM", "metric.histogram.sample_count: 10", "metric.histogram.sample_sum: 21.5"]
        + ["metric.histogram.schema: 3", "metric.histogram.zero_threshold: 0.001", "metric.histogram.zero_count: 1"]
        + ["metric.histogram.positive_span.offset: -1", "metric.histogram.positive_span.length: 2"]
        + ["metric.histogram.positive_span.offset: 3", "metric.histogram.positive_span.length: 1"]
        + ["metric.histogram.positive_delta: 2", "metric.histogram.positive_delta: 1", "metric.histogram.positive_delta: 1"],
    ]),
]


@pytest.mark.parametrize(("fill", "expected"), CASES, ids=[fill.__name__ for fill, _ in CASES])
def test_messages(fill: Any, expected: List[List[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    registry = CollectorRegistry()
    fill(registry)
    # What depends on the clock is left out.
    now = str(int(time.time()))[:6]
    found = list(families(generate_protobuf(registry)))
    shown = [[line for line in family if f"seconds: {now}" not in line] for family in found]
    shown = [[line for line, before in zip(family, ["", *family]) if not ("nanos:" in line and "created_timestamp.seconds" not in before)] for family in shown]
    assert shown == expected


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        ("", "text/plain; version=0.0.4"),
        (PROTOBUF, CONTENT_TYPE_PROTOBUF + "; escaping=underscores"),
        (PROTOBUF + ";escaping=allow-utf-8", CONTENT_TYPE_PROTOBUF + "; escaping=allow-utf-8"),
        # Prometheus 2.42, without and with native histograms.
        ("application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1", "application/openmetrics-text; version=1.0.0"),
        (PROTOBUF + ",application/openmetrics-text;version=1.0.0;q=0.8,text/plain;version=0.0.4;q=0.5,*/*;q=0.1", CONTENT_TYPE_PROTOBUF),
        # Wanted least.
        (PROTOBUF + ";q=0.2,text/plain;version=0.0.4;q=0.5", "text/plain; version=0.0.4"),
        # Not the one that we have.
        ("application/vnd.google.protobuf;proto=some.Other;encoding=delimited", "text/plain; version=0.0.4"),
        (PROTOBUF + ";q=much,text/plain", "text/plain; version=0.0.4"),
    ],
)
def test_negotiation(accept: str, content_type: str) -> None:
    assert choose_encoder(accept)[1].startswith(content_type)


def by_http(url: str) -> Tuple[str, bytes]:
    with urllib.request.urlopen(urllib.request.Request(url, headers={"Accept": PROTOBUF}), timeout=10) as answer:
        return answer.headers["Content-Type"], answer.read()


def by_start(registry: CollectorRegistry) -> Tuple[str, bytes]:
    server, thread = start_http_server(0, "127.0.0.1", registry)
    try:
        return by_http(f"http://127.0.0.1:{server.server_port}/metrics")
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def by_handler(registry: CollectorRegistry) -> Tuple[str, bytes]:
    with HTTPServer(("127.0.0.1", 0), MetricsHandler.factory(registry)) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            return by_http(f"http://127.0.0.1:{server.server_port}/metrics")
        finally:
            server.shutdown()


def by_wsgi(registry: CollectorRegistry) -> Tuple[str, bytes]:
    answers: List[Any] = []
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/metrics", "HTTP_ACCEPT": PROTOBUF}
    body = b"".join(make_wsgi_app(registry)(environ, lambda status, headers: answers.append(dict(headers))))
    return answers[0]["Content-Type"], body


def by_asgi(registry: CollectorRegistry) -> Tuple[str, bytes]:
    sent: List[Any] = []

    async def receive() -> Dict[str, Any]:
        return {"type": "http.request"}

    async def send(message: Dict[str, Any]) -> None:
        sent.append(message)

    asyncio.run(make_asgi_app(registry)({"type": "http", "headers": [(b"accept", PROTOBUF.encode())]}, receive, send))
    return dict(sent[0]["headers"])[b"Content-Type"].decode(), sent[1]["body"]


@pytest.mark.parametrize("ask", [by_start, by_handler, by_wsgi, by_asgi])
def test_every_endpoint_has_it(ask: Any) -> None:
    registry = CollectorRegistry()
    Gauge("answer", "help", registry=registry).set(42)
    content_type, page = ask(registry)
    assert content_type.startswith(CONTENT_TYPE_PROTOBUF)
    assert list(families(page)) == [["name: answer", "help: help", "type: GAUGE", "metric.gauge.value: 42.0"]]


@contextmanager
def shown() -> Iterator[str]:
    """A program that shows a bit of everything; answers its address."""
    registry = CollectorRegistry()
    Counter("jobs", "help", ["kind"], registry=registry).labels("fast").inc(3)
    latency = Histogram("latency_seconds", "help", native_schema=3, registry=registry)
    for value in (0.1, 0.2, 0.4):
        latency.observe(value)
    registry.register(Custom(HistogramMetricFamily("custom", "help", buckets=[("1.0", 1), ("+Inf", 3)], sum_value=9)))
    endpoint, thread = start_http_server(0, "127.0.0.1", registry)
    try:
        yield f"127.0.0.1:{endpoint.server_port}"
    finally:
        endpoint.shutdown()
        endpoint.server_close()
        thread.join()


def test_prometheus_reads_native_histograms(tmp_path: Path) -> None:
    with shown() as target, prometheus(tmp_path, target, ["--enable-feature=native-histograms"]) as query:
        if not query("vector(1)"):
            return
        until(lambda: bool(query("jobs_total")))
        assert query("jobs_total") == {"__name__=jobs_total,kind=fast": 3}
        # Only protobuf carries these.
        assert query("histogram_count(latency_seconds)") == {"": 3}
        assert query("histogram_sum(latency_seconds)")[""] == pytest.approx(0.7)
        median = query("histogram_quantile(0.5, latency_seconds)")[""]
        assert 0.2 / 2 ** (1 / 8) <= median <= 0.2 * 2 ** (1 / 8)
        assert query("sum(custom_bucket)") == {"": 4}


def test_ferula_reads_what_it_asks_for(tmp_path: Path) -> None:
    # It asks for text, also where it is told to prefer protobuf.
    options = "  scrape_protocols: [PrometheusProto, OpenMetricsText1.0.0]\n"
    with shown() as target, ferula_server(tmp_path, target, options) as query:
        if not query("vector(1)"):
            return
        until(lambda: bool(query("jobs_total")))
        assert query("latency_seconds_count") == {"__name__=latency_seconds_count": 3}
        assert query("sum(custom_bucket)") == {"": 4}

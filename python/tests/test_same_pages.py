"""Pages byte for byte as prometheus_client writes them: the same program is run on both, and the pages compared."""

import importlib
import itertools
import random
from types import ModuleType
from typing import Any, Callable, Dict

import pytest

original = pytest.importorskip("prometheus_client")

ESCAPINGS = ("underscores", "allow-utf-8", "dots", "values")
NAMES = ("a", "requests_total", "app:x", "with_under_score", "é.dotted", "n um")
VALUES = (0, 1, -1, 0.5, 1e6, 123456.789, 1e16, 1e22, -1e7, 1e-5, float("inf"), float("-inf"), float("nan"), 12345678901)
LABEL_VALUES = ("", "x", 'quo"te', "back\\slash", "line\nfeed", "é", "{}=,")


def pages(module: ModuleType, fill: Callable[[ModuleType, Any], None]) -> Dict[Any, bytes]:
    """All pages of a registry that `fill` filled, by format and escaping."""
    registry = module.CollectorRegistry()
    fill(module, registry)
    openmetrics = importlib.import_module(module.__name__ + ".openmetrics.exposition")
    found = {}
    for escaping in ESCAPINGS:
        found["text", escaping] = module.generate_latest(registry, escaping)
        for version in ("1.0.0", "2.0.0"):
            # The original rewrites the names of samples then but not those of their families, which no reader takes.
            if escaping == "values":
                continue
            found[version, escaping] = openmetrics.generate_latest(registry, escaping, version)
    # The order of the families is that of a set of names.
    restricted = module.generate_latest(registry.restricted_registry(["a_total", "h_bucket", "g", "h_sum"]))
    found["names"] = b"\n".join(sorted(restricted.splitlines()))
    return found


def check(fill: Callable[[ModuleType, Any], None], monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    import ferula

    monkeypatch.setattr(time, "time", lambda: 1_700_000_000.125)
    theirs = pages(original, fill)
    ours = pages(ferula, fill)
    for key in theirs:
        assert ours[key].decode().splitlines() == theirs[key].decode().splitlines(), key


def stock(module: ModuleType, registry: Any) -> None:
    counter = module.Counter("a", "help\nwith \\ and \"", ["b", "a"], registry=registry)
    for value, (b, a) in zip(range(20), itertools.product(LABEL_VALUES, LABEL_VALUES)):
        counter.labels(b, a).inc(value / 3)
    module.Counter("c_total", "", registry=registry, unit="bytes").inc(1e9, exemplar={"trace": 'x"y', "a": "b"})
    gauge = module.Gauge("g", "gauge", ["a"], registry=registry)
    for index, value in enumerate(VALUES):
        gauge.labels(index).set(value)
    for name, buckets in (("h", module.Histogram.DEFAULT_BUCKETS), ("h_negative", (-1, 0, 1e7)), ("h_few", ("0.1", "5"))):
        for labels in (("a",), ("zz",), ("a", "zz")):
            histogram = module.Histogram(f"{name}_{''.join(labels)}", "histogram", labels, registry=registry, buckets=buckets)
            child = histogram.labels(*labels)
            for value in (0.005, 0.3, 0.3, 7, -5, 1e9):
                child.observe(value)
            child.observe(0.2, {"trace_id": "1"})
    module.Histogram("h", "h", registry=registry).observe(3)
    summary = module.Summary("s", "summary", registry=registry, namespace="n", subsystem="s")
    summary.observe(2.5)
    module.Summary("s2", "no children", ["x"], registry=registry)
    module.Info("i", "info", ["x"], registry=registry).labels("y").info({"version": "1", "a": "b"})
    enum = module.Enum("e", "enum", ["x"], registry=registry, states=["up", "down"])
    enum.labels("1").state("down")
    registry.set_target_info({"host": "h", "a": 'b"'})


def odd_names(module: ModuleType, registry: Any) -> None:
    # Without the colon: the original takes it out of the samples of OpenMetrics, and leaves it in their families' heads.
    for name in ("requests_total", "with_under_score", "é.dotted", "n um"):
        module.Gauge(name, "g", ["la.bel", "b_c"], registry=registry).labels("x", "y").set(1)
        module.Summary(name + ".s", "g", registry=registry).observe(1)


def removed(module: ModuleType, registry: Any) -> None:
    counter = module.Counter("a", "help", ["l"], registry=registry)
    for index in range(200):
        counter.labels(index).inc(index)
    for index in range(0, 200, 3):
        counter.remove(index)
    counter.labels(3).inc()
    gauge = module.Gauge("g", "help", ["l", "m"], registry=registry)
    for index in range(20):
        gauge.labels(index % 4, index % 5).set(index)
    gauge.remove_by_labels({"l": "1"})
    cleared = module.Gauge("cleared", "help", ["l"], registry=registry)
    cleared.labels("x").set(1)
    cleared.clear()
    module.Gauge("f", "function", registry=registry).set_function(lambda: 42)


def custom(module: ModuleType, registry: Any) -> None:
    core = importlib.import_module(module.__name__ + ".core")
    dice = random.Random(7)
    families = []
    for typ in ("counter", "gauge", "summary", "histogram", "gaugehistogram", "unknown", "info", "stateset"):
        family = core.Metric(f"m_{typ}", f"help {typ}", typ)
        suffixes = ["", "_total", "_created", "_bucket", "_sum", "_count", "_gsum", "_gcount", "_info"]
        for _ in range(30):
            labels = {dice.choice(NAMES): dice.choice(LABEL_VALUES) for _ in range(dice.randrange(4))}
            # Values escaping rewrites a plain name beside a foreign label in the original, which nobody can want.
            labels = {name: value for name, value in labels.items() if name.isascii() and "." not in name and " " not in name}
            timestamp = dice.choice((None, None, 12, 1.5, core.Timestamp(5, 6)))
            family.add_sample(family.name + dice.choice(suffixes), labels, dice.choice(VALUES), timestamp)
        families.append(family)
    histogram = core.HistogramMetricFamily("ex", "exemplars")
    exemplar = core.Exemplar({"b": "c", "a": 'd"'}, 0.5, 123.25)
    histogram.add_metric([], [("1.0", 1, exemplar), ("+Inf", 2, core.Exemplar({}, 1e7))], 3)
    families.append(histogram)
    spans = (core.BucketSpan(0, 2), core.BucketSpan(1, 2))
    native = core.NativeHistogram(24, 100, 0, 0.001, 4, spans, spans, (2, 1, -3, 3), (2, 1, -2, 3), (exemplar,))
    family = core.Metric("nh", "native", "histogram")
    family.add_sample("nh", {"x": "y"}, 0, native_histogram=native)
    family.add_sample("nh", {}, 0, 4, native_histogram=core.NativeHistogram(1, 2.5, 3, 1e-9, 0))
    families.append(family)

    class Collector:
        def collect(self) -> Any:
            yield from families

    registry.register(Collector())


def subclassed(module: ModuleType, registry: Any) -> None:
    samples = importlib.import_module(module.__name__ + ".samples")

    class Doubled(module.Gauge):  # type: ignore[name-defined, misc]
        def _child_samples(self) -> Any:
            yield samples.Sample("", {"doubled": "yes"}, 2 * self._value.get(), None, None)

    class Loud(module.Counter):  # type: ignore[name-defined, misc]
        def inc(self, amount: float = 1, exemplar: Any = None) -> None:
            super().inc(amount * 10, exemplar)

    doubled = Doubled("d", "doubled", ["x"], registry=registry)
    doubled.labels("1").set(4)
    Doubled("d2", "doubled", registry=registry).set(4)
    loud = Loud("l", "loud", ["x"], registry=registry)
    loud.labels("1").inc()
    assert type(loud.labels("1")) is Loud
    Loud("l2", "loud", registry=registry).inc(3)


def test_a_colon_is_at_home_in_metric_names() -> None:
    import ferula
    from ferula.openmetrics.exposition import generate_latest

    registry = ferula.CollectorRegistry()
    ferula.Gauge("app:x", "help", registry=registry).set(1)
    expected = b"# HELP app:x help\n# TYPE app:x gauge\napp:x 1.0\n# EOF\n"
    assert [generate_latest(registry, escaping) for escaping in ESCAPINGS] == [expected] * 4


@pytest.mark.parametrize("fill", [stock, odd_names, removed, custom, subclassed])
def test_pages(fill: Callable[[ModuleType, Any], None], monkeypatch: pytest.MonkeyPatch) -> None:
    check(fill, monkeypatch)


def test_pages_without_created(monkeypatch: pytest.MonkeyPatch) -> None:
    import ferula

    for module in (original, ferula):
        metrics = importlib.import_module(module.__name__ + ".metrics")
        monkeypatch.setattr(metrics, "_use_created", False)
    check(stock, monkeypatch)

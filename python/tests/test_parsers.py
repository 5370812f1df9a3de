"""Reading pages: the same objects as prometheus_client reads, and the rules of OpenMetrics by the cases for them."""

import importlib
import json
import sys
from pathlib import Path
from typing import Any, List

import pytest

original = pytest.importorskip("prometheus_client")
SHARED = Path(__file__).parents[2].parent / "shared"

TEXT = """# HELP a_total help \\\\ and \\n line
# TYPE a_total counter
a_total{b="c",d="e\\"f\\n\\\\"} 1 1234
a_total 2.5e3
# TYPE h histogram
# HELP h about h
h_bucket{le="1"} 1
h_bucket{le="+Inf"} 2
h_sum 3
h_count 2
lonely{x="y"} NaN
# some comment
# TYPE s summary
s{quantile="0.5"} 1
s_sum 1
s_count 2
# TYPE "é.x" gauge
{"é.x","l.m"="n"} -Inf
"""
OPENMETRICS = """# TYPE a counter
# HELP a help \\" \\\\ \\n
a_total{x="y # z"} 1.0 1700000000.123456789 # {trace="1",x="#"} 0.5 1700000000.25
a_created{x="y # z"} 123.456 1700000000.123456789
# TYPE b_seconds gauge
# UNIT b_seconds seconds
b_seconds 1 12
b_seconds{l="m"} 4
# TYPE h histogram
h_bucket{le="1.0"} 1 # {} 0.5
h_bucket{le="+Inf"} 2
h_count 2
h_sum 3
# TYPE i info
i_info{a="b"} 1
# TYPE st stateset
st{st="x"} 1
st{st="y"} 0
lonely{x="y"} NaN
# EOF
"""
NATIVE = """# TYPE nh histogram
nh{x="y"} {count:24,sum:100,schema:0,zero_threshold:0.001,zero_count:4,negative_spans:[0:2,1:2],negative_deltas:[2,1,-2,3],positive_spans:[0:2,1:2],positive_deltas:[2,1,-3,3]}
# EOF
"""


def read(module: str, package: str, text: str) -> List[Any]:
    families = importlib.import_module(f"{package}.{module}").text_string_to_metric_families(text)
    return [(f.name, f.documentation, f.type, f.unit, [repr(tuple(s)).replace(f"{package}.", "") for s in f.samples]) for f in families]


@pytest.mark.parametrize(("module", "text"), [("parser", TEXT), ("openmetrics.parser", OPENMETRICS), ("openmetrics.parser", NATIVE)])
def test_same_objects(module: str, text: str) -> None:
    ours, theirs = read(module, "ferula", text), read(module, "prometheus_client", text)
    assert [f[:4] for f in ours] == [f[:4] for f in theirs]
    for (name, *_, our), (*_, their) in zip(ours, theirs):
        # A number is an int in one and a float in the other.
        assert [s.replace(".0,", ",").replace(".0)", ")") for s in our] == [s.replace(".0,", ",").replace(".0)", ")") for s in their], name


def test_round_trip() -> None:
    import ferula
    from ferula.openmetrics.exposition import generate_latest
    from ferula.openmetrics.parser import text_string_to_metric_families

    registry = ferula.CollectorRegistry()
    ferula.Counter("c", "counter", ["l"], registry=registry).labels('x"\\\n').inc(3, {"trace": "a # b"})
    ferula.Histogram("h", "histogram", registry=registry).observe(3, {"trace": "1"})
    ferula.Summary("s", "summary", registry=registry).observe(3)
    ferula.Enum("e", "enum", states=["a", "b"], registry=registry)
    page = generate_latest(registry).decode()
    families = list(text_string_to_metric_families(page))

    class Collector:
        def collect(self) -> Any:
            return families

    again = ferula.CollectorRegistry()
    again.register(Collector())
    # Times come back with all their nine decimals.
    lines = [line.rstrip("0") for line in generate_latest(again).decode().splitlines()]
    assert lines == [line.rstrip("0") for line in page.splitlines()]


def test_rules_of_openmetrics() -> None:
    """The cases of the format, good ones and bad ones."""
    from ferula.openmetrics.parser import text_string_to_metric_families

    folder = SHARED / "cases" / "openmetrics"
    cases = sorted(folder.rglob("test.json")) if folder.exists() else []
    if not cases:
        print(f"no cases at {folder}: nothing to try", file=sys.stderr)
        pytest.skip("no cases here")
    tried = {True: 0, False: 0}
    for case in cases:
        facts = json.loads(case.read_text())
        text = (case.parent / facts["file"]).read_bytes().decode("utf-8", "surrogateescape")
        try:
            list(text_string_to_metric_families(text))
            accepted = True
        except ValueError:
            accepted = False
        assert accepted == facts["shouldParse"], case.parent.name
        tried[accepted] += 1
    assert all(tried.values())

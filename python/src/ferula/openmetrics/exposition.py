"""Shows a registry as OpenMetrics, and writes names that a reader can't take in another way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..registry import Collector
from ..utils import parse_version
from ..validation import _is_valid_legacy_labelname, _is_valid_legacy_metric_name

CONTENT_TYPE_LATEST = "application/openmetrics-text; version=1.0.0; charset=utf-8"
CONTENT_TYPE_LATEST_2_0 = "application/openmetrics-text; version=2.0.0; charset=utf-8"
ESCAPING_HEADER_TAG = "escaping"

ALLOWUTF8 = "allow-utf-8"
UNDERSCORES = "underscores"
DOTS = "dots"
VALUES = "values"


def generate_latest(registry: Collector, escaping: str = UNDERSCORES, version: str = "1.0.0") -> bytes:
    """The registry as a page of OpenMetrics. Native histograms come with version 2.0.0."""
    from ..exposition import _page

    return _page(registry, escaping, "openmetrics2" if parse_version(version) >= (2, 0, 0) else "openmetrics")


def escape_metric_name(s: str, escaping: str = UNDERSCORES) -> str:
    """A metric's name in the old alphabet, by one of the schemes."""
    if not s or (escaping != DOTS and _is_valid_legacy_metric_name(s)):
        return s
    if escaping == ALLOWUTF8:
        return f'"{_escape_quoted(s)}"'
    return _escape(s, escaping, _is_legacy_metric_rune)


def escape_label_name(s: str, escaping: str = UNDERSCORES) -> str:
    """A label's name in the old alphabet, by one of the schemes."""
    if not s or (escaping != DOTS and _is_valid_legacy_labelname(s)):
        return s
    if escaping == ALLOWUTF8:
        return f'"{_escape_quoted(s)}"'
    return _escape(s, escaping, _is_legacy_labelname_rune)


def _escape_quoted(s: str) -> str:
    return s.replace("\\", r"\\").replace("\n", r"\n").replace('"', r"\"")


def _escape(s: str, escaping: str, valid_rune_fn: Callable[[str, int], bool]) -> str:
    """Rewrites each character that is not at home in the old alphabet."""
    rewritten = []
    for index, rune in enumerate(s):
        if escaping == UNDERSCORES:
            rewritten.append(rune if valid_rune_fn(rune, index) else "_")
        elif rune == "_":
            rewritten.append("__")
        elif escaping == DOTS and rune == ".":
            rewritten.append("_dot_")
        elif valid_rune_fn(rune, index):
            rewritten.append(rune)
        elif escaping == DOTS:
            rewritten.append("__")
        else:
            rewritten.append(f"_{ord(rune):x}_")
    return ("U__" if escaping == VALUES else "") + "".join(rewritten)


def _is_legacy_metric_rune(b: str, i: int) -> bool:
    return b == ":" or _is_legacy_labelname_rune(b, i)


def _is_legacy_labelname_rune(b: str, i: int) -> bool:
    return b == "_" or (b.isascii() and (b.isalpha() or (b.isdigit() and i > 0)))


def _is_valid_exemplar_metric(metric: Any, sample: Any) -> bool:
    """Whether this sample may have an exemplar."""
    if metric.type == "counter":
        return bool(sample.name.endswith("_total"))
    if metric.type == "histogram":
        return bool(sample.name.endswith("_bucket") or sample.name == metric.name)
    return bool(metric.type == "gaugehistogram" and sample.name.endswith("_bucket"))

"""Which names metrics and labels may have.

Any UTF-8 by default, as Prometheus has it since version 3; the old alphabet after
`PROMETHEUS_LEGACY_NAME_VALIDATION=true` or `enable_legacy_validation()`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from typing import Any, Optional, Tuple

METRIC_NAME_RE = re.compile(r"^[a-zA-Z_:][a-zA-Z0-9_:]*$")
METRIC_LABEL_NAME_RE = re.compile(r"^[a-zA-Z_][a-zA-Z0-9_]*$")
RESERVED_METRIC_LABEL_NAME_RE = re.compile(r"^__.*$")

# OpenMetrics: "the combined length of the label names and values of an Exemplar's LabelSet".
_EXEMPLAR_CHARACTERS_MAX = 128


def _init_legacy_validation() -> bool:
    return os.environ.get("PROMETHEUS_LEGACY_NAME_VALIDATION", "False").lower() in ("true", "1", "t")


_legacy_validation = _init_legacy_validation()


def get_legacy_validation() -> bool:
    """Whether only names of the old alphabet are accepted."""
    return _legacy_validation


def disable_legacy_validation() -> None:
    """Accepts any UTF-8 as a name."""
    global _legacy_validation
    _legacy_validation = False


def enable_legacy_validation() -> None:
    """Accepts only names of the old alphabet."""
    global _legacy_validation
    _legacy_validation = True


def _is_utf8(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _validate_metric_name(name: str) -> None:
    if not name:
        raise ValueError("metric name cannot be empty")
    fits = _is_valid_legacy_metric_name(name) if _legacy_validation else _is_utf8(name)
    if not fits:
        raise ValueError("invalid metric name " + name.encode("utf-8", "backslashreplace").decode())


def _is_valid_legacy_metric_name(name: str) -> bool:
    return METRIC_NAME_RE.match(name) is not None


def _validate_metric_label_name_token(tok: str) -> None:
    """A label name as a page has it: bare in the old alphabet, or in quotes."""
    if not tok:
        raise ValueError("invalid label name token " + tok)
    quoted = not _legacy_validation and tok[0] == '"' and tok[-1] == '"'
    fits = _is_utf8(tok[1:-1]) if quoted else METRIC_LABEL_NAME_RE.match(tok) is not None
    if not fits:
        raise ValueError("invalid label name token " + tok)


def _validate_labelname(l: str) -> None:
    fits = _is_valid_legacy_labelname(l) if _legacy_validation else bool(l) and _is_utf8(l)
    if not fits:
        raise ValueError("Invalid label metric name: " + l)
    if RESERVED_METRIC_LABEL_NAME_RE.match(l):
        raise ValueError("Reserved label metric name: " + l)


def _is_valid_legacy_labelname(l: str) -> bool:
    return METRIC_LABEL_NAME_RE.match(l) is not None


def _validate_labelnames(cls: Any, labelnames: Iterable[str]) -> Tuple[str, ...]:
    names = tuple(labelnames)
    for name in names:
        _validate_labelname(name)
        if name in cls._reserved_labelnames:
            raise ValueError("Reserved label methods: " + name)
    return names


def _validate_exemplar(exemplar: Optional[Mapping[str, str]]) -> None:
    characters = 0
    for name, value in (exemplar or {}).items():
        _validate_labelname(name)
        characters += len(name) + len(value)
    if characters > _EXEMPLAR_CHARACTERS_MAX:
        raise ValueError("exemplar labels have %d characters, exceeding the limit of %d" % (characters, _EXEMPLAR_CHARACTERS_MAX))

"""Single cells in a segment."""

from __future__ import annotations

from typing import Any, Optional, Tuple

from .. import _core
from .base import get_series_max
from .counter import Counter
from .gauge import Gauge


def make_shared(
    segment: Any,
    typ: Optional[str],
    name: str,
    labelnames: Tuple[str, ...],
    labelvalues: Tuple[str, ...],
    documentation: str,
    multiprocess_mode: str,
) -> Any:
    """The cell of a counter or gauge in a segment, for a process that goes by a name of its own."""
    cls = Counter if typ == "counter" else Gauge
    metric: Any = cls.__new__(cls)
    facts = {
        "kind": typ or "",
        "name": name,
        "documentation": documentation,
        "unit": "",
        "labelnames": labelnames,
        "bounds": (),
        "exact": False,
        "native": False,
        # The mode is whoever calls us to mind.
        "most_recent": False,
        "series_max": get_series_max(),
        "multiprocess_mode": multiprocess_mode,
        "states": (),
        "native_schema": None,
        "idle_seconds": None,
    }
    metric._arm(facts, list(labelvalues), True, 0.0, segment)
    return _core.CellView(metric)

"""Metrics of many processes on one page."""
from __future__ import annotations
import os
from typing import Any
def _value_class(process_identifier: Any) -> type:
    raise NotImplementedError("metrics of many processes")
class MultiProcessCollector:
    def __init__(self, registry: Any, path: Any = None) -> None:
        raise NotImplementedError("metrics of many processes")
def mark_process_dead(pid: int, path: Any = None) -> None:
    raise NotImplementedError("metrics of many processes")

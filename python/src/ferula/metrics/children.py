"""The children of a metric as a mapping, for programs that reach for one."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from typing import TYPE_CHECKING, Dict, Tuple

if TYPE_CHECKING:
    from .base import MetricWrapperBase


class Children(MutableMapping[Tuple[str, ...], "MetricWrapperBase"]):
    """`metric._metrics`: the children by their label values."""

    def __init__(self, parent: MetricWrapperBase) -> None:
        self._parent = parent

    def __getitem__(self, key: Tuple[str, ...]) -> MetricWrapperBase:
        for labelvalues, child in self._parent._items():
            if labelvalues == tuple(key):
                return child
        raise KeyError(key)

    def __setitem__(self, key: Tuple[str, ...], child: MetricWrapperBase) -> None:
        raise TypeError("children are made by labels()")

    def __delitem__(self, key: Tuple[str, ...]) -> None:
        if key not in self:
            raise KeyError(key)
        self._parent.remove(*key)

    def __iter__(self) -> Iterator[Tuple[str, ...]]:
        return iter([labelvalues for labelvalues, _ in self._parent._items()])

    def __len__(self) -> int:
        return len(self._parent._items())

    def clear(self) -> None:
        self._parent.clear()

    def copy(self) -> Dict[Tuple[str, ...], MetricWrapperBase]:
        return dict(self)

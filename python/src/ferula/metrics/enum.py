"""Which of some states something is in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Optional

from ..registry import REGISTRY, CollectorRegistry
from ..samples import Sample
from .base import MetricWrapperBase, stock
from .naming import build_full_name


@stock
class Enum(MetricWrapperBase):
    """Which of some states something is in.

        STATE = Enum('task_state', 'Task state', states=['starting', 'running', 'stopped'])
        STATE.state('running')
    """

    _type = "stateset"

    def __init__(
        self,
        name: str,
        documentation: str,
        labelnames: Sequence[str] = (),
        namespace: str = "",
        subsystem: str = "",
        unit: str = "",
        registry: Optional[CollectorRegistry] = REGISTRY,
        _labelvalues: Optional[Sequence[str]] = None,
        states: Optional[Sequence[str]] = None,
    ) -> None:
        # Checked before anything is registered.
        labelnames = tuple(labelnames)
        full_name = build_full_name(self._type, name, namespace, subsystem, unit)
        if full_name in labelnames:
            raise ValueError("Overlapping labels for Enum metric: " + full_name)
        if not states:
            raise ValueError("No states provided for Enum metric: " + full_name)
        self._kwargs = {"states": states}
        self._states = list(states)
        super().__init__(name, documentation, labelnames, namespace, subsystem, unit, registry, _labelvalues)

    def _metric_init(self) -> None:
        self._value = 0

    def state(self, state: str) -> None:
        """Sets the state. One that was not declared raises ValueError."""
        self._raise_if_not_observable()
        self._value = self._states.index(state)
        self._share_state(state)

    def _child_samples(self) -> Iterable[Sample]:
        current = self._value
        return [Sample("", {self._name: state}, 1 if index == current else 0, None, None) for index, state in enumerate(self._states)]

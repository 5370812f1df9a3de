"""What only goes up."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Any, Dict, Literal, Optional, Tuple, Type, TypeVar, Union

from .. import _core, metrics
from ..context_managers import ExceptionCounter, _wrapped
from ..samples import Exemplar, Sample
from ..validation import _validate_exemplar
from .base import MetricWrapperBase, stock

F = TypeVar("F", bound=Callable[..., Any])


@stock
class Counter(_core.CounterBase, MetricWrapperBase):
    """Counts what only goes up: requests, errors, seconds spent.

        REQUESTS = Counter('requests_total', 'Requests served', ['method'])
        REQUESTS.labels('GET').inc()
    """

    __slots__ = ()
    _type = "counter"

    def _metric_init(self) -> None:
        if not self._has_cells:
            self.__dict__["_value"] = self._new_value("_total")
            self.__dict__["_created"] = time.time()

    @property
    def _value(self) -> Any:
        return self._cell("_value")

    @_value.setter
    def _value(self, value: Any) -> None:
        self.__dict__["_value"] = value

    def _inc_foreign(self, amount: float, exemplar: Optional[Dict[str, str]] = None) -> None:
        value = self._foreign("_value")
        value.inc(amount)
        if exemplar:
            _validate_exemplar(exemplar)
            value.set_exemplar(Exemplar(exemplar, amount, time.time()))

    def reset(self) -> None:
        """Back to zero, created now."""
        self._raise_if_not_observable()
        self._value.set(0)
        self._created = time.time()

    def count_exceptions(
        self, exception: Union[Type[BaseException], Tuple[Type[BaseException], ...]] = Exception
    ) -> ExceptionCounter:
        """Counts the exceptions of a type that leave a block or a function, `async` ones too."""
        self._raise_if_not_observable()
        return ExceptionCounter(self, exception)

    def __call__(self, f: F) -> F:
        """Decorates a function: each call is counted."""
        self._raise_if_not_observable()
        return _wrapped(f, lambda: _Counted(self))

    def _child_samples(self) -> Iterable[Sample]:
        value = self._value
        yield Sample("_total", {}, value.get(), None, value.get_exemplar())
        if metrics._use_created:
            yield Sample("_created", {}, self._created, None, None)


class _Counted:
    def __init__(self, counter: Counter) -> None:
        self._counter = counter

    def __enter__(self) -> None:
        self._counter.inc()

    def __exit__(self, *_: object) -> Literal[False]:
        return False

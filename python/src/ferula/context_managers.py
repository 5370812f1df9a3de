"""What `time()`, `count_exceptions()` and `track_inprogress()` answer: context managers that are decorators too.

A decorated coroutine function stays one, and what is measured is its run, not the making of the coroutine.
"""

from __future__ import annotations

import functools
from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING, Any, Literal, Optional, Tuple, Type, TypeVar, Union

from ._core import Timer

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from types import TracebackType

    from .metrics import Counter, Gauge

__all__ = ["ExceptionCounter", "InprogressTracker", "Timer"]

F = TypeVar("F", bound=Callable[..., Any])


def _wrapped(f: F, enter: Callable[[], AbstractContextManager[Any]]) -> F:
    """`f` with each of its runs in a context of its own. The signature stays."""
    # Here, since it takes longer to load than all that a program needs which decorates nothing.
    import inspect

    wrapper: Any
    if inspect.iscoroutinefunction(f):

        async def wrapper(*args: Any, **kwargs: Any) -> Any:
            with enter():
                return await f(*args, **kwargs)

    elif inspect.isasyncgenfunction(f):

        async def wrapper(*args: Any, **kwargs: Any) -> AsyncIterator[Any]:
            with enter():
                async for item in f(*args, **kwargs):
                    yield item

    else:

        def wrapper(*args: Any, **kwargs: Any) -> Any:
            with enter():
                return f(*args, **kwargs)

    functools.update_wrapper(wrapper, f)
    try:
        wrapper.__signature__ = inspect.signature(f)
    except (TypeError, ValueError):
        # Some builtins have none to show.
        pass
    result: F = wrapper
    return result


class ExceptionCounter:
    """Counts the exceptions of a type that pass through."""

    def __init__(self, counter: Counter, exception: Union[Type[BaseException], Tuple[Type[BaseException], ...]]) -> None:
        self._counter = counter
        self._exception = exception

    def __enter__(self) -> None:
        pass

    def __exit__(
        self,
        typ: Optional[Type[BaseException]],
        value: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> Literal[False]:
        if isinstance(value, self._exception):
            self._counter.inc()
        return False

    def __call__(self, f: F) -> F:
        return _wrapped(f, lambda: self)


class InprogressTracker:
    """Adds one to a gauge on the way in and takes it away on the way out, however that is."""

    def __init__(self, gauge: Gauge) -> None:
        self._gauge = gauge

    def __enter__(self) -> None:
        self._gauge.inc()

    def __exit__(
        self,
        typ: Optional[Type[BaseException]],
        value: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        self._gauge.dec()

    def __call__(self, f: F) -> F:
        return _wrapped(f, lambda: self)

"""Decorators that keep the signature of what they decorate.

`prometheus_client` carries a whole library of this name; programs reach for `decorate`, `decorator`, `contextmanager` and
`getargspec`, which are here.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from contextlib import _GeneratorContextManager, contextmanager as _contextmanager
from typing import Any, NamedTuple, Optional, Tuple

from inspect import getfullargspec, iscoroutinefunction  # noqa: F401


class ArgSpec(NamedTuple):
    """The parameters of a function, as Python 2 told them."""

    args: list[str]
    varargs: Optional[str]
    varkw: Optional[str]
    defaults: Optional[Tuple[Any, ...]]


def getargspec(f: Callable[..., Any]) -> ArgSpec:
    """The parameters of `f`, keyword-only ones left out."""
    spec = inspect.getfullargspec(f)
    return ArgSpec(spec.args, spec.varargs, spec.varkw, spec.defaults)


def get_init(cls: type) -> Any:
    """The constructor of a class."""
    return cls.__init__  # type: ignore[misc]


def decorate(func: Callable[..., Any], caller: Callable[..., Any]) -> Callable[..., Any]:
    """`func`, each call of which becomes `caller(func, ...)`."""

    @functools.wraps(func)
    def decorated(*args: Any, **kwargs: Any) -> Any:
        return caller(func, *args, **kwargs)

    decorated.__signature__ = inspect.signature(func)  # type: ignore[attr-defined]
    return decorated


def decorator(caller: Callable[..., Any], _func: Optional[Callable[..., Any]] = None) -> Callable[..., Any]:
    """A decorator out of a caller `caller(func, ...)`."""
    if _func is not None:
        return decorate(_func, caller)
    return functools.wraps(caller)(lambda func: decorate(func, caller))


class ContextManager(_GeneratorContextManager[Any]):
    """A context manager that decorates too."""

    def __call__(self, func: Any) -> Any:
        def caller(func: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
            with self.__class__(*self._made_of):
                return func(*args, **kwargs)

        return decorate(func, caller)

    def __init__(self, g: Callable[..., Any], a: Tuple[Any, ...] = (), k: Optional[dict[str, Any]] = None) -> None:
        self._made_of = (g, a, k or {})
        super().__init__(g, a, k or {})


contextmanager = _contextmanager

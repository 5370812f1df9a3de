"""Puts this package in the place of `prometheus_client`, for code that imports it and can't be edited.

The other distribution may be installed, and stays as it is: middlewares require it. Only the name leads here.
"""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import sys
from collections.abc import Sequence
from types import ModuleType
from typing import Optional

_ALIAS = "prometheus_client"
_OWN = __name__.partition(".")[0]


class _Successor(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Answers names of packages that no longer run, where they aren't installed."""

    _OWN = {"sanic_prometheus": "middleware.sanic"}

    def find_spec(
        self, fullname: str, path: Optional[Sequence[str]], target: Optional[ModuleType] = None
    ) -> Optional[importlib.machinery.ModuleSpec]:
        return importlib.machinery.ModuleSpec(fullname, self) if fullname in self._OWN else None

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        return importlib.import_module(f"{_OWN}.{self._OWN[spec.name]}")

    def exec_module(self, module: ModuleType) -> None:
        """It has run under its own name."""


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Answers `prometheus_client.x` with the very module `ferula.x`, loaded when it is asked for."""

    def find_spec(
        self, fullname: str, path: Optional[Sequence[str]], target: Optional[ModuleType] = None
    ) -> Optional[importlib.machinery.ModuleSpec]:
        if fullname != _ALIAS and not fullname.startswith(_ALIAS + "."):
            return None
        own = _OWN + fullname[len(_ALIAS) :]
        if importlib.util.find_spec(own) is None:
            return None
        return importlib.machinery.ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        module = importlib.import_module(_OWN + spec.name[len(_ALIAS) :])
        self._spec = module.__spec__
        return module

    def exec_module(self, module: ModuleType) -> None:
        # It has run under its own name; only that name's spec was replaced on the way here.
        name = module.__name__
        module.__spec__ = importlib.util.find_spec(name) if module.__spec__ is None else module.__spec__


def install() -> None:
    """From here on `import prometheus_client` gives this package.

    Raises RuntimeError when the other package was imported already: its metrics would be on another registry.
    """
    known = sys.modules.get(_ALIAS)
    if known is sys.modules[_OWN]:
        return
    if known is not None:
        raise RuntimeError(f"{_ALIAS} was imported before ferula.install(): {known.__file__}")
    sys.modules[_ALIAS] = sys.modules[_OWN]
    for name, module in list(sys.modules.items()):
        if name.startswith(_OWN + ".") and not name.startswith(_OWN + "._"):
            sys.modules[_ALIAS + name[len(_OWN) :]] = module
    sys.meta_path.insert(0, _Finder())
    # Last, so that the package itself is found if it is there.
    sys.meta_path.append(_Successor())

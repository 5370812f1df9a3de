"""Found by Python at its start when `python -m ferula run` has put this folder in PYTHONPATH: installs the alias."""

import importlib.machinery
import importlib.util
import os
import sys

import ferula

ferula.install()

# Another sitecustomize that this one hides still gets its turn.
_here = os.path.dirname(__file__)
_spec = importlib.machinery.PathFinder.find_spec("sitecustomize", [p for p in sys.path if os.path.abspath(p) != _here])
if _spec is not None and _spec.loader is not None:
    _spec.loader.exec_module(importlib.util.module_from_spec(_spec))

"""What the module in Rust offers."""

from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Any, Dict, List, Literal, Optional, Sequence, Tuple, Type, TypeVar, Union

from .metrics_core import Metric as Family
from .samples import Sample

F = TypeVar("F", bound=Callable[..., Any])
M = TypeVar("M", bound="Metric")

class Metric:
    def __new__(cls: Type[M], *args: Any, **kwargs: Any) -> M: ...
    def labels(self: M, *labelvalues: object, **labelkwargs: object) -> M:
        """The child with these label values, by position or by name."""
    def remove(self, *labelvalues: object) -> None:
        """Takes the child with these values off the page."""
    def clear(self) -> None:
        """Takes all children off the page."""
    def _arm(self, facts: Dict[str, Any], label_values: Optional[List[str]], cells: bool, created_seconds: float) -> None: ...
    def _items(self: M) -> List[Tuple[Tuple[str, ...], M]]: ...
    def _is_parent(self) -> bool: ...
    def _child_count(self) -> int: ...
    def _is_observable(self) -> bool: ...
    def _raise_if_not_observable(self) -> None: ...
    def _set_has_function(self) -> None: ...
    def _set_created_cell(self, seconds: float) -> None: ...
    @property
    def _has_cells(self) -> bool: ...
    @property
    def _created_cell(self) -> float: ...
    @property
    def _name(self) -> str: ...
    @property
    def _documentation(self) -> str: ...
    @property
    def _unit(self) -> str: ...
    @property
    def _labelnames(self) -> Tuple[str, ...]: ...
    @property
    def _labelvalues(self) -> Tuple[str, ...]: ...
    @property
    def _upper_bounds(self) -> List[float]: ...

class CounterBase(Metric):
    def inc(self, amount: float = 1, exemplar: Optional[Dict[str, str]] = None) -> None:
        """Adds an amount, one if not said. A negative one raises ValueError."""

class GaugeBase(Metric):
    def inc(self, amount: float = 1) -> None:
        """Adds an amount, one if not said."""
    def dec(self, amount: float = 1) -> None:
        """Takes an amount away, one if not said."""
    def set(self, value: float) -> None:
        """Sets the value."""

class SummaryBase(Metric):
    def observe(self, amount: float) -> None:
        """Counts one observation."""
    def time(self) -> Timer:
        """Times a block or a function, in seconds."""

class HistogramBase(Metric):
    def observe(self, amount: float, exemplar: Optional[Dict[str, str]] = None) -> None:
        """Counts one observation."""
    def time(self) -> Timer:
        """Times a block or a function, in seconds."""

class CellView:
    _multiprocess: bool
    def __init__(self, metric: Metric, index: Optional[int] = None) -> None: ...
    def get(self) -> float: ...
    def set(self, value: float, timestamp: Optional[float] = None) -> None: ...
    def inc(self, amount: float) -> None: ...
    def get_exemplar(self) -> Any: ...
    def set_exemplar(self, exemplar: Any) -> None: ...

class Timer:
    duration: float
    def __init__(self, metric: Any, callback_name: str) -> None: ...
    def _new_timer(self) -> Timer: ...
    def __enter__(self) -> Timer: ...
    def __exit__(
        self,
        typ: Optional[Type[BaseException]],
        value: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None: ...
    def labels(self, *args: object, **kw: object) -> None:
        """Chooses the child that gets the duration, when its labels are known only in the block."""
    def __call__(self, f: F) -> F: ...

def encode(
    leading: Iterable[Any],
    collectors: List[Any],
    openmetrics: bool,
    native_histograms: bool,
    escaping: str,
    created: bool,
) -> bytes: ...
def parse_text(text: str, sample_class: Type[Sample]) -> List[Tuple[str, str, str, List[Sample]]]: ...

"""What one line of a page says: a sample, its exemplar, its native histogram.

Tuples, because a page of a custom collector makes tens of thousands of them.
"""

# Types are evaluated as they come: as strings, each would be compiled when the program starts.

from collections.abc import Sequence
from typing import Dict, NamedTuple, Optional, Union

_NANOS_PER_SECOND = 1_000_000_000


class Timestamp:
    """Seconds and nanoseconds apart, for times that a float can't hold exactly."""

    def __init__(self, sec: float, nsec: float) -> None:
        if not 0 <= nsec < _NANOS_PER_SECOND:
            raise ValueError(f"Invalid value for nanoseconds in Timestamp: {nsec}")
        self.sec: int = int(sec)
        # Before 1970 both parts count downwards.
        self.nsec: int = int(-nsec if sec < 0 else nsec)

    def __str__(self) -> str:
        return f"{self.sec}.{self.nsec:09d}"

    def __repr__(self) -> str:
        return f"Timestamp({self.sec}, {self.nsec})"

    def __float__(self) -> float:
        return float(self.sec) + float(self.nsec) / 1e9

    def _key(self) -> tuple[int, int]:
        return self.sec, self.nsec

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Timestamp) and self._key() == other._key()

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __gt__(self, other: "Timestamp") -> bool:
        return self._key() > other._key()

    def __lt__(self, other: "Timestamp") -> bool:
        return self._key() < other._key()


class BucketSpan(NamedTuple):
    """A run of consecutive buckets of a native histogram."""

    offset: int
    length: int


class Exemplar(NamedTuple):
    """One observation, kept as an example, with labels that lead to its trace."""

    labels: Dict[str, str]
    value: float
    timestamp: Optional[Union[float, Timestamp]] = None


class NativeHistogram(NamedTuple):
    """A histogram whose bounds follow from a schema. Deltas are those of OpenMetrics 2.0."""

    count_value: float
    sum_value: float
    schema: int
    zero_threshold: float
    zero_count: float
    pos_spans: Optional[Sequence[BucketSpan]] = None
    neg_spans: Optional[Sequence[BucketSpan]] = None
    pos_deltas: Optional[Sequence[int]] = None
    neg_deltas: Optional[Sequence[int]] = None
    nh_exemplars: Optional[Sequence[Exemplar]] = None


class Sample(NamedTuple):
    """A name, its labels and a value: one line."""

    name: str
    labels: Dict[str, str]
    value: float
    timestamp: Optional[Union[float, Timestamp]] = None
    exemplar: Optional[Exemplar] = None
    native_histogram: Optional[NativeHistogram] = None

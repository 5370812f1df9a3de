"""Families as a custom collector yields them: a name, a help text, a type, and samples."""

from __future__ import annotations

from collections.abc import Container, Sequence
from typing import Dict, List, Optional, Tuple, Union

from .samples import Exemplar, NativeHistogram, Sample, Timestamp
from .validation import _validate_metric_name

METRIC_TYPES = (
    "counter",
    "gauge",
    "summary",
    "histogram",
    "gaugehistogram",
    "unknown",
    "info",
    "stateset",
)

_Time = Optional[Union[float, Timestamp]]
_Bucket = Union[Tuple[str, float], Tuple[str, float, Exemplar]]


class Metric:
    """One family. `samples` is a list that may be filled directly or through `add_sample`."""

    def __init__(self, name: str, documentation: str, typ: str, unit: str = "") -> None:
        if unit and not name.endswith("_" + unit):
            name += "_" + unit
        _validate_metric_name(name)
        self.name: str = name
        self.documentation: str = documentation
        self.unit: str = unit
        if typ == "untyped":
            typ = "unknown"
        if typ not in METRIC_TYPES:
            raise ValueError("Invalid metric type: " + typ)
        self.type: str = typ
        self.samples: List[Sample] = []

    def add_sample(
        self,
        name: str,
        labels: Dict[str, str],
        value: float,
        timestamp: _Time = None,
        exemplar: Optional[Exemplar] = None,
        native_histogram: Optional[NativeHistogram] = None,
    ) -> None:
        """Adds a line. `name` is the whole name of the sample, suffix included."""
        self.samples.append(Sample(name, labels, value, timestamp, exemplar, native_histogram))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Metric) and self._facts() == other._facts()

    def _facts(self) -> Tuple[object, ...]:
        return self.name, self.documentation, self.type, self.unit, self.samples

    def __repr__(self) -> str:
        return f"Metric({self.name}, {self.documentation}, {self.type}, {self.unit}, {self.samples})"

    def _restricted_metric(self, names: Container[str]) -> Optional[Metric]:
        """The family with only the samples of these names; None when none is left."""
        wanted = [sample for sample in self.samples if sample[0] in names]
        if not wanted:
            return None
        restricted = Metric(self.name, self.documentation, self.type)
        restricted.samples = wanted
        return restricted


def _once(value_given: bool, labels: Optional[Sequence[str]]) -> Tuple[str, ...]:
    """A family's label names. One with labels gets its values by `add_metric` alone."""
    if labels is not None and value_given:
        raise ValueError("Can only specify at most one of value and labels.")
    return tuple(labels or ())


class UnknownMetricFamily(Metric):
    """A single value of unknown type."""

    def __init__(self, name: str, documentation: str, value: Optional[float] = None, labels: Optional[Sequence[str]] = None, unit: str = "") -> None:
        super().__init__(name, documentation, "unknown", unit)
        self._labelnames = _once(value is not None, labels)
        if value is not None:
            self.add_metric([], value)

    def add_metric(self, labels: Sequence[str], value: float, timestamp: _Time = None) -> None:
        """Adds a series with these label values."""
        self.samples.append(Sample(self.name, dict(zip(self._labelnames, labels)), value, timestamp))


# The name that it had before OpenMetrics.
UntypedMetricFamily = UnknownMetricFamily


class CounterMetricFamily(Metric):
    """A number that only grows. Its sample's name ends in `_total`."""

    def __init__(
        self,
        name: str,
        documentation: str,
        value: Optional[float] = None,
        labels: Optional[Sequence[str]] = None,
        created: Optional[float] = None,
        unit: str = "",
        exemplar: Optional[Exemplar] = None,
    ) -> None:
        if name.endswith("_total"):
            name = name[: -len("_total")]
        super().__init__(name, documentation, "counter", unit)
        self._labelnames = _once(value is not None, labels)
        if value is not None:
            self.add_metric([], value, created, exemplar=exemplar)

    def add_metric(
        self,
        labels: Sequence[str],
        value: float,
        created: Optional[float] = None,
        timestamp: _Time = None,
        exemplar: Optional[Exemplar] = None,
    ) -> None:
        """Adds a series with these label values."""
        pairs = dict(zip(self._labelnames, labels))
        self.samples.append(Sample(self.name + "_total", pairs, value, timestamp, exemplar))
        if created is not None:
            self.samples.append(Sample(self.name + "_created", pairs, created, timestamp))


class GaugeMetricFamily(Metric):
    """A number that goes up and down."""

    def __init__(self, name: str, documentation: str, value: Optional[float] = None, labels: Optional[Sequence[str]] = None, unit: str = "") -> None:
        super().__init__(name, documentation, "gauge", unit)
        self._labelnames = _once(value is not None, labels)
        if value is not None:
            self.add_metric([], value)

    def add_metric(self, labels: Sequence[str], value: float, timestamp: _Time = None) -> None:
        """Adds a series with these label values."""
        self.samples.append(Sample(self.name, dict(zip(self._labelnames, labels)), value, timestamp))


class SummaryMetricFamily(Metric):
    """A count and a sum of observations."""

    def __init__(
        self,
        name: str,
        documentation: str,
        count_value: Optional[int] = None,
        sum_value: Optional[float] = None,
        labels: Optional[Sequence[str]] = None,
        unit: str = "",
    ) -> None:
        super().__init__(name, documentation, "summary", unit)
        if (sum_value is None) != (count_value is None):
            raise ValueError("count_value and sum_value must be provided together.")
        self._labelnames = _once(count_value is not None, labels)
        if count_value is not None and sum_value is not None:
            self.add_metric([], count_value, sum_value)

    def add_metric(self, labels: Sequence[str], count_value: int, sum_value: float, timestamp: _Time = None) -> None:
        """Adds a series with these label values."""
        pairs = dict(zip(self._labelnames, labels))
        self.samples.append(Sample(self.name + "_count", pairs, count_value, timestamp))
        self.samples.append(Sample(self.name + "_sum", pairs, sum_value, timestamp))


class HistogramMetricFamily(Metric):
    """Observations counted in buckets, which come sorted, with `+Inf` last."""

    def __init__(
        self,
        name: str,
        documentation: str,
        buckets: Optional[Sequence[_Bucket]] = None,
        sum_value: Optional[float] = None,
        labels: Optional[Sequence[str]] = None,
        unit: str = "",
    ) -> None:
        super().__init__(name, documentation, "histogram", unit)
        if sum_value is not None and buckets is None:
            raise ValueError("sum value cannot be provided without buckets.")
        self._labelnames = _once(buckets is not None, labels)
        if buckets is not None:
            self.add_metric([], buckets, sum_value)

    def add_metric(self, labels: Sequence[str], buckets: Sequence[_Bucket], sum_value: Optional[float], timestamp: _Time = None) -> None:
        """Adds a series. Buckets are `(upper bound, cumulative count)` pairs or, with an exemplar, triples."""
        pairs = dict(zip(self._labelnames, labels))
        for bound, value, *exemplar in buckets:
            self.samples.append(Sample(self.name + "_bucket", {**pairs, "le": bound}, value, timestamp, exemplar[0] if exemplar else None))
        # A histogram with negative bounds has no sum in OpenMetrics, since it is no counter then.
        if float(buckets[0][0]) >= 0 and sum_value is not None:
            self.samples.append(Sample(self.name + "_count", pairs, buckets[-1][1], timestamp))
            self.samples.append(Sample(self.name + "_sum", pairs, sum_value, timestamp))


class GaugeHistogramMetricFamily(Metric):
    """A histogram of what is there now, such as the ages of the jobs in a queue."""

    def __init__(
        self,
        name: str,
        documentation: str,
        buckets: Optional[Sequence[Tuple[str, float]]] = None,
        gsum_value: Optional[float] = None,
        labels: Optional[Sequence[str]] = None,
        unit: str = "",
    ) -> None:
        super().__init__(name, documentation, "gaugehistogram", unit)
        self._labelnames = _once(buckets is not None, labels)
        if buckets is not None:
            self.add_metric([], buckets, gsum_value)

    def add_metric(self, labels: Sequence[str], buckets: Sequence[Tuple[str, float]], gsum_value: Optional[float], timestamp: _Time = None) -> None:
        """Adds a series. Buckets are `(upper bound, cumulative count)` pairs."""
        pairs = dict(zip(self._labelnames, labels))
        for bound, value in buckets:
            self.samples.append(Sample(self.name + "_bucket", {**pairs, "le": bound}, value, timestamp))
        # A sum that is missing is an error of whoever shows it, and is one when it is written.
        self.samples.append(Sample(self.name + "_gcount", pairs, buckets[-1][1], timestamp))
        self.samples.append(Sample(self.name + "_gsum", pairs, gsum_value, timestamp))  # type: ignore[arg-type]


class InfoMetricFamily(Metric):
    """Facts as labels, with the value 1."""

    def __init__(self, name: str, documentation: str, value: Optional[Dict[str, str]] = None, labels: Optional[Sequence[str]] = None) -> None:
        super().__init__(name, documentation, "info")
        self._labelnames = _once(value is not None, labels)
        if value is not None:
            self.add_metric([], value)

    def add_metric(self, labels: Sequence[str], value: Dict[str, str], timestamp: _Time = None) -> None:
        """Adds a series whose labels are the family's and the facts."""
        self.samples.append(Sample(self.name + "_info", dict(dict(zip(self._labelnames, labels)), **value), 1, timestamp))


class StateSetMetricFamily(Metric):
    """States, of which some hold."""

    def __init__(self, name: str, documentation: str, value: Optional[Dict[str, bool]] = None, labels: Optional[Sequence[str]] = None) -> None:
        super().__init__(name, documentation, "stateset")
        self._labelnames = _once(value is not None, labels)
        if value is not None:
            self.add_metric([], value)

    def add_metric(self, labels: Sequence[str], value: Dict[str, bool], timestamp: _Time = None) -> None:
        """Adds a series for each state, with the state in the label that has the family's name."""
        pairs = dict(zip(self._labelnames, labels))
        for state, holds in sorted(value.items()):
            self.samples.append(Sample(self.name, {**pairs, self.name: state}, 1 if holds else 0, timestamp))

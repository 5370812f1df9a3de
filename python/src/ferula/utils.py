"""Numbers as Go writes them, and versions as headers write them."""

from __future__ import annotations

import math
from typing import Tuple, Union

INF = float("inf")
MINUS_INF = float("-inf")
NaN: float = float("nan")

# From here on Go writes an exponent where Python writes digits.
_EXPONENT_FROM = 1e6


def floatToGoString(d: Union[float, str]) -> str:
    """`d` as a page shows it: `1.0`, `1e+06`, `+Inf`."""
    value = float(d)
    if math.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    if math.isnan(value):
        return "NaN"
    text = repr(value)
    if value < _EXPONENT_FROM or "e" in text:
        return text
    whole, _, rest = text.partition(".")
    digits = (whole + rest).rstrip("0")
    mantissa = digits[0] + ("." + digits[1:] if len(digits) > 1 else "")
    return f"{mantissa}e+{len(whole) - 1:02d}"


def parse_version(version_str: str) -> Tuple[Union[int, str], ...]:
    """`1.0.0rc1` to `(1, 0, "0rc1")`: a tuple that compares as versions do, while its parts are numbers."""
    return tuple(int(part) if part.isdigit() else part for part in version_str.split("."))

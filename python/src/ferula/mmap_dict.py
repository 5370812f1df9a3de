"""Files of numbers by key, in the format in which `prometheus_client` keeps a process' values.

Nothing of ours is kept so; programs that clean up after dead processes read and write such files.

Format, in the machine's byte order: a 4-byte count of the bytes used, 4 bytes of padding, then records: a 4-byte length of
the key, the key as UTF-8, spaces up to the next multiple of 8 bytes of the record, and two 8-byte floats, value and timestamp.
"""

from __future__ import annotations

import json
import mmap
import os
import struct
from collections.abc import Iterator
from typing import Dict, List, Tuple

_INITIAL_MMAP_SIZE = 1 << 16

_HEADER_BYTES = 8
_INTEGER = struct.Struct("i")
_TWO_DOUBLES = struct.Struct("dd")


def _records(data: bytes, used: int) -> Iterator[Tuple[str, float, float, int]]:
    """Key, value, timestamp and the place of the value of each record."""
    at = _HEADER_BYTES
    while at < used:
        (length,) = _INTEGER.unpack_from(data, at)
        if length < 0 or at + length > used:
            raise RuntimeError("Read beyond file size detected, file is corrupted.")
        key = data[at + 4 : at + 4 + length].decode("utf-8")
        at += 4 + _padded(length)
        value, timestamp = _TWO_DOUBLES.unpack_from(data, at)
        yield key, value, timestamp, at
        at += _TWO_DOUBLES.size


def _padded(length: int) -> int:
    """The bytes of a key with its spaces, so that with its 4-byte length it fills multiples of 8."""
    return length + (8 - (length + 4) % 8)


class MmapedDict:
    """A file of floats by key, mapped into memory. Several processes may read while one writes."""

    def __init__(self, filename: str, read_mode: bool = False) -> None:
        self._f = open(filename, "rb" if read_mode else "a+b")
        self._fname = filename
        capacity = os.fstat(self._f.fileno()).st_size
        if capacity == 0 and not read_mode:
            self._f.truncate(_INITIAL_MMAP_SIZE)
            capacity = _INITIAL_MMAP_SIZE
        self._capacity = capacity
        self._m = mmap.mmap(self._f.fileno(), capacity, access=mmap.ACCESS_READ if read_mode else mmap.ACCESS_WRITE)
        self._positions: Dict[str, int] = {}
        (self._used,) = _INTEGER.unpack_from(self._m, 0)
        if self._used == 0 and not read_mode:
            self._set_used(_HEADER_BYTES)
        elif not read_mode:
            for key, _, _, at in _records(self._m[:], self._used):
                self._positions[key] = at

    @staticmethod
    def read_all_values_from_file(filename: str) -> Iterator[Tuple[str, float, float, int]]:
        """The records of a file, without mapping it."""
        with open(filename, "rb") as file:
            data = file.read()
        (used,) = _INTEGER.unpack_from(data, 0)
        return _records(data, used)

    def _set_used(self, used: int) -> None:
        self._used = used
        _INTEGER.pack_into(self._m, 0, used)

    def _init_value(self, key: str) -> None:
        encoded = key.encode("utf-8")
        padded = encoded + b" " * (_padded(len(encoded)) - len(encoded))
        record = _INTEGER.pack(len(encoded)) + padded + _TWO_DOUBLES.pack(0.0, 0.0)
        while self._used + len(record) > self._capacity:
            self._capacity *= 2
            self._f.truncate(self._capacity)
            self._m.close()
            self._m = mmap.mmap(self._f.fileno(), self._capacity)
        self._m[self._used : self._used + len(record)] = record
        # Counted last, so that a reader never sees half a record.
        self._set_used(self._used + len(record))
        self._positions[key] = self._used - _TWO_DOUBLES.size

    def read_all_values(self) -> Iterator[Tuple[str, float, float]]:
        """Key, value and timestamp of each record."""
        for key, value, timestamp, _ in _records(self._m[:], self._used):
            yield key, value, timestamp

    def read_value(self, key: str) -> Tuple[float, float]:
        """Value and timestamp, zeros if the key is new."""
        if key not in self._positions:
            self._init_value(key)
        value, timestamp = _TWO_DOUBLES.unpack_from(self._m, self._positions[key])
        return value, timestamp

    def write_value(self, key: str, value: float, timestamp: float) -> None:
        """Sets value and timestamp."""
        if key not in self._positions:
            self._init_value(key)
        _TWO_DOUBLES.pack_into(self._m, self._positions[key], value, timestamp)

    def close(self) -> None:
        """Lets go of the file."""
        self._m.close()
        self._f.close()


def mmap_key(metric_name: str, name: str, labelnames: List[str], labelvalues: List[str], help_text: str) -> str:
    """The key of a series: a JSON list of its names, its labels and its help text."""
    return json.dumps([metric_name, name, dict(zip(labelnames, labelvalues)), help_text], sort_keys=True)

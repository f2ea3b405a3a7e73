"""A 64-bit number for every value and every row, made for whole columns at a time.

Equal values have equal numbers, in whatever type or form a file holds them. Two different values share one
with a chance of about 1 in 2 to the 64 (18 million million million): enough to notice a change and to look
for a key among 60 million, not to withstand somebody who seeks two alike. It is written out here, rather than
taken from a library, so that the numbers stay the same from version to version.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from hashlib import blake2b
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Numbers = npt.NDArray[np.uint64]

METHOD = 1
"""Goes into every row's number: a changed way of hashing makes every case look changed, never unchanged."""

EMPTY = np.uint64(0)
"""The number of an empty cell, so that a column the standard gains later changes no row it is empty in."""

_STEP = np.uint64(0x9E3779B97F4A7C15)
_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_ENDS = np.array([(1 << (8 * held)) - 1 for held in range(9)], np.uint64)
_LONG = 4_096


def mixed(values: Numbers) -> Numbers:
    """Each number scattered over all 64 bits, one to one (the finishing step of SplitMix64)."""
    values = values + _STEP
    values ^= values >> np.uint64(30)
    values *= _FIRST
    values ^= values >> np.uint64(27)
    values *= _SECOND
    values ^= values >> np.uint64(31)
    return values


def of_column(values: Any) -> Numbers:
    """A number for each value of an Arrow array of one of the standard's types; of its dictionary, if it
    has one."""
    if pa.types.is_dictionary(values.type):
        found = np.append(_of_text(values.dictionary), EMPTY)
        codes = values.indices.fill_null(len(found) - 1) if values.null_count else values.indices
        numbers: Numbers = found[codes.to_numpy()]
        return numbers
    numbers = _of_text(values) if pa.types.is_string(values.type) else _bits(values) ^ _STEP
    if values.null_count:
        numbers[~values.is_valid().to_numpy(zero_copy_only=False)] = EMPTY
    return numbers


def _scattered(values: Numbers) -> Numbers:
    """Cheaper than :func:`mixed`, and one to one as well: enough between the words of one text."""
    values *= _FIRST
    values ^= values >> np.uint64(32)
    return values


def of_pair(first: Numbers, second: Numbers) -> Numbers:
    """A number for two values together: a key and whose it is."""
    return mixed(first * _FIRST + second * _SECOND)


def of_rows(columns: Sequence[tuple[str, Numbers]], *, salt: str) -> Numbers:
    """A number for each row from those of its cells. ``salt`` tells tables apart. The order of the columns
    does not matter, their names do."""
    total: Numbers = np.full(len(columns[0][1]), _constant(f"{METHOD} {salt}"), np.uint64)
    for name, numbers in columns:
        total += numbers * _constant(name)
    return mixed(total)


@cache
def _constant(name: str) -> np.uint64:
    return np.uint64(int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "little") | 1)


def _bits(values: Any) -> Numbers:
    if pa.types.is_boolean(values.type):
        values = values.cast(pa.uint8())
    width = values.type.bit_width
    kind = np.float64 if pa.types.is_floating(values.type) else np.dtype(f"i{width // 8}")
    held = np.frombuffer(values.buffers()[1], kind)[values.offset : values.offset + len(values)]
    if kind is np.float64:
        return (held + 0.0).view(np.uint64)  # so that minus nothing is nothing
    return held.astype(np.int64).view(np.uint64)


def _of_text(values: Any) -> Numbers:
    """Eight bytes at a time, of all values that still have some."""
    starts, lengths, held = text_bytes(values)
    found: Numbers = (lengths + 1).astype(np.uint64) * _SECOND
    if not len(lengths):
        return found
    longest = int(lengths.max())
    if longest == int(lengths.min()):
        for at in range(0, longest, 8):
            words = np.ndarray(len(lengths), "<u8", held, at, (longest,)) & _ENDS[min(longest - at, 8)]
            found = _scattered(found ^ words)
        return found
    words = np.ndarray((len(held) - 7,), "<u8", held, strides=(1,))
    for at in range(0, min(longest, _LONG), 8):
        going = np.flatnonzero(lengths > at)
        left = np.minimum(lengths[going] - at, 8)
        found[going] = _scattered(found[going] ^ (words[starts[going] + at] & _ENDS[left]))
    for row in np.flatnonzero(lengths > _LONG):
        text = held[starts[row] : starts[row] + lengths[row]]
        found[row] = int.from_bytes(blake2b(text.tobytes(), digest_size=8).digest(), "little")
    return found


def text_bytes(values: Any) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.uint8]]:
    """Where each text begins, how many bytes it has, and the bytes of all, with eight more to read past."""
    _, ends, data = values.buffers()
    bounds = np.frombuffer(ends, np.int32)[values.offset : values.offset + len(values) + 1].astype(np.int64)
    first, last = int(bounds[0]), int(bounds[-1])
    held = np.zeros(last - first + 8, np.uint8)
    if data is not None:
        held[:-8] = np.frombuffer(data, np.uint8)[first:last]
    return bounds[:-1] - first, np.diff(bounds), held

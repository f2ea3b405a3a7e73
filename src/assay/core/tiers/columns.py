"""Columns of text as a whole service has them: each distinct text once, and for every row which it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Small = npt.NDArray[np.int8]
Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Days = npt.NDArray[np.datetime64]


@dataclass(frozen=True, slots=True)
class Coded:
    """Row ``i`` holds ``values[codes[i]]``, or nothing where ``codes[i]`` is -1. Arrow's dictionary arrays
    and categories of data frames are of this form."""

    values: tuple[str, ...]
    codes: npt.NDArray[np.integer]

    @classmethod
    def of(cls, texts: Iterable[str | None]) -> Coded:
        """From a column of texts, None for nothing."""
        places: dict[str, int] = {}
        codes = [-1 if each is None else places.setdefault(each, len(places)) for each in texts]
        return cls(tuple(places), np.array(codes, dtype=np.int32))

    def __len__(self) -> int:
        return len(self.codes)

    def map(self, to: Callable[[str], int], *, empty: int = -1) -> Small:
        """What each row's text stands for, by a function that is asked once for every distinct text."""
        table = np.array([*(to(each) for each in self.values), empty], dtype=np.int8)
        mapped: Small = table[self.codes]
        return mapped


def last_of_each(owner: Ints, value: Small, day: Days, *, count: int) -> Small:
    """The value of the latest row of each owner, of one day the row given first; -1 for an owner of no row.
    A row without a day (NaT) comes before every day."""
    order = np.lexsort(
        (-np.arange(len(owner)), np.where(np.isnat(day), np.datetime64("0001-01-01", "D"), day))
    )
    found = np.full(count, -1, dtype=np.int8)
    # Where an index comes twice numpy keeps what is written last.
    found[owner[order]] = value[order]
    return found


def any_of_each(owner: Ints, *, count: int) -> Bools:
    """Whether each owner has a row at all."""
    found = np.zeros(count, dtype=np.bool_)
    found[owner] = True
    return found

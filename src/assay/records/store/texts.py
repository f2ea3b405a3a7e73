"""What an event's row says of the words that belong to it: their length and a hash, never the words.

The hash (:mod:`assay.records.store.hashing`, as a signed number) tells that words have changed; it is no
seal. Of several words of one row it is the sum, so that their order does not matter; so is the length.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from assay.records import standard
from assay.records.store.hashing import mixed
from assay.records.store.rows import Rows

# The tables whose rows can have words of their own.
SUBJECTS = ("contact", "assessment", "plan_row", "enquiry")
ADDED = (pa.field("text_length", pa.int64()), pa.field("text_hash", pa.int64()))

_Marks = npt.NDArray[np.uint64]
"""Three rows: the number of the key the words belong to, in order; their length; their hash."""


class Marks:
    """The marks of a provider's words, on disk while its other tables are written: words and rows come in
    the order of their cases, so few marks are in memory at a time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / ".marks"
        self.clear()

    def __enter__(self) -> Marks:
        return self

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)

    def clear(self) -> None:
        """As if no words had come."""
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir()
        self._kept: dict[str, list[tuple[str, str, Path]]] = {}

    def note(self, words: Rows) -> None:
        """The next words: whole cases, in their order."""
        first, last = words.cases[0].as_py(), words.cases[-1].as_py()
        subjects = words.column("subject").cast(pa.string())
        for subject in SUBJECTS:
            these = np.flatnonzero(pc.equal(subjects, pa.scalar(subject)).to_numpy(zero_copy_only=False))
            if len(these):
                kept = self._kept.setdefault(subject, [])
                path = self._folder / f"{subject}-{len(kept):05}.npy"
                np.save(path, _marks(words, these))
                kept.append((first, last, path))

    def of(self, rows: Rows) -> tuple[pa.Array[Any], pa.Array[Any]]:
        """``text_length`` (0 without words) and ``text_hash`` (empty without) of each row."""
        first, last = rows.cases[0].as_py(), rows.cases[-1].as_py()
        near = [path for begin, end, path in self._kept.get(rows.name, ()) if begin <= last and first <= end]
        lengths, hashes = np.zeros(len(rows), np.int64), np.zeros(len(rows), np.int64)
        without = np.ones(len(rows), bool)
        keys = rows.numbers(standard.table(rows.name).key)
        order = np.argsort(keys)  # looked up in their order, which is several times as quick
        for keyed, length, hashed in (_read(each) for each in near):
            at = np.minimum(np.searchsorted(keyed, keys[order]), len(keyed) - 1)
            found = keyed[at] == keys[order]
            at, there = at[found], order[found]
            lengths[there], hashes[there], without[there] = length[at], hashed[at].view(np.int64), False
        return pa.array(lengths), pa.array(hashes, mask=without)


def _marks(words: Rows, these: npt.NDArray[np.int64]) -> _Marks:
    keys = words.numbers("subject_id")[these]
    order = np.argsort(keys)
    these, keys = these[order], keys[order]
    begin = np.concatenate([[0], np.flatnonzero(keys[1:] != keys[:-1]) + 1])
    lengths = pc.utf8_length(words.column("body")).to_numpy(zero_copy_only=False).astype(np.uint64)
    hashes = mixed(words.numbers("body")[these])
    return np.stack([keys[begin], np.add.reduceat(lengths[these], begin), np.add.reduceat(hashes, begin)])


@lru_cache(maxsize=4)
def _read(path: Path) -> _Marks:
    found: _Marks = np.load(path)
    return found


def whole_cases(batches: Iterator[Rows]) -> Iterator[Rows]:
    """The same rows, so divided that no case's are in two batches."""
    name, left = "", list[pa.RecordBatch]()
    for rows in batches:
        name, begin = rows.name, int(rows.starts[-1])
        if len(rows.starts) > 1 or (left and _crn(left[-1], -1) != _crn(rows.batch, 0)):
            if not begin:  # one case, and another than the one before it
                yield _joined(name, left)
            else:
                yield _joined(name, [*left, rows.batch.slice(0, begin)])
            left = []
        left.append(rows.batch.slice(begin))
    if left:
        yield _joined(name, left)


def _crn(batch: pa.RecordBatch, at: int) -> object:
    return batch.column("crn")[at % batch.num_rows].as_py()


def _joined(name: str, parts: list[pa.RecordBatch]) -> Rows:
    if len(parts) == 1:
        return Rows(name, parts[0])
    table = pa.Table.from_batches(parts).unify_dictionaries().combine_chunks()
    return Rows(name, table.to_batches()[0])

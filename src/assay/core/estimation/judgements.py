"""The judgements of a drawn sample, made ready for counting: what was drawn, what was judged, what it
weighs."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from assay.core.errors import Refused
from assay.core.messages import message

Floats = NDArray[np.float64]
Numbers = NDArray[np.int64]
Judgement = bool | int | float | None
"""Whether a case counts: true or 1, false or 0, and None where nobody judged it."""

MOST_NOT_JUDGED = 0.10
SMALL_BASE = 20

SMALL = message("small base").id
REPLACED = message("some cases were drawn in place of others").id
NOT_JUDGED = message("more than 10% of the cases drawn were not judged").id
CLUSTERS_IGNORED = message("cases were drawn by clusters, and none was given").id


class Drawn(Protocol):
    """What must be known of a draw. ``ids``, ``stratum`` and ``weight`` are parallel; ``sizes`` counts the
    frame; ``cluster_of`` is None where the frame has no clusters."""

    @property
    def ids(self) -> Sequence[str]: ...
    @property
    def stratum(self) -> Sequence[str]: ...
    @property
    def weight(self) -> Sequence[float]: ...
    @property
    def sizes(self) -> Mapping[str, int]: ...
    @property
    def replaced(self) -> Sequence[object]: ...
    @property
    def cluster_of(self) -> Mapping[str, str] | None: ...


@dataclass(frozen=True, slots=True)
class Selection:
    """A sample that somebody else drew: at random within each stratum, all of a stratum with one chance.
    ``weight`` is how many of its stratum each case stands for."""

    ids: tuple[str, ...]
    stratum: tuple[str, ...]
    sizes: Mapping[str, int]
    replaced: tuple[str, ...] = ()
    cluster_of: Mapping[str, str] | None = None

    weight: tuple[float, ...] = field(init=False)

    def __post_init__(self) -> None:
        drawn = Counter(self.stratum)
        each = {name: self.sizes.get(name, 0) / times for name, times in drawn.items()}
        object.__setattr__(self, "weight", tuple(each[name] for name in self.stratum))


@dataclass(frozen=True, slots=True, eq=False)
class Judgements:
    """The judged cases alone, arrays of length n: ``y`` 0 or 1, ``place`` which stratum, ``weight`` and
    ``cluster`` (a number for each, or None). ``sizes`` and ``judged`` are by stratum, H long; ``kept`` is
    parallel to the sample and says which of it was judged."""

    y: Floats
    place: Numbers
    weight: Floats
    cluster: Numbers | None
    sizes: Floats
    judged: Floats
    kept: NDArray[np.bool_]
    warnings: tuple[str, ...]

    @property
    def n(self) -> int:
        """How many were judged."""
        return len(self.y)

    @property
    def population(self) -> int:
        """How many are in the frame."""
        return int(self.sizes.sum())

    @property
    def is_even(self) -> bool:
        """Whether every judged case of a stratum weighs as much as the next."""
        return bool(np.allclose(self.weight, (self.sizes / self.judged)[self.place], rtol=1e-9, atol=0))

    @property
    def counted(self) -> int:
        """How many of the judged count."""
        return int(self.y.sum())


def judgements(y: Sequence[Judgement], sample: Drawn, *, cluster: Sequence[str] | None = None) -> Judgements:
    """Those of the sample that were judged, each weighing as the draw says times what its stratum lost.

    ``Refused`` where the columns differ in length, a value is none of 0, 1 and None, a stratum of the frame
    has nobody judged, or more are drawn from one than it has.
    """
    _check_columns(sample, y=y, cluster=cluster)
    value = np.array([_value(each) for each in y], dtype=float)
    kept = ~np.isnan(value)
    names = {name: place for place, name in enumerate(sample.sizes)}
    try:
        place = np.array([names[each] for each in sample.stratum], dtype=np.int64)
    except KeyError as strange:
        raise Refused(message("stratum: {name} is not in the frame.", name=strange.args[0])) from None
    drawn = np.bincount(place, minlength=len(names)).astype(float)
    judged = np.bincount(place[kept], minlength=len(names)).astype(float)
    _check_strata(sample.sizes, drawn, judged)
    weight = np.asarray(sample.weight, dtype=float) * (drawn / judged)[place]
    return Judgements(
        y=value[kept],
        place=place[kept],
        weight=weight[kept],
        cluster=None if cluster is None else _numbered(cluster)[kept],
        sizes=np.array(list(sample.sizes.values()), dtype=float),
        judged=judged,
        kept=kept,
        warnings=_warnings(sample, kept, cluster),
    )


def inputs_hash(*inputs: object) -> str:
    """A hash of what a figure was made from, the same whenever the inputs are."""
    written = json.dumps(inputs, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()


def drawn_hash(y: Sequence[Judgement], sample: Drawn, *others: object) -> str:
    """The hash of judgements, of the sample they are of, and of whatever else a figure was made from."""
    value = ["" if each is None else str(int(each)) for each in y]
    sizes = [[name, size] for name, size in sample.sizes.items()]
    weight = np.asarray(sample.weight, dtype="<f8").tobytes().hex()
    return inputs_hash(value, list(sample.ids), list(sample.stratum), weight, sizes, *others)


def _value(judgement: Judgement) -> float:
    if judgement is None:
        return float("nan")
    if judgement in (0, 1):
        return float(judgement)
    raise Refused(message("y: {value} is neither 0, nor 1, nor empty.", value=judgement))


def _numbered(names: Sequence[str]) -> Numbers:
    return np.unique(np.asarray(names, dtype=str), return_inverse=True)[1].astype(np.int64)


def _check_columns(sample: Drawn, **columns: Sequence[object] | None) -> None:
    for name, each in columns.items():
        if each is not None and len(each) != len(sample.ids):
            said = message(
                "{name}: {length} values were given for {ids} cases of the sample.",
                name=name,
                length=len(each),
                ids=len(sample.ids),
            )
            raise Refused(said)


def _check_strata(sizes: Mapping[str, int], drawn: Floats, judged: Floats) -> None:
    if not judged.any():
        raise Refused(message("y: no case of the sample was judged."))
    for (name, size), times, several in zip(sizes.items(), drawn.tolist(), judged.tolist(), strict=True):
        if times > size:
            said = message(
                "stratum: {drawn} cases were drawn from {name}, which has {size}.",
                drawn=int(times),
                name=name,
                size=size,
            )
            raise Refused(said)
        if not several:
            raise Refused(
                message("stratum: no case of {name} was judged, and none can speak for it.", name=name)
            )


def _warnings(sample: Drawn, kept: NDArray[np.bool_], cluster: Sequence[str] | None) -> tuple[str, ...]:
    found = (
        (SMALL, int(kept.sum()) < SMALL_BASE),
        (REPLACED, bool(sample.replaced)),
        (NOT_JUDGED, float(np.mean(~kept)) > MOST_NOT_JUDGED),
        (CLUSTERS_IGNORED, sample.cluster_of is not None and cluster is None),
    )
    return tuple(said for said, holds in found if holds)

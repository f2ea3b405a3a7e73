"""How many cases, how many from where, and which: pure, and the same for the same seed for ever.

A draw gives every id a ticket, the SHA-256 of seed, frame and id, and takes the lowest tickets of each
stratum. That is simple random sampling within strata, it needs no generator whose stream may change
between versions of a library, and anybody can check it with a hashing tool.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import replace as changed
from fractions import Fraction
from statistics import NormalDist

from assay.core.estimation.frame import Frame


@dataclass(frozen=True, slots=True)
class SizeResult:
    """A sample size, step by step: for an endless population, after design effect, after the finite one,
    and ``n`` after expected non-response, never more than the population."""

    n0: float
    n_deff: float
    n_fpc: float
    n: int


def sample_size(
    population: int,
    *,
    margin: float,
    level: float = 0.80,
    p: float = 0.5,
    deff: float = 1.0,
    response: float = 1.0,
) -> SizeResult:
    """Cochran's size for a proportion with a two-sided ``level`` and half-width ``margin``, in [0, 1]."""
    z = NormalDist().inv_cdf(0.5 + level / 2)
    n0 = z * z * p * (1 - p) / margin**2
    n_deff = n0 * deff
    n_fpc = n_deff / (1 + (n_deff - 1) / population)
    return SizeResult(n0, n_deff, n_fpc, min(population, math.ceil(round(n_fpc / response, 9))))


def allocate(sizes: Mapping[str, int], n: int, *, min_per_stratum: int = 2) -> dict[str, int]:
    """``n`` shared over strata in proportion to ``sizes``, exactly, by largest remainder.

    Every stratum gets at least ``min_per_stratum`` or all it has, and never more than it has. Ties go to
    the larger stratum, then by name. ``ValueError`` where ``n`` cannot be met.
    """
    floors = {name: min(min_per_stratum, size) for name, size in sizes.items()}
    if not sum(floors.values()) <= n <= sum(sizes.values()):
        raise ValueError(
            f"{n} cannot be drawn from {sum(sizes.values())} with {sum(floors.values())} at least"
        )
    fixed: dict[str, int] = {}
    while True:
        free = {name: size for name, size in sizes.items() if name not in fixed}
        shares = _shares(free, n - sum(fixed.values()))
        low = {name: floors[name] for name, share in shares.items() if share < floors[name]}
        if not low:
            break
        fixed |= low
    return {name: fixed.get(name, whole) for name, whole in _rounded(shares, fixed, sizes).items()}


def _shares(sizes: Mapping[str, int], n: int) -> dict[str, Fraction]:
    total = sum(sizes.values())
    return {name: Fraction(n * size, total) for name, size in sizes.items()} if total else {}


def _rounded(
    shares: Mapping[str, Fraction], fixed: Mapping[str, int], sizes: Mapping[str, int]
) -> dict[str, int]:
    whole = {name: math.floor(share) for name, share in shares.items()}
    short = round(sum(shares.values(), Fraction(0))) - sum(whole.values())
    by_remainder = sorted(shares, key=lambda name: (whole[name] - shares[name], -sizes[name], name))
    for name in by_remainder[:short]:
        whole[name] += 1
    return {name: whole.get(name, fixed.get(name, 0)) for name in sizes}


def allocate_half_up(sizes: Mapping[str, int], n: int, *, buffer_percent: int = 0) -> dict[str, int]:
    """The rule of the inspectorate's published sampler of 2020-21, buffer of replacements included.

    Each share is rounded half up and given its own rounded buffer; then the smallest strata gain one, or
    the largest lose one, until the total is right. Kept to check our allocation against theirs.
    """
    total = sum(sizes.values())
    base = {name: _half_up(Fraction(n * size, total)) for name, size in sizes.items()}
    given = {
        name: min(sizes[name], each + _half_up(Fraction(each * buffer_percent, 100)))
        for name, each in base.items()
    }
    target = min(total, n + _half_up(Fraction(n * buffer_percent, 100)))
    smallest_first = sorted(sizes, key=lambda name: (given[name], name))
    while (gap := target - sum(given.values())) != 0:
        for name in smallest_first if gap > 0 else reversed(smallest_first):
            if gap and 0 <= given[name] + (1 if gap > 0 else -1) <= sizes[name]:
                given[name] += 1 if gap > 0 else -1
                gap += -1 if gap > 0 else 1
    return given


def _half_up(value: Fraction) -> int:
    return math.floor(value + Fraction(1, 2))


@dataclass(frozen=True, slots=True)
class Replacement:
    """One case put in the place of another, and why."""

    out: str
    into: str
    reason: str


@dataclass(frozen=True, slots=True)
class Sample:
    """A draw. ``order`` keeps each stratum's whole seeded order: who is drawn first, who follows if one
    falls out. ``ids``, ``stratum`` and ``weight`` are parallel; a weight is the inverse of the chance."""

    ids: tuple[str, ...]
    stratum: tuple[str, ...]
    weight: tuple[float, ...]
    n_by_stratum: Mapping[str, int]
    sizes: Mapping[str, int]
    order: Mapping[str, tuple[str, ...]]
    seed: str
    frame_hash: str
    replaced: tuple[Replacement, ...] = ()

    def __len__(self) -> int:
        return len(self.ids)

    def chance(self, stratum: str) -> Fraction:
        """The chance each member of the stratum had of being drawn."""
        return Fraction(self.n_by_stratum[stratum], self.sizes[stratum])


def ticket(seed: str, frame_hash: str, id: str) -> str:
    """The number by which an id is ordered: nobody can know it before the seed is fixed."""
    return hashlib.sha256(f"{seed}\n{frame_hash}\n{id}".encode()).hexdigest()


def draw(frame: Frame, n_by_stratum: Mapping[str, int], *, seed: str) -> Sample:
    """The lowest tickets of each stratum. The same frame and seed give the same cases, in any order given."""
    assert set(n_by_stratum) == set(frame.sizes), "every stratum is allocated to, and no other"
    key = frame.hash
    order = {
        name: tuple(sorted(frame.members(name), key=lambda id: ticket(seed, key, id))) for name in frame.sizes
    }
    chosen = [(id, name) for name, n in sorted(n_by_stratum.items()) for id in order[name][:n]]
    return Sample(
        ids=tuple(id for id, _ in chosen),
        stratum=tuple(name for _, name in chosen),
        weight=tuple(frame.sizes[name] / n_by_stratum[name] for _, name in chosen),
        n_by_stratum=dict(n_by_stratum),
        sizes=dict(frame.sizes),
        order=order,
        seed=seed,
        frame_hash=key,
    )


def next_in_order(sample: Sample, stratum: str) -> str | None:
    """The next in the seeded order that was never in the sample; None where the stratum is used up."""
    used = set(sample.ids) | {each.out for each in sample.replaced}
    return next((id for id in sample.order[stratum] if id not in used), None)


def replace(sample: Sample, id: str, *, reason: str) -> Sample:
    """The sample with ``id`` put out and the next of its stratum in, in the same place.

    ``KeyError`` if ``id`` is not in the sample; ``ValueError`` for an empty reason or a used-up stratum.
    """
    if id not in sample.ids:
        raise KeyError(id)
    if not reason.strip():
        raise ValueError("a replacement has a reason")
    place = sample.ids.index(id)
    into = next_in_order(sample, sample.stratum[place])
    if into is None:
        raise ValueError(f"nobody is left in {sample.stratum[place]}")
    ids = (*sample.ids[:place], into, *sample.ids[place + 1 :])
    return changed(sample, ids=ids, replaced=(*sample.replaced, Replacement(id, into, reason)))

"""How many cases, how many from where, and which: pure, and the same for the same seed for ever.

A draw gives every id a ticket, the SHA-256 of seed, frame and id, and takes the lowest tickets of each
stratum. That is simple random sampling within strata, it needs no generator whose stream may change
between versions of a library, and anybody can check it with a hashing tool.
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from dataclasses import replace as changed
from fractions import Fraction
from statistics import NormalDist

from assay.core.errors import Refused
from assay.core.estimation import allocation
from assay.core.estimation.allocation import FLOOR, LEAST, METHODS, Allocation
from assay.core.estimation.frame import Frame
from assay.core.messages import message

BUFFER_PERCENT = 20


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
    """Cochran's size for a proportion near ``p``, with a two-sided ``level`` and half-width ``margin``, all
    shares in [0, 1]: ``n0 = z²p(1-p)/margin²``, times the design effect, then ``n/(1 + (n - 1)/population)``,
    then over the ``response`` expected; rounded up at the end alone.

    The design effect comes before the finite population, so that drawing everyone is always enough; some
    books multiply afterwards, which is the same for one of 1. ``Refused`` names the field that cannot be.
    """
    if population < 1:
        raise Refused(message("population: {value} is less than 1.", value=population))
    _check_share(margin, "margin")
    _check_share(p, "p")
    n0 = _z(level) ** 2 * p * (1 - p) / margin**2
    if not (math.isfinite(deff) and deff > 0):
        raise Refused(message("deff: a design effect is more than nought."))
    if not 0 < response <= 1:
        raise Refused(message("response: a share from 0 to 1 is expected, more than 0."))
    n_deff = n0 * deff
    n_fpc = n_deff / (1 + (n_deff - 1) / population)
    return SizeResult(n0, n_deff, n_fpc, max(1, min(population, math.ceil(round(n_fpc / response, 9)))))


def clustered_deff(cases: float, icc: float) -> float:
    """Kish's design effect of drawing ``cases`` on average of each cluster, with a correlation of ``icc``
    between two of one cluster."""
    if not (math.isfinite(cases) and cases >= 1):
        raise Refused(message("cases per cluster: at least 1 is expected."))
    if not 0 <= icc <= 1:
        raise Refused(message("icc: a share from 0 to 1 is expected."))
    return 1 + (cases - 1) * icc


def half_width(n: int, population: int, *, level: float = 0.80, p: float = 0.5) -> float:
    """The margin that ``n`` cases of ``population`` give, a share: what :func:`sample_size` is asked for."""
    if not 1 <= n <= population:
        raise Refused(message("n: {value} cases cannot be drawn of {most}.", value=n, most=population))
    finite = (population - n) / (population - 1) if population > 1 else 0.0
    _check_share(p, "p")
    return _z(level) * math.sqrt(p * (1 - p) * finite / n)


def _z(level: float) -> float:
    _check_share(level, "level")
    return NormalDist().inv_cdf(0.5 + level / 2)


def _check_share(value: float, field: str) -> None:
    if not 0 < value < 1:
        raise Refused(
            message(
                "{field}: {value} is not a share between 0 and 1; 5 points are 0.05.",
                field=field,
                value=value,
            )
        )


def allocate(
    sizes: Mapping[str, int],
    n: int,
    *,
    method: str = "proportional",
    spread: Mapping[str, float] | None = None,
    floor: float = FLOOR,
    min_per_stratum: int = LEAST,
) -> dict[str, int]:
    """``n`` shared over strata of these ``sizes``: how many cases each gives.

    Every stratum gives ``min_per_stratum`` or all it has, and never more than it has. ``method`` is
    ``proportional`` (by largest remainder), ``neyman`` (for the least variance, given the ``spread`` of each
    stratum, of which none is believed smaller than ``floor``), or ``published`` (the inspectorate's rule of
    2020-21, which knows no least). ``Refused`` where ``n`` cannot be met.
    """
    return allocated(
        sizes, n, method=method, spread=spread, floor=floor, min_per_stratum=min_per_stratum
    ).counts


def allocated(
    sizes: Mapping[str, int],
    n: int,
    *,
    method: str = "proportional",
    spread: Mapping[str, float] | None = None,
    floor: float = FLOOR,
    min_per_stratum: int = LEAST,
) -> Allocation:
    """The same as :func:`allocate`, with the steps by which each number came about."""
    if min_per_stratum < 0:
        raise Refused(message("least: {value} is less than nought.", value=min_per_stratum))
    if method == "neyman":
        if spread is None:
            raise Refused(message("spread: Neyman's allocation needs one of each stratum."))
        return allocation.neyman(sizes, n, spread=spread, floor=floor, least=min_per_stratum)
    if method == "published":
        allocation.check_possible(sizes, n, least=0)
        return allocation.half_up(sizes, n)
    if method != "proportional":
        raise Refused(message("method: {value} is none of {known}.", value=method, known=", ".join(METHODS)))
    return allocation.proportional(sizes, n, least=min_per_stratum)


def allocate_half_up(sizes: Mapping[str, int], n: int, *, buffer_percent: int = 0) -> dict[str, int]:
    """The rule of the inspectorate's published sampler of 2020-21, buffer of replacements included; see
    :func:`assay.core.estimation.allocation.half_up`."""
    return allocation.half_up(sizes, n, buffer_percent=buffer_percent).counts


def standing_by(
    n_by_stratum: Mapping[str, int], sizes: Mapping[str, int], *, percent: int = BUFFER_PERCENT
) -> dict[str, int]:
    """How many cases of each stratum stand by to replace others: so many in 100 of those drawn, rounded up,
    as far as there are any."""
    if percent < 0:
        raise Refused(message("buffer: {value} is less than nought.", value=percent))
    return {
        name: min(-(-drawn * percent // 100), sizes[name] - drawn) for name, drawn in n_by_stratum.items()
    }


@dataclass(frozen=True, slots=True)
class Replacement:
    """One case put in the place of another, and why."""

    out: str
    into: str
    reason: str


@dataclass(frozen=True, slots=True)
class Sample:
    """A draw. ``order`` keeps each stratum's whole seeded order: who is drawn first, who follows if one
    falls out. ``ids``, ``stratum`` and ``weight`` are parallel; a weight is the inverse of the chance.

    ``cluster_of`` gives the cluster of every case of the frame, where it has clusters; ``cap`` is how many
    cases of one cluster there may be, which a replacement keeps to as well.
    """

    ids: tuple[str, ...]
    stratum: tuple[str, ...]
    weight: tuple[float, ...]
    n_by_stratum: Mapping[str, int]
    sizes: Mapping[str, int]
    order: Mapping[str, tuple[str, ...]]
    seed: str
    frame_hash: str
    replaced: tuple[Replacement, ...] = ()
    cluster_of: Mapping[str, str] | None = None
    cap: int | None = None

    def __len__(self) -> int:
        return len(self.ids)

    def chance(self, stratum: str) -> Fraction:
        """The chance each member of the stratum had of being drawn; on average, where it was drawn by places
        within (see :mod:`assay.core.estimation.nested`)."""
        return Fraction(self.n_by_stratum[stratum], self.sizes[stratum])


def ticket(seed: str, frame_hash: str, id: str) -> str:
    """The number by which an id is ordered: nobody can know it before the seed is fixed."""
    return hashlib.sha256(f"{seed}\n{frame_hash}\n{id}".encode()).hexdigest()


def in_order(ids: Iterable[str], *, seed: str, frame_hash: str) -> tuple[str, ...]:
    """The ids by their tickets."""
    begun = f"{seed}\n{frame_hash}\n".encode()
    tickets = {id: hashlib.sha256(begun + id.encode()).digest() for id in ids}
    return tuple(sorted(tickets, key=tickets.__getitem__))


def check_seed(seed: str) -> None:
    """``Refused`` where there is none."""
    if not seed.strip():
        raise Refused(message("Give a seed: any words or numbers that nobody could have chosen on purpose."))


@dataclass(frozen=True, slots=True)
class Orders:
    """Each stratum's ids in seeded order, and the hash of the frame they are of."""

    frame_hash: str
    by_stratum: Mapping[str, tuple[str, ...]]


def orders(frame: Frame, *, seed: str) -> Orders:
    """Everybody of each stratum by ticket, strata in order of name. ``Refused`` without a seed."""
    check_seed(seed)
    key = frame.hash
    return Orders(
        key, {name: in_order(ids, seed=seed, frame_hash=key) for name, ids in frame.by_stratum().items()}
    )


def draw(
    frame: Frame, n_by_stratum: Mapping[str, int], *, seed: str, ordered: Orders | None = None
) -> Sample:
    """The lowest tickets of each stratum. The same frame and seed give the same cases, in any order given.

    ``ordered`` stands in for what the seed gives where some ids are no longer known, as in a receipt with
    erased rows. ``Refused`` without a seed, and where a stratum is allocated nothing at all (not even 0), is
    not in the frame, or cannot give so many.
    """
    known = ordered or orders(frame, seed=seed)
    sizes = {name: len(ids) for name, ids in known.by_stratum.items()}
    check_allocation(n_by_stratum, sizes)
    chosen = [(id, name) for name, n in sorted(n_by_stratum.items()) for id in known.by_stratum[name][:n]]
    return Sample(
        ids=tuple(id for id, _ in chosen),
        stratum=tuple(name for _, name in chosen),
        weight=tuple(sizes[name] / n_by_stratum[name] for _, name in chosen),
        n_by_stratum=dict(n_by_stratum),
        sizes=sizes,
        order=dict(known.by_stratum),
        seed=seed,
        frame_hash=known.frame_hash,
        cluster_of=None if frame.cluster is None else dict(zip(frame.ids, frame.cluster, strict=True)),
    )


def check_allocation(n_by_stratum: Mapping[str, int], sizes: Mapping[str, int]) -> None:
    """``Refused`` where these strata are not those, or one cannot give so many."""
    for name in sorted(set(n_by_stratum) ^ set(sizes)):
        raise Refused(
            message("Stratum {name} is in the allocation or in the frame, but not in both.", name=name)
        )
    for name, n in n_by_stratum.items():
        if not 0 <= n <= sizes[name]:
            raise Refused(
                message(
                    "Stratum {name} has {size} cases and cannot give {n}.", name=name, size=sizes[name], n=n
                )
            )


def next_in_order(sample: Sample, stratum: str, *, instead_of: str | None = None) -> str | None:
    """The next in the seeded order that was never in the sample; None where the stratum is used up.

    With a cap, one whose cluster has as many as it may is passed over; ``instead_of`` leaves first.
    """
    used = set(sample.ids) | {each.out for each in sample.replaced}
    full = _full_clusters(sample, leaving=instead_of)
    cluster_of = sample.cluster_of or {}
    return next(
        (id for id in sample.order[stratum] if id not in used and cluster_of.get(id) not in full), None
    )


def _full_clusters(sample: Sample, *, leaving: str | None) -> set[str]:
    if sample.cap is None or sample.cluster_of is None:
        return set()
    held = Counter(sample.cluster_of[id] for id in sample.ids if id != leaving)
    return {cluster for cluster, count in held.items() if count >= sample.cap}


def replace(sample: Sample, id: str, *, reason: str) -> Sample:
    """The sample with ``id`` put out and the next of its stratum in, in the same place.

    The place keeps its weight. ``Refused`` if ``id`` is not in the sample, for an empty reason, and where
    nobody of the stratum is left.
    """
    if id not in sample.ids:
        raise Refused(message("{id} is not in the sample.", id=id))
    if not reason.strip():
        raise Refused(message("Say why the case is replaced. The reason stays with the sample."))
    place = sample.ids.index(id)
    into = next_in_order(sample, sample.stratum[place], instead_of=id)
    if into is None:
        raise Refused(
            message("Nobody is left in {stratum} to replace {id}.", stratum=sample.stratum[place], id=id)
        )
    ids = (*sample.ids[:place], into, *sample.ids[place + 1 :])
    return changed(sample, ids=ids, replaced=(*sample.replaced, Replacement(id, into, reason)))

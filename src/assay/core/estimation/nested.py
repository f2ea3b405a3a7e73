"""A stratum's cases shared out over clusters, then units, then practitioners, with a cap on the last.

As the inspectorate's published sampler of 2020-21 does it: in proportion at each level; at most so many cases
of one practitioner over all strata; what is over the cap moves to other practitioners of the same unit, the
smallest first, one each in turn; and where they have no more, the sample falls short and says so.

The counts follow from the frame alone, so a case's chance is exact: so many of so many of its practitioner's.
It differs between cases of one stratum, and where a practitioner's share rounds to nought it is nought. Such
a sample is spread evenly over people who do the work; for a rate of everybody, draw by strata alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from assay.core.errors import Refused
from assay.core.estimation import allocation
from assay.core.estimation.allocation import Allocation, Step
from assay.core.estimation.design import Orders, Sample, check_allocation, orders
from assay.core.estimation.frame import Frame
from assay.core.messages import message

CAP = 6
Place = tuple[str, ...]
"""A stratum and a place within it: stratum, cluster, unit, practitioner."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Nested:
    """A draw by places. ``counts`` and ``sizes`` are by place; ``chances`` of every case of the frame;
    ``short`` says by how many a stratum falls short of what was asked, if it does."""

    sample: Sample
    counts: Mapping[Place, int]
    sizes: Mapping[Place, int]
    chances: Mapping[str, Fraction]
    short: Mapping[str, int]
    place_of: Mapping[str, Place]
    steps: tuple[Step, ...]

    def size_around(self, id: str) -> int:
        """How many eligible cases lie in the same place as this one."""
        return self.sizes[self.place_of[id]]

    @property
    def never(self) -> int:
        """How many cases of the frame could not have been drawn with any seed."""
        return sum(size for place, size in self.sizes.items() if not self.counts[place])


def draw_within(
    frame: Frame,
    n_by_stratum: Mapping[str, int],
    *,
    seed: str,
    cap: int | None = CAP,
    published: bool = False,
    ordered: Orders | None = None,
) -> Nested:
    """So many of each stratum, shared out over the places within it, then the lowest tickets of each place.

    ``published`` shares out by the sampler's own rounding, otherwise by largest remainder. In the sample a
    stratum's order runs through those drawn and then all others, so that a replacement is the next of the
    same stratum whose practitioner is below the cap. ``ordered`` and ``Refused`` are as in
    :func:`assay.core.estimation.design.draw`; a frame without places within is refused too.
    """
    place_of = _places(frame)
    sizes: dict[Place, int] = dict(sorted(Counter(place_of.values()).items()))
    check_allocation(n_by_stratum, frame.sizes)
    counts, steps = shared_out(sizes, n_by_stratum, cap=cap, published=published)
    known = ordered or orders(frame, seed=seed)
    sample = _drawn(known, counts, place_of, seed=seed, cap=cap)
    short = {name: n - sample.n_by_stratum[name] for name, n in sorted(n_by_stratum.items())}
    return Nested(
        sample=sample,
        counts=counts,
        sizes=sizes,
        chances={id: Fraction(counts[place], sizes[place]) for id, place in place_of.items()},
        short={name: missing for name, missing in short.items() if missing},
        place_of=place_of,
        steps=steps,
    )


def shared_out(
    sizes: Mapping[Place, int], n_by_stratum: Mapping[str, int], *, cap: int | None, published: bool
) -> tuple[dict[Place, int], tuple[Step, ...]]:
    """How many cases each place gives, strata in order of name, and the steps to it. ``sizes`` is by place,
    all equally deep; a practitioner, the last of a place, is one over all strata and units."""
    if cap is not None and cap < 1:
        raise Refused(message("cap: a practitioner gives at least 1 case."))
    counts: dict[Place, int] = {}
    steps: list[Step] = []
    held: Counter[str] = Counter()
    for name, n in sorted(n_by_stratum.items()):
        inside = {place[1:]: size for place, size in sizes.items() if place[0] == name}
        given = _below((name,), inside, n, (cap, published), held, steps)
        if (total := sum(given.values())) < n:
            said = message(
                "{asked} were asked; with at most {cap} of a practitioner the units have no more.",
                asked=n,
                cap=cap,
            )
            steps.append(Step(at=(name,), name="fell short", value=Fraction(total), because=said))
        counts |= given
    return dict(sorted(counts.items())), tuple(steps)


def _below(
    at: Place,
    sizes: Mapping[Place, int],
    n: int,
    rule: tuple[int | None, bool],
    held: Counter[str],
    steps: list[Step],
) -> dict[Place, int]:
    cap, published = rule
    groups: dict[str, int] = {}
    for place, size in sorted(sizes.items()):
        groups[place[0]] = groups.get(place[0], 0) + size
    shared = _shared(groups, n, published=published)
    steps += [
        Step(at=(*at, *each.at), name=each.name, value=each.value, because=each.because)
        for each in shared.steps
    ]
    if max(map(len, sizes), default=1) == 1:
        given = capped(shared.counts, groups, cap=cap, held=held, at=at, steps=steps)
        held.update(given)
        return {(*at, name): count for name, count in given.items()}
    found: dict[Place, int] = {}
    for name, count in shared.counts.items():
        inside = {place[1:]: size for place, size in sizes.items() if place[0] == name}
        found |= _below((*at, name), inside, count, rule, held, steps)
    return found


def _shared(groups: Mapping[str, int], n: int, *, published: bool) -> Allocation:
    return allocation.half_up(groups, n) if published else allocation.proportional(groups, n, least=0)


def capped(
    asked: Mapping[str, int],
    sizes: Mapping[str, int],
    *,
    cap: int | None,
    held: Mapping[str, int] | None = None,
    at: Place = (),
    steps: list[Step] | None = None,
) -> dict[str, int]:
    """What each practitioner of one unit gives, where none gives more than ``cap`` with what is ``held``.

    What is over moves to the others, those with the fewest first and one each in turn, as far as they have
    cases (``sizes``) and are below the cap; the rest falls away. Each change is added to ``steps``.
    """
    if cap is None:
        return dict(asked)
    before = {name: (held or {}).get(name, 0) for name in asked}
    given = {name: min(count, max(0, cap - before[name])) for name, count in asked.items()}
    kept = dict(given)
    room = {name: min(sizes[name], cap - before[name]) for name in asked}
    over = sum(asked.values()) - sum(given.values())
    order = sorted(given, key=lambda name: (kept[name], name))
    while over and any(given[name] < room[name] for name in order):
        for name in order:
            if over and given[name] < room[name]:
                given[name] += 1
                over -= 1
    if steps is not None:
        steps += _changes(at, asked, kept, given, before, cap)
    return given


def _changes(
    at: Place,
    asked: Mapping[str, int],
    kept: Mapping[str, int],
    given: Mapping[str, int],
    before: Mapping[str, int],
    cap: int,
) -> list[Step]:
    found = []
    for name in asked:
        if kept[name] < asked[name]:
            said = message(
                "At most {cap} of a practitioner over all strata; {before} are drawn already.",
                cap=cap,
                before=before[name],
            )
            found.append(Step(at=(*at, name), name="cap", value=Fraction(kept[name]), because=said))
        if given[name] > kept[name]:
            said = message("Moved here from others of the unit, who have as many as they may.")
            found.append(Step(at=(*at, name), name="moved here", value=Fraction(given[name]), because=said))
    return found


def _places(frame: Frame) -> dict[str, Place]:
    if frame.within is None or not all(frame.within):
        raise Refused(message("within: the frame does not say where within its stratum a case lies."))
    rows = zip(frame.ids, frame.stratum, frame.within, strict=True)
    return {id: (stratum, *within) for id, stratum, within in rows}


def _drawn(
    known: Orders, counts: Mapping[Place, int], place_of: Mapping[str, Place], *, seed: str, cap: int | None
) -> Sample:
    order: dict[str, tuple[str, ...]] = {}
    ids: list[tuple[str, str]] = []
    left = dict(counts)
    for name, by_ticket in known.by_stratum.items():
        chosen = []
        for id in by_ticket:
            if left[place_of[id]]:
                left[place_of[id]] -= 1
                chosen.append(id)
        taken = set(chosen)
        order[name] = (*chosen, *(id for id in by_ticket if id not in taken))
        ids += [(id, name) for id in chosen]
    place_sizes = Counter(place_of.values())
    drawn = Counter(name for _, name in ids)
    return Sample(
        ids=tuple(id for id, _ in ids),
        stratum=tuple(name for _, name in ids),
        weight=tuple(place_sizes[place_of[id]] / counts[place_of[id]] for id, _ in ids),
        n_by_stratum={name: drawn[name] for name in order},
        sizes={name: len(each) for name, each in order.items()},
        order=order,
        seed=seed,
        frame_hash=known.frame_hash,
        cluster_of={id: place[-1] for id, place in place_of.items()},
        cap=cap,
    )

"""A whole service: twelve regions of invented people, made a PDU at a time.

Each region is an extract of its own. References and keys differ between regions, so that all can be loaded
together; somebody who moved between regions is in the extract of the one that holds the case now. A PDU is
made from the region's staff, its own people and a seed of its own, so that nothing larger stands in memory
and regions can be made side by side.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib import resources

import numpy as np

from assay.records.synthetic import demonstration, marginals, names
from assay.records.synthetic.batches import Batch, Known, Tables, invent
from assay.records.synthetic.cases import make_cases
from assay.records.synthetic.columns import Numbers
from assay.records.synthetic.rates import rate
from assay.records.synthetic.region import staff_tables
from assay.records.synthetic.staff import Posts, make_staff
from assay.records.synthetic.stories import story_tables
from assay.records.synthetic.units import Shape, real_pdus
from assay.records.synthetic.waiting import make_waiting

FEWEST, MOST = 2_400, 2_440_000
"""How many people a service can have on one day; ten times the real number fits the references."""

FIRST_CRN = 91_000_000
"""A service's references have eight digits: X91000000 and after."""

ROWS_A_BATCH = 100_000_000
READ_A_PDU = 12
"""Cases of an earlier inspection that were read, in each PDU."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One region of a service: its shape, how many people are under supervision, waiting for release and
    known in all, the number of its first reference and of its first batch."""

    shape: Shape
    live: int
    waiting: int
    people: int
    posts: Posts
    first: int
    batch: int

    @property
    def code(self) -> str:
        """The provider's code."""
        return self.shape.code


def regions(people: int, *, real_names: bool = False) -> tuple[Plan, ...]:
    """The twelve regions of a service with that many people on the day."""
    assert FEWEST <= people <= MOST, people
    shapes = _shapes(real_names=real_names)
    weights = [marginals.REGIONS[each.name] for each in shapes]
    scale = people / marginals.LIVE
    waiting = round(people * rate("awaiting_release"))
    shares = {
        "live": _split(people - waiting, weights),
        "waiting": _split(waiting, weights),
        "people": _split(round(scale * marginals.KNOWN), weights),
        "pso": _split(round(scale * marginals.POSTS["PSO"]), weights),
        "po": _split(round(scale * marginals.POSTS["PO"]), weights),
        "spo": _split(round(scale * marginals.POSTS["SPO"]), weights),
        "listed": _split(round(scale * marginals.POSTS["listed"]), weights),
    }
    first = FIRST_CRN + np.cumsum([0, *shares["people"]])
    batch = np.cumsum([1, *(len(each.pdus) for each in shapes)])
    return tuple(
        Plan(
            shape=shape,
            live=shares["live"][number],
            waiting=shares["waiting"][number],
            people=shares["people"][number],
            posts=Posts(*(shares[each][number] for each in Posts._fields)),
            first=int(first[number]),
            batch=int(batch[number]),
        )
        for number, shape in enumerate(shapes)
    )


def make_region(
    plan: Plan, *, as_at: date, seed: int, text: float = 0.0
) -> Iterator[tuple[Sequence[Tables], Tables]]:
    """The region's tables and the truth, in pieces whose rows follow one another. ``text`` is the share of
    people about whom there are words."""
    own: Known = {"as_at": as_at, "seed": _seed(seed, 0, plan)}
    merged = max(2, round(plan.people * rate("merged_record")))
    people = plan.people - plan.waiting - merged
    cases = make_cases(people, shape=plan.shape, live=plan.live, **own)
    inside = make_waiting(plan.waiting, shape=plan.shape, **own)
    staff = make_staff(cases, inside, shape=plan.shape, posts=plan.posts, **own)
    rows = (200 + plan.batch) * ROWS_A_BATCH
    yield [staff_tables(cases, staff, rows=rows, **own)], {}
    if plan.shape.has_cast:
        yield [story_tables(as_at=as_at, council=staff.units.councils[0][0])], {}
    first, twins = plan.first, _split(merged, np.bincount(cases.pdu, minlength=len(plan.shape.pdus)))
    for pdu in range(len(plan.shape.pdus)):
        mine, theirs = np.flatnonzero(cases.pdu == pdu), np.flatnonzero(inside.pdu == pdu)
        batch = Batch(
            cases=cases.taken(mine),
            inside=inside.taken(theirs),
            staff=staff.of(mine, theirs),
            merged=min(twins[pdu], len(mine)),
            first=first,
            rows=(100 + plan.batch + pdu) * ROWS_A_BATCH,
            read=READ_A_PDU,
            text=text,
        )
        yield invent(batch, as_at=as_at, seed=_seed(seed, 1 + pdu, plan))
        first += batch.numbered


def _seed(seed: int, number: int, plan: Plan) -> int:
    """A seed of its own for each batch, and for what a region's batches share."""
    return (seed * 1_000 + plan.batch) * 1_000 + number


def _shapes(*, real_names: bool) -> tuple[Shape, ...]:
    """The regions as published, with as many PDUs; their codes begin with Z, and names of units are invented
    unless the real ones are asked for."""
    known = _published()
    codes = {name: f"Z{rows[0]['region_code'][1:]}" for name, rows in known.items()}
    invented = iter(names.invented_places())
    shapes: list[Shape] = []
    for name, rows in known.items():
        here = codes[name] == demonstration.REGION_CODE
        count = len(rows)
        places = tuple(next(invented) for _ in range(count))
        others = [each for each in codes.values() if each != codes[name]]
        shapes.append(
            Shape(
                code=codes[name],
                name=name,
                former=f"{codes[name]}X",
                neighbour=others[len(shapes) % len(others)],
                pdus=real_pdus(name, count) if real_names else places,
                shares=_pdu_shares(count),
                ethnicity=_ethnicity(name),
                welsh=marginals.WELSH_IN_WALES if name == "Wales" else rate("welsh_speaker") / 4,
                has_history=True,
                has_cast=here,
            )
        )
    return tuple(shapes)


def _published() -> Mapping[str, list[dict[str, str]]]:
    text = resources.files("assay.records").joinpath("code_lists/pdu.csv").read_text("utf-8")
    found: dict[str, list[dict[str, str]]] = {}
    for row in csv.DictReader(text.splitlines()):
        found.setdefault(row["region"], []).append(row)
    return found


def _pdu_shares(count: int) -> Numbers:
    """From one large unit to one small."""
    return np.append(np.linspace(1.5, 0.8, count - 1), 0.35)


def _ethnicity(region: str) -> Mapping[str, float]:
    """London is more diverse, and the others so much less that all together come to the marginal."""
    if region == "London":
        return marginals.ETHNICITY_LONDON
    part = marginals.REGIONS["London"] / sum(marginals.REGIONS.values())
    return {
        code: (share - part * marginals.ETHNICITY_LONDON[code]) / (1 - part)
        for code, share in marginals.ETHNICITY.shares.items()
    }


def _split(total: int, weights: Sequence[float] | Numbers) -> list[int]:
    """Whole parts of the total by weight, the largest remainders rounded up."""
    exact = np.array(weights, dtype=float) / np.sum(weights) * total
    parts = np.floor(exact).astype(int)
    short = total - int(parts.sum())
    parts[np.argsort(parts - exact, kind="stable")[:short]] += 1
    return [int(each) for each in parts]

"""What the tiers of a whole service cost: ``python -m bench tiers [--people 244000] [--repeats 5]``.

Invented people with as many register entries each as published. The floor is one pass of numpy over the same
columns, in the same process, each value looked at once. CPU seconds, the least of the repeats. The peer is
our own form for one person, with its reasons, over some of the same people: both must give the same tiers, or
the benchmark fails.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator
from dataclasses import fields
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np

from assay.core.tiers import (
    CaseV2,
    CaseV3,
    ServiceV2,
    ServiceV3,
    tables,
    tier_v2,
    tier_v3,
    tiers_v2,
    tiers_v3,
)
from assay.core.tiers.columns import Coded
from assay.core.tiers.service_v2 import Convictions, Registrations
from assay.core.tiers.types import Assessment, Conviction, Registration, Requirement

ON = date(2026, 11, 22)
LONGEST = 2.0
# Active register entries of a person: published shares of 0, 1, 2 and so on.
ENTRIES = (0.005, 0.02, 0.10, 0.16, 0.21, 0.18, 0.14, 0.10, 0.045, 0.02, 0.02)
CODES = (
    "RVHR",
    "RHRH",
    "RMRH",
    "RLRH",
    "MAPP",
    "RVAD",
    "RMDO",
    "ALSH",
    "RCCO",
    "ADVP",
    "IIOM",
    "PRC",
    "RVRH",
)
LEVELS = ("M0", "M1", "M2", "M3")


def main(words: list[str]) -> None:
    asked = argparse.ArgumentParser(prog="python -m bench tiers")
    asked.add_argument("--people", type=int, default=244_000)
    asked.add_argument("--repeats", type=int, default=5)
    asked.add_argument("--sample", type=int, default=4_000, help="people for the form for one person")
    asked.add_argument("--seed", type=int, default=1)
    given = asked.parse_args(words)
    rng = np.random.default_rng(given.seed)
    two, three = service_v2(rng, given.people), service_v3(rng, given.people)
    print(f"{given.people:,} people, {len(two.registrations.person):,} register entries; CPU seconds")
    print(f"{'form':<34}{'CPU s':>9}{'x floor':>9}{'aim':>7}")
    for name, service, whole, one in (
        ("v2", two, lambda: tiers_v2(two).tier, lambda row: tier_v2(case_v2(two, row)).tier),
        (
            "v3",
            three,
            lambda: tiers_v3(three, on=ON).tier,
            lambda row: tier_v3(case_v3(three, row), on=ON).tier,
        ),
    ):
        report(name, service, whole, one, given)


def report(
    name: str, service: Any, whole: Callable[[], Any], one: Callable[[int], str], given: argparse.Namespace
) -> None:
    """Prints the floor, the form for a service and the form for one person, of one version."""
    floor = least(lambda: passed(service), given.repeats)
    spent = least(whole, given.repeats)
    tiers = whole()
    rows = range(min(given.sample, given.people))
    begun = time.process_time()
    apart = [one(row) for row in rows]
    each = (time.process_time() - begun) / len(rows) * given.people
    assert apart == tiers[: len(rows)].tolist(), "both forms give the same tiers"
    assert spent < LONGEST, f"tier {name} took {spent:.2f} s"
    print(f"{f'{name}: one pass (the floor)':<34}{floor:>9.4f}{1:>9.1f}")
    print(f"{f'{name}: a whole service':<34}{spent:>9.4f}{spent / floor:>9.1f}{LONGEST:>7.1f}")
    print(f"{f'{name}: one by one, with reasons':<34}{each:>9.1f}{each / floor:>9.0f}")


def least(work: Callable[[], object], repeats: int) -> float:
    """The CPU seconds of the quickest of so many."""
    spent = []
    for _ in range(repeats):
        begun = time.process_time()
        work()
        spent.append(time.process_time() - begun)
    return min(spent)


def passed(service: Any) -> int:
    """Every column read once."""
    return sum(int(np.count_nonzero(each)) for each in columns(service))


def columns(service: Any) -> Iterator[Any]:
    for each in (getattr(service, field.name) for field in fields(service)):
        if isinstance(each, Coded):
            yield each.codes
        elif isinstance(each, Registrations | Convictions):
            yield from columns(each)
        else:
            yield each.view(np.int64) if each.dtype.kind == "M" else each


def service_v2(rng: np.random.Generator, people: int) -> ServiceV2:
    """Invented people for tier v2."""
    entries = np.repeat(np.arange(people), rng.choice(len(ENTRIES), people, p=ENTRIES))
    convictions = np.repeat(np.arange(people), rng.choice(3, people, p=(0.05, 0.85, 0.10)))
    asked = np.repeat(np.arange(len(convictions)), rng.choice(4, len(convictions), p=(0.4, 0.3, 0.2, 0.1)))
    coded = rng.integers(0, len(CODES), len(entries))
    level = np.where(coded == CODES.index("MAPP"), rng.integers(0, len(LEVELS), len(entries)), -1)
    needs = len(tables.v2().needs.sections)
    return ServiceV2(
        female=rng.random(people) < 0.1,
        rsr=np.where(rng.random(people) < 0.05, np.nan, np.round(rng.exponential(4, people), 2)),
        ogrs=rng.integers(-1, 100, people),
        enforcement=rng.random(people) < 0.2,
        assessed=rng.random(people) < 0.8,
        san=rng.random(people) < 0.3,
        parenting=rng.random(people) < 0.3,
        self_control=rng.random(people) < 0.5,
        scores=rng.integers(-1, 9, (people, needs)).astype(np.int16),
        registrations=Registrations(
            person=entries,
            code=Coded(CODES, coded),
            level=Coded(LEVELS, level),
            entered_on=days(rng, len(entries), 1500),
        ),
        convictions=Convictions(
            person=convictions,
            sentence_type=Coded(("SP", "NC", "SC"), rng.integers(0, 3, len(convictions))),
            ended=rng.random(len(convictions)) < 0.1,
            conviction=asked,
            category=Coded(("W", "F", "RM", "W1"), rng.integers(0, 4, len(asked))),
            restrictive=rng.random(len(asked)) < 0.3,
        ),
    )


def service_v3(rng: np.random.Generator, people: int) -> ServiceV3:
    """Invented people for tier v3."""

    def some(share: float) -> Any:
        return rng.random(people) < share

    levels = ("low", "medium", "high", "very_high")
    types = ("static", "dynamic")
    dcsrp = np.where(some(0.9), np.nan, np.round(0.6 + rng.exponential(2, people), 2))
    return ServiceV3(
        active=~some(0.03),
        category=some(0.3),
        rosh=Coded(levels, rng.choice((-1, 0, 1, 2, 3), people, p=(0.05, 0.25, 0.45, 0.23, 0.02))),
        lifer_ipp=some(0.03),
        released_on=np.where(some(0.5), np.datetime64("NaT"), days(rng, people, 3000)),
        domestic_abuse=some(0.3),
        stalking=some(0.03),
        child_protection=some(0.07),
        sexual_offence=some(0.12),
        arp=np.where(some(0.05), np.nan, np.round(rng.uniform(0, 100, people), 2)),
        csrp=np.where(some(0.05), np.nan, np.round(np.minimum(rng.exponential(2, people), 100), 2)),
        arp_type=Coded(types, rng.choice((0, 1), people, p=(0.4, 0.6))),
        csrp_type=Coded(types, rng.choice((0, 1), people, p=(0.4, 0.6))),
        dcsrp=dcsrp,
        dcsrp_band=Coded(levels, rng.integers(-1, 4, people)),
    )


def days(rng: np.random.Generator, count: int, within: int) -> Any:
    return np.datetime64(ON, "D") - rng.integers(0, within, count)


def case_v2(service: ServiceV2, row: int) -> CaseV2:
    """One person of the service, as a case."""
    entries, convictions = service.registrations, service.convictions
    mine = np.searchsorted(entries.person, (row, row + 1))
    held = np.searchsorted(convictions.person, (row, row + 1))
    needs = [each.need for each in tables.v2().needs.sections]
    scores = {
        need: None if score < 0 else score
        for need, score in zip(needs, service.scores[row].tolist(), strict=True)
    }
    return CaseV2(
        id=str(row),
        female=bool(service.female[row]),
        rsr=number(service.rsr[row]),
        ogrs=None if service.ogrs[row] < 0 else int(service.ogrs[row]),
        registrations=tuple(
            Registration(
                code=str(text(entries.code, at)),
                level=text(entries.level, at),
                entered_on=entries.entered_on[at].astype(date),
            )
            for at in range(*mine)
        ),
        convictions=tuple(conviction(convictions, at) for at in range(*held)),
        enforcement=bool(service.enforcement[row]),
        assessment=Assessment(
            scores=scores,
            san=bool(service.san[row]),
            parenting=bool(service.parenting[row]),
            impulsivity=bool(service.self_control[row]),
        )
        if service.assessed[row]
        else None,
    )


def conviction(given: Convictions, at: int) -> Conviction:
    asked = np.searchsorted(given.conviction, (at, at + 1))
    return Conviction(
        sentence_type=text(given.sentence_type, at),
        ended=bool(given.ended[at]),
        requirements=tuple(
            Requirement(category=text(given.category, each), restrictive=bool(given.restrictive[each]))
            for each in range(*asked)
        ),
    )


def case_v3(service: ServiceV3, row: int) -> CaseV3:
    """One person of the service, as a case."""
    made: dict[str, Any] = {"id": str(row)}
    for field in fields(service):
        column = getattr(service, field.name)
        if isinstance(column, Coded):
            made[field.name] = text(column, row)
        elif column.dtype.kind == "f":
            made[field.name] = number(column[row])
        elif column.dtype.kind == "M":
            made[field.name] = None if np.isnat(column[row]) else column[row].astype(date)
        else:
            made[field.name] = bool(column[row])
    return CaseV3(**made)


def text(column: Coded, row: int) -> str | None:
    code = column.codes[row]
    return None if code < 0 else column.values[code]


def number(value: float) -> Decimal | None:
    return None if np.isnan(value) else Decimal(repr(float(value)))

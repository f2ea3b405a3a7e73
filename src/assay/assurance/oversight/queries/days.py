"""The page a manager opens first: six people, most harm first; and the day of a head of PDU."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from assay.access.accounts.models import User
from assay.assurance.oversight import rules
from assay.assurance.oversight.at_hand import at_hand
from assay.assurance.oversight.models import Dispute, Matter, ShortRead
from assay.assurance.oversight.permissions import day_of, scope_of
from assay.assurance.oversight.queries.gathering import (
    caseload,
    items_of,
    matters_in,
    people_of,
    seen_of,
    unit_names,
)
from assay.assurance.oversight.queries.lists import text_rows
from assay.assurance.oversight.queries.windows import duties_by_code
from assay.assurance.oversight.types import (
    OpenItem,
    PduDay,
    PersonRow,
    ShortReadRow,
    State,
    TeamCount,
    TextState,
    Today,
)
from assay.core.figures import Count
from assay.records.cases.queries import figure_base
from assay.records.cases.rules import SOME_NOT_LISTED
from assay.records.cases.types import Base
from assay.records.store import Reader


def today(reader: Reader, *, user: User, size: int = rules.QUEUE_SIZE) -> Today:
    """The queue of the teams this person is SPO of. Empty for anybody else."""
    units = scope_of(user).spo
    held = caseload(reader, units=units) if units else []
    base = figure_base(reader, {row["case_id"] for row in held}, user=user)
    cases = base.listed
    matters = list(Matter.objects.filter(matters_in(units), state=State.OPEN, crn__in=cases)) if units else []
    items = items_of(matters)
    drawn = _drawn(day_of(reader), cases, teams={row["team"] for row in held})
    everybody = people_of(reader, {*items, *(each.crn for each in drawn)}, items=items)
    people = {crn: each for crn, each in everybody.items() if crn in items}
    queued = _with(people.values(), lambda item: item.may_enter_queue)
    queue = rules.split_queue(queued, size=size)
    seen = seen_of(reader, (each.crn for each in queue.first))
    queue = replace(queue, first=tuple(replace(p, seen=seen[p.crn]) for p in queue.first))
    in_queue = {each.crn for each in queued}
    waiting = _with(people.values(), lambda item: item.standing == "on" and not item.may_enter_queue)
    unchecked = _unchecked(reader, base)
    return Today(
        as_at=day_of(reader),
        units=tuple(unit_names(reader, units).values()),
        queue=queue,
        caseload=len(base.counted),
        duties_checked=sum(each.standing == "on" for each in duties_by_code().values()),
        unknown=_unknown(unchecked, base),
        unchecked=len(set().union(*unchecked.values())),
        not_adopted=sum(each.crn not in in_queue for each in waiting),
        on_trial=tuple(
            sorted(_with(people.values(), lambda item: item.standing == "trial"), key=rules.harm_order)
        ),
        short_reads=_short_reads(drawn, everybody),
        came_back=text_rows(reader, user=user, states=(TextState.RETURNED,)),
        second_opinions=_second_opinions(user, cases),
        note=SOME_NOT_LISTED,
    )


def pdu_day(reader: Reader, *, user: User, shown: int | None = rules.CRITICAL_SHOWN) -> PduDay:
    """The PDUs this person heads: who is critical beyond a team's six, and how many by team.

    The first ``shown`` by harm are named; None names everybody.
    """
    units = scope_of(user).head
    held = caseload(reader, units=units) if units else []
    base = figure_base(reader, {row["case_id"] for row in held}, user=user)
    cases = base.listed
    matters = list(Matter.objects.filter(matters_in(units), state=State.OPEN)) if units else []
    items = {
        crn: kept
        for crn, each in items_of(matters).items()
        if (kept := tuple(item for item in each if item.may_enter_queue))
    }
    people = people_of(reader, set(items) & cases, items=items)
    by_team: dict[str, list[PersonRow]] = defaultdict(list)
    for person in people.values():
        by_team[person.team].append(person)
    beyond = [each for team in by_team.values() for each in rules.split_queue(team).critical_beyond]
    beyond.sort(key=rules.harm_order)
    return PduDay(
        as_at=day_of(reader),
        units=tuple(unit_names(reader, units).values()),
        critical=tuple(beyond[:shown]),
        more_critical=len(beyond[shown:]) if shown is not None else 0,
        teams=_team_counts(reader, user, held, with_items=set(items), people=by_team),
        second_opinions=_second_opinions(user, cases),
        note=SOME_NOT_LISTED,
    )


def _with(people: Iterable[PersonRow], wanted: Callable[[OpenItem], bool]) -> list[PersonRow]:
    """Each person with only the items wanted; people left with none drop out."""
    kept = (each.with_items(tuple(item for item in each.items if wanted(item))) for each in people)
    return [each for each in kept if each.items]


def _unchecked(reader: Reader, base: Base) -> dict[str, set[str]]:
    """Who of the people counted could not be checked, by duty that is on."""
    on = sorted(code for code, each in duties_by_code().items() if each.standing == "on")
    rows = reader.rows(
        f"SELECT duty, case_id FROM {at_hand(reader, 'unchecked')} "  # noqa: S608 - a table of ours
        "WHERE duty IN (SELECT unnest(?::VARCHAR[])) AND case_id IN (SELECT unnest(?::VARCHAR[]))",
        [on, sorted(base.counted)],
    )
    found: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        found[row["duty"]].add(row["case_id"])
    return found


def _unknown(unchecked: Mapping[str, set[str]], base: Base) -> tuple[tuple[str, Count], ...]:
    """By duty, how many of the people counted could not be checked."""
    return tuple(
        (duty, Count(len(who), len(base.counted), "case", "held by the team on the day"))
        for duty, who in sorted(unchecked.items())
    )


def _drawn(on: date, cases: Collection[str], *, teams: Collection[str]) -> list[ShortRead]:
    rows = ShortRead.objects.filter(team__in=sorted(teams), month=on.replace(day=1), read_at=None)
    return [each for each in rows if each.crn in cases]


def _short_reads(drawn: list[ShortRead], people: Mapping[str, PersonRow]) -> tuple[ShortReadRow, ...]:
    return tuple(
        ShortReadRow(
            read=each.uuid,
            reference=people[each.crn].reference,
            crn=each.crn,
            name=people[each.crn].name,
            practitioner=people[each.crn].practitioner,
            month=each.month,
        )
        for each in drawn
        if each.crn in people
    )


def _second_opinions(user: User, cases: Collection[str]) -> int:
    rows = Dispute.objects.filter(agreed=None).exclude(by=user).values_list("matter__crn", flat=True)
    return sum(crn in cases for crn in rows)


def _team_counts(
    reader: Reader,
    user: User,
    held: list[dict[str, Any]],
    *,
    with_items: set[str],
    people: dict[str, list[PersonRow]],
) -> tuple[TeamCount, ...]:
    by_team: dict[str, set[str]] = defaultdict(set)
    for row in held:
        by_team[row["team"]].add(row["case_id"])
    names = unit_names(reader, by_team)
    found = []
    for team, every in sorted(by_team.items()):
        of = figure_base(reader, every, user=user).counted
        found.append(
            TeamCount(
                team=team,
                name=names.get(team, team),
                with_something_open=Count(
                    len(of & with_items), len(of), "case", "held by the team on the day"
                ),
                critical=sum(each.is_critical for each in people.get(team, ())),
            )
        )
    return tuple(found)

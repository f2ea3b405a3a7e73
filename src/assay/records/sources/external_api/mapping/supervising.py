"""Sentences in force, and who holds the case.

Neither service gives the end of a sentence. One that is not in force when it is first seen is left out; one
that was in force in the last fetch and is not now ended on the day this fetch speaks for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from assay.core.messages import message
from assay.records.sources.external_api.mapping.rows import Case, Row, key
from assay.records.sources.external_api.routes import DETAILS, OFFICER, SENTENCES, SUPERVISIONS
from assay.records.sources.external_api.shapes import (
    Details,
    Manager,
    Officers,
    Sentence,
    Supervision,
    Supervisions,
)

MONTHS = {"months": 1, "years": 12}
KINDS = (
    ("suspended", "suspended_sentence"),
    ("community order", "community_order"),
    ("post sentence supervision", "post_sentence_supervision"),
)


def map_sentences(case: Case) -> list[date]:
    """The first days of supervision under the sentences in force, as far as they are known."""
    found = list(_from_supervisions(case) if case.given(SUPERVISIONS) else _from_sentences(case))
    starts = []
    for active, row in found:
        before = case.known("sentence", row["sentence_id"])
        if not active and not before:
            continue
        if not active:
            row = {**row, "ended_on": before["ended_on"] or max(case.as_at, row["sentenced_on"])}
        case.take("sentence", row)
        if active and row["started_on"]:
            starts.append(row["started_on"])
    return starts


def _from_supervisions(case: Case) -> Iterator[tuple[bool, Row]]:
    details = _details(case)
    for _, whole in case.read(SUPERVISIONS, Supervisions):
        for place, said in case.read_items(SUPERVISIONS, whole.supervisions, Supervision):
            given = said.sentence
            if given is None:
                continue  # before the court has sentenced
            kind = _kind(given.description, custodial=bool(given.custodial))
            if kind is None:
                case.refuse_code(SUPERVISIONS, place, "description", given.description)
                continue
            more = details.get(said.number)
            released = more.sentence.release_date if more and more.sentence else None
            yield (
                said.active,
                {
                    **_row(case, f"{case.crn}-{said.number}", kind, given.date),
                    "event_number": said.number,
                    "started_on": released if kind == "licence" else given.date,
                    "length_months": _months(given.length, given.length_units),
                    "court": _court(more),
                },
            )


def _from_sentences(case: Case) -> Iterator[tuple[bool, Row]]:
    """Without event numbers: they are counted by the day of sentence."""
    said = [
        (place, each)
        for place, each in case.read(SENTENCES, Sentence)
        if (each.service_source or "NDELIUS").upper() == "NDELIUS"
    ]
    ordered = sorted(said, key=lambda each: (each[1].date_of_sentencing, each[1].description))
    for number, (place, each) in enumerate(ordered, start=1):
        kind = _kind(each.description, custodial=bool(each.is_custodial))
        if kind is None:
            case.refuse_code(SENTENCES, place, "description", each.description)
            continue
        twin = sum(
            one.date_of_sentencing == each.date_of_sentencing and one.description == each.description
            for _, one in ordered[: number - 1]
        )
        name = key(case.crn, each.date_of_sentencing, each.description, twin)
        length = each.length
        yield (
            each.is_active is not False,
            {
                **_row(case, name, kind, each.date_of_sentencing),
                "event_number": number,
                "started_on": None if kind == "licence" else each.date_of_sentencing,
                "length_months": _months(length.duration, length.units) if length else None,
            },
        )


def _details(case: Case) -> Mapping[int, Details]:
    """By event number, which the answer does not repeat: the fetch put it beside."""
    return {
        int(item["number"]): said
        for item in case.answers.get(DETAILS.name, ())
        for _, said in case.read_items(DETAILS, [item["details"]], Details)
    }


def _row(case: Case, name: str, kind: str, sentenced_on: date) -> Row:
    return {
        "sentence_id": name,
        "type": kind,
        "provider_code": case.provider,
        "sentenced_on": sentenced_on,
        "recorded_at": case.since("sentence", name),
    }


def _kind(description: str, *, custodial: bool) -> str | None:
    said = description.casefold().replace("-", " ")
    for words, kind in KINDS:
        if words in said:
            return kind
    return "licence" if custodial else None


def _months(length: int | None, units: str | None) -> int | None:
    each = MONTHS.get((units or "").casefold())
    return length * each if length is not None and each else None


def _court(said: Details | None) -> str | None:
    found = said.sentence.sentencing_court if said and said.sentence else None
    return found.name if found else None


def map_holder(case: Case, *, starts: list[date]) -> None:
    """Who holds the case today. Since when is not given: an event may have told it, a later fetch sees a
    change, and until then the holder is shown from the first day of supervision in force."""
    found = _manager(case)
    if found is None:
        return
    place, manager, route = found
    staff = manager.code if manager.code in case.staff.codes else None
    if staff is None and not manager.code and manager.name:
        staff = case.staff.named(manager.name.whole)
    team = manager.team.code if manager.team else None
    if staff is None or team not in case.staff.teams:
        said = message(
            "{crn}: the practitioner or the team ({team}) is not in the region's own lists.",
            crn=case.crn,
            team=team or "none",
        )
        case.refuse(route, place, "unknown-staff", said)
        _keep_holders(case, besides=None)
        return
    _hold(case, staff, str(team), starts=starts)


def _manager(case: Case) -> tuple[int, Manager, Any] | None:
    if case.given(SUPERVISIONS):
        for place, whole in case.read(SUPERVISIONS, Supervisions):
            return (place, whole.community_manager, SUPERVISIONS) if whole.community_manager else None
    for place, said in case.read(OFFICER, Officers):
        manager = said.community_offender_manager
        return (place, manager, OFFICER) if manager else None
    return None


def _hold(case: Case, staff: str, team: str, *, starts: list[date]) -> None:
    before = sorted(case.before.get("allocation", {}).values(), key=lambda each: each["opened_on"])
    last = before[-1] if before else None
    if last and (last["staff_code"], last["team_code"], last["closed_on"]) == (staff, team, None):
        _keep_holders(case, besides=None)
        case.quarantine.take()
        return
    on = case.handed or (case.as_at if last else min(starts, default=case.as_at))
    if last:
        on = max(on, last["opened_on"])
    name = key(case.crn, staff, team, on)
    _keep_holders(case, besides=name, closing=on)
    moved = "transfer" if last and last["team_code"] != team else "other"
    case.take(
        "allocation",
        {
            "allocation_id": name,
            "staff_code": staff,
            "team_code": team,
            "reason": moved if last else "initial",
            "opened_on": on,
            "recorded_at": case.since("allocation", name),
        },
    )


def _keep_holders(case: Case, *, besides: str | None, closing: date | None = None) -> None:
    for name, row in case.before.get("allocation", {}).items():
        if name != besides:
            case.rows.add("allocation", {**row, "closed_on": row["closed_on"] or closing})

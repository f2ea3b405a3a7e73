"""S24, slowly: readiness before release."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from assay.assurance.duties.reference_cases import Case, Excuse, Thing, Trigger
from assay.assurance.duties.reference_sentences import Sentence
from assay.core.dates import london_day
from assay.core.spans import FOREVER, Span, merge


def sentence(case: Case) -> Sentence:
    stays, life = _inside(case)
    handovers = case.events("handover", "handover_id", "due_on")
    soon = timedelta(days=case.length("release_soon"))

    def expected(each: Thing, day: date) -> bool:
        release = each.row["expected_release_on"]
        return release is not None and each.holds(day) and day >= release - soon

    def passed(day: date) -> bool:
        span = case.span_of(day, life)
        return span is not None and any(each.start <= day and span.contains(each.start) for each in handovers)

    written = {
        row["sentence_id"] for row in case.tables["handover"] if london_day(row["recorded_at"]) <= case.as_at
    }

    def unknown(day: date) -> str | None:
        silent = [each for each in stays if each.row["sentence_id"] not in written]
        return "no_handover_recorded" if any(expected(each, day) for each in silent) else None

    triggers, excuses = _raised(case, handovers, stays)
    done = [(each, _met(case, each)) for each in handovers]
    return Sentence(
        life=life,
        applies=lambda day: passed(day) or any(expected(each, day) for each in stays),
        unknown=unknown,
        triggers=triggers,
        evidence=[
            *(replace(each, start=day, known=max(each.known, day)) for each, day in done if day),
            *_asked(case),
            *_levels(case),
            *case.of_types("victim_liaison_contacts"),
        ],
        excuses=excuses,
        severity=case.number("release_severity"),
    )


def _inside(case: Case) -> tuple[list[Thing], list[Span]]:
    """The stays in prison, and the time in custody under a sentence, merged."""
    death = case.died or FOREVER
    stays = [
        replace(each, end=min(each.end, death))
        for each in case.spans("custody", "custody_id")
        if each.start < min(each.end, death)
    ]
    inside = []
    for row in case.tables["sentence"]:
        days = [row["ended_on"], row["started_on"]]
        end = min([day for day in days if day is not None and day <= case.as_at] + [death])
        if row["type"] in case.codes("custodial_sentences") and row["sentenced_on"] <= case.as_at:
            inside.append(Span(row["sentenced_on"], None if end == FOREVER else end))
    inside += [Span(each.start, None if each.end == FOREVER else each.end) for each in stays]
    return stays, merge(inside)


def _raised(case: Case, handovers: list[Thing], stays: list[Thing]) -> tuple[list[Trigger], list[Excuse]]:
    triggers = [
        Trigger(
            on=each.start,
            known=each.known,
            since=_met(case, each) or date.max,
            table="handover",
            row_id=each.row_id,
            clause="handover",
            window="handover_met",
        )
        for each in handovers
    ]
    excuses = [_short(each, each.start, each.row_id) for each in handovers if each.row["short_notice"]]
    for stay in stays:
        day = _point(case, stay)
        if day is None:
            continue
        triggers.append(
            Trigger(
                on=day,
                known=stay.known,
                since=_ready(case, stay, day),
                table="custody",
                row_id=stay.row_id,
                clause="near_release",
                window="release_ready",
            )
        )
        excuses += [
            _short(each, day, stay.row_id)
            for each in handovers
            if each.row["short_notice"] and each.row["sentence_id"] == stay.row["sentence_id"]
        ]
    return triggers, excuses


def _met(case: Case, each: Thing) -> date | None:
    days = [each.row["allocated_on"], each.row["met_on"]]
    return None if any(day is None or day > case.as_at for day in days) else max(days)


def _point(case: Case, stay: Thing) -> date | None:
    if stay.row["expected_release_on"] is None:
        return None
    day: date = stay.row["expected_release_on"] - timedelta(days=case.length("release_ready_before"))
    return day if stay.holds(day) and day <= case.as_at else None


def _asked(case: Case) -> list[Thing]:
    return [
        each
        for each in case.enquiries
        if each.row["agency"] in case.codes("release_enquiries_from") and each.row["outcome"] == "sent"
    ]


def _levels(case: Case) -> list[Thing]:
    return [
        each
        for each in case.registered("mappa_registers")
        if each.row["level"] in case.codes("set_mappa_levels")
    ]


def _ready(case: Case, stay: Thing, day: date) -> date:
    """The day by which all that is needed was on record, if there is one."""
    from_day = day - timedelta(days=case.length("release_checks_before"))
    asked = [each.start for each in _asked(case) if each.start >= from_day]
    needed = [min(asked, default=date.max)]
    if any(each.holds(day) for each in case.registered("mappa_registers")):
        levels = [each.start for each in _levels(case) if each.end > day]
        needed.append(min(levels, default=date.max))
    victims = [
        each
        for each in case.events("victim_contact", "victim_contact_id", "eligible_on")
        if each.row["sentence_id"] == stay.row["sentence_id"]
        and each.row["choice"] in case.codes("victims_who_wish_to_be_told")
        and (each.row["choice_on"] or each.start) <= day
    ]
    if victims:
        heard = [each.start for each in case.of_types("victim_liaison_contacts") if each.start >= from_day]
        needed.append(min(heard, default=date.max))
    return max(needed)


def _short(each: Thing, on: date, anchor: str) -> Excuse:
    return Excuse(
        on=on,
        known=max(each.known, on),
        row_id=each.row_id,
        clause="short_notice",
        first=date.min,
        last=date.max,
        anchor=anchor,
    )

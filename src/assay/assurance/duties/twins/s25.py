"""S25, slowly: contact offered to victims, and notice to them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from assay.assurance.duties.reference_cases import Case, Excuse, Thing, Trigger
from assay.assurance.duties.reference_sentences import Sentence
from assay.core.spans import FOREVER, Span, merge


def sentence(case: Case) -> Sentence:
    passed = _passed(case)
    life = merge(Span(each.start, each.end if each.end != FOREVER else None) for each in passed)
    victims = case.events("victim_contact", "victim_contact_id", "eligible_on")
    notices = case.events("victim_notice", "victim_notice_id", "told_on")
    covered = [each for each in passed if _is_covered(case, each)]

    def victims_of(sentence_id: str) -> list[Thing]:
        return [each for each in victims if each.row["sentence_id"] == sentence_id]

    def applies(day: date) -> bool:
        span = case.span_of(day, life)
        return span is not None and any(each.start <= day and span.contains(each.start) for each in victims)

    def unknown(day: date) -> str | None:
        for each in covered:
            if each.holds(day) and not any(v.start <= day for v in victims_of(each.row_id)):
                return "no_victim_recorded"
        return None

    triggers = [
        Trigger(
            on=each.start,
            known=each.known,
            since=_offered(case, each) or date.max,
            table="victim_contact",
            row_id=each.row_id,
            clause="victim",
            window="victim_offer",
        )
        for each in victims
    ]
    triggers += [
        Trigger(
            on=each.start,
            known=each.known,
            since=date.max,
            table="sentence",
            row_id=each.row_id,
            clause="scheme_sentence",
            window="victim_offer",
            unsure="no_victim_recorded",
        )
        for each in covered
        if not victims_of(each.row_id)
    ]
    releases = case.events("release", "release_id", "released_on")
    under = {each.row_id: each.row["sentence_id"] for each in releases}
    for each in releases:
        triggers += _told(case, "release", each, victims_of(each.row["sentence_id"]), notices)
    for each in case.events("recall", "recall_id", "recalled_on"):
        if each.row["release_id"] in under:
            triggers += _told(case, "recall", each, victims_of(under[each.row["release_id"]]), notices)
    offers = [(each, _offered(case, each)) for each in victims]
    return Sentence(
        life=life,
        applies=applies,
        unknown=unknown,
        triggers=triggers,
        evidence=[
            *(replace(each, start=day, known=max(each.known, day)) for each, day in offers if day),
            *notices,
        ],
        excuses=[
            Excuse(
                on=chosen,
                known=max(each.known, chosen),
                row_id=each.row_id,
                clause="not_to_be_told",
                first=date.min,
                last=date.max,
                anchor=each.row_id,
            )
            for each in victims
            for choice, chosen in [_choice(case, each)]
            if choice in case.codes("victims_not_to_be_told")
        ],
        severity=case.number("victim_severity"),
    )


def _passed(case: Case) -> list[Thing]:
    found = []
    for each in case.spans("sentence", "sentence_id", "sentenced_on", "ended_on"):
        end = min(each.end, case.died or FOREVER)
        if each.start < end:
            found.append(replace(each, end=end))
    return found


def _is_covered(case: Case, each: Thing) -> bool:
    months = each.row["length_months"]
    grave = any(
        row["sentence_id"] == each.row_id and (row["violent"] or row["sexual"])
        for row in case.tables["offence"]
    )
    long = months is None or months >= case.number("victim_scheme_months")
    return grave and long and each.row["type"] in case.codes("custodial_sentences")


def _offered(case: Case, each: Thing) -> date | None:
    day: date | None = each.row["offered_on"]
    return day if day is not None and day <= case.as_at else None


def _choice(case: Case, each: Thing) -> tuple[str | None, date]:
    """What the victim chose by the as-at day, and when."""
    chosen: date = each.row["choice_on"] or each.start
    return (each.row["choice"], chosen) if chosen <= case.as_at else (None, chosen)


def _told(case: Case, kind: str, event: Thing, victims: list[Thing], notices: list[Thing]) -> list[Trigger]:
    early = timedelta(days=case.length("victim_notice_before"))
    wishing, unclear = [], []
    for victim in victims:
        if victim.start > event.start:
            continue
        choice, chosen = _choice(case, victim)
        if choice is None:
            unclear.append(victim)
        elif choice in case.codes("victims_who_wish_to_be_told") and chosen <= event.start:
            wishing.append(victim)
    if not wishing and not unclear:
        return []
    days = []
    for victim in wishing:
        told = [
            each.start
            for each in notices
            if each.row["victim_contact_id"] == victim.row_id
            and each.row["event"] in case.codes(f"victim_{kind}_events")
            and each.start >= event.start - early
        ]
        days.append(min(told, default=date.max))
    unsure = None if wishing else "choice_not_recorded"
    if not case.extract["victim_notice"]:
        unsure = "no_victim_notice"
    return [
        Trigger(
            on=event.start,
            known=event.known,
            since=max(days, default=date.max),
            table=kind,
            row_id=event.row_id,
            clause=kind,
            window=f"victim_{kind}_notice",
            unsure=unsure,
        )
    ]

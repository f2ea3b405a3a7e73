"""What the record says of a case's facts, before a reader says anything: pure, from rows of the standard."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from assay.core.standards.types import FactValue

Rows = Iterable[Mapping[str, Any]]

KINDS = {
    "community_order": "community_order",
    "unpaid_work_only": "community_order",
    "suspended_sentence": "suspended_sentence",
    "licence": "licence",
    "post_sentence_supervision": "pss_only",
}
OFFENCES = {
    "violence": "violence",
    "harassment": "violence",
    "sexual": "sexual",
    "robbery": "robbery_burglary_theft",
    "burglary": "robbery_burglary_theft",
    "theft": "robbery_burglary_theft",
    "drugs": "drugs",
}
SEXES = {"F": "female", "M": "male"}
BANDS = ((25, "18-25"), (35, "26-35"), (55, "36-55"))
ABUSE_REGISTERS = frozenset({"ADVP", "REG30"})
CHILD_REGISTERS = frozenset({"RCCO", "RCPR", "RCHD", "CSEP"})
QUALIFYING_DAYS = 365


def facts_of(tables: Mapping[str, Rows], *, assignment: str, on: date) -> dict[str, FactValue]:
    """The facts the record can say on a day. ``tables`` holds one person's rows by table name; a fact the
    record does not show is left out, and "no" is said only of what a register would show."""
    sentence = next(each for each in tables["sentence"] if each["sentence_id"] == assignment)
    person = next(iter(tables["person"]))
    started = sentence["started_on"]
    suspended = _first(tables["suspension"], since=started)
    facts: dict[str, FactValue] = {
        "sentence_kind": KINDS[sentence["type"]],
        "licence_days": _licence_days(sentence),
        "contact_suspended": suspended is not None,
        "days_to_suspension": (suspended - started).days if suspended and started else None,
        "rosh_assessor": _in_force(tables["rosh"], on, "level"),
        "sex": SEXES.get(person["gender"], "not_known"),
        "age_band": band(person["date_of_birth"], started or on),
        "ethnicity": person["ethnicity"] or "not_stated",
        "offence_type": _offence(tables["offence"], assignment),
        "domestic_abuse": _registered(tables["registration"], ABUSE_REGISTERS, on)
        or any(each["domestic_abuse"] for each in tables["offence"]),
        "child_safeguarding": _registered(tables["registration"], CHILD_REGISTERS, on),
        "practitioner_inexperienced": _inexperienced(tables, started or on),
    }
    return {code: value for code, value in facts.items() if value is not None}


def band(born_on: date, on: date) -> str:
    """The age band on a day."""
    age = on.year - born_on.year - ((on.month, on.day) < (born_on.month, born_on.day))
    return next((name for top, name in BANDS if age <= top), "56+")


def _licence_days(sentence: Mapping[str, Any]) -> int | None:
    end = sentence["ended_on"] or sentence["expected_end_on"]
    if sentence["type"] != "licence" or sentence["started_on"] is None or end is None:
        return None
    days: int = (end - sentence["started_on"]).days
    return max(0, days)


def _first(rows: Rows, *, since: date | None) -> date | None:
    """The first suspension that reaches into this order or licence; one that began before counts from it."""
    days = [
        max(each["opened_on"], since) if since else each["opened_on"]
        for each in rows
        if since is None or each["closed_on"] is None or each["closed_on"] > since
    ]
    return min(days, default=None)


def _in_force(rows: Rows, on: date, column: str) -> str | None:
    return next(
        (
            str(each[column])
            for each in rows
            if each["opened_on"] <= on and (each["closed_on"] is None or each["closed_on"] > on)
        ),
        None,
    )


def _registered(rows: Rows, types: frozenset[str], on: date) -> bool:
    return any(each["type"] in types and each["opened_on"] <= on for each in rows)


def _offence(rows: Rows, assignment: str) -> str | None:
    main = [each for each in rows if each["sentence_id"] == assignment and each["main"]]
    return OFFENCES.get(main[0]["category"], "other") if main else None


def _inexperienced(tables: Mapping[str, Rows], on: date) -> bool | None:
    """Whether who held the case when it began was in training, or qualified less than a year before."""
    held = [
        each["staff_code"]
        for each in tables["allocation"]
        if each["opened_on"] <= on and (each["closed_on"] is None or each["closed_on"] > on)
    ]
    staff = {each["staff_code"]: each for each in tables["practitioner"]}
    if not held or held[0] not in staff:
        return None
    who = staff[held[0]]
    since = who["qualified_on"] or who["started_on"]
    return bool(who["grade"] == "PQiP" or (on - since).days < QUALIFYING_DAYS)

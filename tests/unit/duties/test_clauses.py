"""Whatever clause a night names, there are words for it, and for the rows behind it."""

from __future__ import annotations

from functools import cache

import pytest
import sqlglot
from sqlglot import exp

from assay.assurance.duties import scripts
from assay.assurance.duties.catalogue import duties, duty
from assay.assurance.duties.clauses import alike, clause_of
from assay.assurance.duties.statements import MADE, WHOLE
from assay.assurance.duties.types import Duty
from assay.assurance.oversight.types import DutyLine
from assay.core.policy import load
from assay.records import standard
from assay.records.codes import code_list
from assay.web.oversight.presenters import person
from tests.factories.duties import AS_AT

# The columns in which a statement names a clause of its own; all others only hand one on.
NAMING = ("clause", "demand", "unsure", "excused_by")
REASONS = [each.code for each in code_list("end_reason")]


@cache
def steps() -> tuple[scripts.Step, ...]:
    said = scripts.script(load(), on=AS_AT)
    return (*said.whole, *said.steps)


@cache
def made_by() -> dict[str, int]:
    """The place of the step that makes each table, but for those that several duties fill."""
    return {
        step.into: place
        for place, step in enumerate(steps())
        if step.into and not step.into.startswith("duties_all_")
    }


def reached(code: str) -> set[int]:
    """The duty's steps, and those of the tables they read, which another duty may have made first."""
    waiting = [place for place, step in enumerate(steps()) if step.duty == code]
    found: set[int] = set()
    while waiting:
        place = waiting.pop()
        if place not in found:
            found.add(place)
            named = {*MADE.findall(steps()[place].sql), *WHOLE.findall(steps()[place].sql)}
            waiting += [made_by()[name] for name in named if name in made_by()]
    return found


def shared() -> frozenset[str]:
    """The clauses that are named of every duty alike."""
    places = [place for place, step in enumerate(steps()) if not step.duty]
    return frozenset().union(*map(named_in, places))


@cache
def named_in(place: int) -> frozenset[str]:
    """The clauses that a statement names in so many words."""
    sql = steps()[place].sql
    if not any(f'AS "{column}"' in sql for column in NAMING):
        return frozenset()
    found = sqlglot.parse_one(sql, dialect="duckdb").find_all(exp.Alias)
    return frozenset().union(*(words(each.this) for each in found if each.alias in NAMING))


def words(value: exp.Expression | None) -> frozenset[str]:
    """The texts that the expression may come to."""
    match value:
        case exp.Literal():
            return frozenset({value.this})
        case exp.Case():
            ways = [each.args["true"] for each in value.args["ifs"]]
            return frozenset().union(*map(words, [*ways, value.args.get("default")]))
        case exp.Coalesce():
            return frozenset().union(*map(words, [value.this, *value.expressions]))
        case exp.Cast() | exp.Paren() | exp.DPipe():
            return words(value.this)
        case None | exp.Null() | exp.Column():
            return frozenset()
    raise AssertionError(f"a clause is named in a way this test does not read: {value.sql()}")


@pytest.mark.parametrize("each", duties(), ids=lambda each: each.code)
def test_every_clause_a_night_can_name_has_words_and_no_other_has(each: Duty) -> None:
    named = frozenset().union(*(named_in(place) for place in reached(each.code)))
    absent = {f"no_{table}" for table in each.tables}
    assert named - absent == {*each.clauses} - absent
    assert shared() | absent == {*alike(each), "left:"}


@pytest.mark.parametrize("each", duties(), ids=lambda each: each.code)
def test_a_clause_is_in_words_and_its_table_one_of_the_standard(each: Duty) -> None:
    for name, clause in {**each.clauses, **alike(each)}.items():
        assert clause_of(each, name) == clause_of(each, f"{name}:row-1") == clause
        assert clause.table in standard.BY_NAME
        assert clause.sentence.worded() not in ("", name)


def test_the_clauses_that_every_duty_has_alike() -> None:
    assert {name: (each.sentence.id, each.table) for name, each in alike(duty("S01")).items()} == {
        "none": ("Nothing that would meet it is in the records", "enquiry"),
        "last_before": ("The last one before it was needed", "enquiry"),
        "met_late": ("It was seen after its day", "enquiry"),
        "before_records": ("It began before the records do", "enquiry"),
        "no_enquiry": ("No enquiry about anybody is in the records", "enquiry"),
    }


def test_why_supervision_ended_is_said_in_the_words_of_its_code() -> None:
    told = {code: clause_of(duty("S16"), f"left:{code}") for code in (*REASONS, "not recorded")}
    assert {code: each.sentence.worded() for code, each in told.items() if each} == {
        "completed": "Supervision ended first: Completed",
        "revoked": "Supervision ended first: Revoked",
        "expired": "Supervision ended first: Expired",
        "died": "Supervision ended first: Person died",
        "transferred": "Supervision ended first: Transferred out",
        "recalled": "Supervision ended first: Recalled for the rest of the sentence",
        "not recorded": "Supervision ended first, and why is not recorded",
    }


def test_a_clause_of_an_older_night_has_no_words() -> None:
    assert clause_of(duty("S01"), "no_longer_defined") is None


def unknown(because: str) -> DutyLine:
    return DutyLine(
        after_the_fact=False,
        duty="S01",
        state="unknown",
        since=None,
        due_on=None,
        unknown_because=because,
        standing="on",
        item=None,
        reasons=(),
    )


@pytest.mark.parametrize(
    ("because", "said"),
    [
        ("before_records", "The records cannot say: It began before the records do."),
        ("no_enquiry", "The records cannot say: No enquiry about anybody is in the records."),
        ("", "The records cannot say."),
    ],
)
def test_the_persons_page_says_why_the_records_cannot_say(because: str, said: str) -> None:
    (shown,) = person.duty_lines((unknown(because),))
    assert shown.line == said

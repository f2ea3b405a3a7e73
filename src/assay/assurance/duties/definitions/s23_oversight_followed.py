"""S23: what a manager asked for, done."""

from __future__ import annotations

from datetime import date

import ibis

from assay.assurance.duties.inputs import FOREVER
from assay.assurance.duties.records import Records
from assay.assurance.duties.rules import Once, evidence, named, raised
from assay.assurance.duties.types import Clause, Duty
from assay.assurance.duties.verbs import Table, both, next_after, union
from assay.core.messages import message

DUTY = Duty(
    code="S23",
    name=message("What oversight asked for"),
    sentence=message(
        "When management oversight asks for something, it is closed by the day the manager set, or within "
        "ten working days where no day was set."
    ),
    population=message(
        "People under a sentence in the community, from the first oversight that asked for something."
    ),
    evidence=message(
        "The closing of the very action; where the record has no action, a later oversight entry that says "
        "the follow-up was completed."
    ),
    exclusions=message("Oversight that says no follow-up is needed raises nothing."),
    limits=message(
        "An action with a day of its own raises the duty on that day, and custody does not move it. "
        "Oversight with no outcome raises nothing. Whether oversight stated the question of risk, its "
        "reasons and a decision, and whether what was done was any good, is in its words: read a sample "
        "before any figure is used. Marks of hollow oversight are not part of this duty."
    ),
    severity="3",
    windows=("oversight_follow_up", "oversight_follow_up_by_day", "oversight_follow_up_severity"),
    codes=("oversight_contacts", "follow_up_required", "follow_up_completed"),
    tables=("contact",),
    clauses={
        "follow_up": Clause(message("Oversight said that follow-up is required"), "contact"),
        "asked": Clause(message("A manager asked for something and set no day"), "oversight_action"),
        "asked_by_day": Clause(message("A manager asked for something by this day"), "oversight_action"),
        "sentenced": Clause(message("Under a sentence in the community"), "sentence"),
    },
    source="Proposed public-protection measures, S23; calibration: 49 of 80 absent or ineffective, "
    "West Midlands 2026",
    author="Assay",
    checker="Not yet checked outside Assay",
    next_review=date(2027, 3, 31),
    version=1,
)


def rule(records: Records) -> Once:
    overseen = records.contacts("oversight_contacts")
    completed = overseen.filter(overseen.outcome.isin(sorted(records.codes("follow_up_completed"))))
    actions = _actions(records)
    open_ended = actions.filter(actions.due_on.isnull())
    by_day = records.come(actions, "due_on")
    by_day = by_day.mutate(on=ibis.greatest(by_day.on, by_day.due_on))
    closed = actions.filter(actions.closed_on.notnull())
    closed = closed.mutate(on=closed.closed_on, known=ibis.greatest(closed.known, closed.closed_on))
    asked = records.keep(_asked(records, overseen, completed, actions))
    window, by_its_day = "oversight_follow_up", "oversight_follow_up_by_day"
    table = "oversight_action"
    return Once(
        population=both(records.life, _since_first(asked, actions)),
        triggers=union(
            raised(
                asked,
                "follow_up",
                table="contact",
                window=window,
                on="on",
                since="done",
            ),
            raised(open_ended, "asked", table=table, window=window, on="on", since="done"),
            raised(by_day, "asked_by_day", table=table, window=by_its_day, on="on", since="done"),
        ),
        evidence=evidence(completed, closed),
        because=named(records.sentences, "sentenced"),
        severity=records.number("oversight_follow_up_severity"),
    )


def _since_first(*asked: Table) -> Table:
    days = union(*[rows.select("case_id", "on") for rows in asked])
    first = days.group_by("case_id").agg(opened=days.on.min())
    return first.mutate(closed=ibis.literal(FOREVER, "int64"))


def _actions(records: Records) -> Table:
    """What was asked for, with ``done``, the day it was closed: where it is open, no day is late enough."""
    rows = records.dated(
        "oversight_action", "asked_on", "contact_id", "due_on", "closed_on", ahead=("due_on",)
    )
    return records.keep(rows.mutate(done=rows.closed_on.fill_null(FOREVER)))


def _asked(records: Records, overseen: Table, completed: Table, actions: Table) -> Table:
    """Oversight that requires follow-up and has no action of its own, with ``done``, the day of the next
    oversight that says it was completed."""
    asking = overseen.filter(overseen.outcome.isin(sorted(records.codes("follow_up_required"))))
    asking = asking.anti_join(actions, asking.row_id == actions.contact_id)
    asking = records.keep(asking.mutate(event_id=asking.row_id))
    met = next_after(asking, completed.select("case_id", "row_id", "on", "known"))
    return met.select("case_id", "row_id", "on", "known", done=met.met.fill_null(FOREVER))

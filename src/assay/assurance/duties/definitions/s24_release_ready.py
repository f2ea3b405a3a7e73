"""S24: readiness before release."""

from __future__ import annotations

from datetime import date

import ibis

from assay.assurance.duties.inputs import FOREVER
from assay.assurance.duties.records import Records
from assay.assurance.duties.rules import Once, evidence, excused, named, noted, raised
from assay.assurance.duties.types import Clause, Duty
from assay.assurance.duties.verbs import Table, holding, merge, union
from assay.core.messages import message

DUTY = Duty(
    code="S24",
    name=message("Readiness before release"),
    sentence=message(
        "By the day responsibility passes to the community a community manager (COM) is named and has met "
        "the person; and 28 days before release enquiries are made, the MAPPA level is set and victim "
        "liaison has been heard, where they are needed."
    ),
    population=message(
        "People in prison whose responsibility has passed, or whose release is expected within ten months. "
        "Within that time, and with no handover on record, the case is unknown."
    ),
    evidence=message(
        "The handover's own dates; an enquiry sent to police or children's services; a MAPPA registration "
        "with a level; a victim liaison contact, of which only the date is read."
    ),
    exclusions=message("Release at less than ten days' notice, which is reported as a constraint."),
    limits=message(
        "Whether an address was approved, licence conditions were asked for or Approved Premises referred to "
        "is not in the records with a day. The expected release is the one last recorded, so a day that "
        "moved is judged by where it stands now. Both parts are told of on their day, and not before."
    ),
    severity="3",
    windows=(
        "handover_met",
        "release_ready",
        "release_ready_before",
        "release_soon",
        "release_checks_before",
        "release_severity",
    ),
    codes=(
        "custodial_sentences",
        "release_enquiries_from",
        "mappa_registers",
        "set_mappa_levels",
        "victims_who_wish_to_be_told",
        "victim_liaison_contacts",
        "handover_contacts",
    ),
    tables=("handover",),
    clauses={
        "handover": Clause(message("Responsibility passed to the community"), "handover"),
        "near_release": Clause(message("Release was 28 days ahead"), "custody"),
        "handed_over": Clause(message("In prison, and responsibility has passed"), "handover"),
        "release_expected": Clause(
            message("In prison, and release is expected within ten months"), "custody"
        ),
        "short_notice": Clause(message("Release came at less than ten days' notice"), "handover"),
        "no_handover_recorded": Clause(
            message("Release is expected, and no handover is on record"), "custody"
        ),
        "handover_contact": Clause(message("A contact says that the case was handed over"), "contact"),
    },
    source="OMiC handover dates as in Ministry of Justice repositories; S24",
    author="Assay",
    checker="Not yet checked outside Assay",
    next_review=date(2026, 12, 31),
    version=1,
)


def rule(records: Records) -> Once:
    stays = _stays(records)
    life = records.keep(merge(_before_release(records), stays))
    handovers = _handovers(records)
    passed = holding(handovers, life).select("case_id", "row_id", opened="on", closed="life_closed")
    expected = _expected(records, stays)
    points, checks = _points(records, stays)
    return Once(
        life=life,
        population=merge(passed, expected),
        triggers=union(
            raised(handovers, "handover", table="handover", on="on", window="handover_met", since="since"),
            raised(points, "near_release", table="custody", on="on", window="release_ready", since="since"),
        ),
        evidence=evidence(
            handovers.filter(handovers.since < FOREVER).mutate(
                on=lambda rows: rows.since, known=lambda rows: ibis.greatest(rows.known, rows.since)
            ),
            checks,
        ),
        because=union(named(passed, "handed_over"), named(expected, "release_expected")),
        severity=records.number("release_severity"),
        excuses=_at_short_notice(handovers, points),
        unknown=_without_handover(records, expected).mutate(clause=ibis.literal("no_handover_recorded")),
        near=noted(records.contacts("handover_contacts"), "handover_contact"),
    )


def _stays(records: Records) -> Table:
    """Stays in prison under a sentence, ended at the latest by death."""
    rows = records.lasting("custody", "sentence_id", "expected_release_on", ahead=("expected_release_on",))
    rows = rows.left_join(records.deaths, "case_id").drop("case_id_right")
    rows = rows.mutate(closed=ibis.least(rows.closed, rows.died.fill_null(FOREVER))).drop("died")
    return records.keep(rows.filter(rows.opened < rows.closed))


def _before_release(records: Records) -> Table:
    """Sentences of custody until supervision in the community begins."""
    passed = records.passed
    inside = passed.filter(passed.type.isin(sorted(records.codes("custodial_sentences"))))
    return inside.mutate(closed=ibis.least(inside.closed, inside.began.fill_null(FOREVER)))


def _handovers(records: Records) -> Table:
    """Handovers with ``since``, the day the manager had been named and had met the person, beyond all days
    where one of the two is not on record."""
    rows = records.dated("handover", "due_on", "sentence_id", "allocated_on", "met_on", "short_notice")
    done = rows.allocated_on.notnull() & rows.met_on.notnull()
    return records.keep(
        rows.mutate(since=done.ifelse(ibis.greatest(rows.allocated_on, rows.met_on), FOREVER))
    )


def _expected(records: Records, stays: Table) -> Table:
    """The part of each stay in which release is near."""
    rows = stays.filter(stays.expected_release_on.notnull())
    rows = rows.mutate(
        opened=ibis.greatest(rows.opened, rows.expected_release_on - records.length("release_soon"))
    )
    return records.keep(rows.filter(rows.opened < rows.closed))


def _points(records: Records, stays: Table) -> tuple[Table, Table]:
    """Each stay on the day release was so far ahead, with ``since``, the day by which all that is needed
    was on record; and the rows that show it."""
    rows = stays.mutate(on=stays.expected_release_on - records.length("release_ready_before"))
    rows = records.come(rows.filter((rows.opened <= rows.on) & (rows.on < rows.closed)))
    asked, heard, levelled = checks = _checks(records)
    for name, events in {"asked": asked, "heard": heard, "levelled": levelled}.items():
        rows = records.keep(_with_first(rows, events, name))
    in_mappa = holding(rows, merge(records.registered("mappa_registers")))
    rows = records.keep(_marked(rows, in_mappa, "in_mappa"))
    rows = records.keep(_marked(rows, _with_victim(records, rows), "has_victim"))
    since = ibis.greatest(
        rows.asked, rows.in_mappa.ifelse(rows.levelled, 0), rows.has_victim.ifelse(rows.heard, 0)
    )
    return records.keep(rows.mutate(since=since)), evidence(*checks)


def _checks(records: Records) -> tuple[Table, Table, Table]:
    """Enquiries, victim liaison and MAPPA levels set, each with ``counts_to``, the last day it counts for."""
    early = records.length("release_checks_before")
    enquiries, levels = records.enquiries, records.registered("mappa_registers")
    agencies = sorted(records.codes("release_enquiries_from"))
    asked = enquiries.filter(enquiries.agency.isin(agencies) & (enquiries.outcome == "sent"))
    heard = records.contacts("victim_liaison_contacts")
    levelled = levels.filter(levels.level.isin(sorted(records.codes("set_mappa_levels"))).fill_null(False))
    return (
        asked.mutate(counts_to=asked.on + early),
        heard.mutate(counts_to=heard.on + early),
        levelled.mutate(on=levelled.opened, counts_to=levelled.closed - 1),
    )


def _with_first(rows: Table, events: Table, name: str) -> Table:
    """The rows with the first day of an event that counts for theirs, beyond all days where none does."""
    given = events.select("counts_to", event_case="case_id", event_on="on")
    pairs = rows.join(given, [rows.case_id == given.event_case, given.counts_to >= rows.on])
    first = pairs.group_by("row_id").agg(first_on=pairs.event_on.min())
    joined = rows.left_join(first, "row_id").drop("row_id_right")
    return joined.mutate(**{name: joined.first_on.fill_null(FOREVER)}).drop("first_on")


def _marked(rows: Table, of_these: Table, name: str) -> Table:
    marks = of_these.select("row_id").distinct().mutate(**{name: ibis.literal(True)})
    joined = rows.left_join(marks, "row_id").drop("row_id_right")
    return joined.mutate(**{name: joined[name].fill_null(False)})


def _with_victim(records: Records, points: Table) -> Table:
    """The stays under a sentence with a victim who by that day wished to be told."""
    columns = ("sentence_id", "choice", "choice_on")
    victims = records.dated("victim_contact", "eligible_on", *columns, ahead=("choice_on",))
    wishing = victims.filter(victims.choice.isin(sorted(records.codes("victims_who_wish_to_be_told"))))
    wishing = wishing.select("sentence_id", chosen=wishing.choice_on.coalesce(wishing.on))
    told = points.join(wishing, "sentence_id")
    return told.filter(told.chosen <= told.on)


def _at_short_notice(handovers: Table, points: Table) -> Table:
    """Where release came at short notice nothing could be ready: the handover, and the stay under it."""
    short = handovers.filter(handovers.short_notice)
    whose = short.select("sentence_id", "known", handover="row_id")
    stays = points.select("case_id", "sentence_id", "on", stay="row_id").join(whose, "sentence_id")
    stays = stays.mutate(row_id=stays.handover)
    return union(
        excused(short, "short_notice", on=short.on, for_anchor=short.row_id),
        excused(stays, "short_notice", on=stays.on, for_anchor=stays.stay),
    )


def _without_handover(records: Records, expected: Table) -> Table:
    """Time near release under a sentence with no handover on record, be it past or to come."""
    known = records.foreseen("handover", "due_on", "sentence_id")
    return merge(expected.anti_join(known, "sentence_id"))

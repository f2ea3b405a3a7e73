"""S22: contact suspended where it should not be."""

from __future__ import annotations

from datetime import date

import ibis

from assay.assurance.duties.inputs import FOREVER
from assay.assurance.duties.records import Records
from assay.assurance.duties.rules import Once, evidence, named, noted, raised
from assay.assurance.duties.types import Clause, Duty
from assay.assurance.duties.verbs import Table, both, first_of, holding, merge, next_after, union
from assay.core.messages import message

DUTY = Duty(
    code="S22",
    name=message("Suspension of contact"),
    sentence=message(
        "When contact is suspended, somebody has decided it, the person is in no group that is always "
        "supervised, and enquiries are current; when the person comes into such a group, the suspension ends "
        "within five working days; on licence there is one follow-up midway."
    ),
    population=message("People under supervision whose contact is suspended by Probation Reset or Impact."),
    evidence=message(
        "Nothing wrong on the day of the suspension, or the day on which the last wrong thing ended; the end "
        "of the suspension or of what put the person in the group; an appointment attended, from four weeks "
        "before the middle on."
    ),
    exclusions=message(
        "A suspension with no recorded decision, where it began within the first eight weeks of supervision: "
        "it is read by the adjusted questions."
    ),
    limits=message(
        "A direction of a court or of the Parole Board is not in the records. Of the groups always "
        "supervised the records show MAPPA, very high risk, a child protection plan and the register of "
        "terrorism, and not the pilot of supervision courts. The middle of a suspension is reckoned to the "
        "day the sentence is expected to end. Enquiries are asked for where domestic abuse or concern for a "
        "child is on a register."
    ),
    after_the_fact=message("The decision is read on the night after it is recorded."),
    severity="4",
    windows=(
        "suspension_decided",
        "suspension_ended",
        "suspension_checks",
        "suspension_midway",
        "suspension_midway_early",
        "adjusted_expectations",
        "suspension_severity",
    ),
    codes=(
        "supervised_sentences",
        "always_supervised_registers",
        "always_supervised_levels",
        "current_abuse_registers",
        "police_enquiries",
        "child_registers",
        "child_enquiries",
        "midway_sentences",
        "appointments_to_attend",
        "attended_outcomes",
    ),
    tables=("suspension",),
    clauses={
        "suspended": Clause(message("Contact was suspended"), "suspension"),
        "registered_since": Clause(
            message("Put on a register of those always supervised, while suspended"), "registration"
        ),
        "very_high_since": Clause(message("Risk rose to very high while suspended"), "rosh"),
        "midway": Clause(message("The middle of a suspension on licence"), "sentence"),
        "no_expected_end": Clause(
            message("The day the sentence is expected to end is not on record"), "sentence"
        ),
        "while_suspended": Clause(message("Contact is suspended"), "suspension"),
        "on_register": Clause(message("On a register of those always supervised"), "registration"),
        "very_high": Clause(message("Risk of serious harm is very high"), "rosh"),
        "undecided": Clause(message("No decision is on record"), "suspension"),
        "police_not_asked": Clause(
            message("Domestic abuse is on the register, and police were not asked in the 90 days before"),
            "suspension",
        ),
        "children_not_asked": Clause(
            message(
                "Concern for a child is on a register, and children's services were not asked in the 90 days "
                "before"
            ),
            "suspension",
        ),
    },
    source="Probation Reset and Impact, as published; HMI Probation, case assessment rules and guidance, "
    "October 2025; proposed public-protection measures, S22",
    author="Assay",
    checker="Not yet checked outside Assay",
    next_review=date(2027, 3, 31),
    version=1,
)

UNCHECKED = ("police_not_asked", "children_not_asked")


def rule(records: Records) -> Once:
    suspended = records.suspensions
    groups = _groups(records)
    inside = records.keep(both(merge(*groups.values()), merge(suspended)))
    wrong = records.keep(union(_grouped(suspended, inside), _undecided(suspended), *_unchecked(records)))
    decisions = records.keep(_decisions(suspended, wrong))
    since = {clause: _since(rows, inside, suspended) for clause, rows in groups.items()}
    midway = records.keep(_midway(records))
    ends = inside.select("case_id", row_id=ibis.literal(""), on=inside.closed, known=inside.closed)
    settled = decisions.mutate(on=decisions.since, known=ibis.greatest(decisions.known, decisions.since))
    return Once(
        population=both(records.supervised, merge(suspended)),
        triggers=union(
            raised(decisions, "suspended", table="suspension", window="suspension_decided", since="since"),
            raised(
                since["on_register"],
                "registered_since",
                table="registration",
                window="suspension_ended",
                since="since",
            ),
            raised(
                since["very_high"], "very_high_since", table="rosh", window="suspension_ended", since="since"
            ),
            raised(
                midway,
                "midway",
                table="sentence",
                on="on",
                since="since",
                window=midway.window,
                unsure=midway.unsure,
            ),
        ),
        evidence=evidence(records.come(settled), records.come(ends), _seen(records)),
        because=named(suspended, "while_suspended"),
        severity=records.number("suspension_severity"),
        near=union(
            *[_found(suspended, rows, clause) for clause, rows in groups.items()],
            *[noted(wrong.filter(wrong.what == each), each) for each in ("undecided", *UNCHECKED)],
        ),
    )


def _groups(records: Records) -> dict[str, Table]:
    """What puts a person among those always supervised, by the clause that says so."""
    levels = records.rosh
    very_high = levels.filter(levels.level.isin(sorted(records.codes("always_supervised_levels"))))
    columns = ["case_id", "row_id", "opened", "closed", "known"]
    return {
        "on_register": records.registered("always_supervised_registers").select(*columns),
        "very_high": very_high.select(*columns),
    }


def _wrong(rows: Table, what: str, until: Table) -> Table:
    return rows.select(
        "case_id", "row_id", on=rows.opened, what=ibis.literal(what), until=until.cast("int64")
    )


def _grouped(suspended: Table, inside: Table) -> Table:
    """Suspensions of people always supervised, until one or the other ended."""
    rows = holding(suspended.mutate(on=suspended.opened), inside)
    return _wrong(rows, "grouped", rows.life_closed)


def _undecided(suspended: Table) -> Table:
    rows = suspended.filter(~suspended.adjusted & ~suspended.decided)
    return _wrong(rows, "undecided", rows.closed)


def _unchecked(records: Records) -> list[Table]:
    """Suspensions without the enquiry that a register calls for, until it was made or contact resumed."""
    made = records.enquiries.filter(records.enquiries.outcome == "sent")
    asked = (
        ("police", "police_enquiries", "current_abuse_registers"),
        ("childrens_services", "child_enquiries", "child_registers"),
    )
    found = []
    for clause, (agency, kinds, registers) in zip(UNCHECKED, asked, strict=True):
        ours = made.filter((made.agency == agency) & made.kind.isin(sorted(records.codes(kinds))))
        found.append(_unasked(records, clause, ours, merge(records.registered(registers))))
    return found


def _unasked(records: Records, clause: str, asked: Table, called_for: Table) -> Table:
    suspended = records.suspensions.mutate(on=records.suspensions.opened)
    rows = holding(suspended, called_for).drop("life_opened", "life_closed")
    given = asked.select(asked_case="case_id", asked_on="on")
    current = rows.semi_join(
        given,
        [
            rows.case_id == given.asked_case,
            given.asked_on <= rows.on,
            rows.on <= given.asked_on + records.length("suspension_checks"),
        ],
    )
    lacking = rows.anti_join(current.select("row_id"), "row_id")
    lacking = records.keep(lacking.mutate(event_id=lacking.row_id))
    met = next_after(lacking, asked.select("case_id", "row_id", "on", "known"))
    return _wrong(met, clause, ibis.least(met.met.fill_null(FOREVER), met.closed))


def _decisions(suspended: Table, wrong: Table) -> Table:
    """Each suspension with ``since``, the day from which nothing was wrong with it."""
    last = wrong.group_by(wrong_row=wrong.row_id).agg(until=wrong.until.max())
    rows = suspended.left_join(last, suspended.row_id == last.wrong_row)
    return rows.select("case_id", "row_id", "opened", "known", since=rows.until.fill_null(rows.opened))


def _since(group: Table, inside: Table, suspended: Table) -> Table:
    """What put a suspended person into a group after the suspension began, until one of them ended. One
    row a day and kind."""
    days = suspended.select("case_id", "opened").distinct()
    later = inside.anti_join(days, ["case_id", "opened"])
    later = later.select(later_case="case_id", later_opened="opened", since="closed")
    met = group.join(later, [group.case_id == later.later_case, group.opened == later.later_opened])
    met = first_of(met, by=["case_id", "opened"], order=[met.row_id])
    return met.select("case_id", "row_id", "opened", "known", "since")


def _found(suspended: Table, group: Table, clause: str) -> Table:
    """The rows that put a person into a group on the day contact was suspended."""
    rows = suspended.select(suspended_case="case_id", on="opened")
    met = group.join(
        rows,
        [group.case_id == rows.suspended_case, group.opened <= rows.on, rows.on < group.closed],
    )
    return noted(met, clause)


def _midway(records: Records) -> Table:
    """For each licence whose contact was suspended: the middle between that day and the day it is expected
    to end, and ``since``, the day of the follow-up."""
    expected = records.dated("sentence", "started_on", "expected_end_on", ahead=("expected_end_on",))
    expected = expected.select(sentence_row="row_id", ends="expected_end_on")
    sentences = records.sentences
    ours = sentences.filter(sentences.type.isin(sorted(records.codes("midway_sentences"))))
    ours = ours.join(expected, ours.row_id == expected.sentence_row)
    suspended = records.suspensions
    suspended = suspended.select(case="case_id", from_day="opened", suspended_row="row_id", written="known")
    met = ours.join(
        suspended,
        [ours.case_id == suspended.case, ours.opened <= suspended.from_day, suspended.from_day < ours.closed],
    )
    first = first_of(met, by="row_id", order=[met.from_day, met.suspended_row])
    first = first.filter(first.ends.isnull() | (first.ends > first.from_day))
    middle = first.from_day + (first.ends - first.from_day) // 2
    unsure = first.ends.isnull()
    rows = first.select(
        "case_id",
        "row_id",
        "from_day",
        known=first.written,
        on=unsure.ifelse(first.from_day, middle),
        window=unsure.ifelse(ibis.null("string"), "suspension_midway"),
        unsure=unsure.ifelse("no_expected_end", ibis.null("string")),
        event_id="row_id",
    )
    early = ibis.greatest(rows.from_day, rows.on - records.length("suspension_midway_early"))
    rows = records.come(rows.mutate(early=early))
    met = next_after(records.keep(rows), _seen(records), since="early")
    since = met.unsure.isnull().ifelse(met.met.fill_null(FOREVER), FOREVER)
    return met.select("case_id", "row_id", "on", "known", "window", "unsure", since=since.cast("int64"))


def _seen(records: Records) -> Table:
    rows = records.contacts("appointments_to_attend")
    rows = rows.filter(rows.outcome.isin(sorted(records.codes("attended_outcomes"))))
    return rows.select("case_id", "row_id", "on", "known")

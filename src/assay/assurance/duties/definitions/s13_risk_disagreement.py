"""S13: parts of the record that disagree about risk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import ibis

from assay.assurance.duties.inputs import FOREVER
from assay.assurance.duties.records import Records
from assay.assurance.duties.rules import TRIGGER, Once, evidence, excused, named
from assay.assurance.duties.types import Clause, Duty
from assay.assurance.duties.verbs import Table, both, first_of, merge, union, without
from assay.core.messages import message

DUTY = Duty(
    code="S13",
    name=message("Parts of the record that disagree about risk"),
    sentence=message(
        "Where two parts of the record disagree about risk, they are brought to agree within five working "
        "days of the day the disagreement began."
    ),
    population=message("People under supervision."),
    evidence=message("The day on which the disagreement ended."),
    exclusions=message("A professional judgement on record on or after the day the disagreement began."),
    limits=message(
        "Which part is right is not in the records. A level that stands in no register is no disagreement, "
        "since the level may be taken from the register. That a professional judgement is about the "
        "disagreement is in its words. A child protection plan is seen only by its meetings and an answer "
        "that the person is known. Whether a MAPPA category fits the offence is not told, only that a person "
        "who must notify the police is on no MAPPA register. A disagreement counts as ended on its day, "
        "whenever that was written."
    ),
    severity="2",
    windows=("risk_agreement", "child_protection_meeting_shows", "risk_agreement_severity"),
    codes=(
        "supervised_sentences",
        "very_high_risk_registers",
        "high_risk_registers",
        "medium_risk_registers",
        "low_risk_registers",
        "level_parts",
        "domestic_abuse_registers",
        "child_enquiries",
        "answers_known",
        "child_protection_meetings",
        "child_protection_registers",
        "sexual_offence_registers",
        "mappa_registers",
        "risk_overrides",
    ),
    tables=("registration",),
    clauses={
        "register_level": Clause(
            message("The register and the recorded level of risk of serious harm differ"), "registration"
        ),
        "register_assessed": Clause(
            message("The register and the last full analysis of risk differ"), "assessment_part"
        ),
        "assessed_level": Clause(
            message("The last full analysis of risk and the recorded level differ"), "assessment_part"
        ),
        "abuse_missing": Clause(
            message("An assessment says domestic abuse, and it is on no register"), "assessment"
        ),
        "plan_missing": Clause(
            message(
                "Children's services know the person and a child protection meeting took place, and no plan "
                "is on a register"
            ),
            "contact",
        ),
        "mappa_missing": Clause(
            message("The person must notify the police, and is on no MAPPA register"), "registration"
        ),
        "tier_missing": Clause(message("The tier could not be calculated"), "tier"),
        "supervised": Clause(message("Under supervision"), "sentence"),
        "override": Clause(message("A professional judgement is on record"), "contact"),
    },
    source="Proposed public-protection measures, S13",
    author="Assay",
    checker="Not yet checked outside Assay",
    next_review=date(2027, 3, 31),
    version=1,
)

LEVELS = ("very_high", "high", "medium", "low")
NO_TIER = "MISSING"
EIGHT = 8


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of disagreement: the ``spans`` of it, with ``known``, and by their tables the rows
    (``case_id, row_id, on``) with one of which it may have begun."""

    clause: str
    spans: Table
    begun: dict[str, Table]


def rule(records: Records) -> Once:
    supervised = records.sentences.filter(
        records.sentences.type.isin(sorted(records.codes("supervised_sentences")))
    )
    kinds = (*_of_level(records), *_of_registers(records), _of_tier(records))
    found = _anchored(records, kinds, supervised)
    overrides = records.contacts("risk_overrides")
    triggers = found.mutate(
        known=ibis.greatest(found.known, found.on),
        window=ibis.literal("risk_agreement"),
        unsure=ibis.null("string"),
    )
    ended = records.come(found, "since")
    return Once(
        population=records.supervised,
        triggers=triggers.select(*TRIGGER),
        evidence=evidence(ended.mutate(on=ended.since, known=ended.since, row_id=ibis.literal(""))),
        because=named(supervised, "supervised"),
        severity=records.number("risk_agreement_severity"),
        excuses=excused(overrides, "override", on=overrides.on, last=overrides.on),
    )


def _of_level(records: Records) -> tuple[Kind, ...]:
    """The level on record, that of the register, and that of the last full analysis."""
    columns = ["case_id", "row_id", "opened", "closed", "known", "level"]
    stated = {
        "rosh": records.rosh.select(*columns),
        "registration": _registered(records).select(*columns),
        "assessment_part": _analysed(records).select(*columns),
    }

    def differ(clause: str, one: str, other: str) -> Kind:
        return Kind(
            clause=clause,
            spans=_different(stated[one], stated[other]),
            begun={name: _on(stated[name], "opened") for name in (one, other)},
        )

    return (
        differ("register_level", "registration", "rosh"),
        differ("register_assessed", "registration", "assessment_part"),
        differ("assessed_level", "assessment_part", "rosh"),
    )


def _registered(records: Records) -> Table:
    """Registrations of a level of risk of serious harm."""
    rows = records.registrations
    kinds = [(rows.type.isin(sorted(records.codes(f"{each}_risk_registers"))), each) for each in LEVELS]
    rows = rows.drop("level").mutate(level=ibis.cases(*kinds))
    return records.keep(rows.filter(rows.level.notnull()))


def _analysed(records: Records) -> Table:
    """The level that each full analysis came to, until the next."""
    rows = records.dated("assessment_part", "completed_on", "part", "level")
    rows = rows.filter(rows.part.isin(sorted(records.codes("level_parts"))) & rows.level.notnull())
    order = ibis.window(group_by="case_id", order_by=[rows.on, rows.row_id])
    spans = rows.mutate(opened=rows.on, closed=rows.on.lead().over(order).fill_null(FOREVER))
    return records.keep(spans.filter(spans.opened < spans.closed))


def _different(one: Table, other: Table) -> Table:
    """The days on which both state a level, and not the same."""
    other = other.select(
        other_case="case_id",
        other_opened="opened",
        other_closed="closed",
        other_known="known",
        other_level="level",
    )
    met = one.join(
        other,
        [
            one.case_id == other.other_case,
            one.opened < other.other_closed,
            other.other_opened < one.closed,
            one.level != other.other_level,
        ],
    )
    return met.select(
        "case_id",
        opened=ibis.greatest(met.opened, met.other_opened),
        closed=ibis.least(met.closed, met.other_closed),
        known=ibis.greatest(met.known, met.other_known),
    )


def _of_registers(records: Records) -> tuple[Kind, ...]:
    """What some part of the record shows and no register has."""
    abuse = records.registered("domestic_abuse_registers")
    plans = records.registered("child_protection_registers")
    notifying = records.registered("sexual_offence_registers")
    mappa = records.registered("mappa_registers")
    answered, meetings, shown = _plans_shown(records)
    assessed = records.abuse_assessed
    return (
        Kind(
            clause="abuse_missing",
            spans=_apart(assessed, abuse),
            begun={"assessment": _on(assessed, "opened"), "registration": _on(abuse, "closed")},
        ),
        Kind(
            clause="plan_missing",
            spans=_apart(shown, plans),
            begun={
                "enquiry": _on(answered, "answered"),
                "contact": _on(meetings, "on"),
                "registration": _on(plans, "closed"),
            },
        ),
        Kind(
            clause="mappa_missing",
            spans=_apart(notifying, mappa),
            begun={"registration": union(_on(notifying, "opened"), _on(mappa, "closed"))},
        ),
    )


def _apart(rows: Table, holes: Table) -> Table:
    return without(rows.select("case_id", "opened", "closed", "known"), holes)


def _plans_shown(records: Records) -> tuple[Table, Table, Table]:
    """Answers that the person is known, child protection meetings, and the spans in which both show a plan.
    A meeting that still shows one on the as-at day is taken to go on doing so."""
    rows = records.enquiries
    about = (rows.agency == "childrens_services") & rows.kind.isin(sorted(records.codes("child_enquiries")))
    answered = rows.filter(about & rows.reply.isin(sorted(records.codes("answers_known"))))
    meetings = records.contacts("child_protection_meetings")
    given = answered.select(answer_case="case_id", answered="answered", answer_known="answer_known")
    until = meetings.on + records.length("child_protection_meeting_shows")
    records.note(meetings, until)
    spans = meetings.mutate(until=(until > records.as_at).ifelse(FOREVER, until))
    met = spans.join(given, [spans.case_id == given.answer_case, given.answered < spans.until])
    shown = met.select(
        "case_id",
        opened=ibis.greatest(met.on, met.answered),
        closed=met.until,
        known=ibis.greatest(met.known, met.answer_known),
    )
    return answered, meetings, shown


def _of_tier(records: Records) -> Kind:
    rows = records.lasting("tier", "tier")
    missing = rows.filter(rows.tier.upper() == NO_TIER)
    return Kind(
        clause="tier_missing",
        spans=missing.select("case_id", "opened", "closed", "known"),
        begun={"tier": _on(missing, "opened")},
    )


def _on(rows: Table, day: str) -> Table:
    return rows.select("case_id", "row_id", on=rows[day])


def _anchored(records: Records, kinds: tuple[Kind, ...], supervised: Table) -> Table:
    """Each disagreement under supervision as a trigger by the row it began with, or by the sentence it was
    found with; ``since``, the day it ended, or, where one row began several, the last of them did."""
    spans = records.keep(
        union(*[each.spans.mutate(number=ibis.literal(number, "int64")) for number, each in enumerate(kinds)])
    )
    found = _joined(records, spans, [each.clause for each in kinds])
    rows = []
    for each in kinds:
        for table, begun in {**each.begun, "sentence": _on(supervised, "opened")}.items():
            rows.append(begun.mutate(table=ibis.literal(table), clause=ibis.literal(each.clause)))
    begun = union(*rows).select("table", "row_id", begun_case="case_id", begun_on="on", begun_clause="clause")
    met = found.join(
        begun,
        [found.case_id == begun.begun_case, found.on == begun.begun_on, found.clause == begun.begun_clause],
    ).drop("begun_case", "begun_on", "begun_clause")
    met = first_of(met, by=["case_id", "clause", "on"], order=[met.table, met.row_id])
    same = ibis.window(group_by=["case_id", "table", "row_id"])
    return records.keep(met.mutate(since=met.ended.max().over(same)))


def _joined(records: Records, spans: Table, clauses: list[str]) -> Table:
    """The disagreements of each kind, touching ones as one, from the day they were under supervision: ``on``,
    ``ended``, and the first day they could have been known. One merge for all: a kind of a case stands for
    a case in it."""
    merged = merge(spans.mutate(case_id=spans.case_id * EIGHT + spans.number))
    merged = merged.mutate(case_id=merged.case_id // EIGHT, number=merged.case_id % EIGHT)
    merged = merged.select("case_id", "number", "opened", "closed", ended="closed")
    found = both(merged, records.supervised)
    pieces = spans.select(
        piece_case="case_id",
        piece_number="number",
        piece_opened="opened",
        piece_closed="closed",
        piece_known="known",
    )
    covering = found.join(
        pieces,
        [
            found.case_id == pieces.piece_case,
            found.number == pieces.piece_number,
            pieces.piece_opened <= found.opened,
            found.opened < pieces.piece_closed,
        ],
    )
    known = covering.group_by("case_id", "number", "ended", on="opened").agg(known=covering.piece_known.min())
    clause = ibis.cases(*[(known.number == number, each) for number, each in enumerate(clauses)])
    return records.keep(known.select("case_id", "on", "ended", "known", clause=clause))

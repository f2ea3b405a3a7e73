"""S01: the enquiry to police about domestic abuse."""

from __future__ import annotations

from datetime import date

import ibis

from assay.assurance.duties.inputs import BEGINNING, FOREVER
from assay.assurance.duties.records import Records
from assay.assurance.duties.rules import Once, evidence, excused, named, noted, raised
from assay.assurance.duties.types import Clause, Duty
from assay.assurance.duties.verbs import Table, both, holding, merge, union, without
from assay.core.messages import message

DUTY = Duty(
    code="S01",
    name=message("Police enquiry about domestic abuse"),
    sentence=message(
        "Where there is a sign of domestic abuse, or nobody has asked about it, police are asked what they "
        "know within five working days of the start, of a release, or of an arrival from another region."
    ),
    population=message(
        "People under a community order, a suspended sentence, a licence or post-sentence supervision, with "
        "domestic abuse on a register, in an offence, by a restraining order or in a completed assessment; "
        "and those with no domestic-abuse answer in any completed assessment."
    ),
    evidence=message("An enquiry sent to police about domestic abuse, on or after the day that raised it."),
    exclusions=message(
        "Not sent because already up to date, where an answer of at most 90 days before is on record. "
        "Unpaid work alone, at low risk, with no sign of domestic abuse."
    ),
    limits=message(
        "A sign that comes to light later raises the duty that day, and an enquiry since the start meets it. "
        "Records cannot show an enquiry by telephone that nobody wrote down."
    ),
    severity="3",
    windows=("police_enquiry", "police_already_up_to_date", "police_enquiry_severity"),
    codes=(
        "supervised_sentences",
        "unpaid_work_sentences",
        "domestic_abuse_registers",
        "restraining_registers",
        "arrivals_from_a_region",
        "police_enquiries",
        "low_risk_levels",
    ),
    tables=("enquiry",),
    clauses={
        "start": Clause(message("Supervision began"), "sentence"),
        "release": Clause(message("Released again from custody"), "release"),
        "arrival": Clause(message("The case came from another region"), "allocation"),
        "sign_found": Clause(message("A sign of domestic abuse came to light"), "registration"),
        "register": Clause(message("Domestic abuse is on a register"), "registration"),
        "order": Clause(message("A restraining order is on a register"), "registration"),
        "offence": Clause(message("An offence is flagged as domestic abuse"), "offence"),
        "assessed": Clause(message("A completed assessment says domestic abuse"), "assessment"),
        "not_asked": Clause(
            message("No completed assessment says whether there is domestic abuse"), "sentence"
        ),
        "already_up_to_date": Clause(
            message("Not sent because already up to date, and an answer of the last 90 days is on record"),
            "enquiry",
        ),
        "unpaid_work_low": Clause(
            message("Unpaid work alone, at low risk, with no sign of domestic abuse"), "sentence"
        ),
        "up_to_date_without_answer": Clause(
            message("Marked as already up to date, but no answer of the last 90 days is on record"), "enquiry"
        ),
    },
    source="Proposed public-protection measures, S01; calibration: 49% made in 2022/23 (HMI Probation)",
    author="Assay",
    checker="Not yet checked outside Assay",
    next_review=date(2027, 3, 31),
    version=1,
)


WINDOW = "police_enquiry"


def rule(records: Records) -> Once:
    sentences = records.sentences
    register = records.registered("domestic_abuse_registers")
    order = records.registered("restraining_registers")
    assessed, answered_from = _assessed(records)
    indicated = merge(register, order, records.offences, assessed)
    # Nobody has asked: from the start until a completed assessment has an answer.
    not_asked = without(records.life, answered_from)
    population = both(records.life, merge(indicated, not_asked))

    arrivals = records.allocations.filter(
        records.allocations.reason.isin(sorted(records.codes("arrivals_from_a_region")))
    )
    found = _found_later(records, register, order)
    triggers = union(
        raised(sentences, "start", table="sentence", window=WINDOW),
        raised(records.re_releases, "release", table="release", on="on", window=WINDOW),
        raised(arrivals, "arrival", table="allocation", window=WINDOW),
        raised(
            found,
            "sign_found",
            table="registration",
            since="life_opened",
            window=WINDOW,
        ),
    )

    asked = _asked(records)
    sent = asked.filter(asked.outcome == "sent")
    up_to_date, unsupported = _not_sent(records, asked)
    return Once(
        population=population,
        triggers=triggers,
        evidence=evidence(sent),
        severity=records.number("police_enquiry_severity"),
        because=union(
            named(register, "register"),
            named(order, "order"),
            named(records.offences, "offence"),
            named(assessed, "assessed"),
            named(both(sentences, not_asked), "not_asked"),
        ),
        excuses=union(
            excused(up_to_date, "already_up_to_date", on=up_to_date.on, last=up_to_date.on),
            _unpaid_work_at_low_risk(records, indicated),
        ),
        near=noted(unsupported, "up_to_date_without_answer"),
    )


def _asked(records: Records) -> Table:
    rows = records.enquiries
    about = sorted(records.codes("police_enquiries"))
    return rows.filter((rows.agency == "police") & rows.kind.isin(about))


def _assessed(records: Records) -> tuple[Table, Table]:
    """Assessments that say domestic abuse, each until the next that answers; and, from the first answer on,
    the time in which somebody has asked."""
    rows = records.assessments
    answers = rows.filter(rows.domestic_abuse.notnull())
    order = ibis.window(group_by="case_id", order_by=[answers.on, answers.row_id])
    spans = answers.mutate(opened=answers.on, closed=answers.on.lead().over(order).fill_null(FOREVER))
    asked = answers.group_by("case_id").agg(opened=answers.on.min())
    return spans.filter(spans.domestic_abuse), asked.mutate(closed=ibis.literal(FOREVER, "int64"))


def _found_later(records: Records, *registers: Table) -> Table:
    """Signs registered after supervision began, with ``life_opened``."""
    rows = union(*[each.select("case_id", "row_id", "known", "opened", on=each.opened) for each in registers])
    during = holding(rows, records.life)
    return during.filter(during.on > during.life_opened)


def _not_sent(records: Records, asked: Table) -> tuple[Table, Table]:
    """Enquiries not sent as already up to date: those an answer of the last 90 days bears out, and others."""
    not_sent = asked.filter(asked.outcome == "not_sent_up_to_date")
    age = records.length("police_already_up_to_date")
    answers = asked.filter(asked.answered.notnull() & (asked.outcome == "sent"))
    answers = answers.select(answer_case=answers.case_id, answered_on=answers.answered)
    borne_out = not_sent.semi_join(
        answers,
        [
            not_sent.case_id == answers.answer_case,
            answers.answered_on <= not_sent.on,
            not_sent.on <= answers.answered_on + age,
        ],
    )
    return borne_out, not_sent.anti_join(borne_out.select("row_id"), "row_id")


def _unpaid_work_at_low_risk(records: Records, indicated: Table) -> Table:
    sentences = records.sentences
    alone = sentences.filter(sentences.type.isin(sorted(records.codes("unpaid_work_sentences"))))
    alone = alone.mutate(on=alone.opened)
    low = merge(records.rosh.filter(records.rosh.level.isin(sorted(records.codes("low_risk_levels")))))
    quiet = without(low, indicated)
    excusing = holding(alone, quiet)
    return excused(
        excusing,
        "unpaid_work_low",
        on=excusing.on,
        first=BEGINNING,
        last=excusing.on,
        for_anchor=excusing.row_id,
    )

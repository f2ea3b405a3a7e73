"""S08: the checks behind a proposal to a court."""

from __future__ import annotations

from datetime import date

import ibis

from assay.assurance.duties.answers import came, sent_to
from assay.assurance.duties.inputs import FOREVER
from assay.assurance.duties.records import Records
from assay.assurance.duties.rules import Once, evidence, excused, named, noted, raised
from assay.assurance.duties.types import Clause, Duty
from assay.assurance.duties.verbs import Table, both, merge, union
from assay.core.messages import message

DUTY = Duty(
    code="S08",
    name=message("Checks behind a proposal to a court"),
    sentence=message(
        "Before a report proposes a community order, a suspended sentence, a monitored curfew or an address, "
        "police have answered about domestic abuse and children's services about children."
    ),
    population=message(
        "People on whom a report with such a proposal was delivered, for four weeks from its delivery."
    ),
    evidence=message("An answer of each on or before the day of the report, and at most 90 days before it."),
    exclusions=message(
        "A report that told the court the checks were not available and advised an adjournment. An oral or "
        "fast report before a sentence for driving or fraud alone, with no flag of abuse, sexual harm or "
        "violence. Neither holds for a monitored curfew proposed since April 2022."
    ),
    limits=message(
        "What a report says of the checks is not the answer itself. The offences are those of a sentence "
        "passed within eight weeks of the report, since a report names none. An answer that came by "
        "telephone on the day and was not written down as one is not seen."
    ),
    after_the_fact=message("What was proposed to the court is read on the night after it was."),
    severity="3; 4 for a monitored curfew where a partner or child lives in the household",
    windows=(
        "court_checks",
        "court_checks_curfew",
        "court_check_good_for",
        "court_report_stands",
        "report_to_sentence",
        "court_checks_severity",
        "court_checks_severity_curfew",
    ),
    codes=(
        "proposals_in_community",
        "statements_not_available",
        "statements_answered",
        "quick_reports",
        "offences_without_checks",
        "police_enquiries",
        "child_enquiries",
    ),
    tables=("enquiry", "court_report"),
    clauses={
        "proposal": Clause(
            message("A report proposed a sentence in the community or an address"), "court_report"
        ),
        "curfew": Clause(message("A report proposed a monitored curfew"), "court_report"),
        "proposal_not_recorded": Clause(
            message("The record does not say what the report proposed"), "court_report"
        ),
        "not_available": Clause(
            message("The court was told that the checks were not available, and to adjourn"), "court_report"
        ),
        "quick_report": Clause(message("A quick report on an offence that needs no checks"), "court_report"),
        "said_answered": Clause(message("The report says that the checks were answered"), "court_report"),
    },
    source="Proposed public-protection measures, S08; calibration: police checks 51%, children's services "
    "48% in 2022/23 (HMI Probation)",
    author="Assay",
    checker="Not yet checked outside Assay",
    next_review=date(2027, 3, 31),
    version=1,
)

PLAIN, CURFEW = "court_checks", "court_checks_curfew"


def rule(records: Records) -> Once:
    police = sent_to(records, "police", "police_enquiries")
    children = sent_to(records, "childrens_services", "child_enquiries")
    reports = _checked(records, _reports(records), police, children)
    proposing = reports.filter(reports.proposes)
    curfew = proposing.filter(proposing.monitored_curfew)
    unsaid = reports.filter(~reports.proposes & reports.unsaid)
    circle = records.circle
    household = circle.filter(circle.household & circle.role.isin(["partner", "child"]))
    triggers = union(
        raised(proposing, "proposal", table="court_report", on="on", since="then", window=PLAIN),
        # Due on the same day as a proposal, and the one that holds: what excuses a proposal is not its own.
        raised(curfew, "curfew", table="court_report", on="on", since="then", window=CURFEW),
        raised(
            unsaid,
            "proposal",
            table="court_report",
            on="on",
            since="then",
            window=PLAIN,
            unsure=ibis.literal("proposal_not_recorded"),
        ),
    )
    said = proposing.checks.isin(sorted(records.codes("statements_answered")))
    return Once(
        population=merge(proposing),
        triggers=triggers,
        evidence=evidence(came(police), came(children)),
        because=union(named(proposing, "proposal"), named(curfew, "curfew")),
        severity=records.number("court_checks_severity"),
        severe=records.number("court_checks_severity_curfew"),
        severe_in=both(merge(curfew), merge(household)),
        excuses=_excuses(records, proposing),
        unknown=union(
            unsaid.select("case_id", "opened", "closed", clause=ibis.literal("proposal_not_recorded")),
            records.unbrought("court_report", records.life),
        ),
        near=noted(proposing.filter(said), "said_answered"),
        life=merge(union(proposing, unsaid)),
    )


def _reports(records: Records) -> Table:
    """Reports on the day of delivery, which stand for some weeks: whether each ``proposes`` what needs
    checks, or what it proposed is ``unsaid``."""
    columns = ("type", "proposal", "monitored_curfew", "address_id", "checks")
    rows = records.dated("court_report", "delivered_on", *columns)
    community = rows.proposal.isin(sorted(records.codes("proposals_in_community"))).fill_null(False)
    return rows.mutate(
        proposes=community | rows.monitored_curfew | rows.address_id.notnull(),
        unsaid=rows.proposal.isnull(),
        opened=rows.on,
        closed=rows.on + records.length("court_report_stands"),
    )


def _checked(records: Records, reports: Table, police: Table, children: Table) -> Table:
    """The reports with ``then``: the day by which both had answered, counting answers recent enough."""
    found = reports
    for side, sent in (("police", police), ("children", children)):
        answers = sent.filter(sent.answered.notnull())
        answers = answers.select(answer_case="case_id", answer_on="answered")
        met = reports.join(
            answers,
            [
                reports.case_id == answers.answer_case,
                reports.on - records.length("court_check_good_for") <= answers.answer_on,
            ],
        )
        first = met.group_by("row_id").agg(**{side: met.answer_on.min()})
        found = found.left_join(first, "row_id").drop("row_id_right")
    then = ibis.greatest(found.police.fill_null(FOREVER), found.children.fill_null(FOREVER))
    return records.keep(found.mutate(then=then))


def _excuses(records: Records, proposing: Table) -> Table:
    told = proposing.filter(proposing.checks.isin(sorted(records.codes("statements_not_available"))))
    each = {"not_available": told, "quick_report": _quick(records, proposing)}
    return union(
        *[
            excused(rows, clause, on=rows.on, for_anchor=rows.row_id, for_window=PLAIN)
            for clause, rows in each.items()
        ]
    )


def _quick(records: Records, proposing: Table) -> Table:
    """Quick reports after which every offence sentenced was one that needs no checks."""
    quick = proposing.filter(proposing.type.isin(sorted(records.codes("quick_reports"))))
    charges = records.charges
    flagged = charges.domestic_abuse | charges.sexual | charges.violent
    plain = charges.category.isin(sorted(records.codes("offences_without_checks"))) & ~flagged
    sentenced = records.passed.select(passed_row="row_id", passed_on="opened", passed_known="known")
    charges = charges.mutate(plain=plain).join(sentenced, charges.sentence_id == sentenced.passed_row)
    charges = charges.select("plain", "passed_on", "passed_known", charge_case="case_id")
    met = quick.join(
        charges,
        [
            quick.case_id == charges.charge_case,
            quick.on <= charges.passed_on,
            charges.passed_on <= quick.on + records.length("report_to_sentence"),
        ],
    )
    whole = met.group_by("row_id").agg(passed_known=met.passed_known.max(), plain=met.plain.all())
    found = quick.join(whole.filter(whole.plain), "row_id")
    return found.mutate(known=ibis.greatest(found.known, found.passed_known))

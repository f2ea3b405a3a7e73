"""S20: a review when something happens that calls for one."""

from __future__ import annotations

from datetime import date

import ibis

from assay.assurance.duties.inputs import FOREVER
from assay.assurance.duties.records import Records
from assay.assurance.duties.rules import Once, evidence, excused, named, raised
from assay.assurance.duties.types import Clause, Duty
from assay.assurance.duties.verbs import Table, holding, union
from assay.core.messages import message

DUTY = Duty(
    code="S20",
    name=message("Review when something happens"),
    sentence=message(
        "When something happens that may change the risk, it is considered on record within two working "
        "days; where an assessment is begun, it is complete within ten working days of its beginning."
    ),
    population=message("People under supervision."),
    evidence=message(
        "A contact that records a review of the case or a reasoned decision to change nothing, or an "
        "assessment of risk begun or completed, on or after the day; for an assessment, its own completion."
    ),
    exclusions=message("A review or reasoned decision on record in the five days before the event."),
    limits=message(
        "Records cannot show whether a review was about that event, nor whether an event repeats one that "
        "was considered. A domestic-abuse call-out, threats and what others report are in words and raise "
        "nothing. An assessment begun in the fourteen days after an event is taken to be about it."
    ),
    severity="3",
    windows=(
        "review_considered",
        "review_completed",
        "review_begun_after",
        "review_still_good",
        "violations_together",
        "review_severity",
    ),
    codes=(
        "supervised_sentences",
        "review_arrests",
        "review_meetings",
        "monitoring_violations",
        "review_addresses",
        "concern_registers",
        "case_reviews",
        "risk_assessments",
    ),
    tables=("contact",),
    clauses={
        "arrest": Clause(message("Arrested or charged"), "contact"),
        "meeting": Clause(message("A MARAC, MAPPA or child protection meeting took place"), "contact"),
        "violations": Clause(message("A third violation of monitoring within seven days"), "contact"),
        "partner": Clause(message("A partner became known"), "circle"),
        "child": Clause(message("A child became known"), "circle"),
        "move": Clause(message("Moved to another address, or lost one"), "address"),
        "concern": Clause(message("A concern was put on a register"), "registration"),
        "release": Clause(message("Released again from custody"), "release"),
        "review_begun": Clause(message("An assessment was begun soon after such an event"), "assessment"),
        "supervised": Clause(message("Under supervision"), "sentence"),
        "considered_before": Clause(message("A review was on record in the five days before"), "contact"),
    },
    source="Proposed public-protection measures, S20",
    author="Assay",
    checker="Not yet checked outside Assay",
    next_review=date(2027, 3, 31),
    version=1,
)

CONSIDERED = "review_considered"


def rule(records: Records) -> Once:
    supervised = records.sentences.filter(
        records.sentences.type.isin(sorted(records.codes("supervised_sentences")))
    )
    events = _events(records)
    begun, completed = _assessments(records)
    reviews = records.contacts("case_reviews")
    return Once(
        population=records.supervised,
        triggers=union(
            *[
                raised(rows, clause, table=table, on="on", window=CONSIDERED)
                for clause, (table, rows) in events.items()
            ],
            raised(
                _about(records, begun, events),
                "review_begun",
                table="assessment",
                on="on",
                since="done",
                window="review_completed",
            ),
        ),
        evidence=evidence(reviews, begun, completed),
        because=named(supervised, "supervised"),
        severity=records.number("review_severity"),
        excuses=excused(
            reviews,
            "considered_before",
            on=reviews.on,
            first=reviews.on + 1,
            last=reviews.on + records.length("review_still_good"),
            for_window=CONSIDERED,
        ),
    )


def _events(records: Records) -> dict[str, tuple[str, Table]]:
    """What may change the risk, by clause, with the table it stands in."""
    moves = records.addresses.filter(records.addresses.type.isin(sorted(records.codes("review_addresses"))))
    circle = records.circle

    def later(rows: Table) -> Table:
        during = holding(rows.mutate(on=rows.opened), records.supervised)
        during = during.filter(during.on > during.life_opened)
        return during.select("case_id", "row_id", "on", "known")

    return {
        "arrest": ("contact", records.contacts("review_arrests")),
        "meeting": ("contact", records.contacts("review_meetings")),
        "violations": ("contact", _third_violations(records)),
        "partner": ("circle", later(circle.filter(circle.role == "partner"))),
        "child": ("circle", later(circle.filter(circle.role == "child"))),
        "move": ("address", later(moves)),
        "concern": ("registration", later(records.registered("concern_registers"))),
        "release": ("release", records.re_releases),
    }


def _third_violations(records: Records) -> Table:
    """Violations before which there were two more within the days that count as together."""
    rows = records.contacts("monitoring_violations")
    order = ibis.window(group_by="case_id", order_by=[rows.on, rows.row_id])
    rows = rows.mutate(two_before=rows.on.lag(2).over(order))
    return rows.filter(rows.two_before > rows.on - records.length("violations_together"))


def _assessments(records: Records) -> tuple[Table, Table]:
    """Assessments of risk on the day they were begun, with ``done``, and on the day they were completed."""
    rows = records.dated("assessment", "started_on", "type", "completed_on")
    rows = rows.filter(rows.type.isin(sorted(records.codes("risk_assessments"))))
    rows = records.keep(rows.mutate(done=rows.completed_on.fill_null(FOREVER)))
    completed = rows.filter(rows.completed_on.notnull())
    known = ibis.greatest(completed.known, completed.completed_on)
    return rows, completed.select("case_id", "row_id", on=completed.completed_on, known=known)


def _about(records: Records, begun: Table, events: dict[str, tuple[str, Table]]) -> Table:
    """Assessments begun soon after an event."""
    days = union(*[rows.select(event_case="case_id", event_on="on") for _, rows in events.values()])
    days = days.distinct()
    return begun.semi_join(
        days,
        [
            begun.case_id == days.event_case,
            days.event_on <= begun.on,
            begun.on <= days.event_on + records.length("review_begun_after"),
        ],
    )

"""S07, slowly: the enquiry made again after a change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from assay.assurance.duties.reference_cases import Case, Excuse, Thing, Trigger
from assay.assurance.duties.reference_sentences import Sentence, answered_by
from assay.assurance.duties.twins.extracts import unbrought
from assay.core.dates import london_day
from assay.core.spans import FOREVER

POLICE, COUNCIL = "police", "childrens_services"


@dataclass(frozen=True)
class Change:
    """Something that calls for another enquiry to these agencies."""

    clause: str
    table: str
    agencies: tuple[str, ...]
    thing: Thing

    @property
    def on(self) -> date:
        return self.thing.start


def sentence(case: Case) -> Sentence:
    kinds = {POLICE: case.codes("police_enquiries"), COUNCIL: case.codes("child_enquiries")}
    sent = [
        each
        for each in case.enquiries
        if each.row["outcome"] == "sent" and each.row["kind"] in kinds.get(each.row["agency"], ())
    ]
    urgent = [
        *case.registered("current_abuse_registers"),
        *case.registered("child_protection_registers"),
    ]
    triggers, excuses = [], []
    for change in changes_of(case):
        ours = [[each for each in sent if each.row["agency"] == agency] for agency in change.agencies]
        ours = [several for several in ours if any(each.start < change.on for each in several)]
        if not ours:
            continue
        hurried = any(each.holds(change.on) for each in urgent)
        again = [[each.start for each in several if each.start >= change.on] for several in ours]
        triggers.append(
            Trigger(
                on=change.on,
                known=change.thing.known,
                since=max(min(days, default=FOREVER) for days in again),
                table=change.table,
                row_id=change.thing.row_id,
                clause=change.clause,
                window="enquiry_again_urgent" if hurried else "enquiry_again",
            )
        )
        good = [[each for each in several if covers(case, each, change)] for several in ours]
        if all(good):
            excuses.append(answered_lately(change, good))
    first = min((each.start for each in sent), default=FOREVER)
    return Sentence(
        applies=lambda day: case.is_supervised(day) and day > first,
        triggers=triggers,
        evidence=sent,
        excuses=excuses,
        unknown=unbrought(case, "enquiry", case.is_supervised),
        severity=case.number("enquiry_again_severity"),
    )


def new_things(case: Case) -> tuple[list[Thing], list[Thing], list[Thing]]:
    partners = [each for each in case.circle if each.row["role"] == "partner"]
    lived = [each for each in case.addresses if each.row["type"] in case.codes("lived_at_addresses")]
    return partners, case.children, lived


def changes_of(case: Case) -> Iterator[Change]:
    partners, children, lived = new_things(case)
    both = (POLICE, COUNCIL)
    together = [each for each in (*partners, *children) if each.row["household"]]
    for each in case.later(partners, case.supervised):
        yield Change("new_partner", "circle", (POLICE,), each)
    for each in case.later(children, case.supervised):
        yield Change("new_child", "circle", (COUNCIL,), each)
    for each in case.later(lived, case.supervised):
        yield Change("move", "address", both, each)
    for each in case.of_types("arrests_and_charges"):
        yield Change("arrest", "contact", (POLICE,), each)
    for each in case.re_releases():
        yield Change("release", "release", both, each)
    for each in case.of_types("monitoring_breaches"):
        if any(other.holds(each.start) for other in together):
            yield Change("breach", "contact", both, each)


def covers(case: Case, asked: Thing, change: Change) -> bool:
    """Whether the enquiry was answered lately, and nothing was new since it was asked."""
    answered = answered_by(asked, case.as_at)
    days = timedelta(days=case.length("enquiry_answered_lately"))
    if answered is None or asked.start >= change.on or not answered <= change.on <= answered + days:
        return False
    new = [each for several in new_things(case) for each in several]
    unchanged = not any(asked.start < each.start <= change.on for each in new)
    return unchanged or (change.clause == "move" and asked.row["address_id"] == change.thing.row_id)


def answered_lately(change: Change, good: list[list[Thing]]) -> Excuse:
    return Excuse(
        on=change.on,
        known=max(min(written(each) for each in several) for several in good),
        row_id=min(each.row_id for several in good for each in several),
        clause="answered_lately",
        first=change.on,
        last=change.on,
        anchor=change.thing.row_id,
    )


def written(asked: Thing) -> date:
    """The day an answer could first have been read."""
    at = asked.row["answer_recorded_at"] or asked.row["recorded_at"]
    answered: date = asked.row["answered_on"]
    return max(london_day(at), answered)

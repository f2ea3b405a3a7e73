"""A replay's readings as any inspection's: drawn and sealed, allocated, brought in, signed and read back.

All of it is written to the database in use, so the caller sees to one that is thrown away. What no source
gives is invented or stands in: the people, the frame, which is the cases read and no more, and the day of
publication for every earlier day.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from assay.access.accounts import actions as accounts
from assay.access.accounts.models import User
from assay.access.accounts.roles import Role
from assay.access.audit.types import SYSTEM
from assay.inspection.assessments.bringing import import_readings
from assay.inspection.assessments.queries import signed_readings
from assay.inspection.assessments.types import Reading
from assay.inspection.outcomes.replaying import Facts, brought_from
from assay.inspection.programmes import actions as programmes
from assay.inspection.programmes.models import Inspection
from assay.inspection.programmes.rules import INSPECTOR
from assay.inspection.samples import actions as samples
from assay.inspection.samples.types import Considered, SamplingFrame


def loaded(known: Facts, written: Sequence[Mapping[str, Any]]) -> tuple[Reading, ...]:
    """The readings as findings count them, after they went through the database.

    ``written`` has passed :func:`assay.inspection.outcomes.replaying.readings_from`.
    """
    day = date.fromisoformat(known.published_on)
    lead, reader = _person("lead", Role.LEAD_INSPECTOR, day), _person("reader", Role.INSPECTOR, day)
    inspection = _inspection(known, day=day, lead=lead)
    programmes.add_people(inspection, people=[(reader, INSPECTOR)], by=lead)
    programmes.announce(inspection, by=lead)
    samples.seal(
        inspection,
        frame=_frame(written, day=day),
        size=len(written),
        min_per_pdu=0,
        seed=known.id,
        by=lead,
    )
    samples.allocate(inspection, by=lead)
    inspection.refresh_from_db()
    import_readings(inspection, readings=brought_from(written), by=lead)
    inspection.refresh_from_db()
    return signed_readings(inspection, user=lead)


def _person(username: str, role: Role, on: date) -> User:
    made = accounts.create_user(username, name=username, by=SYSTEM)
    accounts.grant(made, role=role, by=SYSTEM, on=on)
    return made


def _inspection(known: Facts, *, day: date, lead: User) -> Inspection:
    return programmes.make_inspection(
        programmes.make_programme(known.title, framework_id=known.framework, by=lead),
        name=known.title,
        region_code=known.region_code,
        region_name=known.region,
        announced_on=day,
        fieldwork_on=day,
        fieldwork_ends_on=day,
        by=lead,
    )


def _frame(written: Sequence[Mapping[str, Any]], *, day: date) -> SamplingFrame:
    return SamplingFrame(
        considered=tuple(
            Considered(
                assignment=each["assignment"],
                case=each["case"],
                pdu_code=each["pdu"],
                pdu_name=each.get("pdu_name", ""),
                kind="",
                started_on=None,
            )
            for each in written
        ),
        not_listed=0,
        snapshot="",
        as_at=day,
        started_between=(day, day),
    )

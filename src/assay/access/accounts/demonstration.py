"""Invented people to sign in as, for the demonstration and for tests. Never made in a real installation.

Where they work is given by the caller, who knows the synthetic region: this room must not import records.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db import transaction

from assay.access.accounts import actions
from assay.access.accounts.models import Grant, User
from assay.access.accounts.roles import Role
from assay.access.audit.types import SYSTEM
from assay.core.messages import Message, message

PASSWORD = "assay-demonstration"  # noqa: S105 - printed on the sign-in page of every demonstration
SINCE = date(2021, 6, 26)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a demonstration person works, and who they are in the records if they are in them."""

    unit_code: str = ""
    staff_code: str = ""
    delius_username: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One demonstration person: the part they play in a walk through Assay."""

    username: str
    name: str
    role: Role
    about: Message


CAST: dict[str, tuple[Part, ...]] = {
    "service": (
        Part(
            username="huw.example",
            name="Huw Example",
            role=Role.SPO,
            about=message("Senior probation officer: starts the day with the people of his team"),
        ),
        Part(
            username="priya.sample",
            name="Priya Sample",
            role=Role.PRACTITIONER,
            about=message("Practitioner in his team: sees her own caseload and answers questions"),
        ),
        Part(
            username="tom.elsewhere",
            name="Tom Elsewhere",
            role=Role.PRACTITIONER,
            about=message("Practitioner of another PDU: sees none of this team's people"),
        ),
        Part(
            username="helen.placeholder",
            name="Helen Placeholder",
            role=Role.HEAD_OF_PDU,
            about=message("Head of PDU: takes what a team cannot hold"),
        ),
        Part(
            username="rhys.region",
            name="Rhys Region",
            role=Role.REGION,
            about=message("Regional lead: adopts the windows that practice is held to"),
        ),
        Part(
            username="lara.limited",
            name="Lara Limited",
            role=Role.LIMITED_ACCESS_DESK,
            about=message("Limited access desk: looks after records that few may see"),
        ),
        Part(
            username="rekha.records",
            name="Rekha Records",
            role=Role.RECORDS_OFFICER,
            about=message("Records officer: hands a cohort over to an inspection"),
        ),
    ),
    "inspectorate": (
        Part(
            username="ines.lead",
            name="Ines Lead",
            role=Role.LEAD_INSPECTOR,
            about=message("Lead inspector: sets up an inspection, draws and seals the sample"),
        ),
        Part(
            username="ivan.inspector",
            name="Ivan Inspector",
            role=Role.INSPECTOR,
            about=message("Inspector: reads the cases allocated to him"),
        ),
        Part(
            username="isla.inspector",
            name="Isla Inspector",
            role=Role.INSPECTOR,
            about=message("Inspector: reads cases, and reads others a second time, blind"),
        ),
        Part(
            username="peter.publisher",
            name="Peter Publisher",
            role=Role.PUBLISHER,
            about=message("Publisher: the second person, who releases a report"),
        ),
        Part(
            username="rosa.researcher",
            name="Rosa Researcher",
            role=Role.RESEARCHER,
            about=message("Researcher: looks at findings, not at cases"),
        ),
    ),
}


@transaction.atomic
def create(*, side: str, places: Mapping[str, Place] | None = None) -> tuple[User, ...]:
    """Make the people of one side who are not there yet, and bring those who are to their ``places``.

    ``places`` is by user name; a person without one holds their role in every unit. May be run again.
    """
    assert settings.DEMONSTRATION, "demonstration people are made in a demonstration only"
    return tuple(_bring(part, place=(places or {}).get(part.username, Place())) for part in CAST[side])


def _bring(part: Part, *, place: Place) -> User:
    user = User.objects.filter(username=part.username).first()
    if user is None:
        user = actions.create_user(part.username, name=part.name, by=SYSTEM, password=PASSWORD)
    if (user.staff_code, user.delius_username) != (place.staff_code, place.delius_username):
        actions.identify(user, staff_code=place.staff_code, delius_username=place.delius_username, by=SYSTEM)
    if not Grant.objects.filter(
        user=user, role=part.role, unit_code=place.unit_code, closed_on=None
    ).exists():
        for old in Grant.objects.filter(user=user, closed_on=None):
            actions.revoke(old, by=SYSTEM, on=SINCE)
        actions.grant(user, role=part.role, unit_code=place.unit_code, by=SYSTEM, on=SINCE)
    return user

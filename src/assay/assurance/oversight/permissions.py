"""Who may see and do what in oversight. ``check_...`` refuses; ``can_...`` asks the same question.

Who holds a case is what the night says, never what a form says. A case a person may not see because of
its limits (promise 7), one outside their units and one that does not exist are all one refusal, so that
nothing can be learnt from it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from assay.access.accounts.models import User
from assay.access.accounts.permissions import Someone, check_role
from assay.access.accounts.queries import units_of
from assay.access.accounts.roles import Role
from assay.assurance.oversight.at_hand import at_hand
from assay.core.errors import Refused
from assay.core.messages import message
from assay.records.cases.permissions import barred_for
from assay.records.store import Reader

NO_SUCH_PERSON = message("There is no such person here, or you may not see them.")
NOT_YOURS_TO_DECIDE = message(
    "Only the senior probation officer of the team or the head of the PDU can do this. Ask one of them."
)
NOT_YOUR_CASE = message("Only the practitioner who holds the case can do this.")
SECOND_PERSON = message(
    "A second person has to agree. You wrote this one, so ask a colleague with the same role."
)

MANAGERS = (Role.SPO, Role.HEAD_OF_PDU)
READERS = (Role.PRACTITIONER, Role.SPO, Role.HEAD_OF_PDU)


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """Where a case stands on the day of the night."""

    crn: str
    staff_code: str
    team: str
    pdu: str
    region: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Whose cases a person works with. "" among units means every unit."""

    spo: frozenset[str]
    head: frozenset[str]
    staff_code: str

    @property
    def managed(self) -> frozenset[str]:
        return self.spo | self.head

    def manages(self, position: Position) -> bool:
        return bool(self.managed & {"", position.team, position.pdu, position.region})

    def holds(self, position: Position) -> bool:
        return bool(self.staff_code) and self.staff_code == position.staff_code


def scope_of(user: Someone) -> Scope:
    """What the open grants say. Somebody with no grant has an empty scope and sees nobody."""
    is_practitioner = bool(units_of(user, Role.PRACTITIONER))
    return Scope(
        spo=frozenset(units_of(user, Role.SPO)),
        head=frozenset(units_of(user, Role.HEAD_OF_PDU)),
        staff_code=user.staff_code if is_practitioner and isinstance(user, User) else "",
    )


def day_of(reader: Reader) -> date:
    """ "Today" on every page and in every action: the as-at day of the night in force."""
    assert reader.pair is not None, "oversight reads a pair"
    return reader.pair.night.as_at


def position_of(reader: Reader, crn: str) -> Position | None:
    """Who holds the case on the day of the night; None if nobody does."""
    found = reader.rows(
        f"SELECT practitioner, team, pdu, region FROM {at_hand(reader, 'standing')} "  # noqa: S608 - ours
        "WHERE case_id = ? ORDER BY opened_on DESC LIMIT 1",
        [crn],
    )
    if not found:
        return None
    row = found[0]
    return Position(
        crn=crn,
        staff_code=row["practitioner"] or "",
        team=row["team"] or "",
        pdu=row["pdu"] or "",
        region=row["region"] or "",
    )


def barred_to(reader: Reader, user: User) -> frozenset[str]:
    """Cases limits keep from this person. Today's limits govern every view."""
    return barred_for(reader, user=user)


def can_see(reader: Reader, crn: str, *, user: Someone) -> bool:
    """Whether this person may open the case's page."""
    return visible_position(reader, crn, user=user) is not None


def visible_position(reader: Reader, crn: str, *, user: Someone) -> Position | None:
    """Where the case stands, if this person may see it."""
    if not isinstance(user, User):
        return None
    scope = scope_of(user)
    position = position_of(reader, crn)
    if position is None or not (scope.manages(position) or scope.holds(position)):
        return None
    return None if crn in barred_to(reader, user) else position


def check_sees(reader: Reader, crn: str, *, user: Someone) -> Position:
    position = visible_position(reader, crn, user=user)
    if position is None:
        raise Refused(NO_SUCH_PERSON)
    return position


def check_manages(reader: Reader, crn: str, *, user: Someone) -> Position:
    """The SPO of the team or the head of the PDU, and not barred."""
    position = check_sees(reader, crn, user=user)
    if not scope_of(user).manages(position):
        raise Refused(NOT_YOURS_TO_DECIDE)
    return position


def can_manage(reader: Reader, crn: str, *, user: Someone) -> bool:
    position = visible_position(reader, crn, user=user)
    return position is not None and scope_of(user).manages(position)


def check_holds(reader: Reader, crn: str, *, user: Someone) -> Position:
    """The practitioner who holds the case, and not barred."""
    position = check_sees(reader, crn, user=user)
    if not scope_of(user).holds(position):
        raise Refused(NOT_YOUR_CASE)
    return position


def check_second(author_id: int, *, user: User) -> None:
    """Agreement takes another person than the one who wrote it."""
    if author_id == user.pk:
        raise Refused(SECOND_PERSON)


def check_adopts(user: Someone, *, region: str) -> None:
    """The region's named role alone makes a starting value the region's own."""
    check_role(user, Role.REGION)
    if not {"", region} & set(units_of(user, Role.REGION)):
        check_role(user, Role.REGION, unit_code=region)


def units_sql(units: Iterable[str]) -> tuple[str, list[object]]:
    """A condition that the team, PDU or region of a case is one of ``units``, and its values."""
    codes = sorted(units)
    if "" in codes:
        return "TRUE", []
    columns = ("team", "pdu", "region")
    condition = " OR ".join(f"{each} IN (SELECT unnest(?::VARCHAR[]))" for each in columns)
    return f"({condition})", [codes] * len(columns)

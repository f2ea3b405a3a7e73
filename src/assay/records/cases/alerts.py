"""Limited cases whose manager may not see them: shown to the limited-access desk alone."""

from __future__ import annotations

from datetime import date

from assay.access.accounts.permissions import Someone, check_role
from assay.access.accounts.roles import Role
from assay.core.messages import Message, message
from assay.records.cases import permissions
from assay.records.cases.naming import Names, names
from assay.records.cases.queries import reference_for
from assay.records.cases.types import UnmanagedLimit
from assay.records.store import Reader

NOBODY = message("Nobody holds this limited case.")
NO_MANAGER = message("The records name no manager for the practitioner who holds this limited case.")
BARRED = message("The manager of this limited case may not see it.")


def limits_without_manager(reader: Reader, *, user: Someone) -> tuple[UnmanagedLimit, ...]:
    """The limited cases, still under supervision, that no permitted manager looks after. Refuses everybody
    but the limited-access desk. An excluded manager is not among the permitted, nor one the records give no
    user name where only some are allowed."""
    check_role(user, Role.LIMITED_ACCESS_DESK)
    limited = sorted(permissions.limited_crns(reader))
    rows = reader.rows(_HELD, [_as_at(reader), limited])
    references, called = reference_for(limited), names(reader)
    found = []
    for row in rows:
        manager = called.staff.get(row["staff_code"] or "", {}).get("manager_code") or ""
        wrong = _wrong(reader, row["crn"], row["staff_code"], manager, called)
        if wrong is not None:
            found.append(
                UnmanagedLimit(
                    crn=row["crn"],
                    reference=references[row["crn"]],
                    staff_code=row["staff_code"] or "",
                    practitioner=called.of_staff(row["staff_code"]),
                    manager_code=manager,
                    manager=called.of_staff(manager),
                    message=wrong,
                )
            )
    return tuple(found)


# Whoever holds each case on the day; the latest, should the source name several.
_HELD = """
    SELECT person.crn, held.staff_code
    FROM r.person AS person
    LEFT JOIN (
        FROM r.allocation WHERE $1 >= opened_on AND ($1 < closed_on OR closed_on IS NULL)
        QUALIFY row_number() OVER (PARTITION BY crn ORDER BY opened_on DESC, allocation_id) = 1
    ) AS held USING (crn)
    WHERE person.crn IN (SELECT unnest($2::VARCHAR[])) AND person.merged_into IS NULL
    AND EXISTS (FROM r.sentence WHERE sentence.crn = person.crn AND (ended_on IS NULL OR ended_on > $1))
    ORDER BY person.crn
"""


def _as_at(reader: Reader) -> date:
    return reader.pair.night.as_at if reader.pair else reader.snapshot.as_at


def _wrong(reader: Reader, crn: str, holder: str | None, manager: str, called: Names) -> Message | None:
    if not holder:
        return NOBODY
    if not manager:
        return NO_MANAGER
    username = called.staff.get(manager, {}).get("username") or ""
    return BARRED if crn in permissions.barred_crns(reader, username=username) else None

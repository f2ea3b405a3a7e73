"""Steps shared by the actions: move a matter, write a text, refuse what the state table does not allow."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from uuid import UUID

from django.utils import timezone

from assay.access.accounts.models import User
from assay.access.audit.actions import record
from assay.access.audit.types import Actor, Subject, Verb, actor_of
from assay.assurance.oversight.models import Matter, RecordText, StatusRow
from assay.assurance.oversight.permissions import day_of
from assay.assurance.oversight.rules import may_move
from assay.assurance.oversight.types import Mover, State, TextState
from assay.core.errors import Refused
from assay.core.messages import message
from assay.records.store import Reader

NOT_NOW = message("This has moved on since you opened the page. Look at it again before you decide.")
CHOOSE_ONE = message("Choose at least one thing this is about.")
TOO_OLD = message("The date must be within the 28 days before the day of the records.")
TOO_LATE = message("The date must not be more than five days after the day of the records.")
IN_THE_PAST = message("The date must be after the day of the records.")
EMPTY = message("Write something for each question. If there is nothing to say, write that.")


def log(user: User, *, crn: str, what: str, **details: object) -> None:
    """The entry of a change to what is kept about a case."""
    record(Verb.ALTERATION, by=actor_of(user), subject=Subject("case", crn), what=what, details=details)


def check_words(*parts: str) -> None:
    if not all(part.strip() for part in parts):
        raise Refused(EMPTY)


def check_happened(happened_on: date, *, reader: Reader) -> None:
    """A day of the past four weeks. Five days on from the records covers a weekend and a late night run."""
    if happened_on < day_of(reader) - timedelta(days=28):
        raise Refused(TOO_OLD)
    if happened_on > day_of(reader) + timedelta(days=5):
        raise Refused(TOO_LATE)


def check_ahead(day: date, *, reader: Reader) -> None:
    if day <= day_of(reader):
        raise Refused(IN_THE_PAST)


def matters_of(crn: str, uuids: Iterable[UUID]) -> list[Matter]:
    """The chosen matters of one case, locked for this transaction; refuses another case's, or none."""
    wanted = set(uuids)
    found = list(Matter.objects.select_for_update().filter(crn=crn, uuid__in=wanted))
    if not found or len(found) != len(wanted):
        raise Refused(CHOOSE_ONE if not wanted else NOT_NOW)
    return found


def move(
    matter: Matter,
    to: State,
    *,
    by: Mover,
    actor: Actor,
    because: str,
    on: date,
    then: str = "",
    until: date | None = None,
) -> None:
    """Take a matter to another state and append the row that says who and why."""
    if not may_move(State(matter.state), to, by=by):
        raise Refused(NOT_NOW)
    matter.state, matter.then, matter.until = to, then, until
    matter.save(update_fields=("state", "then", "until"))
    StatusRow.objects.create(
        matter=matter,
        state=to,
        because=because,
        by_kind=actor.kind,
        by_key=actor.key,
        at=timezone.now(),
        on=on,
    )


def write_text(
    reader: Reader,
    *,
    crn: str,
    by: User,
    contact_type: str,
    words: str,
    happened_on: date,
    sensitive: bool,
    matters: Sequence[Matter] = (),
    outcome: str = "",
) -> RecordText:
    """A text for nDelius. Remembers which contacts like it were there already, so that none of them is
    taken for it."""
    here = reader.of_case("contact", crn)
    text = RecordText.objects.create(
        crn=crn,
        contact_type=contact_type,
        outcome=outcome,
        happened_on=happened_on,
        words=words,
        sensitive=sensitive,
        already=sorted(row["contact_id"] for row in here if row["type"] == contact_type),
        made_at=timezone.now(),
        made_on=day_of(reader),
        made_by=by,
    )
    text.matters.set(matters)
    actor = actor_of(by)
    StatusRow.objects.create(
        text=text,
        state=TextState.WAITING,
        because="written",
        by_kind=actor.kind,
        by_key=actor.key,
        at=timezone.now(),
        on=day_of(reader),
    )
    return text

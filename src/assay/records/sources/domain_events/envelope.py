"""One message: the notification service's envelope around a domain event, checked and made a value."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any

from assay.core.messages import Message, message
from assay.records import standard
from assay.records.sources.domain_events.kinds import KEPT, KINDS, OTHER_PEOPLE, Kind
from assay.records.sources.times import as_instant

# Clocks of two services differ; a message from tomorrow is a mistake.
AHEAD = timedelta(hours=1)
LONGEST = 200


class Bad(ValueError):
    """Not a message as it must be. ``rule`` and ``said`` go into the quarantine."""

    def __init__(self, rule: str, said: Message) -> None:
        super().__init__(rule)
        self.rule, self.said = rule, said


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """Something that happened to a person. ``place`` is its number in the journal, 0 before it is there;
    ``facts`` are those of :data:`KEPT` alone."""

    message_id: str
    type: str
    version: int
    occurred_at: datetime
    received_at: datetime
    crn: str
    facts: Mapping[str, str]
    place: int = 0

    @property
    def kind(self) -> Kind:
        return KINDS[self.type]

    @property
    def subject(self) -> tuple[str, str, str]:
        """What it is about: later news of the same subject replaces earlier."""
        return (self.kind.name, self.crn, self.facts.get(self.kind.subject or "", ""))

    @property
    def order(self) -> tuple[datetime, int, int]:
        """Later is newer: by when it happened, then by version, then by when it came."""
        return (self.occurred_at, self.version, self.place)

    @property
    def people(self) -> tuple[str, ...]:
        """Everyone whose record it touches: both sides of a merge."""
        others = (self.facts.get(name) for name in OTHER_PEOPLE)
        return tuple(dict.fromkeys([self.crn, *(each for each in others if each and is_crn(each))]))

    @property
    def mark(self) -> str:
        """The same for the same occurrence, whatever message brought it."""
        what = [self.type, self.version, self.occurred_at.isoformat(), self.crn, sorted(self.facts.items())]
        return hashlib.sha256(json.dumps(what).encode("utf-8")).hexdigest()[:32]


def is_crn(said: str) -> bool:
    return re.fullmatch(standard.REAL_CRN, said) is not None


def read_message(said: Any, *, received_at: datetime) -> Occurrence | None:
    """The occurrence; None for a type that tells nothing of a case. ``Bad`` for anything else."""
    envelope = _unwrapped(said)
    message_id = envelope.get("MessageId")
    if not isinstance(message_id, str) or not 0 < len(message_id) <= LONGEST:
        raise Bad("envelope", message("The message has no MessageId."))
    body = _body(envelope)
    kind = _type(envelope, body)
    if kind is None:
        return None
    occurred_at = _instant(body, received_at)
    version = body.get("version")
    if isinstance(version, bool) or not isinstance(version, int):
        raise Bad("version", message("{id}: version is missing or is no number.", id=message_id))
    more = body.get("additionalInformation") or {}
    if not isinstance(more, Mapping):
        raise Bad("shape", message("{id}: additionalInformation is not an object.", id=message_id))
    facts = {name: str(more[name])[:LONGEST] for name in KEPT if more.get(name) not in (None, "")}
    return Occurrence(
        message_id=message_id,
        type=kind,
        version=version,
        occurred_at=occurred_at,
        received_at=received_at.astimezone(UTC),
        crn=_crn(message_id, body, facts),
        facts=MappingProxyType(facts),
    )


def _unwrapped(said: Any) -> Mapping[str, Any]:
    """A queue wraps the notification once more, as text in ``Body``."""
    if isinstance(said, Mapping) and isinstance(said.get("Body"), str):
        said = _json(said["Body"])
    if not isinstance(said, Mapping):
        raise Bad("envelope", message("The message is not an object."))
    if said.get("Type") not in (None, "Notification"):
        raise Bad("envelope", message("The message is not a notification."))
    return said


def _body(envelope: Mapping[str, Any]) -> Mapping[str, Any]:
    found = envelope.get("Message")
    found = _json(found) if isinstance(found, str) else found
    if not isinstance(found, Mapping):
        raise Bad("envelope", message("The notification holds no event."))
    return found


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        raise Bad("json", message("The message is not JSON.")) from None


def _type(envelope: Mapping[str, Any], body: Mapping[str, Any]) -> str | None:
    """The event's own type; the envelope's may be broader, and stands in where only it is known to us."""
    attributes = envelope.get("MessageAttributes")
    attribute = attributes.get("eventType") if isinstance(attributes, Mapping) else None
    outer = attribute.get("Value") if isinstance(attribute, Mapping) else None
    inner = body.get("eventType")
    if not isinstance(inner, str) or not inner:
        raise Bad("type", message("The event has no eventType."))
    known = [each for each in (inner, outer) if isinstance(each, str) and each in KINDS]
    if len({KINDS[each].name for each in known}) > 1:
        raise Bad("type", message("The envelope and the event name two kinds of event."))
    return known[0] if known else None


def _instant(body: Mapping[str, Any], received_at: datetime) -> datetime:
    try:
        found = as_instant(body.get("occurredAt"))
    except ValueError:
        raise Bad("occurred-at", message("occurredAt is missing or in no known form.")) from None
    if found > received_at + AHEAD:
        raise Bad("occurred-at", message("occurredAt lies in the future."))
    return found


def _crn(message_id: str, body: Mapping[str, Any], facts: Mapping[str, str]) -> str:
    reference = body.get("personReference")
    identifiers = reference.get("identifiers") if isinstance(reference, Mapping) else None
    for each in identifiers if isinstance(identifiers, list) else ():
        if isinstance(each, Mapping) and each.get("type") == "CRN" and isinstance(each.get("value"), str):
            said: str = each["value"].strip().upper()
            if is_crn(said):
                return said
    for name in OTHER_PEOPLE:
        if is_crn(facts.get(name, "")):
            return facts[name]
    raise Bad("crn", message("{id}: the event names no person by a case reference number.", id=message_id))

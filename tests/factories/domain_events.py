"""Messages as the notification service sends them, around domain events as the services write them."""

from __future__ import annotations

import json
from typing import Any

CRN = "X900001"


def event(
    type: str = "probation-case.registration.added", *, crn: str | None = CRN, **more: Any
) -> dict[str, Any]:
    """A domain event. ``facts`` go into ``additionalInformation``."""
    facts = more.pop("facts", {"registrationId": "11", "registerTypeCode": "RCCO"})
    identifiers = [{"type": "NOMS", "value": "A1234BC"}]
    if crn is not None:
        identifiers.append({"type": "CRN", "value": crn})
    return {
        "eventType": type,
        "version": 1,
        "occurredAt": "2026-03-25T10:35:38.285Z",
        "description": "Words that are not kept",
        "detailUrl": "https://not.kept.invalid/",
        "personReference": {"identifiers": identifiers},
        "additionalInformation": facts,
        **more,
    }


def message(number: int | str, said: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    body = said if said is not None else event()
    return {
        "Type": "Notification",
        "MessageId": f"message-{number}",
        "TopicArn": "arn:invented",
        "Message": json.dumps(body),
        "Timestamp": "2026-03-25T10:35:38.403Z",
        "SignatureVersion": "1",
        "Signature": "not looked at",
        "MessageAttributes": {"eventType": {"Type": "String", "Value": body.get("eventType")}},
        **more,
    }


def lines(*messages: dict[str, Any]) -> str:
    return "".join(json.dumps(each) + "\n" for each in messages)

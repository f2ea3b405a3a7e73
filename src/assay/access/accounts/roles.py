"""Roles, by side. A grant gives one role in one unit."""

from __future__ import annotations

from enum import StrEnum

from assay.core.messages import Message, message


class Role(StrEnum):
    """What a person may be here. The name in words is :data:`NAMES`."""

    PRACTITIONER = "practitioner"
    SPO = "spo"
    HEAD_OF_PDU = "head_of_pdu"
    REGION = "region"
    LIMITED_ACCESS_DESK = "limited_access_desk"
    RECORDS_OFFICER = "records_officer"

    LEAD_INSPECTOR = "lead_inspector"
    INSPECTOR = "inspector"
    PUBLISHER = "publisher"
    RESEARCHER = "researcher"


SERVICE_ROLES = (
    Role.PRACTITIONER,
    Role.SPO,
    Role.HEAD_OF_PDU,
    Role.REGION,
    Role.LIMITED_ACCESS_DESK,
    Role.RECORDS_OFFICER,
)
INSPECTORATE_ROLES = (Role.LEAD_INSPECTOR, Role.INSPECTOR, Role.PUBLISHER, Role.RESEARCHER)

NAMES: dict[Role, Message] = {
    Role.PRACTITIONER: message("Practitioner"),
    Role.SPO: message("Senior probation officer"),
    Role.HEAD_OF_PDU: message("Head of PDU"),
    Role.REGION: message("Regional lead"),
    Role.LIMITED_ACCESS_DESK: message("Limited access desk"),
    Role.RECORDS_OFFICER: message("Records officer"),
    Role.LEAD_INSPECTOR: message("Lead inspector"),
    Role.INSPECTOR: message("Inspector"),
    Role.PUBLISHER: message("Publisher"),
    Role.RESEARCHER: message("Researcher"),
}

"""Recommendations as they go onward."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from assay.core.messages import Message, message


class Addressee(StrEnum):
    """To whom a recommendation speaks."""

    REGION = "region"
    HMPPS = "hmpps"


ADDRESSEES: dict[Addressee, Message] = {
    Addressee.REGION: message("The probation region"),
    Addressee.HMPPS: message("HM Prison and Probation Service"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommendation:
    """``text`` is None where no source of ours has it; it is then printed as such and never made up."""

    uuid: UUID | None
    addressee: Addressee
    position: int
    theme: str
    text: str | None
    source: str = ""

"""A notice as a page shows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from assay.core.messages import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Something that waits. ``link_name`` and ``link_arguments`` name the page that deals with it."""

    uuid: UUID
    sentence: Message
    link_name: str
    link_arguments: tuple[str, ...]
    made_at: datetime
